"""Search engines may find the page that invites visitors. They may not find the ways in."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_invitation_is_indexed_and_described(visitor, settings):
    page = visitor.get("/konto/bli-medlem/?next=/serien/").content.decode()
    assert "noindex" not in page
    assert f'<link rel="canonical" href="{settings.SITE_URL}/konto/bli-medlem/">' in page
    assert '<meta name="description" content="Bli medlem gratis' in page


@pytest.mark.parametrize("path", ["/konto/logg-inn/", "/konto/bli-medlem/passnokkel/"])
def test_the_ways_in_are_not(path, visitor):
    assert '<meta name="robots" content="noindex">' in visitor.get(path).content.decode()
