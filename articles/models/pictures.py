"""Pictures: private files that readers get through the gate."""

import hashlib
from functools import lru_cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet
from wagtail.search import index

from accounts.access import AnyUser, Reader
from articles.image_encoding import encode
from articles.models.articles import Article
from articles.models.authors import Author
from articles.models.indexing import IndexedTogether
from articles.models.passages import Passage, PictureUse
from articles.models.rights import edits_all
from articles.models.series import Home, Series
from articles.models.simple_pages import SimplePage
from articles.models.tree import parent_is_live
from delivery.prepared_sql import Prepared

#: The widths in which readers get a picture, in pixels: for a phone, for the text column, and for
#: both on screens of double density.
WIDTHS = (480, 800, 1200, 1600)
#: `plain_address` has the widest of this many of the narrowest widths: at most 1,200 pixels.
PLAIN = 3
MODERN = ("avif", "webp")


class PictureQuerySet(ImageQuerySet):
    def readable_by(self, reader: Reader) -> "PictureQuerySet":
        """Pictures in a passage that `reader` may read, or in a public field of a live page."""
        return self.filter(_is_shown_to(reader))

    def at(self, pk: int, file_hash: str, spec: str) -> "PictureQuerySet":
        """The picture at an address. Its `made` is the name of the file that the worker has made
        for `spec`, or None."""
        made = PictureRendition.objects.filter(image=OuterRef("pk"), filter_spec=spec)
        found = self.filter(pk=pk, file_hash=file_hash).only("file", "width", "height")
        return found.annotate(made=Subquery(made.values("file")[:1]))

    def known_to(self, user: AnyUser) -> "PictureQuerySet":
        """The pictures that `user` may see in the panel. An editor sees all of them. Others see the
        pictures that they may see as readers. Staff also see the pictures they uploaded."""
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
    found = Q(Exists(uses)) | Q(Exists(series)) | Q(Exists(authors))
    for model in (Article, Series, SimplePage, Author, Home):
        pages = model.objects.filter(parent_is_live("path"), live=True)
        found |= Q(Exists(pages.filter(share_picture=OuterRef("pk"))))
    return found


class Picture(IndexedTogether, AbstractImage):
    """A picture as the portal stores it: re-encoded, without the camera's metadata."""

    #: SHA-256 of the uploaded bytes, so that an import recognises the picture.
    source_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    #: Whether the worker has made all renditions.
    is_prepared = models.BooleanField(default=False, editable=False, db_index=True)
    #: Set by `PictureQuerySet.at`.
    made: str | None

    admin_form_fields = ("title", "file", "collection", "description", "focal_point_x",
                         "focal_point_y", "focal_point_width", "focal_point_height")  # fmt: skip

    # The panel's search filters by the ids of the pictures that its user may see.
    search_fields = [*AbstractImage.search_fields, index.FilterField("id")]

    objects = PictureQuerySet.as_manager()

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> "Picture":
        """A new, saved picture. Raises ValidationError for a file that `encode` refuses."""
        picture = cls(title=name.rsplit(".", 1)[0])
        picture.take(data, name)
        picture.save()
        return picture

    def take(self, data: bytes, name: str) -> None:
        """Make `data` the picture's file, without saving.

        Raises ValidationError for a file that `encode` refuses.
        """
        encoded = encode(data)
        stem = name.rsplit(".", 1)[0]
        self.source_hash = hashlib.sha256(data).hexdigest()
        self.file = SimpleUploadedFile(f"{stem}.{encoded.extension}", encoded.data)
        self.width, self.height = encoded.width, encoded.height
        self.file_size = len(encoded.data)
        self.file_hash = hashlib.sha1(encoded.data, usedforsecurity=False).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The panel, an import or one of Wagtail's hooks may have changed the file.
        if not kwargs.get("update_fields") and self.is_prepared:
            stored = Picture.objects.filter(pk=self.pk, file_hash=self.file_hash)
            self.is_prepared = stored.filter(file=self.file.name).exists()
        super().save(*args, **kwargs)

    @cached_property
    def plain_format(self) -> str:
        """The format for browsers that support neither AVIF nor WebP."""
        return "png" if str(self.file.name).endswith(".png") else "jpeg"

    @property
    def formats(self) -> tuple[str, ...]:
        return (*MODERN, self.plain_format)

    @property
    def widths(self) -> tuple[int, ...]:
        """Smallest first. None is wider than the picture itself."""
        narrower = tuple(width for width in WIDTHS if width < self.width)
        return narrower if len(narrower) == len(WIDTHS) else (*narrower, self.width)

    def address(self, width: int, format: str) -> str:
        return f"{folder_of(self.pk, self.file_hash)}/{width}.{format}"

    def srcset(self, format: str) -> str:
        return ", ".join(f"{self.address(width, format)} {width}w" for width in self.widths)

    @property
    def plain_width(self) -> int:
        return self.widths[:PLAIN][-1]

    @property
    def plain_address(self) -> str:
        return self.address(self.plain_width, self.plain_format)

    def stand_in(self, width: int) -> str:
        """The file that readers get until the worker has made theirs, in the plain format."""
        plain = self.renditions.filter(filter_spec=spec_of(width, self.plain_format)).first()
        return str((plain or self).file.name)

    def prepare(self) -> None:
        """Make every rendition, and those first that stand in for the others."""
        for format in (self.plain_format, *reversed(MODERN)):
            for width in self.widths:
                self.get_rendition(spec_of(width, format))
        unchanged = Picture.objects.filter(pk=self.pk, file_hash=self.file_hash)
        if not unchanged.update(is_prepared=True):
            self.renditions.all().delete()  # the file was changed, and these may show the old one


def spec_of(width: int, format: str) -> str:
    """Wagtail's name for a rendition."""
    return f"width-{width}|format-{format}"


@lru_cache(maxsize=4096)
def folder_of(pk: int, file_hash: str) -> str:
    """The start of a picture's addresses. Cached: a page has a dozen addresses of each picture."""
    address = reverse("articles:picture", args=[pk, file_hash, 0, "png"])
    return address.rpartition("/")[0]


#: The picture at an address, for readers of a level without grants.
SHOWN: Prepared[Picture] = Prepared(
    lambda level, *address: Picture.objects.readable_by(Reader(level)).at(*address)
)


class PictureRendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition"
            )
        ]
