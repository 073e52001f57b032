"""What the search leaves to the worker."""

from django_tasks import task

from search.indexing import index_page

#: How many pages one task indexes.
AT_A_TIME = 50


@task(backend="worker", queue_name="soon")
def index_pages(keys: list[int]) -> None:
    """Indexes pages again that show a name which has changed."""
    for pk in keys:
        index_page(pk)
