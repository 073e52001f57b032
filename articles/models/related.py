"""Related reading: articles of other series about the same subjects, or with the same terms.

Subjects and terms are public, also in a locked text, so what comes out is public as well.
"""

from collections import Counter

from wagtail.models import Page

from articles.models.passages import Definition
from articles.models.subjects import ArticleSubject
from articles.models.tree import at_or_below

#: How many articles are stored. Readers see fewer: some may be unpublished since.
STORED = 8
#: How many rows are looked at for each kind of likeness, the newest first.
LOOKED_AT = 200
#: What each likeness counts. A shared term says more than a shared subject.
A_TERM, A_SUBJECT = 3, 2


def related_to(article: Page) -> list[int]:
    """The primary keys of the articles most like `article`, the likest first, then the newest.

    The parts of its own series are left out. The page lists them already, and one of them is next.
    """
    series = article.path[: -article.steplen]
    likeness: Counter[int] = Counter()
    subjects = ArticleSubject.objects.filter(article=article.pk).values("subject")
    rows = ArticleSubject.objects.live().filter(subject__in=subjects)
    rows = rows.exclude(at_or_below(series, "article__")).order_by("-pk")
    for pk in rows.values_list("article", flat=True)[:LOOKED_AT]:
        likeness[pk] += A_SUBJECT
    slugs = Definition.objects.filter(passage__page=article.pk).values_list("slug", flat=True)
    if terms := set(slugs):
        defined = Definition.objects.live().filter(slug__in=terms)
        defined = defined.exclude(at_or_below(series, "passage__page__")).order_by("-pk")
        pairs = set(defined.values_list("passage__page", "slug")[:LOOKED_AT])
        for pk, _slug in pairs:
            likeness[pk] += A_TERM
    ranked = sorted(likeness, key=lambda pk: (-likeness[pk], -pk))
    return ranked[:STORED]
