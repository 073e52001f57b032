"""Services: what a worker runs in a thread of its own for as long as it lives.

Each room defines its own in its `jobs` module.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import connection

logger = logging.getLogger(__name__)

#: Seconds before a service that has failed is started again.
AGAIN = 10

Service = Callable[[Event], None]
services: list[Service] = []


def service(function: Service) -> Service:
    """Register the decorated function. It returns when the event that it is given is set."""
    services.append(function)
    return function


def start(stop: Event) -> list[Thread]:
    """Start all services. Returns their threads, which end soon after `stop` is set."""
    threads = [
        Thread(target=_run, args=(each, stop), name=each.__name__, daemon=True) for each in services
    ]
    for thread in threads:
        thread.start()
    return threads


def _run(function: Service, stop: Event) -> None:
    while not stop.is_set():
        try:
            function(stop)
        except Exception:
            logger.exception("The service %s failed", function.__name__)
        finally:
            connection.close()
        stop.wait(AGAIN)
