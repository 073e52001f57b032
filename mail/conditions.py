"""Whether mails leave, and what became of those that didn't."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import outbox
from mail.models import Message, Priority
from mail.server import MailServer, described
from worker.health import Finding, condition, fault, warning, well

#: Seconds after which a mail that is due is late. A reader who waits for a code has left by then.
LATE = 180
#: The same for news, which may wait for its rates.
LATE_NEWS = 24 * 60 * 60


@condition("mail", in_health=True)
def mails_leave() -> Iterator[Finding]:
    overdue = outbox.seconds_overdue()
    if overdue > LATE:
        yield fault(
            _("The oldest mail has been waiting for %(minutes)d minutes.")
            % {"minutes": overdue // 60},
            _("manage.py outbox says why. See EMAIL_URL, the mail server, and the worker."),
            "late",
        )
    else:
        yield well(_("Mails leave as soon as they are due."))


@condition("news by mail")
def news_leaves() -> Iterator[Finding]:
    waiting = Message.objects.waiting().filter(priority=Priority.NEWS).count()
    if outbox.seconds_overdue(Priority.NEWS) > LATE_NEWS and not outbox.seconds_overdue() > LATE:
        text = _("News has been waiting for more than a day: %(count)d mails.")
        remedy = _("See NEWS_PER_SECOND and NEWS_PER_DOMAIN_PER_HOUR: they may be too low.")
        yield warning(text % {"count": waiting}, remedy)
    else:
        yield well(
            _("News leaves as fast as its rates allow. %(count)d wait.") % {"count": waiting}
        )


@condition("mail server")
def the_mail_server_lets_us_in() -> Iterator[Finding]:
    server = MailServer()
    try:
        server.open()
    except Exception as error:
        yield fault(
            _("The mail server can't be used: %(error)s") % {"error": described(error)},
            _("See EMAIL_URL, and whether the server is up."),
        )
    else:
        yield well(_("The mail server lets us in."))
    finally:
        server.close()


@condition("undelivered mail")
def mails_arrive() -> Iterator[Finding]:
    remedy = _("manage.py outbox lists them with the server's answers.")
    if given_up := outbox.given_up_within():
        text = ngettext(
            "%d mail was given up within a day.", "%d mails were given up within a day.", given_up
        )
        yield warning(text % given_up, remedy)
    if tried := Message.objects.waiting().exclude(error="").count():
        text = ngettext(
            "%d mail was refused, and is tried again.",
            "%d mails were refused, and are tried again.",
            tried,
        )
        yield warning(text % tried, remedy)
    if not given_up and not tried:
        yield well(_("No mail was refused."))
