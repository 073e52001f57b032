import os
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Request(WSGIRequest):
    def __init__(self, environ: dict[str, Any]) -> None:
        # Django crashes on «text/plain; x*=nope''y» before it can answer at all. No browser sends
        # a parameter with a star.
        if "*" in environ.get("CONTENT_TYPE", ""):
            environ["CONTENT_TYPE"] = ""
        super().__init__(environ)


django_application = get_wsgi_application()
django_application.request_class = Request

from delivery.page_cache import PageCache  # noqa: E402 (needs the settings)

# With DEBUG there is no page cache, so that a changed template shows at once.
application = django_application if settings.DEBUG else PageCache(django_application)
