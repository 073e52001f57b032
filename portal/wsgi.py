import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django_application = get_wsgi_application()

from portal.page_cache import PageCache  # noqa: E402 (needs the settings)

# Who works on a template sees the page anew each time.
application = django_application if settings.DEBUG else PageCache(django_application)
