"""The requests that the leak tests make to the search, and leaks planted in its pages."""

from dataclasses import replace

from django.db.models import F

from accounts.access import MEMBER
from articles.models import Article, Passage, Subject
from search import finding, refining, views
from search.mending import mended
from search.models import Section
from search.query import Query
from search.suggesting import Suggestion
from tests.leaks.planting import plant
from tests.leaks.world import World

#: The page of hits is asked for in every disguise.
TELLING = ("search:results",)
#: Words of the open part, words beside locked ones, what all locked words begin with, and nothing.
#: An answer may say again what it was asked, so no locked word is asked for whole.
WORDS = ("apentord", "på æøå", "kanari", "blåbær", "kanaripragraphqxz", "Ærlighet", "")


def examples(world: World) -> dict[str, list[str]]:
    return {
        "search:results": [
            *(f"/sok/?q={word}" for word in WORDS),
            "/sok/?q=apentord&tema=hemmelig&sorter=dato",
            "/sok/?q=kanari&ordrett=1&side=2",
        ],
        "search:suggestions": [f"/sok/forslag/?q={word}" for word in (*WORDS, "k", "hemmelig")],
        "search:opensearch": ["/sok/opensearch.xml"],
    }


@plant()
def the_search_keeps_a_member_s_hits_for_visitors(patch):
    kept: dict[str, finding.Found] = {}

    def find(asked, reader, **how):
        if asked not in kept:
            kept[asked] = finding.find(asked, reader, **how)
        return kept[asked]

    patch.setattr(views, "find", find)


@plant()
def everybody_searches_as_a_member(patch):
    honest = finding.find
    patch.setattr(views, "find", lambda asked, reader, **how: honest(asked, MEMBER, **how))


@plant()
def suggestions_name_what_is_not_published(patch):
    def suggestions(typed):
        articles = Article.objects.filter(live=False)
        return [Suggestion("article", each.title, "/", "") for each in articles]

    patch.setattr(views, "suggestions", suggestions)


@plant()
def a_search_that_finds_nothing_offers_what_is_not_published(patch):
    def results_page(asked, found):
        context = honest(asked, found)
        hidden = Article.objects.filter(live=False).values_list("title", flat=True)
        return {**context, "subjects": [Subject(title=title, slug="x") for title in hidden]}

    honest = views.results_page
    patch.setattr(views, "results_page", results_page)


@plant()
def a_snippet_is_cut_from_a_locked_text(patch):
    def everything(reader, pages):
        rows = Section.objects.filter(passage__page__in=pages.split(","))
        return rows.annotate(of_page=F("passage__page")).order_by("pk")

    patch.setattr(finding, "SECTIONS", everything)


@plant()
def the_speller_knows_locked_words(patch):
    def find(asked, reader, **how):
        found, query = honest(asked, reader, **how), Query.of(asked)
        meant = mended(query, MEMBER, is_partial=False)
        if found.hits or meant is None:
            return found
        return replace(found, searched=finding.replaced(asked, query, meant), is_mended=True)

    honest = finding.find
    patch.setattr(views, "find", find)


@plant()
def the_filters_name_what_only_the_whole_text_holds(patch):
    def groups_of(facets, asked):
        words = " ".join(Passage.objects.values_list("text", flat=True))
        return [refining.Group("Ord", [refining.Choice(words, 1, "/sok/", False)])]

    patch.setattr(views, "groups_of", groups_of)
