"""The requests that the leak tests make to a member's own reading, and leaks planted there."""

from django.db.models import F
from wagtail.models import Page

from accounts import own_data
from articles.models.tree import below
from articles.parts import Part
from delivery.prepared_sql import Prepared
from reading import progress
from reading import views as own_reading
from tests.leaks.planting import plant, unpublished_too
from tests.leaks.sweep import account_forms
from tests.leaks.world import World


def examples(world: World) -> dict[str, list[str]]:
    return account_forms(world, "reading") | {
        "reading:shelf": [
            f"/konto/lesing/{name}/{query}"
            for name in ("pabegynt", "lagret", "lest", "finnes-ikke")
            for query in ("", "?side=2")
        ],
    }


@plant("member")
def the_own_lists_show_what_is_not_published(patch):
    honest = own_reading.with_articles

    def with_articles(rows):
        with unpublished_too(patch):
            patch.setattr(Prepared, "built", {})
            return honest(rows)

    patch.setattr(own_reading, "with_articles", with_articles)


@plant("member")
def a_series_goes_on_with_a_part_that_is_not_published(patch):
    def parts_below(path):
        pages = Page.objects.filter(below(path)).order_by("path")
        return [Part(page.pk, page.title, page.url_path, page.path) for page in pages]

    patch.setattr(progress, "parts_below", parts_below)


@plant("member")
def the_own_data_name_what_is_not_published(patch):
    how = own_data.described["reading.Reading"]
    naked = how._replace(prepared=lambda rows: rows.annotate(title=F("article__title")))
    patch.setitem(own_data.described, "reading.Reading", naked)
