from django.urls import path

from desk.views import drafts

app_name = "desk"
urlpatterns = [
    path("<str:token>/", drafts.draft, name="draft"),
    path(
        "<str:token>/bilde/<int:pk>/<slug:file_hash>/<int:width>.<slug:format>",
        drafts.picture,
        name="draft_picture",
    ),
]
