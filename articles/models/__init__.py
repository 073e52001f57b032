from articles.models.articles import Article, ArticleAuthor, Correction, PublishedMetadata
from articles.models.authors import Author, AuthorIndex, AuthorLink
from articles.models.passages import Definition, Passage, PictureUse
from articles.models.pictures import Picture, PictureRendition
from articles.models.series import Home, Series, hidden_at
from articles.models.share_cards import ShareCard
from articles.models.simple_pages import SimplePage
from articles.models.subjects import ArticleSubject, Subject

__all__ = [
    "Article",
    "ArticleAuthor",
    "ArticleSubject",
    "Author",
    "AuthorIndex",
    "AuthorLink",
    "Correction",
    "Definition",
    "Home",
    "Passage",
    "Picture",
    "PictureRendition",
    "PictureUse",
    "PublishedMetadata",
    "Series",
    "ShareCard",
    "SimplePage",
    "Subject",
    "hidden_at",
]
