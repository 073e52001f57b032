"""The requests that the leak tests make to the search, and leaks planted in its pages."""

from accounts.access import MEMBER
from articles.models import Article, Passage
from search import finding, refining, views
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
        return [finding.Suggestion("article", each.title, "/", "") for each in articles]

    patch.setattr(views, "suggestions", suggestions)


@plant()
def a_search_that_finds_nothing_offers_what_is_not_published(patch):
    def newest():
        found = Article.objects.filter(live=False).select_related("metadata")
        return [_Card(article) for article in found]

    patch.setattr(views, "newest", newest)


class _Card:
    first_published_at = None
    minutes = 1
    series_slug = series_title = ""

    def __init__(self, article):
        self.title, self.lead = article.title, article.lead
        self.metadata, self.path = Article.objects.live().first().metadata, article.path

    def get_absolute_url(self):
        return "/"


@plant()
def the_filters_name_what_only_the_whole_text_holds(patch):
    def groups_of(facets, asked):
        words = " ".join(Passage.objects.values_list("text", flat=True))
        return [refining.Group("Ord", [refining.Choice(words, 1, "/sok/", False)])]

    patch.setattr(views, "groups_of", groups_of)
