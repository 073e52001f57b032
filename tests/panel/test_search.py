"""Every search box of the panel answers, whatever is typed into it."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import logged_in, person

pytestmark = pytest.mark.django_db

ODD = [
    *('"', "'", "*", "-", "^", ")", ":", "\\", "%", "&", "!", "<", "@", "{", "]", ".", "_", ";"),
    *('""', 'a"b', '"a" "b"', '"a', "a'b", "''", "a\\", "AND", "NOT", "a AND", "NEAR(", "a NOT b"),
    *("title:a", "a*", "^a", "a -b", "a:*", "(a", "<->", "%s", "%(a)s", "--", "; DROP", "🙂", "²"),
    *("a\x00b", "\x00", "\t", "\u2028", "a\u030a", "«»", "a" * 3000, "a " * 1500, '"a" ' * 500),
]  # fmt: skip

#: For boxes that search in the same way as another one.
SOME = ODD[::6] + ODD[-3:]
#: The views of the Editors' search boxes with the names of their fields, and then those of the
#: Member managers.
BOXES = {
    "wagtailadmin_pages:search_results": "q",
    "wagtailadmin_explore_results": "q",
    "wagtailadmin_choose_page_search": "q",
    "wagtailadmin_api:pages:listing": "search",
    "wagtailadmin_api:images:listing": "search",
    "wagtailimages:index_results": "q",
    "wagtailimages_chooser:choose_results": "q",
    "wagtailredirects:index_results": "q",
    "wagtailsnippets_sponsors_sponsorship:list_results": "q",
    "wagtailsnippetchoosers_sponsors_sponsorship:choose_results": "q",
    "wagtailadmin_pages:type_use_results": "q",
    "wagtailadmin_reports:aging_pages_results": "q",
    "wagtailadmin_reports:site_history_results": "object_label",
    "wagtailadmin_tag_autocomplete": "term",
    "glossary:index_results": "q",
}
OF_MEMBERS = {"wagtailusers_users:index_results": "q", "members_out": "q"}
ASKED_ALL = {
    "wagtailadmin_choose_page_search",
    "wagtailadmin_api:images:listing",
    "wagtailimages_chooser:choose_results",
    "members_out",
}
ARGUMENTS = {
    "wagtailadmin_explore_results": [3],
    "wagtailadmin_pages:type_use_results": ["articles", "article"],
}


@pytest.mark.parametrize("name", [*BOXES, *OF_MEMBERS])
def test_a_search_box_answers_whatever_is_typed(name, article):
    group, field = ("Editors", BOXES.get(name)) if name in BOXES else ("Member managers", "q")
    client = logged_in(person("ansatt@example.no", group=group))
    address = reverse(name, args=ARGUMENTS.get(name))
    for typed in ODD if name in ASKED_ALL else SOME:
        answer = client.get(f"{address}?{urlencode({field: typed})}")
        # No search box sends a NUL, and no page of the portal takes one.
        assert answer.status_code == (400 if "\x00" in typed else 200), repr(typed)[:80]


@pytest.mark.parametrize("typed", ["delen", "del", 'den "delen"', "delen*", "(Delen", "delen\x01"])
def test_a_search_finds_what_it_found(typed, article, as_editor):
    factories.draft_article(article.get_parent().specific, title="Den andre Delen", slug="to")
    page = as_editor.get(f"/admin/pages/search/?{urlencode({'q': typed})}").content.decode()
    assert "Den andre Delen" in page


def test_a_search_finds_a_picture_by_its_file(as_editor):
    factories.make_picture("kart.over.oslo.png").save()
    page = as_editor.get("/admin/images/?q=kart.over").content.decode()
    assert "kart.over.oslo" in page
