"""A room that is added to the house with its name alone. See tests/test_example_room.py."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from accounts.own_data import erase, told_of
from mail.models import Message
from tests.conftest import logged_in
from tests.example_room.models import LongestWord, Thanks
from worker.jobs import jobs
from worker.models import QueuedTask

pytestmark = pytest.mark.django_db


def page_of(client, article) -> str:
    return client.get(article.get_absolute_url()).content.decode()


def test_rows_are_made_as_the_text_is_published_and_go_with_it(article):
    words = LongestWord.objects.order_by("passage__position").values_list("word", flat=True)
    assert list(words) == ["avsnittet.", "avsnittet."]
    article.unpublish()
    assert not LongestWord.objects.exists()


def test_republishing_makes_what_is_missing(article, capsys):
    LongestWord.objects.all().delete()
    call_command("republish")
    assert LongestWord.objects.count() == 2


def test_a_fragment_stands_on_the_page_of_members_and_visitors_each_with_their_own(
    article, visitor, member, kept
):
    LongestWord.objects.filter(passage__position=1).update(word="bakenforporten")
    page = page_of(visitor, article)
    assert "Lengste ord: avsnittet." in page
    assert "Kjøp de siste" in page
    page = page_of(logged_in(member), article)
    assert "Lengste ord: bakenforporten" in page
    assert "Takk</button>" in page
    assert "Kjøp de siste" not in page


def test_its_addresses_are_there_and_its_tab(article, member):
    client = logged_in(member)
    assert client.post(f"/konto/eksempel/{article.pk}/takk/").status_code == 302
    page = client.get("/konto/eksempel/").content.decode()
    assert article.title in page
    assert 'aria-current="page">Takket for' in page
    assert "Takket for" in client.get("/konto/").content.decode()


def test_a_mail_goes_once_for_each_edition(article, member, at_once):
    Thanks.objects.create(user=member, article=article)
    with at_once():
        article.save_revision().publish()
    task = QueuedTask.objects.get(path="tests.example_room.jobs.tell_of")
    for _ in range(2):
        task.run()
    mail = Message.objects.get(recipient=member.email)
    assert mail.subject == f"{article.title} er endret"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in bytes(mail.source)


def test_its_job_is_the_worker_s(member, article):
    assert jobs["tests.forget_old_thanks"].lane == "slow"


def test_what_it_holds_of_a_member_is_told_and_erased(member, article):
    Thanks.objects.create(user=member, article=article)
    told = {section.title: section.rows for section in told_of(member)}
    assert told["Det du har takket for"][0]["article__title"] == article.title
    erase(member)
    assert not Thanks.objects.exists()
    assert not get_user_model().objects.filter(pk=member.pk).exists()
