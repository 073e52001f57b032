from articles.models.articles import Article, ArticleAuthor, Correction, Imprint
from articles.models.authors import Author, AuthorIndex, AuthorLink
from articles.models.pages import Home, Series, SimplePage, hidden_at
from articles.models.passages import Definition, Passage, PictureUse
from articles.models.pictures import Picture, PictureRendition
from articles.models.versions import ContentVersion

__all__ = [
    "Article",
    "ArticleAuthor",
    "Author",
    "AuthorIndex",
    "AuthorLink",
    "ContentVersion",
    "Correction",
    "Definition",
    "Home",
    "Imprint",
    "Passage",
    "Picture",
    "PictureRendition",
    "PictureUse",
    "Series",
    "SimplePage",
    "hidden_at",
]
