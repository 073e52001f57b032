from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import checks  # noqa: F401
        from portal.backups import data_lock, swapping

        data_lock.share()
        swapping.finish_interrupted()
