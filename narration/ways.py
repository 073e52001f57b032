"""What a listener hears of an article, for the panel's «See as»."""

from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Passage
from articles.models.articles import PublishedMetadata
from articles.publishing.speech import spoken
from desk.ways import Sight, told, way
from narration.models import SpokenText
from narration.models.spoken import Sentence, sentences_of
from narration.speaking import introduction, line_at_gate


class Line(NamedTuple):
    text: str
    is_heading: bool


@way("opplest", _("Read aloud"), models=(Article,), order=70)
def read_aloud(sight: Sight) -> HttpResponse:
    """The sentences of the recording that this reader gets. The voice says nothing else."""
    said = of_draft(sight) if sight.is_draft else of_published(sight)
    lines = [Line(each.text, each.is_heading) for each in said]
    return told("desk/spoken.html", {"lines": lines})


def of_published(sight: Sight) -> list[Sentence]:
    article = Article.objects.for_readers().filter(pk=sight.page.pk).first()
    if article is None:
        raise Http404
    readable = Passage.objects.readable_by(sight.reader).filter(page=article.pk)
    texts = SpokenText.objects.filter(passage__in=readable).order_by("passage__position")
    found = [sentence for text in texts for sentence in text.said]
    is_cut = article.metadata.gate_for(sight.reader, article.path) is not None
    return whole(article, found, is_cut=is_cut) if found else []


def of_draft(sight: Sight) -> list[Sentence]:
    article, reader = sight.page, sight.reader
    rendered = article.rendered()
    runs = zip(rendered, spoken(article.body, article.access), strict=True)
    readable = [run for passage, run in runs if reader.may_read(passage.access, article.path)]
    found = [sentence for run in readable for sentence in sentences_of(run)]
    gate = PublishedMetadata.outline(rendered).gate_for(reader, article.path)
    return whole(article, found, is_cut=gate is not None)


def whole(article: Any, found: list[Sentence], *, is_cut: bool) -> list[Sentence]:
    return [*introduction(article), *found, *(line_at_gate() if is_cut else [])]
