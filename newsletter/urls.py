from django.urls import path

from newsletter.views import follows, unsubscribing
from newsletter.views.letters import letter_urls

app_name = "newsletter"

follow_urls = [
    path("konto/varsler/", follows.overview, name="overview"),
    path("konto/varsler/pause/", follows.pause, name="pause"),
    path("konto/varsler/<str:key>/", follows.choose, name="choose"),
    path("konto/folg/<str:key>/", follows.follow_button, name="follow"),
    path("brev/av/<slug:token>/<str:keys>/", unsubscribing.unsubscribe, name="unsubscribe"),
]
urlpatterns = [*follow_urls, *letter_urls]
