from typing import Any

from django.core.management.base import BaseCommand

from worker.health import conditions
from worker.telling import tell


class Command(BaseCommand):
    help = "Examine the portal, and tell what to do about what is wrong. Exits with 1 if red."
    requires_system_checks = []  # the doctor tells of them

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self, (found for each in conditions.values() for found in each.findings()))
