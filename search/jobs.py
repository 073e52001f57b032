"""What the search leaves to the worker."""

from django.core.management import call_command
from django_tasks import task

from search.indexing import index_each
from search.models import Document, SearchCount
from search.words.keys import VERSION
from worker.jobs import job

#: How many pages one task indexes.
AT_A_TIME = 50


@task(backend="worker", queue_name="soon")
def index_pages(keys: list[int]) -> None:
    """Indexes pages again whose texts, or a name that they show, have changed."""
    index_each(keys)


@job(every=3600, lane="slow")
def index_with_new_words() -> None:
    """After an update that brings another list of words, or the search itself."""
    if not Document.objects.filter(version=VERSION).exists() or Document.objects.outdated():
        call_command("reindex", verbosity=0)


@job(every=3600, lane="slow")
def index_what_was_left() -> None:
    """New editions whose task failed. Until they are indexed, nobody finds their articles."""
    stale = Document.objects.filter(is_stale=True).order_by("page_id")
    index_each(list(stale.values_list("page_id", flat=True).distinct()))


@job(every=86_400, lane="slow")
def forget_search_counts() -> None:
    SearchCount.objects.forget()
