import re

from accounts.next_page import NextPage
from newsletter.models import Letter

LETTER = re.compile(r"/brev/([-\w]+)/")


def letter_at(path: str) -> NextPage | None:
    """The published letter at `path`, with a link to the point where its text is cut."""
    if not (found := LETTER.fullmatch(path)):
        return None
    letter = Letter.objects.for_readers().filter(slug=found[1]).first()
    return NextPage(letter.title, f"{letter.get_absolute_url()}#les-videre") if letter else None
