"""JSON-LD from public facts: titles, leads, names and dates, never the text."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Article, Author, Series, Subject
from articles.models.by_lines import Role, writers
from articles.models.subjects import Named
from articles.sharing import SharePicture

Json = dict[str, Any]

#: The class of the locked part: of the gate for a reader who may not read it, and of the text for a
#: reader who may. Google asks for a single class selector without nesting.
LOCKED_CLASS = "members-only"


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def publisher() -> Json:
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")}


def for_site() -> list[Json]:
    target = absolute(reverse("search:results")) + "?q={search_term_string}"
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": target},
        "query-input": "required name=search_term_string",
    }
    return [{**publisher(), "@type": "WebSite", "inLanguage": "nb", "potentialAction": search}]


def for_series(
    series: Series,
    parts: Sequence[Article],
    start: int = 1,
    subjects: Sequence[Named] = (),
    share: SharePicture | None = None,
) -> list[Json]:
    """`start` is the number of the first part in `parts`."""
    url = absolute(series.get_absolute_url())
    return [
        {
            **about(subjects),
            **image(share),
            "@type": "CreativeWorkSeries",
            "@id": url,
            "name": series.title,
            "description": series.lead,
            "url": url,
            "inLanguage": "nb",
            "publisher": publisher(),
            "hasPart": [
                {
                    "@type": "Article",
                    "headline": part.title,
                    "url": absolute(part.get_absolute_url()),
                    "position": position,
                    "isAccessibleForFree": not part.metadata.is_locked,
                }
                for position, part in enumerate(parts, start)
            ],
        },
        breadcrumbs((series.title, series.get_absolute_url())),
    ]


def for_article(
    article: Article, authors: Sequence[Author], position: int, share: SharePicture | None
) -> list[Json]:
    url = absolute(article.get_absolute_url())
    series_path = f"/{article.series_slug}/"
    data: Json = {
        **about(article.metadata.subjects),
        **image(share),
        "@type": "Article",
        "@id": url,
        "mainEntityOfPage": url,
        "url": url,
        "headline": article.title,
        "description": article.lead,
        "inLanguage": "nb",
        "wordCount": article.metadata.words,
        "author": [person(author) for author in writers(authors)],
        **others_behind(authors, url),
        "publisher": publisher(),
        "position": position,
        "isPartOf": {
            "@type": "CreativeWorkSeries",
            "@id": absolute(series_path),
            "name": article.series_title,
            "url": absolute(series_path),
        },
        "isAccessibleForFree": not article.metadata.is_locked,
    }
    if article.first_published_at:
        data["datePublished"] = article.first_published_at.isoformat()
    if article.last_published_at:
        data["dateModified"] = article.last_published_at.isoformat()
    if article.metadata.is_locked:
        data["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": f".{LOCKED_CLASS}",
        }
    return [
        data,
        breadcrumbs(
            (article.series_title, series_path), (article.title, article.get_absolute_url())
        ),
    ]


def for_author(author: Author) -> list[Json]:
    links = [link.url for link in author.links.all()]
    return [
        {**person(author), "sameAs": links} if links else person(author),
        breadcrumbs(
            (_("Authors"), reverse("articles:authors")), (author.title, author.get_absolute_url())
        ),
    ]


def for_subject(subject: Subject) -> list[Json]:
    path = subject.get_absolute_url()
    data = {"@type": "CollectionPage", "@id": absolute(path), "name": subject.title}
    named: Named = {"title": subject.title, "slug": subject.slug}
    return [
        {**data, **about([named]), "inLanguage": "nb"},
        breadcrumbs((_("Subjects"), reverse("articles:subjects")), (subject.title, path)),
    ]


def about(subjects: Sequence[Named]) -> Json:
    """{"about": …}, or {} without subjects."""
    things = [
        {
            "@type": "Thing",
            "name": subject["title"],
            "url": absolute(reverse("articles:subject", args=[subject["slug"]])),
        }
        for subject in subjects
    ]
    return {"about": things} if things else {}


def image(share: SharePicture | None) -> Json:
    """{"image": …}, or {} without a picture. It is the one that the page is shared with."""
    if share is None:
        return {}
    size = {"width": share.width, "height": share.height}
    return {"image": {"@type": "ImageObject", "url": absolute(share.address), **size}}


def person(author: Author) -> Json:
    data: Json = {"@type": "Person", "name": author.name}
    if author.live or not author.pk:  # a former author has no page, and the rest is a draft's
        data["url"] = absolute(author.get_absolute_url())
        if author.role:
            data["jobTitle"] = author.role
    return data


def others_behind(authors: Sequence[Author], url: str) -> Json:
    """Those who drew the article, and those who went over it. schema.org knows a reviewer of a web
    page only, so that is who they review."""
    drawn = [person(author) for author in authors if author.credit == Role.ILLUSTRATION]
    reviewed = [person(author) for author in authors if author.credit == Role.REVIEW]
    page = {"@type": "WebPage", "@id": url, "reviewedBy": reviewed}
    return {
        **({"contributor": drawn} if drawn else {}),
        **({"mainEntityOfPage": page} if reviewed else {}),
    }


def breadcrumbs(*crumbs: tuple[str, str]) -> Json:
    """The steps from the front page to a page. `crumbs` holds (name, path) of each step below."""
    steps = [(settings.SITE_NAME, "/"), *crumbs]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": name, "item": absolute(path)}
            for n, (name, path) in enumerate(steps, 1)
        ],
    }
