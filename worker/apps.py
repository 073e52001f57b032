from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkerConfig(AppConfig):
    name = "worker"

    def ready(self) -> None:
        autodiscover_modules("jobs")
