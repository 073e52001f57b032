"""Tiny factories for the objects that the tests use."""

import io
import re
import uuid
from html import escape
from typing import Any

from django.utils import timezone
from PIL import Image

from articles.models import (
    Article,
    Author,
    AuthorIndex,
    Embed,
    File,
    Home,
    Picture,
    Series,
    SimplePage,
    Subject,
)
from articles.models.by_lines import ArticleAuthor
from articles.slugs import norwegian_slug


def block(kind: str, value: Any, id: str | None = None) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": id or str(uuid.uuid4())}


def text(html: str, **kwargs: Any) -> dict[str, Any]:
    return block("text", html, **kwargs)


def gate(teaser: str = "") -> dict[str, Any]:
    return block("gate", {"teaser": teaser})


def table(heading: str, cell: str) -> dict[str, Any]:
    return block(
        "table",
        {
            "columns": [{"type": "text", "heading": heading}, {"type": "number", "heading": "Kr"}],
            "rows": [{"values": [f"<p>{cell}</p>", "<p>1 200</p>"]}],
            "caption": "",
        },
    )


def picture_bytes(format: str = "PNG", colour: str = "navy", size: tuple[int, int] = (900, 600)):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, format)
    return buffer.getvalue()


def make_picture(name: str = "bilde.png", **how: Any) -> Picture:
    return Picture.from_bytes(picture_bytes(**how), name)


def pdf_bytes(words: str = "Mal") -> bytes:
    return f"%PDF-1.4\n% {words}\n%%EOF\n".encode()


def make_file(title: str = "Mal for budsjett", words: str = "Mal") -> File:
    return File.from_bytes(pdf_bytes(words), "mal.pdf", title)


def make_series(slug: str = "serien", title: str = "Serien på prøve", **fields: Any) -> Series:
    series = Series(title=title, slug=slug, lead="En ingress til serien.", **fields)
    Home.objects.get().add_child(instance=series)
    series.save_revision().publish()
    return Series.objects.get(pk=series.pk)


def make_author(slug: str = "kari-ytreoy", name: str = "Kari Ytrøy", **fields: Any) -> Author:
    author = Author(title=name, slug=slug, role="Rådgiver", bio="<p>Skriver om salg.</p>", **fields)
    AuthorIndex.objects.get().add_child(instance=author)
    author.save_revision().publish()
    return Author.objects.get(pk=author.pk)


def make_subject(title: str = "Salg", **fields: Any) -> Subject:
    return Subject.objects.create(title=title, **fields)


BODY = [
    text("<p>Det åpne avsnittet.</p>", id="aaaaaaaa-0000-4000-8000-000000000001"),
    gate("Hva resten svarer på."),
    text("<p>Det låste avsnittet.</p>", id="aaaaaaaa-0000-4000-8000-000000000002"),
]


def draft_article(series: Series, body: list[Any] | None = None, **fields: Any) -> Article:
    """Returns an article that was saved and never published."""
    values = {"title": "Delen", "slug": "delen", "lead": "En ingress.", **fields}
    authors = values.pop("authors", [])
    article = Article(**values, live=False)
    article.body = Article._meta.get_field("body").to_python(BODY if body is None else body)
    article.by_line = [ArticleAuthor(author=a, sort_order=n) for n, a in enumerate(authors)]
    series.add_child(instance=article)
    return article


def make_article(series: Series, body: list[Any] | None = None, **fields: Any) -> Article:
    """Returns a published article."""
    article = draft_article(series, body, **fields)
    article.save_revision().publish()
    return Article.objects.get(pk=article.pk)


def make_page(slug: str = "om", title: str = "Om oss") -> SimplePage:
    page = SimplePage(title=title, slug=slug, show_in_menus=True)
    page.body = SimplePage._meta.get_field("body").to_python([text("<p>Alle får lese dette.</p>")])
    Home.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return SimplePage.objects.get(pk=page.pk)


def every_block(word: Any, picture: Picture, words: int = 0) -> list[dict[str, Any]]:
    """Returns one block of each kind. `word(place)` returns the text for each place in a block."""
    filler = " ".join(["blåbærsyltetøy"] * words)
    return [
        text(
            f"<h2>{word('heading')} på æøå</h2><p>{word('paragraph')} {filler}[^1] "
            f'<a href="https://example.no/{word("href")}">{word("link")}</a></p>'
            f"<h3>{word('subheading')}</h3><ul><li>{word('list')}</li></ul>"
            f"<ol><li>{word('ordered')}</li></ol><blockquote>{word('quote')}</blockquote><hr/>"
        ),
        block(
            "picture",
            {"picture": picture.pk, "alt": word("alt"), "caption": word("caption")},
        ),
        block(
            "definition",
            {"term": f"Ærlighet {picture.pk}", "text": f"<p>{word('definition')}</p>"},
        ),
        table(word("column"), word("cell")),
        block("footnote", {"label": "1", "text": f"<p>{word('footnote')}</p>"}),
        drawing(word("label"), word("title"), alt=word("description"), caption=word("under")),
        *boxes(word),
        *linked(word, picture),
    ]


def boxes(word: Any) -> list[dict[str, Any]]:
    quote = {"text": f"<p>{word('quotation')}</p>", "who": word("who"), "source": word("source")}
    steps = [f"<p>{word('step')}</p>", f"<p>{word('laststep')}</p><ul><li>a</li></ul>"]
    letters = re.sub(r"[^a-zA-Z]", "", word("formula"))
    latex = rf"\frac{{\text{{{letters}}}}}{{2}}"
    return [
        block("quote", {**quote, "url": f"https://example.no/{norwegian_slug(word('cited'))}"}),
        block("facts", {"title": word("facts"), "text": f"<p>{word('fact')}</p>"}),
        block("steps", {"title": word("steps"), "steps": steps}),
        block("code", {"language": "python", "code": word("code"), "caption": word("codehead")}),
        block("formula", {"latex": latex, "said": word("said")}),
    ]


def linked(word: Any, picture: Picture) -> list[dict[str, Any]]:
    """A card of another site, and a file to download."""
    url = f"https://vimeo.com/{norwegian_slug(word('address'))}"
    known = {"title": word("fetched"), "picture": picture, "fetched_at": timezone.now()}
    Embed.objects.update_or_create(url=url, defaults=known)
    card = {"url": url, "title": "", "caption": f"<p>{word('below')}</p>"}
    file = make_file(word("filetitle"), word("filewords"))
    return [block("embed", card), block("file", {"file": file.pk, "title": ""})]


def drawing(label: str, title: str = "Tittel", **texts: str) -> dict[str, Any]:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 120">'
        f"<title>{escape(title)}</title>"
        f'<g class="fill-accent"><rect x="0" y="0" width="100" height="200"/></g>'
        f'<text x="4" y="20">{escape(label)}</text></svg>'
    )
    return block("drawing", {"svg": svg, "alt": "", "caption": "", **texts})
