"""A grant opens what it names, for as long as it is valid, to its holder only."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import MEMBER, VISITOR, Access, Opened, Reader, opened
from accounts.backends import MemberBackend
from accounts.models import Grant, State, User
from articles.models import Passage
from tests import factories
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db
HIGHER = 20


def give(**fields) -> Grant:
    return Grant.objects.create(**{"level": Access.MEMBERS, "source": "tests", **fields})


def session_with(client, token: str) -> None:
    session = client.session
    session[Grant.SESSION_KEY] = token
    session.save()
    client.cookies["medlem"] = session.session_key


def test_without_grants_a_reader_is_their_level(member):
    assert Reader.of_user(AnonymousUser()) == VISITOR
    assert Reader.of_user(member) == MEMBER


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.SUSPENDED, State.LEAVING])
def test_who_is_no_active_member_reads_nothing_by_a_grant(state):
    user = person("x@example.no", state)
    give(user=user)
    assert Reader.of_user(user) == VISITOR


def test_a_grant_holds_from_its_beginning_to_its_end(member):
    now = timezone.now()
    give(user=member, level=HIGHER, starts_at=now + timedelta(hours=1))
    give(user=member, level=HIGHER, ends_at=now - timedelta(seconds=1))
    assert Reader.of_user(member).opened == ()
    give(user=member, level=HIGHER, ends_at=now + timedelta(hours=1))
    assert Reader.of_user(member).opened == (Opened(HIGHER, "", 0),)


def test_nobody_is_given_what_another_member_was_given(member, series):
    give(user=person("annen@example.no"), level=HIGHER)
    give(token="gave", level=HIGHER)
    give(user=member, page=series)
    own = (Opened(Access.MEMBERS, series.path, series.pk),)
    assert opened(member, "") == own
    assert opened(AnonymousUser(), "") == ()
    assert opened(member, "gave") == (*own, Opened(HIGHER, "", 0))


def test_a_level_is_raised_at_the_page_and_below_it(member, series, article):
    give(user=member, level=HIGHER, page=series)
    reader = Reader.of_user(member)
    assert reader.level_at(article.path) == HIGHER
    assert reader.level_at(series.get_parent().path) == Access.MEMBERS
    assert reader.level_at(series.path + "X") == HIGHER


def test_a_page_whose_path_only_begins_alike_is_not_opened(article):
    reader = Reader(Access.PUBLIC, (Opened(Access.MEMBERS, article.path[:-4], 1),))
    other = article.path[:-8] + "9999" + article.path[-4:]
    assert reader.level_at(other) == Access.PUBLIC


def test_a_visitor_with_a_token_reads_the_article_and_is_told_of_no_gate(article, visitor):
    path = article.get_absolute_url()
    assert "Det låste" not in visitor.get(path).content.decode()
    give(token="hemmelig", page=article)
    session_with(visitor, "hemmelig")
    page = visitor.get(path).content.decode()
    assert "Det låste" in page
    assert 'class="gate' not in page
    assert visitor.get(path)["Cache-Control"] == "private, no-store"


def test_a_grant_that_is_taken_back_is_gone_at_the_next_request(article, visitor, kept):
    grant = give(token="hemmelig", page=article)
    session_with(visitor, "hemmelig")
    assert "Det låste" in visitor.get(article.get_absolute_url()).content.decode()
    grant.delete()
    assert "Det låste" not in visitor.get(article.get_absolute_url()).content.decode()


def test_a_shared_page_is_not_shared_with_who_may_read_less(article, member, visitor, kept):
    give(token="hemmelig", page=article)
    session_with(visitor, "hemmelig")
    path = article.get_absolute_url()
    other = logged_in(person("annen@example.no", State.SUSPENDED))
    assert "Det låste" in visitor.get(path).content.decode()
    assert "Det låste" not in other.get(path).content.decode()
    assert "Det låste" in logged_in(member).get(path).content.decode()


def test_an_unknown_token_opens_nothing(article, visitor):
    give(token="hemmelig", page=article)
    session_with(visitor, "gjettet")
    assert "Det låste" not in visitor.get(article.get_absolute_url()).content.decode()


def test_a_grant_belongs_to_a_member_or_to_a_session(member):
    for fields in ({}, {"user": member, "token": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            give(**fields)


def test_who_has_no_grant_is_asked_for_none(member, article, django_assert_num_queries):
    user = MemberBackend().get_user(member.pk)
    with django_assert_num_queries(0):
        assert Reader.of_user(user) == MEMBER
    give(user=member, page=article)
    user = MemberBackend().get_user(member.pk)
    with django_assert_num_queries(1):
        assert Reader.of_user(user).opened


def test_the_rule_is_one_for_a_set_and_for_a_page(member, article, series):
    give(user=member, level=HIGHER, page=series)
    Passage.objects.filter(page=article, access=Access.MEMBERS).update(access=HIGHER)
    reader = Reader.of_user(member)
    of_page = Passage.objects.of_page(article, reader)
    assert of_page == list(Passage.objects.readable_by(reader).filter(page=article))
    assert len(of_page) == 2
    assert len(Passage.objects.of_page(article, MEMBER)) == 1


def test_a_grant_goes_with_its_page_and_with_its_member(member, article):
    give(user=member)
    give(user=member, page=article)
    article.delete()
    assert Grant.objects.count() == 1
    User.objects.get(pk=member.pk).delete()
    assert not Grant.objects.exists()


def test_readers_of_two_pages_are_never_equal_though_the_pages_change_places(article, series):
    other = factories.make_article(series, slug="annen", title="Annen")
    give(token="en", page=article)
    give(token="to", page=other)
    before = Reader(Access.PUBLIC, opened(AnonymousUser(), "en"))
    other.move(article, pos="left")
    after = Reader(Access.PUBLIC, opened(AnonymousUser(), "to"))
    assert before.opened[0].path == after.opened[0].path
    assert before != after
