from articles.models.articles import Article, Correction, PublishedMetadata
from articles.models.authors import Author, AuthorIndex, AuthorLink
from articles.models.by_lines import ArticleAuthor
from articles.models.embeds import Embed
from articles.models.files import File
from articles.models.passages import Definition, Passage, PictureUse
from articles.models.pictures import Picture, PictureRendition
from articles.models.plans import PlannedPart, SeriesRules
from articles.models.series import Home, Series, hidden_at
from articles.models.share_cards import ShareCard
from articles.models.simple_pages import SimplePage
from articles.models.subjects import ArticleSubject, Subject
from articles.models.uses import EmbedUse, FileUse

__all__ = [
    "Article",
    "ArticleAuthor",
    "ArticleSubject",
    "Author",
    "AuthorIndex",
    "AuthorLink",
    "Correction",
    "Definition",
    "Embed",
    "EmbedUse",
    "File",
    "FileUse",
    "Home",
    "Passage",
    "Picture",
    "PictureRendition",
    "PictureUse",
    "PlannedPart",
    "PublishedMetadata",
    "Series",
    "SeriesRules",
    "ShareCard",
    "SimplePage",
    "Subject",
    "hidden_at",
]
