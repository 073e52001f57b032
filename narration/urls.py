from django.urls import path

from narration import feeds, views

app_name = "narration"
urlpatterns = [
    path("<slug:key>.mp3", views.sound, name="sound"),
    path("<slug:key>.json", views.marks, name="marks"),
    path("<slug:key>.vtt", views.transcript, name="transcript"),
    path("<slug:key>/kapitler.json", views.chapters, name="chapters"),
    path("<int:pk>/sted/", views.position, name="position"),
    path("<int:pk>/uttale/", views.report, name="report"),
    path("serie/<slug:slug>/", feeds.series_feed, name="series_feed"),
    path("serie/<slug:slug>/omslag.png", feeds.cover, name="artwork"),
    path("mine/", feeds.own_feeds, name="own_feeds"),
    path("mine/<str:token>/serie/<slug:slug>/", feeds.own_feed, name="own_feed"),
    path("mine/<str:token>/<int:pk>.mp3", feeds.own_sound, name="own_sound"),
    path("mine/<str:token>/<int:pk>.vtt", feeds.own_transcript, name="own_transcript"),
    path("mine/<str:token>/<int:pk>/kapitler.json", feeds.own_chapters, name="own_chapters"),
]
