import hashlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.forms import BaseImageForm

from articles.pictures import encode


class PictureForm(BaseImageForm):
    """The panel's way in for pictures: checked and re-encoded like any other."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file or "file" not in self.changed_data:
            return file
        file.seek(0)
        data = file.read()
        encoded = encode(data)
        self.instance.source_hash = hashlib.sha256(data).hexdigest()
        stem = file.name.rsplit(".", 1)[0]
        return SimpleUploadedFile(f"{stem}.{encoded.extension}", encoded.data)
