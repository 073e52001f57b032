"""Mails that were given up, in the editors' panel."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem

from accounts.admin.members import for_member_managers
from accounts.models import FormerAddress, User
from mail.models import Message


def shown_to(user: User) -> QuerySet[Message]:
    """The given-up mails that `user` may see. Member managers see nothing of the staff."""
    mails = Message.objects.given_up().defer("source")
    if user.is_superuser:
        return mails
    staff = User.objects.staff()
    for addresses in (EmailAddress, FormerAddress):
        of_staff = addresses.objects.filter(user__in=staff).values("email")
        mails = mails.exclude(recipient__in=of_staff)
    return mails.exclude(recipient__in=staff.values("email"))


class RetryForm(forms.Form):
    mail = forms.ModelChoiceField(Message.objects.none())

    def __init__(self, data: Any, mails: QuerySet[Message]) -> None:
        super().__init__(data)
        cast(forms.ModelChoiceField[Message], self.fields["mail"]).queryset = mails


@for_member_managers
def given_up_mails(request: HttpRequest) -> HttpResponse:
    """List the mails, the newest first. A POST sends one again."""
    mails = shown_to(cast(User, request.user))
    if request.method == "POST":
        form = RetryForm(request.POST, mails)
        if form.is_valid() and form.cleaned_data["mail"].retry():
            messages.success(request, _("The mail will be sent again in a moment."))
        else:
            messages.error(request, _("That mail can't be sent again."))
        return redirect("given_up_mails")
    page = Paginator(mails.order_by("-failed_at", "-pk"), 50).get_page(request.GET.get("p"))
    return render(request, "wagtailadmin/accounts/given_up_mails.html", {"page": page})


class GivenUpMailsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return cast(User, request.user).has_perm("accounts.manage_members")
