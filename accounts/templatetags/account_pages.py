from django import template
from django.utils.translation import gettext as _

from accounts.typos import COMMON, REAL, likely_address

register = template.Library()
register.filter("likely_address", likely_address)

#: The names in a user agent, narrower ones before wider: Edge says «Chrome» as well.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@register.filter
def browser(user_agent: str) -> str:
    """The browser and the system in a user agent, as in «Firefox, Windows»."""
    names = (
        next((name for sign, name in signs.items() if sign in user_agent), "")
        for signs in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, names)) or _("An unknown browser")


@register.simple_tag
def mail_domains() -> dict[str, str]:
    """The domains for the script that looks for typing errors: `common` and `real`."""
    return {"common": " ".join(COMMON), "real": " ".join(REAL)}
