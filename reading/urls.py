from django.urls import path

from reading import views

app_name = "reading"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("historikk/", views.history, name="history"),
    path("slett/", views.wipe, name="wipe"),
    path("serie/<int:pk>/", views.aside, name="aside"),
    path("<slug:name>/", views.shelf, name="shelf"),
    path("<int:pk>/sted/", views.place, name="place"),
    path("<int:pk>/lest/", views.finished, name="finished"),
    path("<int:pk>/lagret/", views.saved, name="saved"),
]
