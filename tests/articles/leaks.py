"""The requests that the leak tests make to the articles, and leaks planted in them."""

from types import SimpleNamespace

from django.db.models import Prefetch, Value
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from articles import renamed, sharing, structured_data
from articles.models import (
    Article,
    Author,
    Definition,
    File,
    Home,
    Passage,
    Picture,
    PlannedPart,
    PublishedMetadata,
    Series,
    ShareCard,
    articles,
    base,
    passages,
)
from articles.models.authors import AuthorQuerySet
from articles.models.files import FileQuerySet
from articles.models.passages import DefinitionQuerySet, PassageQuerySet
from articles.models.pictures import PictureQuerySet
from articles.models.plans import Coming
from articles.models.subjects import SubjectQuerySet
from articles.models.tree import below
from articles.views import citing, feeds, files, front, glossary, pictures, reading, sitemaps
from delivery import shared_pages
from tests.leaks.planting import all_text, plant, unpublished_too
from tests.leaks.world import World

#: The routes that show text or pictures. The tests request them in every disguise.
TELLING = (
    *("articles:article", "articles:section", "articles:picture", "articles:card", "articles:term"),
    "articles:file",
    *("articles:feed", "articles:series_feed", "articles:author_feed"),
    *("articles:json_feed", "articles:series_json_feed", "articles:author_json_feed"),
    *("articles:author", "articles:author_series", "articles:subject", "articles:subject_feed"),
)
AUTHORS = ("kari-ytreoy", "utkast-forfatter", "ny-forfatter", "tidligere-forfatter")
#: Two with something published, one with nothing, and one that is not there.
SUBJECTS = ("salg", "bare-delen", "hemmelig", "finnes-ikke")


def examples(world: World) -> dict[str, list[str]]:
    names = ["home", "all_series", "series_by_title", "authors", "glossary", "sitemaps"]
    names += ["subjects", "feed", "json_feed"]
    found = {f"articles:{name}": [reverse(f"articles:{name}")] for name in names}
    slugs = ["serien", "nedlagt", "om", "forfattere", "finnes-ikke"]
    articles = [(a.get_parent().slug, a.slug) for a in world.articles]
    picture = world.picture
    return found | {
        "articles:author": [f"/forfattere/{slug}/" for slug in AUTHORS],
        "articles:author_series": [f"/forfattere/{slug}/serier/" for slug in AUTHORS],
        "articles:glossary_from": [
            f"/ordbok/fra/aerlighet-{picture.pk}/",
            "/ordbok/fra/finnes-ikke/",
        ],
        "articles:term": [f"/ordbok/aerlighet-{picture.pk}/", "/ordbok/finnes-ikke/"],
        "articles:subject": [f"/tema/{slug}/" for slug in SUBJECTS],
        "articles:subject_feed": [f"/feed/tema/{slug}/" for slug in SUBJECTS],
        "articles:series_feed": ["/feed/serie/serien/", "/feed/serie/nedlagt/"],
        "articles:author_feed": [f"/feed/forfatter/{slug}/" for slug in AUTHORS],
        "articles:series_json_feed": ["/feed/serie/serien.json", "/feed/serie/nedlagt.json"],
        "articles:author_json_feed": [f"/feed/forfatter/{slug}.json" for slug in AUTHORS],
        "articles:picture": [
            picture.address(width, format)
            for width, format in ((picture.width, "webp"), (99, "webp"), (picture.width, "gif"))
        ],
        "articles:file": [
            *(file.address for file in File.objects.order_by("pk")),
            *(f"{file.address[:-4]}-x.pdf" for file in File.objects.order_by("pk")[:1]),
        ],
        "articles:card": [card.address for card in ShareCard.objects.order_by("pk")]
        + [f"/bilde/kort/{world.article.pk}/finnes-ikke.png"],
        "articles:sitemap": [
            f"/sitemap-{section}.xml"
            for section in (
                "portal",
                "series",
                "articles",
                "authors",
                "pages",
                "subjects",
                "terms",
                "x",
            )
        ],
        "articles:section": [f"/{slug}/" for slug in slugs],
        "articles:article": [f"/{series}/{slug}/" for series, slug in articles]
        + [f"/nedlagt/{world.article.slug}/", "/serien/igjen/", "/serien/serien/", "/om/om/"],
        "articles:citation": [
            f"{article.get_absolute_url()}sitering.{format}"
            for article in world.articles
            for format in ("bib", "ris")
        ]
        + ["/serien/omdopt/sitering.ris"],
    }


@plant()
def the_gate_forgets_to_compare_access(patch):
    patch.setattr(PassageQuerySet, "readable_by", lambda self, reader: self.live())


