"""An app with a maker of planned mails, for workers in processes of their own."""

from typing import Any

from django.apps import AppConfig
from django.core.mail import EmailMessage

#: Plans `{count}` mails, each to a recipient of its own.
PLAN = """
from mail.making import Planned, plan
to = "leser{{}}@d{{}}.example".format
plan("fault", [Planned(to(n, n % 9), f"fault-{{n}}", {{"n": n}}) for n in range({count})])
"""


def make(stored: Any) -> EmailMessage:
    return EmailMessage("Ny del", f"Del {stored.arguments['n']}", None, [stored.recipient])


class PlannedMailsConfig(AppConfig):
    name = "tests.faults"
    label = "planned_mails_of_tests"

    def ready(self) -> None:
        from mail.making import maker

        maker("fault")(make)
