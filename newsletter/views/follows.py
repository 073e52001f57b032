"""Following, and the one page of all choices for e-mail."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from allauth.account.utils import get_next_redirect_url
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import Consent, Kind, User
from accounts.post_only import post_only
from accounts.sign_in.same_origin import same_origin
from accounts.views.sign_in import sign_in
from mail.models import AddressState
from newsletter import following
from newsletter.models import Follow, NewsletterSettings, Pace, Recipient
from newsletter.things import ALL_MAIL, EVERYTHING, LETTERS, Thing

PAUSE = timedelta(days=30)


class ChoiceForm(forms.Form):
    """How often a member hears of a thing. Empty to stop; for letters, anything to begin."""

    pace = forms.ChoiceField(choices=[*Pace.choices, ("letters", "letters")], required=False)


def thing_at(key: str) -> Thing:
    """Raises Http404 for what isn't a thing."""
    thing = Thing.parse(key)
    if thing is None or thing == ALL_MAIL:
        raise Http404
    return thing


@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    follows = list(Follow.objects.filter(user=user).order_by("followed_at", "pk"))
    recipient = Recipient.objects.filter(user=user).first()
    words = NewsletterSettings.load()
    yes = Consent.objects.standing().filter(user=user, kind=Kind.NEWS)
    context = {
        "follows": [row_of(each, user) for each in follows if each.thing != EVERYTHING],
        "everything": row_of(next((f for f in follows if f.thing == EVERYTHING), None), user),
        "wants_letters": yes.exists(),
        "letters_words": following.letters_words(),
        "paused_until": recipient.paused_until if recipient and recipient.is_paused else None,
        "address_state": AddressState.of(user.email),
        "weekday": words.get_weekday_display(),
        "hour": words.hour,
        "keeps_history": user.keeps_history,
    }
    return render(request, "newsletter/overview.html", context)


def row_of(follow: Follow | None, user: User) -> dict[str, Any]:
    """A followed thing as the page shows it. Without `follow`, everything, not followed."""
    thing = follow.thing if follow else EVERYTHING
    paces = following.paces_of(thing)
    if not user.keeps_history and follow and follow.pace != Pace.WHEN_READY:
        paces = [pace for pace in paces if pace != Pace.WHEN_READY]
    return {
        "key": thing.key,
        "title": thing.title,
        "url": thing.url,
        "pace": follow.pace if follow else "",
        "paces": [(pace.value, pace.label) for pace in paces],
        "is_series": thing.kind == "serie",
    }


@same_origin
@post_only(lambda key: "newsletter:overview")
def choose(request: HttpRequest, key: str) -> HttpResponse:
    """Change how often a member hears of one thing, or end it."""
    thing, user, form = thing_at(key), cast(User, request.user), ChoiceForm(request.POST)
    if not form.is_valid():
        raise Http404
    pace = form.cleaned_data["pace"]
    is_begun = Follow.objects.filter(user=user).of(thing).exists()  # type: ignore[attr-defined]
    if thing == LETTERS and pace:
        following.want_letters(user, request.path)
        messages.success(request, _("You get letters from the editors."))
    elif not pace:
        following.stop(user, thing)
        messages.success(request, _("You get no more mail about this."))
    elif pace in following.paces_of(thing) and (is_begun or thing.title):
        following.follow(user, thing, request.path, Pace(pace))
        messages.success(request, _("Your choice is saved."))
    else:
        raise Http404
    return redirect("newsletter:overview")


@same_origin
@post_only("newsletter:overview")
def pause(request: HttpRequest) -> HttpResponse:
    """Send nothing for a month, or end that."""
    recipient = Recipient.of(cast(User, request.user))
    is_on = request.POST.get("on") == "1"
    recipient.paused_until = timezone.now() + PAUSE if is_on else None
    recipient.save(update_fields=["paused_until"])
    on, off = _("You get no mail for a month."), _("You get mail again.")
    messages.success(request, on if is_on else off)
    return redirect("newsletter:overview")


@same_origin
@login_not_required
@never_cache
def follow_button(request: HttpRequest, key: str) -> HttpResponse:
    """The button on the pages. A visitor types an address with it, and goes on to the code."""
    thing = thing_at(key)
    if thing == LETTERS or not thing.title:
        raise Http404
    page = thing.url or "/"
    if request.method != "POST":
        return redirect(page)
    back = (get_next_redirect_url(request) or page).partition("#")[0]
    if isinstance(request.user, User):
        following.follow(request.user, thing, back)
        return HttpResponseRedirect(f"{back}#folg")
    response = sign_in(request, is_joining=True)
    if response.status_code == HTTPStatus.FOUND:  # a code is on its way; a slip begins no session
        following.wish(request, thing, back, request.POST.get("email", ""))
    elif isinstance(response, TemplateResponse) and response.context_data is not None:
        response.context_data["form_action"] = request.path  # what was mistyped is sent here again
    return response