@plant()
def nobody_asks_whether_the_series_is_live(patch):
    always = Value(True)
    for module in (passages, base):
        patch.setattr(module, "parent_is_live", lambda path: always)


@plant()
def an_old_address_leads_to_that_of_a_page_that_is_hidden(patch):
    patch.setattr(renamed, "hidden_at", lambda path: False)


@plant()
def the_feed_reads_past_the_gate(patch):
    def items(self, obj):
        whole = Prefetch("passages", queryset=Passage.objects.all(), to_attr="free_passages")
        return self.articles(obj).prefetch_related(whole, "by_line__author")

    patch.setattr(feeds.SiteFeed, "items", items)


@plant()
def the_glossary_reads_past_the_gate(patch):
    patch.setattr(DefinitionQuerySet, "readable_by", lambda self, reader: self)


@plant()
def the_way_back_in_the_glossary_tells_what_the_terms_mean(patch):
    def before(slugs):
        return " ".join(Definition.objects.values_list("passage__text", flat=True))

    patch.setattr(glossary, "before", before)


@plant()
def pictures_are_shown_to_anyone_who_has_the_address(patch):
    patch.setattr(
        PictureQuerySet, "readable_by", lambda self, reader: self.filter(pk__gte=reader.level)
    )


@plant()
def files_are_handed_out_to_anyone_who_has_the_address(patch):
    patch.setattr(FileQuerySet, "readable_by", lambda self, reader: self.filter())


@plant()
def a_known_file_is_told_before_the_gate(patch):
    honest = files.shown_to

    def shown_to(request, pk, file_hash):
        is_part = "Range" in request.headers
        return File.objects.get(pk=pk) if is_part else honest(request, pk, file_hash)

    patch.setattr(files, "shown_to", shown_to)


@plant()
def a_known_picture_is_told_before_the_gate(patch):
    honest = pictures.shown_to

    def shown_to(request, *address):
        is_known = "If-None-Match" in request.headers
        return Picture.objects.at(*address).first() if is_known else honest(request, *address)

    patch.setattr(pictures, "shown_to", shown_to)


@plant()
def the_share_picture_is_taken_from_the_whole_text(patch):
    honest = sharing.in_passages

    def in_passages(shown, alt):
        every = Passage.objects.filter(page__in={p.page_id for p in shown})
        patch.setattr(Passage, "is_public", True)
        return honest(every.order_by("-position"), alt)

    patch.setattr(sharing, "in_passages", in_passages)


@plant()
def a_card_is_shown_after_its_article_is_withdrawn(patch):
    patch.setattr(ShareCard.objects._queryset_class, "shown", lambda self: self)


@plant()
def a_card_s_words_are_those_of_the_newest_draft(patch):
    def card_of(page):
        draft = page.get_latest_revision_as_object()
        return sharing.SharePicture("/bilde/kort/1/x.png", 1200, 630, draft.title)

    patch.setattr(sharing, "chosen", card_of)


@plant()
def structured_data_carries_the_article_body(patch):
    honest = structured_data.for_article

    def for_article(article, *args):
        data = honest(article, *args)
        data[0]["articleBody"] = all_text(article)
        return data

    patch.setattr(structured_data, "for_article", for_article)


@plant()
def the_description_is_cut_from_the_whole_text(patch):
    patch.setattr(
        Article, "lead", property(lambda self: all_text(self)[-200:], lambda self, value: None)
    )


@plant("member")
def readers_see_the_newest_draft(patch):
    honest = reading.article_page

    def article_page(article, reader, shown, authors):
        draft = article.get_latest_revision_as_object()
        return honest(article, reader, draft.rendered(), authors)

    patch.setattr(reading, "article_page", article_page)


@plant()
def a_page_cache_forgets_who_asked(patch):
    kept: dict[str, bytes] = {}

    def page(request, audience, make):
        if request.path not in kept:
            kept[request.path] = shared_pages.shared_page(request, audience, make).content
        return HttpResponse(kept[request.path])

    patch.setattr(reading, "shared_page", page)


def _for_articles(patch, answer):
    """Uses `answer(request, template, context)`, or the usual answer if it returns None."""

    def page(request, audience, make):
        template, context = make()
        found = answer(request, template, context) if "article" in context else None
        return found or shared_pages.shared_page(request, audience, lambda: (template, context))

    patch.setattr(reading, "shared_page", page)


def _whole_for(patch, condition):
    def whole(request, template, context):
        if not condition(request):
            return None
        passages = list(Passage.objects.filter(page=context["article"].pk))
        page = shared_pages.SharedPage.of(template, {**context, "passages": passages}, request)
        return page.for_reader(request)

    _for_articles(patch, whole)


