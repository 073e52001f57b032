"""No person is in the figures: a column is a count, a day, or a name of ours or of another site."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from analytics.models import Count, Kind, NamedCount, Recent, What
from tests.separate import ROOT

#: What each column may hold. A new one is described here, and on the page on privacy.
COLUMNS = {
    Count: {"id", "day", "what", "about", "count"},
    Recent: {"id", "what", "about", "count"},
    NamedCount: {"id", "day", "kind", "name", "count"},
}
PRIVACY = (ROOT / "demo" / "sider" / "personvern.md").read_text()
#: The words on the page on privacy for each thing that is counted.
WORDS = {
    What.VISITORS: "åpnes av besøkende",
    What.MEMBERS: "av medlemmer",
    What.GATE: "møter sperren",
    What.JOINED: "blir medlem",
    What.FINISHED: "leses ferdig",
    What.HEARD: "høres ferdig",
    What.SPONSOR: "annonselinje",
    What.FROM_OWN: "egne sider",
    What.FROM_SEARCH: "eget søk",
    What.FROM_ENGINES: "søkemotorer",
    What.FROM_FEEDS: "feedlesere",
    What.FROM_MAILS: "e-postene våre",
    What.FROM_ELSEWHERE: "andre nettsteder",
    Kind.HOST: "navnet på nettstedet",
    Kind.DOOR: "passnøkkel",
}


def test_the_tables_have_no_other_columns():
    assert set(apps.get_app_config("analytics").get_models()) == set(COLUMNS)
    for model, names in COLUMNS.items():
        assert {field.name for field in model._meta.get_fields()} == names


def test_no_column_holds_a_time_finer_than_a_day_or_leads_to_anything():
    for model in COLUMNS:
        for field in model._meta.get_fields():
            assert not isinstance(field, models.DateTimeField | models.TimeField)
            assert not field.is_relation
            allowed = models.DateField | models.IntegerField | models.CharField
            assert isinstance(field, allowed)


@pytest.mark.django_db
def test_the_database_has_the_columns_of_the_models_and_no_others():
    with connection.cursor() as cursor:
        for model, names in COLUMNS.items():
            described = connection.introspection.get_table_description(cursor, model._meta.db_table)
            assert {column.name for column in described} == names


def test_the_page_on_privacy_tells_of_everything_that_is_counted():
    assert set(WORDS) == {*What, *Kind}
    section = PRIVACY.split("## Hva vi teller\n")[1].split("\n## ")[0]
    for counted, words in WORDS.items():
        assert words in section, counted
    assert "25 måneder" in section


def test_only_what_is_counted_is_written_in_the_tables():
    """Reads the code that writes: no value of a request gets there but a page's key and a host."""
    source = "".join(path.read_text() for path in Path(ROOT / "analytics").glob("*.py"))
    for word in ("REMOTE_ADDR", "FORWARDED_FOR", "session", "COOKIE", "hashlib"):
        assert not re.search(word, source, re.IGNORECASE), word
