from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from sponsors.models import Sponsorship


class SponsorshipViewSet(SnippetViewSet):
    model = Sponsorship
    icon = "tag"
    menu_label = _("Sponsors")
    menu_order = 400
    add_to_admin_menu = True
    list_display = ["text", "page", "starts_at", "ends_at"]
    search_fields = ["text"]


register_snippet(SponsorshipViewSet)
