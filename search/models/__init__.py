"""What is stored so that the published texts can be searched, and of the searches."""

from search.models.documents import Document, Section, Word
from search.models.entries import Entry
from search.models.index import IndexRow
from search.models.statistics import SearchCount

__all__ = ["Document", "Entry", "IndexRow", "SearchCount", "Section", "Word"]
