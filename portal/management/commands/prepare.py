from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand

from articles.models import Article


class Command(BaseCommand):
    help = "Prepare the database: tables, cache and, with DEMO, the demo content."
    requires_system_checks = [Tags.security]

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("createcachetable", verbosity=0)
        # Articles that an earlier version published lack what this one stores at publishing.
        if Article.objects.live().filter(metadata=None).exists():
            call_command("republish")
        if settings.DEMO:
            call_command("load_demo")
