"""gunicorn's settings: `gunicorn -c python:portal.gunicorn portal.wsgi`."""

import os
import signal
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from portal.logs import without_tokens
from portal.orphans import end_with_parent

bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = 4
timeout = graceful_timeout = 30  # seconds
# Seldom: a new worker starts with empty caches. bench/RESULTS.md shows that memory stays flat.
max_requests, max_requests_jitter = 500_000, 50_000
# A worker's heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
limit_request_line = 4094
limit_request_field_size = 8190
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
# Without what stands after the question mark, and without the page that a reader comes from: there
# are the words that were searched for, and the codes of a log-in at a provider.
access_log_format = '%(h)s - - %(t)s "%(m)s %(U)s %(H)s" %(s)s %(B)s "-" "%(a)s"'
loglevel = "warning"


class TokenlessLogger(Logger):
    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(*args, **kwargs)
        return {**found, "U": without_tokens(found["U"] or "")}


logger_class = TokenlessLogger
control_socket_disable = True
# The portal is at the root of its host, and no header may say otherwise.
forwarder_headers = ""


def post_fork(server: Any, worker: Any) -> None:
    """Ends this worker when gunicorn's master is killed. It would answer on for up to 30 s, and a
    new master could not have the port."""
    end_with_parent(signal.SIGKILL)
