import logging
import signal
import time
from collections.abc import Callable
from threading import Event
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from accounts import outbox
from accounts.member_imports import forget_imports, work_on_imports
from accounts.models import Limit
from accounts.own_data import erase_who_has_left
from articles.models import Picture
from portal.views import HEARTBEAT_KEY, HEARTBEAT_MAX_AGE

logger = logging.getLogger(__name__)


def beat() -> None:
    cache.set(HEARTBEAT_KEY, time.time(), 10 * HEARTBEAT_MAX_AGE)


def prepare_pictures() -> None:
    """One picture at a time, so that no mail waits long for it."""
    for picture in Picture.objects.filter(is_prepared=False).order_by("pk")[:1]:
        picture.prepare()


def publish_due() -> None:
    call_command("publish_scheduled", verbosity=0)


def clear_sessions() -> None:
    """Sessions that have ended, and what they told."""
    call_command("clearsessions", verbosity=0)


#: What the worker does, and how often, in seconds.
JOBS: list[tuple[Callable[[], Any], float]] = [
    (outbox.deliver, 0.5),
    (prepare_pictures, 0.5),
    (work_on_imports, 0.5),
    (beat, HEARTBEAT_MAX_AGE / 4),
    (publish_due, 10),
    (outbox.forget, 3600),
    (Limit.objects.forget, 3600),
    (erase_who_has_left, 3600),
    (clear_sessions, 3600),
    (forget_imports, 3600),
]


class Command(BaseCommand):
    help = "Send the outbox, publish what is scheduled, make pictures ready; until stopped."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do everything once, and end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        due = [0.0] * len(JOBS)
        while not stop.is_set():
            for i, (job, every) in enumerate(JOBS):
                if time.monotonic() >= due[i] and not stop.is_set():
                    self.attempt(job)
                    due[i] = time.monotonic() + every
            if once:
                break
            stop.wait(0.5)

    def attempt(self, job: Callable[[], Any]) -> None:
        """One job must not end the others, nor the worker."""
        try:
            job()
        except Exception:
            logger.exception("The job %s failed", job.__name__)
        close_old_connections()
