import os
import signal
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Serve the portal: run gunicorn and the worker, which stop together."
    requires_system_checks = [Tags.security]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reload", action="store_true", help="restart when the code changes")

    def handle(self, *args: Any, reload: bool, **options: Any) -> None:
        commands = [
            [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"],
            [sys.executable, "manage.py", "worker"],
        ]
        if reload:
            commands[0].append("--reload")
        mails = (
            _("here, in the terminal")
            if "console" in settings.OUTBOX_DELIVERY_BACKEND
            else _("to EMAIL_URL")
        )
        self.stdout.write(
            _("\n%(name)s is at %(url)s\nThe editors' panel: %(url)s/admin/\nMails go: %(mails)s\n")
            % {"name": settings.SITE_NAME, "url": settings.SITE_URL, "mails": mails}
        )
        self.stdout.flush()
        processes = [subprocess.Popen(command, cwd=settings.BASE_DIR) for command in commands]

        def stop(signum: int, frame: Any) -> None:
            for process in processes:
                process.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        os.waitpid(-1, 0)  # when one ends, the other is stopped too
        stop(0, None)
        for process in processes:
            process.wait()
