"""The sponsor lines in the panel, and those that soon end on its start page."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from desk.cares import Care, carer
from sponsors.models import Sponsorship

#: Days before its end in which a sponsor line needs care.
SOON = 14


class SponsorshipViewSet(SnippetViewSet):
    model = Sponsorship
    icon = "tag"
    menu_label = _("Sponsors")
    menu_name = "sponsors"
    menu_order = 400
    add_to_admin_menu = True
    list_display = ["text", "page", "starts_at", "ends_at"]
    search_fields = ["text"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Sponsorship]":
        return Sponsorship.objects.select_related("page")


register_snippet(SponsorshipViewSet)


@carer
def ending_sponsors(request: HttpRequest) -> Iterator[Care]:
    if not request.user.has_perm("sponsors.change_sponsorship"):
        return
    now = timezone.now()
    ending = Sponsorship.objects.filter(ends_at__gt=now, ends_at__lte=now + timedelta(days=SOON))
    for line in ending.order_by("ends_at"):
        day = date_format(timezone.localtime(line.ends_at), "j. F")
        text = gettext("The sponsor line «%(text)s» ends on %(day)s")
        url = reverse("wagtailsnippets_sponsors_sponsorship:edit", args=[line.pk])
        yield Care(text % {"text": line.text, "day": day}, url, order=50)
