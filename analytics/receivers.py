"""What is counted when it happens, and not at the door: who joined, and what was heard."""

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.dispatch import receiver
from django.utils import timezone

from accounts.events import terms_accepted
from accounts.models import User
from analytics.counting import MOST, pages_at
from analytics.models import SITE, Count, Kind, NamedCount, What
from delivery.tally import Tally
from narration.events import heard_to_the_end

#: The ways in of members who were brought along from elsewhere, and log in here for the first time.
BROUGHT = {"import", "ghost", "substack", "command"}


@receiver(terms_accepted)
def count_joined(user: User, is_new: bool, source: str, **kwargs: Any) -> None:
    """`source` is the address that the join began at."""
    if not is_new or user.source in BROUGHT:
        return
    today = timezone.localdate()
    path = urlsplit(source).path
    pages = pages_at({path}).values()
    joined_at = [SITE, *(page.pk for page in pages)]
    Count.objects.add((today, What.JOINED, about, 1) for about in joined_at)
    NamedCount.objects.add([(today, Kind.DOOR, user.source[:100], 1)])


def keep_heard(counts: "Counter[tuple[date, int]]") -> None:
    """By the day and the article."""
    of_site: Counter[date] = Counter()
    for (day, _article), times in counts.items():
        of_site[day] += times
    of_articles = ((day, What.HEARD, article, n) for (day, article), n in counts.items())
    Count.objects.add([*of_articles, *((day, What.HEARD, SITE, n) for day, n in of_site.items())])


heard: "Tally[tuple[date, int]]" = Tally(keep_heard, MOST)


@receiver(heard_to_the_end)
def count_heard(article: int, **kwargs: Any) -> None:
    heard.count((timezone.localdate(), article))
