"""News leaves as fast as the settings say, and codes never wait for it."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from mail import making, outbox, rates
from mail.making import Planned, plan
from mail.models import Message, Priority
from tests.mail.inbox import due_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def maker(monkeypatch):
    def make(stored: Message) -> EmailMessage:
        return EmailMessage("Ny del", "Tekst", None, [stored.recipient])

    monkeypatch.setitem(making.makers, "test", make)


class Clock:
    """Time that passes only while the worker waits. A wait of the worker runs `meanwhile`."""

    def __init__(self) -> None:
        # Ahead of the real one, which the default of `due_at` asks.
        self.now = timezone.now() + timedelta(hours=1)
        self.slept, self.meanwhile = 0.0, []

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)
        if self.meanwhile:
            self.meanwhile.pop()()


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    monkeypatch.setattr(rates, "sleep", clock.sleep)
    return clock


def planned(*addresses: str) -> None:
    plan("test", [Planned(each, f"{each}-{n}", {}) for n, each in enumerate(addresses)])


def test_without_a_rate_all_leave_at_once(server, clock):
    planned(*(f"n{n}@example.no" for n in range(20)))
    assert outbox.deliver() == 20
    assert clock.slept == 0


def test_a_rate_per_second_is_kept(server, clock, settings):
    settings.NEWS_PER_SECOND = 4
    planned(*(f"n{n}@example.no" for n in range(21)))
    assert outbox.deliver() == 21
    assert 4.9 < clock.slept < 5.5


def test_a_rate_below_one_is_a_mail_in_so_many_seconds(server, clock, settings):
    settings.NEWS_PER_SECOND = 0.1
    planned("a@example.no", "b@example.no", "c@example.no")
    assert outbox.deliver() == 3
    assert 19.9 < clock.slept < 21


def test_a_code_that_comes_in_while_news_waits_leaves_at_the_next_glance(server, clock, settings):
    settings.NEWS_PER_SECOND = 0.01
    planned("a@example.no", "b@example.no")

    def ask_for_a_code():
        outbox.send("accounts/email/leaving", "kode@example.no", priority=Priority.CODE)

    clock.meanwhile = [ask_for_a_code]
    began = clock.now
    assert outbox.deliver() == 3
    assert server.recipients == ["a@example.no", "kode@example.no", "b@example.no"]
    code = Message.objects.get(recipient="kode@example.no")
    assert code.sent_at - began <= timedelta(seconds=2 * rates.GLANCE)


def test_codes_and_notices_use_up_nothing_of_the_rate(server, clock, settings):
    settings.NEWS_PER_SECOND = settings.NEWS_PER_DOMAIN_PER_HOUR = 1
    for priority in (Priority.CODE, Priority.NOTICE) * 5:
        outbox.send("accounts/email/leaving", "x@example.no", priority=priority)
    planned("a@example.no")
    assert outbox.deliver() == 11
    assert clock.slept == 0


def test_a_domain_at_its_limit_is_passed_over_and_the_others_go_on(server, clock, settings):
    settings.NEWS_PER_DOMAIN_PER_HOUR = 3
    planned(*(f"n{n}@stor.example" for n in range(8)), "a@liten.example", "b@liten.example")
    assert outbox.deliver() == 5
    assert server.recipients[3:] == ["a@liten.example", "b@liten.example"]
    waiting = Message.objects.waiting()
    assert waiting.count() == 5
    assert {mail.due_at for mail in waiting} == {clock.now + timedelta(hours=1)}


def test_what_was_put_off_leaves_when_the_hour_is_over_and_not_before(server, clock, settings):
    settings.NEWS_PER_DOMAIN_PER_HOUR = 3
    planned(*(f"n{n}@stor.example" for n in range(8)))
    sent = []
    for _ in range(4):
        Message.objects.bring_back()
        sent.append(outbox.deliver())
        clock.now += timedelta(minutes=30)
    assert sent == [3, 0, 3, 0]


def test_a_domain_is_put_off_in_one_step_and_seldom(
    server, clock, settings, django_assert_max_num_queries
):
    settings.NEWS_PER_DOMAIN_PER_HOUR = 1
    planned("forst@stor.example")
    outbox.deliver()
    clock.now += timedelta(minutes=59, seconds=59)
    planned(*(f"n{n}@stor.example" for n in range(50)))
    with django_assert_max_num_queries(12):
        assert outbox.deliver() == 0
    due = {mail.due_at for mail in Message.objects.waiting()}
    assert due == {clock.now + rates.PUT_OFF}


def test_mails_planned_for_later_wait_although_the_clock_is_watched(server, clock):
    later = clock.now + timedelta(days=1)
    plan("test", [Planned("a@example.no", "a", {})], due_at=later)
    Message.objects.bring_back()
    assert outbox.deliver() == 0
    clock.now = later
    assert outbox.deliver() == 1


def test_the_health_check_minds_late_codes_and_not_news_that_waits_for_its_rate(settings):
    planned("a@example.no")
    Message.objects.update(due_at=timezone.now() - timedelta(hours=5))
    assert outbox.seconds_overdue() == 0
    outbox.send("accounts/email/leaving", "kode@example.no")
    Message.objects.filter(maker="").update(due_at=timezone.now() - timedelta(hours=1))
    assert outbox.seconds_overdue() >= 3600


def plan_of(queryset) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE accounts_message")
        return queryset.explain()


def test_an_index_answers_which_mail_is_next_among_10_000():
    planned(*(f"n{n}@d{n % 7}.example" for n in range(10_000)))
    same = timezone.now() - timedelta(minutes=1)
    Message.objects.update(due_at=same)  # as a letter to all, or a domain that was put off
    due = Message.objects.due().order_by("priority", "due_at", "pk")[:1]
    plan = plan_of(due)
    assert "outbox_next" in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def test_an_index_answers_what_the_rates_ask():
    planned(*(f"n{n}@d{n % 7}.example" for n in range(5_000)))
    now = timezone.now()
    Message.objects.update(sent_at=now)
    sent = Message.objects.order_by("-sent_at")
    of_domain = sent.filter(domain="d1.example", sent_at__gt=now - rates.HOUR)[9:10]
    assert "outbox_sent_to_domain" in plan_of(of_domain)
    all_news = sent.filter(priority=Priority.NEWS, sent_at__lte=now)[9:10]
    assert "outbox_sent" in plan_of(all_news)


def test_a_planned_mail_that_waits_is_listed_and_can_be_sent_again(server, capsys):
    from django.core.management import call_command

    plan("test", [Planned("senere@example.no", "k", {}, subject="Ny del i Salg")])
    outbox.deliver()
    call_command("outbox")
    assert "senere@example.no  Ny del i Salg  neste forsøk" in capsys.readouterr().out
    Message.objects.update(recipient="rettet@example.no", due_at=timezone.now() + rates.HOUR)
    call_command("outbox", "retry", "--all")
    assert outbox.deliver() == 1
    due_now()
    assert outbox.deliver() == 0
