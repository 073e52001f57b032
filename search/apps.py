from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connection
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")
    url_prefix = "sok/"

    def ready(self) -> None:
        from django.core.signals import request_finished
        from django.db.models.signals import post_migrate

        from search import receivers  # noqa: F401 — connects them
        from search.statistics import write

        post_migrate.connect(keep_index_table, sender=self)
        request_finished.connect(write, dispatch_uid="search.statistics")


def keep_index_table(using: str, **kwargs: Any) -> None:
    """Migrations don't make the index: its table is of another kind in each database.

    They may have been run only in part, or back to before the search.
    """
    from search.indexing import empty_if_flushed
    from search.models import Document, IndexRow

    if using != DEFAULT_DB_ALIAS:
        return
    if Document._meta.db_table in connection.introspection.table_names():
        IndexRow.create_table()
        empty_if_flushed()
    else:
        IndexRow.drop_table()
