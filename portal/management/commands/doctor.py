from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from worker.health import Level, conditions


class Command(BaseCommand):
    help = "Examine the portal, and tell what to do about what is wrong. Exits with 1 if red."
    requires_system_checks = []  # the doctor tells of them

    def handle(self, *args: Any, **options: Any) -> None:
        marks = {
            Level.GREEN: self.style.SUCCESS("✓"),
            Level.AMBER: self.style.WARNING("!"),
            Level.RED: self.style.ERROR("✗"),
        }
        findings = [found for each in conditions.values() for found in each.findings()]
        for found in sorted(findings, key=lambda found: -found.level):
            self.stdout.write(f"{marks[found.level]} {found.text}")
            if found.remedy:
                self.stdout.write(f"  → {found.remedy}")
        red = sum(found.level == Level.RED for found in findings)
        if red:
            raise CommandError(ngettext("%d fault.", "%d faults.", red) % red)
        amber = sum(found.level == Level.AMBER for found in findings)
        if amber:
            self.stdout.write(ngettext("%d warning.", "%d warnings.", amber) % amber)
        else:
            self.stdout.write(self.style.SUCCESS(_("All is well.")))
