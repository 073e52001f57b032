"""The archive of letters, behind the same gate as the articles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from accounts.access import Reader
from articles import sharing
from articles.models import Passage
from articles.models.articles import PublishedMetadata
from articles.views.reading import Passages
from delivery.decorators import paginated, reading_page
from delivery.pagination import page_number, paginate
from delivery.shared_pages import Context, shared_page
from newsletter import structured_data
from newsletter.models import Letter

#: Letters on one page of the archive.
A_PAGE = 50


@reading_page
@paginated
def letters(request: HttpRequest) -> HttpResponse:
    """All letters that are published, the newest first."""

    def made() -> tuple[str, Context]:
        found = Letter.objects.for_readers().order_by("-first_published_at", "-pk")
        return "newsletter/letters.html", {"page": paginate(found, A_PAGE, page_number(request))}

    return shared_page(request, Reader.of(request), made)


@reading_page
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    reader = Reader.of(request)

    def made() -> tuple[str, Context]:
        found = Letter.objects.for_readers().filter(slug=slug).select_related("share_picture")
        letter = found.first()
        if letter is None:
            raise Http404
        letter.metadata = letter.published_metadata()
        passages = Passage.objects.of_page(letter, reader)
        return "newsletter/letter.html", letter_page(letter, letter.metadata, passages, reader)

    return shared_page(request, reader, made)


def letter_page(
    letter: Letter, known: PublishedMetadata, passages: Passages, reader: Reader
) -> Context:
    """The letter with the `passages` that `reader` may read, and a gate if they aren't all of
    it."""
    share = sharing.chosen(letter) or sharing.in_passages(passages, letter.title)
    return {
        # The gate is the articles', and asks for an article.
        "article": letter,
        "passages": passages,
        "gate": known.gate_for(reader, letter.path),
        "share": share,
        "structured_data": structured_data.for_letter(letter, known, share),
    }


letter_urls = [
    path("brev/", letters, name="letters"),
    path("brev/<slug:slug>/", letter, name="letter"),
]
