"""Pictures: private files, shown through the gate."""

import hashlib
from functools import lru_cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet
from wagtail.search import index

from accounts.access import AnyUser, Reader
from articles.image_encoding import encode
from articles.models.authors import Author
from articles.models.indexing import IndexedTogether
from articles.models.passages import Passage, PictureUse
from articles.models.rights import edits_all
from articles.models.series import Series
from delivery.prepared_sql import Prepared

#: The widths a picture is offered in, in pixels: a phone, the text column, the same on
#: screens of double density.
WIDTHS = (480, 800, 1200, 1600)
#: How many of the widths the plain format's own address may choose from: up to 1,200 pixels.
PLAIN = 3
MODERN = ("avif", "webp")


class PictureQuerySet(ImageQuerySet):
    def readable_by(self, reader: Reader) -> "PictureQuerySet":
        """Shown by a passage that `reader` may read, or by a public field of a live page."""
        return self.filter(_is_shown_to(reader))

    def known_to(self, user: AnyUser) -> "PictureQuerySet":
        """What `user` may see in the panel: all pictures, for an editor; else what readers of their
        level see, and for the rest of the staff what they have brought themselves."""
        if edits_all(user):
            return self
        shown = _is_shown_to(Reader.of_user(user))
        if user.is_authenticated and user.is_staff:
            shown |= Q(uploaded_by_user=user)
        return self.filter(shown)


def _is_shown_to(reader: Reader) -> Q:
    readable = Passage.objects.readable_by(reader).filter(pk=OuterRef("passage"))
    uses = PictureUse.objects.filter(Exists(readable), picture=OuterRef("pk"))
    series = Series.objects.for_readers().filter(picture=OuterRef("pk"))
    authors = Author.objects.for_readers().filter(portrait=OuterRef("pk"))
    return Q(Exists(uses)) | Q(Exists(series)) | Q(Exists(authors))


class Picture(IndexedTogether, AbstractImage):
    """A picture as the portal keeps it: re-encoded, without what the camera wrote."""

    #: SHA-256 of the bytes that were handed in, so that an import knows the picture again.
    source_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    #: Whether the worker has made all renditions.
    is_prepared = models.BooleanField(default=False, editable=False, db_index=True)

    admin_form_fields = ("title", "file", "collection", "description", "focal_point_x",
                         "focal_point_y", "focal_point_width", "focal_point_height")  # fmt: skip

    # The panel's search asks among those that the person may see.
    search_fields = [*AbstractImage.search_fields, index.FilterField("id")]

    objects = PictureQuerySet.as_manager()

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> "Picture":
        """A new, saved picture. Raises ValidationError for what can't be accepted."""
        picture = cls(title=name.rsplit(".", 1)[0])
        picture.take(data, name)
        picture.save()
        return picture

    def take(self, data: bytes, name: str) -> None:
        """Make `data` the picture's file, without saving.

        Raises ValidationError for what can't be accepted.
        """
        encoded = encode(data)
        stem = name.rsplit(".", 1)[0]
        self.source_hash = hashlib.sha256(data).hexdigest()
        self.file = SimpleUploadedFile(f"{stem}.{encoded.extension}", encoded.data)
        self.width, self.height = encoded.width, encoded.height
        self.file_size = len(encoded.data)
        self.file_hash = hashlib.sha1(encoded.data, usedforsecurity=False).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The file may have been changed by anyone: the panel, an import, Wagtail's own hooks.
        if not kwargs.get("update_fields") and self.is_prepared:
            stored = Picture.objects.filter(pk=self.pk, file_hash=self.file_hash)
            self.is_prepared = stored.filter(file=self.file.name).exists()
        super().save(*args, **kwargs)

    def is_readable_by(self, reader: Reader) -> bool:
        """Whether it is among those of `PictureQuerySet.readable_by`."""
        if reader.opened:
            return Picture.objects.readable_by(reader).filter(pk=self.pk).exists()
        return SHOWN.first(int(reader.level), self.pk) is not None

    @cached_property
    def plain_format(self) -> str:
        """What browsers get that know neither AVIF nor WebP."""
        return "png" if str(self.file.name).endswith(".png") else "jpeg"

    @property
    def formats(self) -> tuple[str, ...]:
        return (*MODERN, self.plain_format)

    @property
    def widths(self) -> tuple[int, ...]:
        """Smallest first, never wider than the picture itself."""
        narrower = tuple(width for width in WIDTHS if width < self.width)
        return narrower if len(narrower) == len(WIDTHS) else (*narrower, self.width)

    def address(self, width: int, format: str) -> str:
        return f"{folder_of(self.pk, self.file_hash)}/{width}.{format}"

    def srcset(self, format: str) -> str:
        return ", ".join(f"{self.address(width, format)} {width}w" for width in self.widths)

    @property
    def plain_address(self) -> str:
        return self.address(self.widths[:PLAIN][-1], self.plain_format)

    def rendition(self, width: int, format: str) -> "PictureRendition":
        """Made on first use. `width` and `format` are of `widths` and `formats`."""
        rendition: PictureRendition = self.get_rendition(f"width-{width}|format-{format}")
        return rendition

    def prepare(self) -> None:
        """Make every rendition, so that no reader waits for one."""
        for format in self.formats:
            for width in self.widths:
                self.rendition(width, format)
        Picture.objects.filter(pk=self.pk, file_hash=self.file_hash).update(is_prepared=True)


@lru_cache(maxsize=4096)
def folder_of(pk: int, file_hash: str) -> str:
    """The start of a picture's addresses: it has a dozen of them on a page."""
    address = reverse("articles:picture", args=[pk, file_hash, 0, "png"])
    return address.rpartition("/")[0]


SHOWN: Prepared[Picture] = Prepared(
    lambda level, pk: Picture.objects.readable_by(Reader(level)).filter(pk=pk)
)


class PictureRendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition"
            )
        ]
