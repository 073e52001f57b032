"""The staff in the panel: who they are, what they may do, and invitations to become one."""

from collections import defaultdict
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from accounts.addresses import check_address
from accounts.models import Invitation, User
from accounts.roles import ABOUT, MANAGE, ROLES, may_change, may_manage, role_names, roles_given_by
from accounts.security_log import record
from accounts.sign_in.second_factor import PASSKEY, TOTP
from mail.outbox import send

manages_staff = permission_required(MANAGE, raise_exception=True)


class StaffItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_manage(request.user)


class RolesForm(forms.Form):
    roles = forms.ModelMultipleChoiceField(
        Group.objects.none(),
        label=gettext_lazy("Roles"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = roles_given_by(by)
        field: Any = self.fields["roles"]
        field.queryset = Group.objects.filter(pk__in=[role.pk for role in given])
        field.choices = [(role.pk, f"{ROLES[role.name]}: {ABOUT[role.name]}") for role in given]


class InvitationForm(RolesForm):
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    field_order = ["email", "roles"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].required = True

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        check_address(email)
        # The staff are listed on the same page. Whether a member has the address isn't told.
        if User.objects.staff().filter(email=email).exists():
            raise forms.ValidationError(_("This address belongs to one of the staff already."))
        return email


def second_factors(users: list[User]) -> dict[int, list[str]]:
    """What each of them has besides the address, in words."""
    words = {PASSKEY: _("Passkey"), TOTP: _("App with codes")}
    keys = Authenticator.objects.filter(user__in=users, type__in=words)
    found: dict[int, set[str]] = defaultdict(set)
    for owner, kind in keys.values_list("user", "type"):
        found[owner].add(kind)
    return {
        pk: [str(words[kind]) for kind in words if kind in kinds] for pk, kinds in found.items()
    }


@manages_staff
@never_cache
def staff(request: HttpRequest) -> HttpResponse:
    """The list, and the form that invites."""
    user = cast(User, request.user)
    form = InvitationForm(request.POST or None, by=user)
    if request.method == "POST" and form.is_valid():
        invite(form.cleaned_data["email"], list(form.cleaned_data["roles"]), user)
        text = _("An invitation is on its way to %s. It holds for seven days.")
        messages.success(request, text % form.cleaned_data["email"])
        return redirect("staff")
    people = list(User.objects.staff().prefetch_related("groups").order_by("-is_active", "email"))
    factors = second_factors(people)
    rows = [
        (each, role_names(each.groups.all()), factors.get(each.pk, []), may_change(user, each))
        for each in people
    ]
    waiting = Invitation.objects.waiting().select_related("invited_by").prefetch_related("roles")
    invitations = [(each, role_names(each.roles.all())) for each in waiting.order_by("invited_at")]
    context = {"form": form, "rows": rows, "invitations": invitations}
    return render(request, "wagtailadmin/accounts/staff.html", context)


def invite(email: str, roles: list[Group], by: User) -> None:
    """The mail is the same whether or not somebody has the address here."""
    with transaction.atomic():
        invitation = Invitation.objects.invite(email, roles, by)
        log(instance=by, action="accounts.invite", data={"roles": role_names(roles)})
        context = {
            "by": str(by),
            "roles": role_names(roles),
            "path": reverse("accounts:invitations"),
            "expires_at": invitation.expires_at,
        }
        send("accounts/email/invitation", email, context)


@manages_staff
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Invitation.objects.waiting(), pk=pk).withdraw()
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("staff")


@manages_staff
@never_cache
def staff_member(request: HttpRequest, pk: int) -> HttpResponse:
    """The roles of one of the staff, and the button that closes or opens the account."""
    user = cast(User, request.user)
    member = get_object_or_404(User.objects.staff(), pk=pk)
    if not may_change(user, member):
        raise PermissionDenied
    form = RolesForm(request.POST or None, by=user, initial={"roles": member.groups.all()})
    if request.method == "POST" and form.is_valid():
        act(request.POST.get("do", ""), user, member, set(form.cleaned_data["roles"]))
        messages.success(request, _("%s is changed. They are logged out everywhere.") % member)
        return redirect("staff")
    context = {"member": member, "form": form, "factors": second_factors([member]).get(pk, [])}
    return render(request, "wagtailadmin/accounts/staff_member.html", context)


@transaction.atomic
def act(what: str, user: User, member: User, roles: set[Group]) -> None:
    """Both are locked and asked for again: two of the staff may close each other's accounts at the
    same moment. Raises PermissionDenied for the one who comes last."""
    both = User.objects.select_for_update().filter(pk__in=[user.pk, member.pk]).order_by("pk")
    fresh = {each.pk: each for each in both}
    actor, member = fresh[user.pk], fresh[member.pk]
    if not actor.is_active or not may_change(actor, member):
        raise PermissionDenied
    if what in ("close", "open"):
        member.is_active = what == "open"
        member.save(update_fields=["is_active"])
        log(instance=member, action=f"accounts.{what}_account")
        record("account_closed" if what == "close" else "account_opened", member)
    else:
        set_roles(actor, member, roles)
    member.end_sessions()


def set_roles(actor: User, member: User, roles: set[Group]) -> None:
    """Roles that `actor` can't give are left as they are."""
    given = set(roles_given_by(actor))
    before = set(member.groups.all())
    member.groups.set((before - given) | (roles & given))
    names = {"before": role_names(before), "after": role_names(member.groups.all())}
    log(instance=member, action="accounts.change_roles", data=names)
