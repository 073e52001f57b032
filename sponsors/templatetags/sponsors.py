from django import template
from wagtail.models import Page

from sponsors.models import Sponsorship

register = template.Library()


@register.inclusion_tag("sponsors/_line.html")
def sponsor_line(page: Page) -> dict[str, Sponsorship | None]:
    """The line at the top of an article, marked as the advertisement it is."""
    return {"sponsorship": Sponsorship.objects.for_page(page)}
