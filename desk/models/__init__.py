"""What the desk stores."""

from desk.models.draft_links import DraftLink
from desk.models.links import Link, LinkedAddress, LinkSettings

__all__ = ["DraftLink", "Link", "LinkSettings", "LinkedAddress"]
