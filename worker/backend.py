"""Django Tasks back end on our own rows: `@task(backend="worker", queue_name="slow")`."""

from typing import Any

from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import normalize_json

from worker.models import QueuedTask


class ClaimedRowsBackend(BaseTaskBackend):
    """Stores a task as a row, in the transaction of the code that queues it.

    Not django-tasks-db (0.13.0): when a worker dies, its row stays marked as running for good
    (django-tasks#46), and it never retries a task (django-tasks#6).
    """

    supports_defer = True

    def enqueue(self, task: "Task[Any, Any]", args: Any, kwargs: Any) -> "TaskResult[Any]":
        self.validate_task(task)
        row = QueuedTask(
            lane=task.queue_name,
            path=task.module_path,
            arguments={"args": normalize_json(list(args)), "kwargs": normalize_json(kwargs)},
        )
        if task.run_after:
            row.due_at = task.run_after
        row.save()
        return TaskResult(
            task=task,
            id=str(row.pk),
            status=TaskResultStatus.READY,
            enqueued_at=row.queued_at,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
