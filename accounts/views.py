from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import NameForm
from accounts.models import User


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The member's own page: name, and the ways to everything else."""
    form = NameForm(request.POST or None, instance=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is saved."))
        return redirect("accounts:overview")
    return render(request, "accounts/overview.html", {"form": form})


@login_not_required
def panel_login(request: HttpRequest) -> HttpResponse:
    """The panel's own log-in addresses, which lead to the one door.

    Raises PermissionDenied for who is logged in already: the panel sends them here when they
    may not enter it, and the door would send them back.
    """
    if request.user.is_authenticated:
        # The panel has left a message in English, which the account's pages would show later.
        list(messages.get_messages(request))
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("wagtailadmin_home")))
