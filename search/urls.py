from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("", views.results, name="results"),
    path("forslag/", views.suggest, name="suggestions"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
]
