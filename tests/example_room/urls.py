from django.urls import path

from tests.example_room import views

app_name = "example_room"
urlpatterns = [
    path("", views.thanks, name="thanks"),
    path("<int:pk>/takk/", views.give, name="give"),
]
