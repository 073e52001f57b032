"""Whether workers live, and get their jobs and tasks done."""

from collections import Counter
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from worker import heartbeat
from worker.health import Finding, condition, fault, warning, well
from worker.jobs import LANES, jobs
from worker.models import QueuedTask, RecurringJob


@condition("worker", in_health=True)
def a_worker_lives() -> Iterator[Finding]:
    if heartbeat.age() > heartbeat.MAX_AGE:
        yield fault(
            _("No worker is running: no mail leaves, and no article is published on time."),
            _("Start it (systemctl start fagserien-worker), and see its log for why it stopped."),
            "late",
        )
    else:
        yield well(_("A worker is running."))


@condition("jobs", in_health=True)
def jobs_begin_in_time() -> Iterator[Finding]:
    # In the slow lane, a job may wait for others.
    now = timezone.now()
    due = dict(RecurringJob.objects.filter(name__in=jobs).values_list("name", "due_at"))
    late = sorted(name for name, at in due.items() if at < now - LANES[jobs[name].lane])
    if late:
        yield fault(
            _("These jobs of the worker are late: %(names)s.") % {"names": ", ".join(late)},
            _("Restart the worker, and see its log for what it was doing."),
            "late",
        )
    else:
        yield well(_("The worker's jobs begin in time."))


@condition("tasks")
def tasks_come_to_an_end() -> Iterator[Finding]:
    paths = Counter(QueuedTask.objects.exclude(failed_at=None).values_list("path", flat=True))
    if not paths:
        yield well(_("No task was given up."))
    for path, count in paths.items():
        text = ngettext(
            "The task %(path)s was given up once.",
            "The task %(path)s was given up %(count)d times.",
            count,
        )
        yield warning(
            text % {"path": path, "count": count},
            _("The table worker_queuedtask has the errors. It forgets them after thirty days."),
        )
