"""Where somebody who is invited to the staff says yes."""

import time
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts.models import Invitation, User
from accounts.roles import role_names, roles_given_by
from accounts.sessions import ENDS_AT


@never_cache
def invitations(request: HttpRequest) -> HttpResponse:
    """The invitations to the address that the member has proven. A POST accepts one.

    The panel then asks for a second factor, as it does of all staff.
    """
    user = cast(User, request.user)
    found = Invitation.objects.for_user(user).select_related("invited_by").prefetch_related("roles")
    valid = {str(each.pk): each for each in found if may_still_give(each)}
    if request.method == "POST":
        invitation = valid.get(request.POST.get("accept", ""))
        if invitation is None:
            raise Http404
        if invitation.accept(user):
            keep_as_staff(request, user)
            return redirect("wagtailadmin_home")
    rows = [(each, role_names(each.roles.all())) for each in valid.values()]
    return render(request, "accounts/invitations.html", {"rows": rows, "email": user.email})


def may_still_give(invitation: Invitation) -> bool:
    """Whether whoever sent it may give its roles today."""
    return set(invitation.roles.all()) <= set(roles_given_by(invitation.invited_by))


def keep_as_staff(request: HttpRequest, user: User) -> None:
    """A member's session lasts longer than the staff's. This one becomes theirs, and all others
    end."""
    age, life = settings.STAFF_SESSION
    request.session.set_expiry(age)
    request.session[ENDS_AT] = time.time() + life
    user.end_sessions(but=request)
