import logging
import signal
import time
from collections.abc import Callable
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from gunicorn.systemd import sd_notify

from worker import heartbeat, services
from worker.jobs import LANES
from worker.lanes import Lane
from worker.models import QueuedTask, RecurringJob

logger = logging.getLogger(__name__)

#: Seconds between two heartbeats, and between two renewals of the lanes' claims.
EVERY = 10
#: Seconds that the lanes get to finish their work when the worker is stopped. Another worker takes
#: over the rest, or this one does when it starts again.
PATIENCE = 20


class Command(BaseCommand):
    help = "Send the outbox, publish scheduled articles, prepare pictures. Runs until stopped."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do all that is due, and exit")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = Event()
        lanes = [Lane(name, stop) for name in LANES]
        if once:
            self.do_once(lanes)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        for lane in lanes:
            lane.start()
        serving = services.start(stop)
        sd_notify("READY=1", logger)
        while not stop.is_set() and all(lane.is_alive() for lane in lanes):
            self.keep_alive(lanes)
            stop.wait(EVERY)
        ended = [lane.lane for lane in lanes if not lane.is_alive() and not stop.is_set()]
        stop.set()
        end = time.monotonic() + PATIENCE
        for thread in (*lanes, *serving):
            thread.join(max(0, end - time.monotonic()))
        if ended:
            raise CommandError(f"These lanes ended by themselves: {', '.join(ended)}")

    def do_once(self, lanes: list[Lane]) -> None:
        heartbeat.beat()
        RecurringJob.objects.bring_back()
        QueuedTask.objects.bring_back()
        for lane in lanes:
            lane.register()
            while lane.turn():
                pass

    def keep_alive(self, lanes: list[Lane]) -> None:
        """Renew the claims, beat while mails leave, and tell systemd unless a lane hangs.

        A database that is briefly down must not end the worker, nor one lane's fault cost another
        lane its claim.
        """
        mails_leave = lanes[0].seconds_since_turn() < heartbeat.MAX_AGE
        steps: list[Callable[[], object]] = [lane.renew for lane in lanes]
        steps += [RecurringJob.objects.bring_back, QueuedTask.objects.bring_back]
        if mails_leave:
            steps.append(heartbeat.beat)
        for step in steps:
            try:
                step()
            except Exception:
                logger.exception("The heartbeat failed")
        close_old_connections()
        if not any(lane.is_hung for lane in lanes):
            sd_notify("WATCHDOG=1", logger)
