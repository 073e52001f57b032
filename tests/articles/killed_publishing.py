"""Publishes an article repeatedly. Each run is killed at the next write, until one finishes.

test_killed.py runs it in a process of its own. Prints the number of kills, and how many of them
left something that is neither the old edition nor the new one.
"""

import json
import os
import re
import signal
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from articles.models import Article, Definition, Passage  # noqa: E402
from tests import factories  # noqa: E402


def edition(number: int) -> list[dict[str, Any]]:
    words = f"utgave{number}"
    body = [
        factories.text(f"<p>Åpent {words}.</p>"),
        factories.gate(words),
        factories.text(f"<p>Låst {words}.</p>"),
        factories.block("definition", {"term": words, "text": f"<p>Om {words}.</p>"}),
    ]
    return body if number % 2 else [factories.text(f"<p>Alt {words}.</p>"), *body[1:]]


def publish(pk: int, number: int) -> None:
    article = Article.objects.get(pk=pk)
    article.title = f"Utgave {number}"
    article.body = Article._meta.get_field("body").to_python(edition(number))
    article.save_revision().publish()


def editions(pk: int) -> set[str]:
    """Returns the editions that show anywhere. There is one if all is well."""
    article = Article.objects.get(pk=pk)
    texts = [article.title.lower()]
    for passage in Passage.objects.filter(page=pk):
        texts += [passage.text, passage.html, passage.teaser]
    texts += Definition.objects.filter(passage__page=pk).values_list("html", flat=True)
    return {number for text in texts for number in re.findall(r"utgave ?(\d+)", text)}


def disconnect() -> None:
    """Leaves no connection that the other process could share."""
    connections.close_all()


def killed_at(write: int, pk: int, number: int) -> bool:
    """Returns whether the child was killed before it was done."""
    disconnect()
    child = os.fork()
    if child == 0:
        count = 0

        def count_down(execute: Any, sql: str, *args: Any) -> Any:
            nonlocal count
            count += not sql.startswith("SELECT")  # between two writes nothing differs
            if count == write:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, *args)

        with connection.execute_wrapper(count_down):
            publish(pk, number)
        disconnect()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main() -> None:
    pk = factories.make_article(factories.make_series(), edition(0), title="Utgave 0").pk
    kills = halves = disagree = 0
    while killed_at(kills + 1, pk, kills + 1):
        kills += 1
        halves += len(editions(pk)) != 1
        disagree += Article.objects.get(pk=pk).update_passages()
    print(json.dumps({"kills": kills, "halves": halves, "disagree": disagree}))  # noqa: T201


main()
