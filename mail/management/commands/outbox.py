from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.models import Message


class Command(BaseCommand):
    help = "List the mails that wait or were given up, or send them again."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="list | retry")
        actions.add_parser("list", help="the oldest first; this is the default")
        retry = actions.add_parser("retry", help="send given-up and postponed mails now")
        which = retry.add_mutually_exclusive_group(required=True)
        which.add_argument("numbers", metavar="ID", type=int, nargs="*", default=[])
        which.add_argument("--all", action="store_true")

    def handle(self, *args: Any, action: str | None, **options: Any) -> None:
        unsent = Message.objects.filter(sent_at=None).order_by("pk").defer("source")
        if action != "retry":
            for mail in unsent.iterator():
                self.stdout.write(line(mail))
        elif options["all"]:
            count = sum(mail.retry() for mail in unsent.iterator())
            told = ngettext("%d mail is due again.", "%d mails are due again.", count)
            self.stdout.write(told % count)
        else:
            for number in options["numbers"]:
                self.retry(number)

    def retry(self, number: int) -> None:
        """Raises CommandError for a mail that can't be sent again."""
        mail = Message.objects.filter(pk=number).defer("source").first()
        if mail is None:
            raise CommandError(_("There is no mail %d.") % number)
        if not mail.retry():
            if mail.holds_expired_code and not mail.sent_at:
                raise CommandError(_("The code in mail %d has expired.") % number)
            raise CommandError(_("Mail %d is sent, or is about to be.") % number)
        self.stdout.write(_("Mail %d is due again.") % number)


def line(mail: Message) -> str:
    if mail.failed_at:
        state = _("given up %s") % in_short(mail.failed_at)
    elif mail.due_at > timezone.now():
        state = _("next try %s") % in_short(mail.due_at)
    else:
        state = _("due now")
    told = [str(mail.pk), in_short(mail.created_at), mail.recipient, mail.shown_subject, state]
    return "  ".join([*told, " ".join(mail.error.split())]).rstrip()


def in_short(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "d.m.Y H:i")