@plant("made_up_session")
def search_engines_are_given_the_whole_text(patch):
    _whole_for(patch, lambda request: "Googlebot" in request.headers.get("User-Agent", ""))


@plant("made_up_session")
def the_print_version_is_whole(patch):
    _whole_for(patch, lambda request: "amp" in request.GET)


@plant("made_up_session")
def json_is_made_from_the_whole_article(patch):
    def whole(request, template, context):
        is_asked = "json" in request.headers.get("Accept", "")
        return JsonResponse({"text": all_text(context["article"])}) if is_asked else None

    _for_articles(patch, whole)


@plant()
def a_header_tells_what_comes_next(patch):
    def telling(request, template, context):
        response = shared_pages.shared_page(request, None, lambda: (template, context))
        text = all_text(context["article"])[-100:]
        response["X-Excerpt"] = text.encode("ascii", "ignore").decode()
        return response

    _for_articles(patch, telling)


@plant("made_up_session")
def a_conditional_request_is_answered_before_the_gate(patch):
    _whole_for(patch, lambda request: "If-None-Match" in request.headers)


@plant()
def the_sitemap_lists_what_is_not_published(patch):
    patch.setattr(sitemaps.PageSitemap, "items", lambda self: self.model.objects.all())


@plant()
def lists_show_scheduled_and_unpublished_articles(patch):
    honest = articles.ArticleQuerySet.for_readers

    def for_readers(self):
        with unpublished_too(patch):
            return honest(self)

    patch.setattr(articles.ArticleQuerySet, "for_readers", for_readers)


@plant()
def the_lead_story_is_shown_when_it_is_no_longer_published(patch):
    honest = front.home_page

    def home_page():
        page = honest()
        page["lead"].title = Home.objects.get().lead_story.title
        return page

    patch.setattr(front, "home_page", home_page)


@plant()
def authors_are_listed_before_they_are_published(patch):
    patch.setattr(Author.objects._queryset_class, "for_readers", lambda self: self, raising=True)


@plant()
def a_former_author_s_newest_name_is_in_the_by_line(patch):
    patch.setattr(Author, "name", property(lambda self: self.title))


@plant()
def whoever_is_chosen_stands_in_the_by_line(patch):
    patch.setattr(AuthorQuerySet, "named", lambda self: self)
    patch.setattr(Author, "name", property(lambda self: self.published_name or self.title))


@plant()
def the_contents_are_those_of_the_whole_text(patch):
    def contents_of(article, gate, shown):
        lists = Passage.objects.filter(page=article.pk).values_list("contents", flat=True)
        return [heading for headings in lists for heading in headings]

    patch.setattr(reading, "contents_of", contents_of)


@plant()
def the_contents_are_shown_to_everyone_without_the_tick(patch):
    patch.setattr(PublishedMetadata, "of", classmethod(_metadata_of_all))
    for article in Article.objects.live():
        PublishedMetadata.update_of(article)


def _metadata_of_all(cls, article, passages):
    contents = [heading for passage in passages for heading in passage.contents]
    return cls(article=article, contents=contents, corrections=[])


@plant()
def what_is_coming_is_shown_without_the_tick(patch):
    honest = Series.coming

    def coming(self):
        self.announces = True
        return honest(self)

    patch.setattr(Series, "coming", coming)


@plant()
def what_is_coming_is_the_newest_draft(patch):
    def coming(self):
        return Page.objects.child_of(self).filter(live=False)

    patch.setattr(Series, "coming", coming)


@plant()
def what_is_planned_is_told_without_a_day(patch):
    def coming(self):
        planned = PlannedPart.objects.still_planned(below(self.path, "article__"))
        return [Coming(part.article.title, timezone.localdate(), 1) for part in planned]

    patch.setattr(Series, "coming", coming)


@plant()
def a_subject_is_known_before_anything_about_it(patch):
    patch.setattr(SubjectQuerySet, "for_readers", lambda self: self)


@plant()
def related_articles_are_shown_before_they_are_published(patch):
    def related_among(cards, keys):
        found = Article.objects.filter(live=False)
        return [SimpleNamespace(title=article.title, minutes=1) for article in found]

    patch.setattr(reading, "related_among", related_among)


@plant()
def a_citation_is_made_of_any_article(patch):
    patch.setattr(citing, "Article", _Unguarded)


class _Unguarded:
    class objects:
        @staticmethod
        def at(series, slug):
            found = Article.objects.filter(slug=slug)
            return found.annotate(series_slug=Value(series), series_title=Value(series))


@plant("made_up_session")
def the_shared_page_forgets_whom_it_was_made_for(patch):
    def page(request, audience, make):
        return shared_pages.shared_page(request, None, make)

    patch.setattr(reading, "shared_page", page)
