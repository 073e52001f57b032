"""Which pages of the panel a user edits, and which they may know of."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from wagtail.models import GroupPagePermission, Page

from accounts.models import User
from articles.models import Author, Home
from articles.models.rights import edits_all, own_pages, pages_known_to
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


def of_one_series(series) -> User:
    """Returns one of the staff who may change and publish what is in `series` alone."""
    group = Group.objects.create(name="En serie")
    for codename in ("change_page", "publish_page"):
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=codename
        )
        GroupPagePermission.objects.create(group=group, page=series, permission=permission)
    user = person("serien@example.no", group="Writers")
    user.groups.set([group])
    return user


def test_who_may_publish_every_page_edits_all(editor, writer, member, series):
    boss = User.objects.create_superuser("sjef@example.no")
    former = person("for@example.no", group="Editors")
    former.is_active = False
    assert edits_all(editor)
    assert edits_all(boss)
    for user in (AnonymousUser(), member, writer, former, of_one_series(series)):
        assert not edits_all(user), user


def test_a_writer_knows_of_their_own_and_of_what_it_stands_in(writer, series):
    hidden, others = (factories.make_series(slug, slug) for slug in ("skjult", "andres"))
    for each in (hidden, others):
        each.unpublish()
    theirs = factories.draft_article(hidden, owner=writer)
    beside = factories.draft_article(hidden, slug="ved-siden-av")
    draft = factories.draft_article(series, slug="kladd")
    published = factories.make_article(series, slug="ute")
    within = factories.make_article(others, slug="under")
    known = set(pages_known_to(writer).values_list("pk", flat=True))
    root, home = Page.objects.get(depth=1), Home.objects.get()
    assert {root.pk, home.pk, series.pk, published.pk, hidden.pk, theirs.pk} <= known
    assert not {beside.pk, draft.pk, others.pk, within.pk} & known


def test_the_page_about_an_author_is_their_own(writer, member):
    author = factories.make_author("kari", "Kari", user=writer)
    factories.make_author("ola", "Ola")
    assert set(own_pages(writer)) == {Page.objects.get(pk=author.pk)}
    Author.objects.update(user=None)
    Author.objects.filter(pk=author.pk).update(user=member)
    assert not own_pages(member)
    assert not own_pages(AnonymousUser())
