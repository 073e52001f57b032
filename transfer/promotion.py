"""What the panel keeps under «Promote»: the share picture, and what search engines show."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from articles.models import Picture
from articles.models.base import AddressedPage
from transfer.folders import Folder
from transfer.front_matter import FrontMatter
from transfer.pictures import PictureFile

KEYS = ("share_picture", "search_title", "search_description")


@dataclass(frozen=True)
class Promotion:
    picture: PictureFile | None = None
    title: str = ""
    description: str = ""

    def matter(self) -> dict[str, str]:
        """The same as `promotion_matter` of a page, with the picture's identity for its path."""
        picture = self.picture.identity if self.picture else ""
        return dict(zip(KEYS, (picture, self.title, self.description), strict=True))

    def give(
        self, page: AddressedPage, stored: Callable[[PictureFile | None], Picture | None]
    ) -> None:
        page.seo_title, page.search_description = self.title, self.description
        page.share_picture = stored(self.picture)


def read_promotion(matter: FrontMatter, folder: Folder, model: type[models.Model]) -> Promotion:
    """Raises Fault."""
    title, description = matter.text("search_title"), matter.text("search_description")
    matter.check("search_title", model, "seo_title", title)
    matter.check("search_description", model, "search_description", description)
    return Promotion(folder.picture_at(matter, "share_picture"), title, description)


def promotion_matter(page: AddressedPage, name_of: Callable[[int], str]) -> dict[str, str]:
    picture = name_of(page.share_picture_id) if page.share_picture_id else ""
    return dict(zip(KEYS, (picture, page.seo_title, page.search_description), strict=True))
