"""Joins a page's stylesheets and its scripts when static files are collected.

`css/page-text.css` is a list of imports, and so is each file whose name begins with «page-». A
browser that gets the sources follows the imports. A collected list holds the files themselves.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

LIST = re.compile(r"(css|js)/page-[a-z-]+\.\1")
#: The name of a file beside the list, and the medium that a stylesheet is for.
IMPORT = {
    "css": re.compile(r'@import url\("([a-z-]+\.css)"\)(?: ([a-z]+))?;'),
    "js": re.compile(r'import "\./([a-z-]+\.js)";()'),
}


class JoinedFilesStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """`paths` holds (storage, path) of each source by its name."""
        if not options.get("dry_run"):
            for name in filter(LIST.fullmatch, paths):
                text = joined(name, paths)
                self.delete(name)
                self._save(name, ContentFile(text.encode()))
            paths = paths | {name: (self, name) for name in paths if LIST.fullmatch(name)}
        yield from super().post_process(paths, **options)


def joined(name: str, paths: dict[str, Any]) -> str:
    """The text of the list `name`, with each file in place of its import.

    Each script is a block, so that no two share a name. Raises FileNotFoundError.
    """
    kind = name.split("/", maxsplit=1)[0]

    def text_of(found: re.Match[str]) -> str:
        part, medium = f"{kind}/{found[1]}", found[2]
        if part not in paths:
            raise FileNotFoundError(f"{name} imports {part}, which is not there.")
        text = source(part, paths)
        if kind == "js":
            return f"{{\n{text}}}"
        return f"@media {medium} {{\n{text}}}" if medium else text

    return IMPORT[kind].sub(text_of, source(name, paths))


def source(name: str, paths: dict[str, Any]) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
