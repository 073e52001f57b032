"""Every database gives the same hits, in the same order, at the same places.

`answers.tsv` holds the answers to the judged queries over the demo. After a change of the ranking
or of the words, write it anew with WRITE_ANSWERS=1, and read the difference.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.access import MEMBER, VISITOR
from search.finding import find
from tests.search.test_queries import ROWS

pytestmark = pytest.mark.django_db
FILE = Path(__file__).with_name("answers.tsv")


@pytest.fixture(scope="module")
def demo(module_db, module_media):
    # All at once: the series link to each other.
    call_command("import_series", *sorted((settings.BASE_DIR / "demo" / "serier").iterdir()))
    call_command("reindex")  # authors were published after their articles were indexed


def answers():
    for query in dict.fromkeys(row[1] for row in ROWS):
        for who, reader in (("visitor", VISITOR), ("member", MEMBER)):
            found = find(query, reader)
            hits = [f"{hit.article.slug}: {hit.heading}" for hit in found.hits]
            yield "\t".join([query, who, found.searched, str(found.count), *hits])


def test_every_database_answers_the_same(demo):
    found = list(answers())
    assert len(found) > 600
    if os.environ.get("WRITE_ANSWERS"):
        FILE.write_text("\n".join(found) + "\n")
    assert found == FILE.read_text().splitlines()
