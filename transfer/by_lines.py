"""A by-line in front matter: a list of slugs for each role."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from articles.models import Article, ArticleAuthor, Author
from articles.models.by_lines import Role
from transfer.front_matter import FrontMatter

KEYS = {Role.TEXT: "authors", Role.ILLUSTRATION: "illustrators", Role.REVIEW: "reviewers"}

ByLine = dict[Role, list[str]]


def by_line_matter(by_line: Mapping[Role, list[str]]) -> dict[str, Any]:
    """The list of authors stands there even if it is empty, so that a file shows where it goes."""
    return {
        key: by_line.get(role) or ([] if role == Role.TEXT else "") for role, key in KEYS.items()
    }


def by_line_of(article: Article) -> ByLine:
    rows = sorted(article.by_line.all(), key=lambda row: row.sort_order or 0)
    return {role: [row.author.slug for row in rows if row.role == role] for role in KEYS}


def read_by_line(matter: FrontMatter, here: Collection[str]) -> ByLine:
    """`here` holds the slugs of the folder's own authors. Raises Fault for an unknown one."""
    by_line: ByLine = {}
    seen: set[str] = set()
    for role, key in KEYS.items():
        by_line[role] = matter.texts(key)
        stored = set(Author.objects.filter(slug__in=by_line[role]).values_list("slug", flat=True))
        for slug in by_line[role]:
            if slug in seen:
                problem = _("«%s» stands there twice.") % slug
                matter.fail_at(key, problem, _("Take one away."))
            seen.add(slug)
            if slug not in stored and slug not in here:
                matter.fail_at(
                    key,
                    _("Unknown author «%s».") % slug,
                    _("Add forfattere/%s.md, or correct the slug.") % slug,
                )
    return by_line


def change_by_line(article: Article, by_line: Mapping[Role, list[str]]) -> None:
    slugs = [slug for role in KEYS for slug in by_line.get(role, [])]
    authors = {author.slug: author for author in Author.objects.filter(slug__in=slugs)}
    rows = {row.author_id: row for row in article.by_line.all()}
    found: list[ArticleAuthor] = []
    for role in KEYS:
        for slug in by_line.get(role, []):
            author = authors[slug]
            row = rows.get(author.pk) or ArticleAuthor(author=author)
            row.role, row.sort_order = role, len(found)
            found.append(row)
    article.by_line = found
