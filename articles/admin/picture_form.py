"""Uploads in the panel. Their pictures are checked and re-encoded like all others."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from articles.image_encoding import encode


class PictureField(WagtailImageField):
    """Runs our checks first: Wagtail's own checks decode the file."""

    def to_python(self, data: Any) -> Any:
        if not data or not hasattr(data, "read"):
            return super().to_python(data)
        # The stored extension comes from the content. But a file without a picture's extension in
        # its name was not meant as a picture.
        FileExtensionValidator(settings.WAGTAILIMAGES_EXTENSIONS)(data)
        source = data.read()
        encoded = encode(source)
        stem = data.name.rsplit(".", 1)[0]
        file = super().to_python(SimpleUploadedFile(f"{stem}.{encoded.extension}", encoded.data))
        file.source_hash = hashlib.sha256(source).hexdigest()
        return file


class PictureForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A declared field would also appear in the forms that Wagtail builds without a file.
        if (file := self.fields.get("file")) is not None:
            self.fields["file"] = PictureField(
                label=_("File"), required=file.required, widget=file.widget
            )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if hasattr(file, "source_hash"):
            self.instance.source_hash = file.source_hash
        return file
