"""The way out of mail. It works without a log-in, and for ever."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from mail.models import Message, Outcome
from newsletter.following import stop
from newsletter.models import Recipient
from newsletter.news import MOST_THINGS
from newsletter.things import ALL_MAIL, LETTERS, Thing
from newsletter.writing import listed


@csrf_exempt
@login_not_required
@never_cache
def unsubscribe(request: HttpRequest, token: str, keys: str) -> HttpResponse:
    """End mail about the things in the address at once, for a POST (RFC 8058).

    A GET only shows the buttons: mail scanners open links. The token opens nothing else, logs
    nobody in and never expires. The page is the same for a token that nobody has.
    """
    parsed = [Thing.parse(key) for key in keys.split("+")[:MOST_THINGS]]
    things = [thing for thing in parsed if thing]
    if len(things) < len(parsed):
        raise Http404
    is_done = request.method == "POST"
    if is_done:
        recipient = Recipient.objects.filter(token=token).select_related("user").first()
        if recipient:
            for thing in things:
                stop(recipient.user, thing)
            count(recipient.user, request.GET.get("fra", ""))
    titles = [each.title for each in things if each != ALL_MAIL and each.title]
    context = {
        "is_done": is_done,
        "is_all": ALL_MAIL in things,
        "is_letters": things == [LETTERS],
        "titles": listed(titles),
        "token": token,
        "all_mail": ALL_MAIL.key,
        "fra": request.GET.get("fra", ""),
    }
    response = render(request, "newsletter/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def count(user: User, batch: str) -> None:
    """Note on the mail that brought them here that they left."""
    if batch:
        theirs = Message.objects.filter(batch=batch, recipient=user.email.lower())
        theirs.filter(outcome__lt=Outcome.UNSUBSCRIBED).update(outcome=Outcome.UNSUBSCRIBED)
