"""«Share the draft»: the links to a page's draft, in the panel."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.log_actions import log

from accounts.models import User
from articles.structured_data import absolute
from desk.models import DraftLink
from desk.models.draft_links import has_draft
from desk.views.see_as import seen_by

#: The session's key for the address that was just made. It is shown once.
MADE = "draft_link"


@require_admin_access
@never_cache
def draft_links(request: HttpRequest, page_id: int) -> HttpResponse:
    """The links of one page. A POST makes one, or withdraws the one it names."""
    user = cast(User, request.user)
    page = seen_by(user, page_id)
    if request.method == "POST":
        if pk := request.POST.get("withdraw", "")[:18]:
            links = DraftLink.objects.filter(page=page.pk)
            get_object_or_404(links, pk=int(pk) if pk.isdecimal() else 0).withdraw()
            log(instance=page, action="desk.withdraw_draft_link")
            messages.success(request, _("The link is withdrawn, and opens nothing any more."))
        elif not has_draft(page):
            messages.error(request, _("There is no draft to share: everything is published."))
        else:
            _link, token = DraftLink.objects.make(page, user)
            log(instance=page, action="desk.make_draft_link")
            request.session[MADE] = [page.pk, absolute(reverse("desk:draft", args=[token]))]
        return redirect("draft_links", page.pk)
    made = request.session.pop(MADE, None)
    context = {
        "page": page,
        "has_draft": has_draft(page),
        "links": page.draft_links.select_related("made_by", "page").order_by("-made_at"),
        "made": made[1] if made and made[0] == page.pk else "",
        "header_title": _("Share the draft of «%s»") % page.get_admin_display_title(),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }
    return render(request, "wagtailadmin/desk/draft_links.html", context)
