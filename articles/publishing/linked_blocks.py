"""Blocks that lead out of the text: to a video or sound elsewhere, and to a file to download."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from articles.publishing import elements
from articles.publishing.base import BodyBlock, address_of
from articles.publishing.embed_hosts import host_of, names, normal
from articles.publishing.rendering import Footnotes, RenderedPassage, plain_text, sanitise
from articles.publishing.speech import Utterance, said

INLINE = ["bold", "italic", "link"]


class EmbedBlock(BodyBlock, blocks.StructBlock):
    """A video or sound at another site, as a card with its title and picture.

    Nothing is asked of the other site when the page is read: no script, no frame, no picture.
    """

    url = blocks.URLBlock(
        label=_("Address"),
        max_length=500,
        help_text=_("Of a video or sound at YouTube, Vimeo, Spotify, SoundCloud, TED or NRK."),
    )
    title = blocks.CharBlock(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("Left out, the title is fetched from the other site after publishing."),
    )
    caption = blocks.RichTextBlock(label=_("Text below"), features=INLINE, required=False)

    template_name = "articles/blocks/embed.html"
    rich_features = INLINE
    box_title = _("https://… Title")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        cleaned["url"] = normal(cleaned["url"])
        return cleaned

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        url = normal(value["url"])
        host = host_of(url)
        caption = mark_safe(notes.rich(value["caption"].source, address_of(block_id)))
        if host is None:
            return self.from_template(value, block_id, url="", caption=caption)
        passage.embeds.add(url)
        found = self.embeds.filter(url=url).select_related("picture").first()
        if found and found.picture:
            passage.pictures.add(found.picture.pk)
        return self.from_template(
            value,
            block_id,
            url=url,
            host=host,
            title=value["title"] or (found.title if found else ""),
            picture=found.picture if found else None,
            caption=caption if plain_text(caption) else "",
        )

    @property
    def embeds(self) -> Any:
        return apps.get_model("articles", "Embed").objects

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if host_of(normal(value["url"])) is None:
            raise ValidationError(
                _("Only addresses at %s can be shown as a card. Put others in the text as links.")
                % names()
            )

    def title_of(self, value: Any) -> str:
        found = self.embeds.filter(url=normal(value["url"])).values_list("title", flat=True)
        return value["title"] or found.first() or ""

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        host = host_of(normal(value["url"]))
        name = ", ".join(each for each in (host.name if host else "", self.title_of(value)) if each)
        caption = plain_text(sanitise(value["caption"].source))
        return said(address_of(block_id), f"{_('Link')}: {name}", caption)

    def to_markdown(self, value: Any) -> elements.Box:
        title = f"{normal(value['url'] or '')} {value.get('title') or ''}".rstrip()
        return elements.Box(name=self.name, title=title, text=value.get("caption") or "")

    def from_markdown(self, element: elements.Box) -> Any:
        url, _space, title = element.title.partition(" ")
        return {"url": normal(url), "title": title.strip(), "caption": element.text}

    class Meta:
        icon = "media"
        label = _("Video or sound elsewhere")


class FileBlock(BodyBlock, blocks.StructBlock):
    """A PDF to download. It is as locked as the text it stands in."""

    file = SnippetChooserBlock("articles.File", label=_("File"))
    title = blocks.CharBlock(
        label=_("What the link says"),
        required=False,
        max_length=200,
        help_text=_("Left out, it is the file's title."),
    )

    template_name = "articles/blocks/file.html"
    element = elements.File

    def passage_html(
        self, value: Any, block_id: str, passage: RenderedPassage, notes: Footnotes
    ) -> str:
        if value["file"] is None:  # deleted: the text goes on without it
            return ""
        passage.files.add(value["file"].pk)
        return self.from_template(value, block_id, title=self.title_of(value))

    def title_of(self, value: Any) -> str:
        return str(value["title"] or value["file"].title)

    def check_value(self, value: Any) -> None:
        super().check_value(value)
        if value["file"] is None:
            raise ValidationError(_("The file is gone. Choose another, or remove this."))

    def search_text(self, value: Any) -> str:
        return self.title_of(value) if value["file"] else ""

    def spoken(self, value: Any, block_id: str) -> list[Utterance]:
        name = self.title_of(value) if value["file"] else ""
        kind = _("File to download")  # makemessages reads no f-strings
        return said(address_of(block_id), name and f"{kind}: {name}")

    def to_markdown(self, value: Any) -> elements.File:
        stored = value["file"]
        is_stored = isinstance(stored, int)
        return elements.File(
            file=elements.FileId(stored) if is_stored else stored, title=value.get("title") or ""
        )

    def from_markdown(self, element: elements.File) -> Any:
        return {"file": element.file, "title": element.title}

    class Meta:
        icon = "download"
        label = _("File to download (PDF)")
