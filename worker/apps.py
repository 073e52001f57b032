from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkerConfig(AppConfig):
    name = "worker"

    def ready(self) -> None:
        from worker.jobs import job
        from worker.models import QueuedTask

        autodiscover_modules("jobs", "conditions")
        job(every=3600, lane="slow")(QueuedTask.objects.forget)
