"""Leaks planted in the delivery of pages."""

from delivery import page_cache
from tests.leaks.planting import plant


@plant()
def the_page_cache_keeps_whatever_it_gets(patch):
    patch.setattr(page_cache.PageCache, "key_of", _by_the_path_alone)
    patch.setattr(page_cache.PageCache, "made", _made_of_anything)


def _by_the_path_alone(self, environ):
    return page_cache.Key("localhost", False, environ["PATH_INFO"], "")


def _made_of_anything(self, key, environ):
    _status, headers, body = self.ask(environ)
    page = page_cache.StoredPage.of(headers, body)
    self.cache.set(key, page, len(body), page_cache.content_version(in_request=False))
    return page
