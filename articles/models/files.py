"""Files to download: PDFs, which readers get through the gate."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import AnyUser, Reader
from articles.models.passages import Passage
from articles.models.rights import edits_all
from articles.models.uses import FileUse
from articles.slugs import norwegian_slug

MAX_BYTES = 25_000_000
#: How far from its end a PDF may say that it ends. Some programs write a little more after it.
TAIL = 2048


def check_pdf(data: bytes) -> None:
    """Raises ValidationError for what isn't a whole PDF. The content decides, never the name."""
    if len(data) > MAX_BYTES:
        raise ValidationError(gettext("The file is larger than 25 MB."))
    if not data.startswith(b"%PDF-"):
        raise ValidationError(gettext("The file is not a PDF."))
    if b"%%EOF" not in data[-TAIL:]:
        raise ValidationError(gettext("The PDF is not whole. Save it again, and upload it again."))


class FileQuerySet(models.QuerySet["File"]):
    def readable_by(self, reader: Reader) -> "FileQuerySet":
        """Files in a passage that `reader` may read."""
        return self.filter(_is_shown_to(reader))

    def known_to(self, user: AnyUser) -> "FileQuerySet":
        """The files that `user` may see in the panel. An editor sees all of them. Others see those
        that they may see as readers, and staff also those they uploaded."""
        if edits_all(user):
            return self.all()
        shown = _is_shown_to(Reader.of_user(user))
        if user.is_authenticated and user.is_staff:
            shown |= Q(uploaded_by_user=user)
        return self.filter(shown)


def _is_shown_to(reader: Reader) -> Q:
    readable = Passage.objects.readable_by(reader).filter(pk=OuterRef("passage"))
    return Q(Exists(FileUse.objects.filter(Exists(readable), file=OuterRef("pk"))))


class File(models.Model):
    title = models.CharField(
        _("title"),
        max_length=200,
        help_text=_("What readers see, such as «Template for a budget»."),
    )
    file = models.FileField(_("PDF file"), upload_to="filer")
    #: The start of the content's SHA-256. It stands in the address: a new file has a new one.
    file_hash = models.CharField(max_length=32, editable=False, db_index=True)
    size = models.PositiveIntegerField(_("size"), editable=False)
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_bytes(cls, data: bytes, name: str, title: str = "") -> "File":
        """A new, saved file. Raises ValidationError for what `check_pdf` refuses."""
        file = cls(title=title or name.rsplit(".", 1)[0])
        file.take(data, name)
        file.save()
        return file

    def take(self, data: bytes, name: str) -> None:
        """Make `data` the file, without saving. Raises ValidationError."""
        check_pdf(data)
        self.file_hash, self.size = hash_of(data), len(data)
        stem = norwegian_slug(name.rsplit(".", 1)[0])[:60] or "fil"
        self.file = SimpleUploadedFile(f"{stem}.pdf", data)

    @property
    def name(self) -> str:
        """The name that the file has for those who download it, without its ending."""
        return norwegian_slug(self.title)[:80] or "fil"

    @property
    def size_shown(self) -> str:
        return filesizeformat(self.size)

    @property
    def address(self) -> str:
        return reverse("articles:file", args=[self.pk, self.file_hash, self.name])


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def remove_bytes(file: Any) -> None:
    """Remove the bytes of a file whose row is gone."""
    if file and file._committed:
        file.storage.delete(file.name)
