"""Where the media folder's files are written."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import FileSystemStorage


class MediaStorage(FileSystemStorage):
    """A file is there whole, or not at all.

    Django writes a file under its own name. When the disk is full, it leaves the beginning behind,
    or an empty file, and the worker's next try leaves another.
    """

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}.{uuid4().hex}.part"
        try:
            super()._save(part, content)  # type: ignore[misc]
            return self._put(part, name)
        finally:
            Path(self.path(part)).unlink(missing_ok=True)

    def _put(self, part: str, name: str) -> str:
        """Give the file `part` the free name `name`, or one like it. Returns the name."""
        while True:
            try:
                # Only one process can create a name, and that one may replace the file.
                os.close(os.open(self.path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                Path(self.path(part)).replace(self.path(name))
                return name
