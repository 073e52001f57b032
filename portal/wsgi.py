import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django_application = get_wsgi_application()

from portal.page_cache import PageCache  # noqa: E402 (needs the settings)

application = PageCache(django_application)
