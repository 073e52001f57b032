"""The panel's way in for pictures: checked and re-encoded like any other."""

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
    """Hands Wagtail's own checks, which decode, nothing that ours has not let through."""

    def to_python(self, data: Any) -> Any:
        if not data or not hasattr(data, "read"):
            return super().to_python(data)
        # The file is kept as what it is, under an ending of ours: but what calls itself something
        # else altogether was not meant for a picture.
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
        # Declared, it would stand in the forms too that Wagtail makes without it.
        if (file := self.fields.get("file")) is not None:
            self.fields["file"] = PictureField(
                label=_("File"), required=file.required, widget=file.widget
            )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if hasattr(file, "source_hash"):
            self.instance.source_hash = file.source_hash
        return file
