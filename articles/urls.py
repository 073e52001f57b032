from django.contrib.sitemaps.views import index, sitemap
from django.urls import path

from articles.views import (
    citing,
    feeds,
    files,
    front,
    glossary,
    pictures,
    reading,
    sitemaps,
    subjects,
)
from delivery.decorators import public_file

app_name = "articles"
urlpatterns = [
    path("", front.home, name="home"),
    path("serier/", front.all_series, name="all_series"),
    path("serier/alfabetisk/", front.all_series, {"is_by_title": True}, name="series_by_title"),
    path("forfattere/", reading.authors, name="authors"),
    path("forfattere/<slug:slug>/", reading.author, name="author"),
    path("forfattere/<slug:slug>/serier/", reading.author_series, name="author_series"),
    path("ordbok/", glossary.glossary, name="glossary"),
    path("ordbok/fra/<slug:slug>/", glossary.glossary_from, name="glossary_from"),
    path("ordbok/<slug:slug>/", reading.term, name="term"),
    path("tema/", subjects.subjects, name="subjects"),
    path("tema/<slug:slug>/", subjects.subject, name="subject"),
    path("feed/", public_file(feeds.SiteFeed()), name="feed"),
    path("feed/serie/<slug:slug>/", public_file(feeds.SeriesFeed()), name="series_feed"),
    path("feed/forfatter/<slug:slug>/", public_file(feeds.AuthorFeed()), name="author_feed"),
    path("feed.json", public_file(feeds.SiteJSONFeed()), name="json_feed"),
    path(
        "feed/serie/<slug:slug>.json",
        public_file(feeds.SeriesJSONFeed()),
        name="series_json_feed",
    ),
    path(
        "feed/forfatter/<slug:slug>.json",
        public_file(feeds.AuthorJSONFeed()),
        name="author_json_feed",
    ),
    path("feed/tema/<slug:slug>/", public_file(feeds.SubjectFeed()), name="subject_feed"),
    path(
        "bilde/<int:pk>/<slug:file_hash>/<int:width>.<slug:format>",
        pictures.picture,
        name="picture",
    ),
    path("fil/<int:pk>/<slug:file_hash>/<slug:name>.pdf", files.file, name="file"),
    path("bilde/kort/<int:pk>/<slug:file_hash>.png", pictures.card, name="card"),
    path(
        "sitemap.xml",
        public_file(index),
        {"sitemaps": sitemaps.SITEMAPS, "sitemap_url_name": "articles:sitemap"},
        name="sitemaps",
    ),
    path(
        "sitemap-<section>.xml",
        public_file(sitemap, frozenset({"p"})),
        {"sitemaps": sitemaps.SITEMAPS},
        name="sitemap",
    ),
    path("<slug:series>/<slug:slug>/sitering.<slug:format>", citing.citation, name="citation"),
    path("<slug:slug>/", reading.section, name="section"),
    path("<slug:series>/<slug:slug>/", reading.article, name="article"),
]
