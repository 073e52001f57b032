"""A new kind of block takes a class and a line in a stream. Nothing else has to know about it."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from wagtail import blocks

from accounts.access import Access
from articles.models import Article
from articles.publishing.base import BodyBlock, address_of
from articles.publishing.blocks import INLINE, ArticleBody
from articles.publishing.elements import Box
from articles.publishing.rendering import render
from articles.publishing.speech import said
from tests.factories import block, gate, text
from tests.transfer.conftest import FIRST_PART
from transfer.faults import Fault
from transfer.markdown import read_blocks
from transfer.writing import write_body


class NoticeBlock(BodyBlock, blocks.StructBlock):
    title = blocks.CharBlock(max_length=20)
    text = blocks.RichTextBlock(features=INLINE)

    rich_features = INLINE
    box_title = "Tittel"

    def passage_html(self, value, block_id, passage, notes):
        rich = mark_safe(notes.rich(value["text"].source, address_of(block_id)))
        return format_html(
            '<div class="notice" id="{}"><p>{}</p>{}</div>',
            address_of(block_id),
            value["title"],
            rich,
        )

    def check_value(self, value):
        super().check_value(value)
        if value["title"].isupper():
            raise ValidationError("Ikke rop.")

    def spoken(self, value, block_id):
        return [*said(address_of(block_id), "Merk!"), *super().spoken(value, block_id)]

    def to_markdown(self, value):
        return Box(name=self.name, title=value["title"], text=value["text"])

    def from_markdown(self, element):
        return {"title": element.title, "text": element.text}


class Body(ArticleBody):
    notice = NoticeBlock()


NOTE = block("footnote", {"label": "1", "text": "<p>Noten</p>"})
MARKDOWN = ":::notice Husk\nKoppen er *varm*.\n:::"


def notice(title: str = "Husk", html: str = "<p>Koppen er <i>varm</i>.</p>"):
    return block("notice", {"title": title, "text": html}, id="abc")


def body(*stored):
    return Body().to_python(list(stored))


def test_it_is_rendered_in_its_passage_with_its_footnotes():
    stored = body(text("<p>a</p>"), gate(), notice(html="<p>b[^1]<script>x</script></p>"), NOTE)
    before, after = render(stored, Access.MEMBERS)
    assert "notice" not in before.html + before.text
    assert '<div class="notice" id="b-abc"><p>Husk</p><p id="b-abc-1">b<sup' in after.html
    assert "Noten" in after.html
    assert "<script" not in after.html


def test_it_is_checked_and_counts_as_something_below_a_gate():
    with pytest.raises(blocks.StreamBlockValidationError) as caught:
        Body().clean(body(gate(), notice("HUSK"), notice(html="<p>b[^x]</p>")))
    assert list(caught.value.block_errors) == [2, 1]
    assert "[^x]" in caught.value.block_errors[2].message


def test_it_is_found_and_said():
    (bound,) = body(notice(html="<p>Koppen[^1] er varm.</p>"))
    assert bound.block.search_text(bound.value) == "Husk Koppen er varm."
    spoken = bound.block.spoken(bound.value, "abc")
    assert [each.text for each in spoken] == ["Merk!", "Husk", "Koppen er varm."]


def test_it_is_written_to_markdown_and_read_again():
    stored = [notice(), text("<p>c</p>")]
    markdown = write_body(stored, str, str, Body())
    assert markdown == f"{MARKDOWN}\n\nc"
    found = read_blocks("01-a.md", markdown, body=Body())
    assert [(b.type, b.stored({})) for b in found] == [(b["type"], b["value"]) for b in stored]


def test_it_takes_its_own_features_only():
    with pytest.raises(Fault):
        read_blocks("01-a.md", ":::notice Husk\n- a\n:::", body=Body())


def test_a_fault_names_the_boxes_that_there_are():
    with pytest.raises(Fault) as caught:
        read_blocks("01-a.md", ":::note Husk\na\n:::", body=Body())
    for known in ("«:::definition Begrep»", "«:::notice Tittel»"):
        assert known in caught.value.remedy


@pytest.mark.django_db
def test_a_series_with_it_is_imported_and_exported(on_disk, tmp_path, monkeypatch):
    kind = Body().child_blocks["notice"]
    for kinds in (
        ArticleBody.base_blocks,
        Article._meta.get_field("body").stream_block.child_blocks,
    ):
        monkeypatch.setitem(kinds, "notice", kind)
    on_disk.change(FIRST_PART, "Siste avsnitt.", f"{MARKDOWN}\n\nSiste avsnitt.")
    on_disk.load()
    passage = Article.objects.get(slug="den-forste-koppen").passages.get()
    assert '<div class="notice"' in passage.html
    call_command("export_series", "--to", str(tmp_path / "ut"))
    (written,) = (tmp_path / "ut").rglob(FIRST_PART)
    assert written.read_text() == (on_disk.path / FIRST_PART).read_text()
