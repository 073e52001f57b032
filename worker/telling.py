"""How commands print findings: the worst first, each with what to do."""

from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from worker.health import Finding, Level


def tell(command: BaseCommand, findings: Iterable[Finding]) -> None:
    """Print the findings. Raises CommandError, so that it exits with 1, if any is red."""
    found, style = sorted(findings, key=lambda each: -each.level), command.style
    marks = {
        Level.GREEN: style.SUCCESS("✓"),
        Level.AMBER: style.WARNING("!"),
        Level.RED: style.ERROR("✗"),
    }
    for each in found:
        command.stdout.write(f"{marks[each.level]} {each.text}")
        if each.remedy:
            command.stdout.write(f"  → {each.remedy}")
    red = sum(each.level == Level.RED for each in found)
    if red:
        raise CommandError(ngettext("%d fault.", "%d faults.", red) % red)
    if amber := sum(each.level == Level.AMBER for each in found):
        command.stdout.write(ngettext("%d warning.", "%d warnings.", amber) % amber)
    else:
        command.stdout.write(style.SUCCESS(_("All is well.")))
