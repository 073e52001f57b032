"""A prepared query returns the same rows as the query set that it is made from."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.backends import USERS, MemberBackend
from accounts.models import User
from accounts.sessions import SESSIONS, SessionStore
from articles.models import Article
from articles.models.passages import PASSAGES
from articles.models.pictures import SHOWN
from articles.views.reading import ARTICLES, AUTHORS
from delivery.prepared_sql import Prepared
from reading.models import READINGS, Reading
from tests import factories
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db


def test_each_gives_what_its_query_set_gives(series, member):
    """Tries each query twice, with other values the second time."""
    session = logged_in(member).cookies["medlem"].value
    for n in range(2):
        author = factories.make_author(f"f-{n}", f"Forfatter {n}")
        article = factories.make_article(series, slug=f"del-{n}", authors=[author])
        user = person(f"m{n}@example.no")
        Reading.of(user, article).keep(True)
        shown = factories.make_picture(colour=f"#0{n}0000", size=(60, 40))
        factories.make_series(f"s-{n}", picture=shown)
        shown.prepare()
        asked = {
            ARTICLES: ("serien", article.slug),
            AUTHORS: (article.pk,),
            PASSAGES: (article.pk, n * 10),
            SHOWN: (n * 10, shown.pk, shown.file_hash, "width-60|format-webp"),
            READINGS: (user.pk, f"{article.pk},{article.pk + 1}"),
            SESSIONS: (session,),
            USERS: (user.pk,),
        }
        for prepared, values in asked.items():
            expected = list(prepared.build(*values))
            found = prepared(*values)
            assert found
            assert [vars(row).keys() for row in found] == [vars(row).keys() for row in expected]
            state = [{k: v for k, v in vars(r).items() if k != "_state"} for r in found]
            assert state == [{k: v for k, v in vars(r).items() if k != "_state"} for r in expected]
    assert set(Prepared.built) == set(asked)


def test_a_user_s_columns_are_the_model_s(member):
    columns = {field.attname for field in User._meta.concrete_fields}
    assert columns <= set(vars(USERS.first(member.pk)))


def test_one_among_many_is_one_value(series, member):
    articles = [factories.make_article(series, slug=f"del-{n}") for n in range(3)]
    for article in articles:
        Reading.of(member, article)
    for few in ([], articles[:1], articles[1:]):
        rows = READINGS(member.pk, ",".join(str(article.pk) for article in few))
        assert {row.article_id for row in rows} == {article.pk for article in few}
    assert READINGS(member.pk + 1, str(articles[0].pk)) == []


def test_the_sql_is_built_once(member):
    built = []
    users = Prepared(lambda pk: built.append(pk) or User.objects.filter(pk=pk))
    other = person("annen@example.no")
    assert [users.first(who.pk) for who in (member, other)] == [member, other]
    assert users.first(-1) is None
    assert len(built) == 1


def test_a_text_is_a_value_and_never_sql(member):
    found = Prepared(lambda email: User.objects.filter(email=email))
    for email in ("' OR 1=1 --", "\1" + "0\1", "%", ""):
        assert found(email) == []
    assert found("medlem@example.no") == [member]


def test_a_value_that_does_not_come_into_the_query_is_an_error(member):
    with pytest.raises(ValueError, match="of the values stand in"):
        Prepared(lambda pk, other: User.objects.filter(pk=pk))(member.pk, 1)


def test_the_related_row_comes_along(series, article):
    found = ARTICLES.first("serien", "delen")
    with CaptureQueriesContext(connection) as captured:
        assert found.metadata.words == 6
        assert found.series_title == series.title
    assert not captured
    assert Article.objects.get(pk=article.pk) == found


def test_the_backend_and_the_store_answer_as_django_s_do(member, editor):
    backend = MemberBackend()
    assert backend.get_user(member.pk) == member
    assert backend.get_user(0) is None
    assert [backend.get_user(who.pk).may_enter_panel for who in (member, editor)] == [False, True]
    by_themselves = person("egen@example.no")
    by_themselves.user_permissions.add(*Permission.objects.filter(codename="access_admin"))
    superuser = User.objects.create_superuser("alt@example.no", "langt-passord")
    for who in (by_themselves, superuser):
        assert backend.get_user(who.pk).may_enter_panel
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert backend.get_user(editor.pk) is None
    session = SessionStore()
    session["x"] = 1
    session.set_expiry(60)
    session.save()
    assert SessionStore(session.session_key)["x"] == 1
    session.set_expiry(-1)
    session.save()
    old = SessionStore(session.session_key)
    assert (dict(old.items()), old.session_key) == ({}, None)


@pytest.mark.parametrize("key", ['"\\000\\000\\000\\000\\000\\000\\000\\000"', "æ" * 32, "'" * 40])
def test_a_cookie_with_anything_in_it_is_no_session(db, client, key):
    assert client.get("/", headers={"cookie": f"medlem={key}"}).status_code == 200
