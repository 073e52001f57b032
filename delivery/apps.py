from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DeliveryConfig(AppConfig):
    name = "delivery"

    def ready(self) -> None:
        autodiscover_modules("fragments")
