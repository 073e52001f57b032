"""What is stored of the published texts, so that they can be searched."""

from search.models.documents import Document, Section, Word
from search.models.entries import Entry
from search.models.index import IndexRow

__all__ = ["Document", "Entry", "IndexRow", "Section", "Word"]
