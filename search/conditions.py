"""Whether the search finds what is published."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from search.indexing import answers
from search.models import Document
from worker.health import Finding, condition, fault, warning, well


@condition("search", in_health=True)
def the_index_answers() -> Iterator[Finding]:
    if not answers():
        yield fault(
            _("The search index is missing or broken: readers search in titles only."),
            _("Run manage.py reindex --rebuild."),
            "broken",
        )
    elif Document.objects.outdated():
        yield warning(
            _("Some texts are indexed with an older list of words."),
            _("Run manage.py reindex, or wait: the worker does it within the hour."),
        )
    else:
        yield well(_("The search index answers."))
