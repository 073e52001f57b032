from django.apps import AppConfig


class ExampleRoomConfig(AppConfig):
    name = "tests.example_room"
    label = "example_room"
    url_prefix = "konto/eksempel/"

    def ready(self) -> None:
        from accounts.own_data import Described, described
        from delivery.content_version import shown_to_readers
        from tests.example_room import receivers  # noqa: F401
        from tests.example_room.models import LongestWord

        described["example_room.Thanks"] = Described(
            "Det du har takket for", {"article__title": "artikkel", "given_at": "når"}
        )
        shown_to_readers(LongestWord)
