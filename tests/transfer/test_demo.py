"""The demo is loaded on request, and can safely be loaded again."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Revision

from accounts.access import MEMBER, VISITOR
from accounts.models import State, User
from articles.models import Article, Home, Passage, Series, SimplePage
from newsletter.models import Letter

PAGE = """---
title: Om prøven
slug: om-proven
lead: Hva dette er.
---
Et **avsnitt**.
"""

LETTER = """---
title: En hilsen
slug: en-hilsen
lead: Et par ord.
published: 2026-11-12
---
For alle.

<!--more Det neste.-->

For medlemmer.
"""


@pytest.fixture
def demo(on_disk, settings, db):
    """A demo folder with one series and one page."""
    root = on_disk.path.parent / "rot"
    (root / "demo/serier").mkdir(parents=True)
    on_disk.path.rename(root / "demo/serier/kaffe")
    (root / "demo/sider").mkdir()
    (root / "demo/sider/om.md").write_text(PAGE)
    (root / "demo/brev").mkdir()
    (root / "demo/brev/hilsen.md").write_text(LETTER)
    settings.BASE_DIR = root
    settings.DEMO = True
    return root / "demo"


def test_the_demo_is_refused_where_it_is_not_asked_for(demo, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not Series.objects.exists()


def test_the_demo_has_series_pages_and_two_log_ins(demo, capsys):
    call_command("load_demo")
    told = capsys.readouterr().out
    page = SimplePage.objects.get()
    assert page.live
    assert page.show_in_menus
    assert page.body[0].value.source == "<p>Et <b>avsnitt</b>.</p>"
    assert Article.objects.parts_of(Series.objects.get()).count() == 2
    assert Home.objects.get().tagline
    for email, password in (
        ("medlem@example.no", "lesehest-2026"),
        ("redaktor@example.no", "rodpenn-2026"),
    ):
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert user.state == State.ACTIVE
        assert EmailAddress.objects.get(user=user).verified
        assert email in told
        assert password in told
    assert not User.objects.get(email="medlem@example.no").is_staff
    editor = User.objects.get(email="redaktor@example.no")
    assert editor.is_staff
    assert editor.has_perm("accounts.manage_members")


def test_loaded_again_it_changes_nothing_and_no_password(demo):
    call_command("load_demo")
    user = User.objects.get(email="medlem@example.no")
    user.set_password("et-helt-annet-passord")
    user.save()
    Home.objects.update(tagline="Vår egen linje")
    revisions = Revision.objects.count()
    call_command("load_demo")
    assert Revision.objects.count() == revisions
    assert User.objects.get(email="medlem@example.no").check_password("et-helt-annet-passord")
    assert Home.objects.get().tagline == "Vår egen linje"
    assert EmailAddress.objects.count() == 2


def test_a_gate_in_a_simple_page_is_a_fault(demo):
    (demo / "sider/om.md").write_text(PAGE + "\n<!--more-->\n\nMer.\n")
    with pytest.raises(CommandError, match=r"om\.md:8: "):
        call_command("load_demo")
    assert not Series.objects.exists()


def test_a_changed_page_is_brought_up_to_date(demo):
    call_command("load_demo")
    (demo / "sider/om.md").write_text(PAGE.replace("Et **avsnitt**", "Et nytt avsnitt"))
    call_command("load_demo")
    assert SimplePage.objects.get().body[0].value.source == "<p>Et nytt avsnitt.</p>"


def test_the_demo_has_a_letter_with_a_gate(demo):
    call_command("load_demo")
    letter = Letter.objects.for_readers().get()
    assert timezone.localdate(letter.first_published_at) == date(2026, 11, 12)
    texts = [passage.text for passage in Passage.objects.of_page(letter, VISITOR)]
    assert texts == ["For alle."]
    assert len(Passage.objects.of_page(letter, MEMBER)) == 2


def test_a_letter_that_an_editor_has_changed_stays_as_it_is(demo):
    call_command("load_demo")
    Letter.objects.update(title="Redaktørens egen")
    call_command("load_demo")
    assert Letter.objects.get().title == "Redaktørens egen"


def test_a_fault_in_the_letter_is_told_with_its_place(demo):
    (demo / "brev/hilsen.md").write_text(LETTER + "\n<script></script>\n")
    with pytest.raises(CommandError, match=r"hilsen\.md:13: "):
        call_command("load_demo")
    assert not Letter.objects.exists()
