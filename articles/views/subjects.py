"""The list of subjects, and the page of each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.access import Reader
from articles import structured_data
from articles.models import Article, Series, Subject
from delivery.decorators import paginated, reading_page
from delivery.pagination import Page, page_number, stretch
from delivery.shared_pages import Context, shared_page

#: How many series and articles a page of one subject lists.
SERIES, ARTICLES = 12, 24


@reading_page
def subjects(request: HttpRequest) -> HttpResponse:
    def made() -> tuple[str, Context]:
        return "articles/subjects.html", {"subjects": Subject.objects.for_readers()}

    return shared_page(request, Reader.of(request), made)


@reading_page
@paginated
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    def made() -> tuple[str, Context]:
        found = get_object_or_404(Subject.objects.for_readers(), slug=slug)
        return "articles/subject.html", subject_page(found, page_number(request))

    return shared_page(request, Reader.of(request), made)


def subject_page(subject: Subject, number: int) -> Context:
    """Both lists have the same page number. The longer one says whether there is a next page."""
    series = stretch(Series.objects.with_parts().about(subject.slug), SERIES, number)
    written = Article.objects.for_readers().filter(subject_rows__subject=subject)
    articles = stretch(written.order_by("-first_published_at", "-pk"), ARTICLES, number)
    if number > 1 and not series and not articles:
        raise Http404
    return {
        "subject": subject,
        "series_page": series,
        "articles": articles,
        "page": Page([], number, series.has_next or articles.has_next),
        "structured_data": structured_data.for_subject(subject),
    }
