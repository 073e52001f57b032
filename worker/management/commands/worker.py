import signal
import time
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from worker import heartbeat
from worker.jobs import LANES
from worker.lanes import Lane

#: Seconds between two signs of life, and between two renewals of what the lanes have claimed.
EVERY = 10
#: Seconds for what the lanes are at when the worker is stopped. What they don't finish in that time
#: another worker takes over, or this one when it is started again.
PATIENCE = 20


class Command(BaseCommand):
    help = "Send the outbox, publish what is scheduled, make pictures ready; until stopped."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do all that is due, and end")

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
        while not stop.is_set() and all(lane.is_alive() for lane in lanes):
            self.keep_alive(lanes)
            stop.wait(EVERY)
        stop.set()
        end = time.monotonic() + PATIENCE
        for lane in lanes:
            lane.join(max(0, end - time.monotonic()))

    def do_once(self, lanes: list[Lane]) -> None:
        heartbeat.beat()
        for lane in lanes:
            lane.register()
            while lane.turn():
                pass

    def keep_alive(self, lanes: list[Lane]) -> None:
        """A database that is away for a moment must not end the worker."""
        try:
            heartbeat.beat()
            for lane in lanes:
                lane.renew()
        except Exception as error:
            self.stderr.write(f"No sign of life: {type(error).__name__}")
        close_old_connections()
