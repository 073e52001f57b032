"""What an editor should think of in running text: long sentences, and links that name nothing."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _

#: The most words that a sentence has without a question to the editor.
LONG = 40
#: The most words of a sentence that a message quotes.
QUOTED = 7
STRETCHES = ["p", "li", "blockquote", "h2", "h3", "h4"]
#: A stop, and then a sentence's first letter. An abbreviation before a name makes a sentence seem
#: shorter than it is, which does no harm.
BETWEEN = re.compile(r"[.!?…][»”\"')\]]*\s+(?=[«“\"'(\[]*[A-ZÆØÅ0-9])")
#: Texts of links that don't tell where they lead. A screen reader lists links by their texts.
EMPTY = {
    *("her", "klikk her", "trykk her", "se her", "les her", "last ned her", "les mer", "mer"),
    *("les mer her", "link", "linken", "lenke", "lenken", "denne lenken"),
    *("here", "click here", "read more", "more"),
}


def sentences(source: str) -> Iterator[str]:
    """Yields the sentences of rich text."""
    soup = BeautifulSoup(source, "html.parser")
    for element in soup.find_all(STRETCHES):
        element.insert_before("\n")
        element.append("\n")
    for stretch in soup.get_text().split("\n"):
        for sentence in BETWEEN.split(stretch):
            if sentence := " ".join(sentence.split()):
                yield sentence


def advice(source: str) -> Iterator[str]:
    """Yields what there is to say of one rich text."""
    long = [each for each in sentences(source) if len(each.split()) > LONG]
    if long:
        longest = max(long, key=lambda each: len(each.split()))
        quoted = " ".join(longest.split()[:QUOTED])
        words = len(longest.split())
        if len(long) == 1:
            text = _("One sentence has %(words)d words: «%(quoted)s …»")
        else:
            text = _("%(count)d sentences are long, one of %(words)d words: «%(quoted)s …»")
        yield text % {"count": len(long), "words": words, "quoted": quoted}
    for link in BeautifulSoup(source, "html.parser").find_all("a"):
        text = " ".join(link.get_text(" ").split())
        if text.lower().strip(" .:!»«→>") in EMPTY:
            yield _("The link «%s» doesn't tell where it leads.") % text
