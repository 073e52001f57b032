"""An article's citation as a file for reference managers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from articles.citations import Work
from articles.models import Article, Author
from delivery.decorators import public_file

TYPES = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems"}


@public_file
def citation(request: HttpRequest, series: str, slug: str, format: str) -> HttpResponse:
    if format not in TYPES:
        raise Http404
    article = get_object_or_404(Article.objects.at(series, slug))
    work = Work.of(article, list(Author.objects.of(article.pk)))
    text = work.bibtex() if format == "bib" else work.ris()
    response = HttpResponse(text, content_type=f"{TYPES[format]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.{format}"'
    response["X-Robots-Tag"] = "noindex"
    return response
