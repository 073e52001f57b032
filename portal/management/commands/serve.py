import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from portal.orphans import end_with_parent

#: Seconds that gunicorn and the worker get to finish what they are at. gunicorn gives a running
#: request 30.
PATIENCE = 40


def how_it_ended(code: int) -> str:
    """`code` as `subprocess` has it: negative for a signal."""
    return _("exit code %d") % code if code >= 0 else signal.Signals(-code).name


class Command(BaseCommand):
    help = "Serve the portal: run gunicorn and the worker, which stop together."
    requires_system_checks = [Tags.security]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reload", action="store_true", help="restart when the code changes")

    def handle(self, *args: Any, reload: bool, **options: Any) -> None:
        python = sys.executable
        commands = {
            "gunicorn": [python, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"],
            "worker": [python, "manage.py", "worker"],
        }
        if reload:
            commands["gunicorn"].append("--reload")
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
        if not self.run(commands):
            sys.exit(1)

    def run(self, commands: dict[str, list[str]]) -> bool:
        """Run all commands until one ends, or a signal comes. False if one ended by itself."""
        processes = {
            name: subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                preexec_fn=end_with_parent,  # noqa: PLW1509 (there are no threads)
            )
            for name, command in commands.items()
        }
        is_stopped = False

        def stop(signum: int, frame: Any) -> None:
            nonlocal is_stopped
            is_stopped = True
            for process in processes.values():
                process.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)  # leaves its exit code to `poll`
        was_stopped = is_stopped
        for name, process in processes.items():
            if process.poll() is not None and not was_stopped:
                self.stderr.write(
                    _("%(name)s has ended (%(how)s), so the portal stops.")
                    % {"name": name, "how": how_it_ended(process.returncode)}
                )
        stop(0, None)
        end = time.monotonic() + PATIENCE
        for process in processes.values():
            try:
                process.wait(max(0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
        return was_stopped
