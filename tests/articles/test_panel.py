"""Our own parts of the editors' panel."""

import json
from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils import timezone, translation
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput
from wagtail.models import PageLogEntry

from accounts.access import Access
from articles.models import Article, AuthorIndex, Home, Passage
from articles.publishing.blocks import ArticleBody
from articles.slugs import letter_of, norwegian_slug, sort_key
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def access_url(article) -> str:
    return f"/admin/artikler/{article.pk}/tilgang/"


def test_an_editor_opens_an_article_at_once_and_it_is_written_down(article, editor, visitor):
    answer = logged_in(editor).post(access_url(article), {"access": Access.PUBLIC.value})
    assert answer.status_code == 302
    page = visitor.get(article.get_absolute_url()).content.decode()
    assert "Det låste avsnittet." in page
    entry = PageLogEntry.objects.get(action="articles.change_access")
    assert entry.user == editor
    assert "Bare for medlemmer" in entry.message


def test_a_preview_is_in_the_readers_language_whatever_the_editor_s(series, rf):
    article = factories.make_article(series, authors=[factories.make_author(born=1970)])
    with translation.override("en"):
        page = article.serve_preview(rf.get("/"), "visitor").content.decode()
    assert "født 1970" in page
    assert "Om artikkelen" in page


def test_a_part_that_is_yet_to_be_published_has_a_preview(series, rf):
    """An import sets the planned day although nothing has been published."""
    article = factories.draft_article(series, first_published_at=timezone.now())
    page = article.serve_preview(rf.get("/"), "visitor").content.decode()
    assert "article:published_time" in page
    assert "article:modified_time" not in page


def bulk_publish(client, *pages, **ticked):
    ids = "&".join(f"id={page.pk}" for page in pages)
    address = f"/admin/bulk/wagtailcore/page/publish/?next=/admin/&{ids}"
    return client.post(address, ticked, follow=True)


def test_many_are_published_at_once_only_if_each_could_be(series, as_editor):
    author = factories.make_author()
    good = factories.draft_article(series, slug="god", authors=[author])
    note = [factories.text("<p>Se noten.[^1]</p>")]
    past = timezone.now() - timedelta(days=1)
    faults = ({"body": note}, {"by_line": []}, {"expire_at": past})
    for n, fault in enumerate(faults):
        bad = factories.draft_article(
            series, title=f"Uferdig {n}", slug=f"uferdig-{n}", authors=[author]
        )
        for name, value in fault.items():
            setattr(bad, name, value)
        bad.save_revision(clean=False)
        for page, ticked in ((bad, {}), (series, {"include_descendants": "on"})):
            text = bulk_publish(as_editor, good, page, **ticked).content.decode()
            assert f"«Uferdig {n}» kan ikke publiseres" in text
            assert not Article.objects.live().exists()
        bad.delete()
    bulk_publish(as_editor, good)
    assert [article.slug for article in Article.objects.live()] == ["god"]


def test_there_is_no_check_that_sees_nothing(article, as_editor):
    page = as_editor.get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert 'data-side-panel="preview"' in page
    assert 'data-side-panel="checks"' not in page


def test_an_access_that_does_not_exist_changes_nothing(article, as_editor):
    assert as_editor.post(access_url(article), {"access": "5"}).status_code == 200
    assert Article.objects.get(pk=article.pk).access == Access.MEMBERS


@pytest.mark.parametrize("who", ["writer", "manager", "member"])
def test_access_is_not_for_everyone_in_the_panel_to_change(who, article, request):
    client = logged_in(request.getfixturevalue(who))
    client.post(access_url(article), {"access": Access.PUBLIC.value})
    assert Article.objects.get(pk=article.pk).access == Access.MEMBERS


def test_access_can_t_be_smuggled_in_with_the_page_s_form():
    assert "access" not in Article.get_edit_handler().get_form_class().base_fields


def test_a_writer_edits_their_own_drafts_and_sees_nobody_else_s(series, article, writer):
    own = factories.draft_article(series, slug="min", owner=writer)
    own.save_revision(user=writer)
    client = logged_in(writer)
    assert client.get(f"/admin/pages/{own.pk}/edit/").status_code == 200
    for url in ("edit/", "view_draft/", "edit/preview/", "history/"):
        assert client.get(f"/admin/pages/{article.pk}/{url}").status_code in (302, 403), url


def test_a_writer_can_t_publish(series, writer):
    own = factories.draft_article(series, slug="min", owner=writer)
    own.save_revision(user=writer)
    assert not own.permissions_for_user(writer).can_publish()
    assert own.permissions_for_user(writer).can_submit_for_moderation()


@pytest.mark.parametrize("model", [Home, AuthorIndex])
def test_a_page_the_portal_can_t_do_without_stays(model, as_editor):
    page = model.objects.get()
    as_editor.post(f"/admin/pages/{page.pk}/delete/")
    as_editor.post(f"/admin/pages/{page.pk}/unpublish/")
    as_editor.post(f"/admin/bulk/wagtailcore/page/delete/?id={page.pk}&next=/admin/")
    assert model.objects.live().exists()


@pytest.mark.parametrize(("mode", "sees_locked"), [("visitor", False), ("member", True)])
def test_a_preview_shows_what_that_reader_would_see(article, as_editor, mode, sees_locked):
    answer = as_editor.get(f"/admin/pages/{article.pk}/view_draft/?mode={mode}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Det åpne avsnittet." in page
    assert ("Det låste avsnittet." in page) is sees_locked
    assert ('class="gate' in page) is not sees_locked


def test_the_glossary_lists_published_terms_with_their_articles(series, as_editor):
    definition = factories.block("definition", {"term": "Dekningsgrad", "text": "<p>x</p>"})
    factories.make_article(series, [definition], title="Om dekning")
    page = as_editor.get("/admin/ordbok/").content.decode()
    assert "Dekningsgrad" in page
    assert "Om dekning" in page


@pytest.mark.parametrize("slug", ["admin", "konto", "feed", "ordbok", "bilde", "static"])
def test_a_series_can_t_take_an_address_of_the_portal_s(slug, db):
    from django.core.exceptions import ValidationError

    series = factories.Series(title="Serie", slug=slug, lead="x")
    with pytest.raises(ValidationError):
        Home.objects.get().add_child(instance=series)


def test_a_title_becomes_a_norwegian_address(series):
    assert norwegian_slug("Bøker på jobb: æ!") == "boker-pa-jobb-ae"
    article = factories.draft_article(series, title="Bøker på jobb", slug="")
    assert article.slug == "boker-pa-jobb"


def test_the_norwegian_alphabet_puts_the_three_last():
    words = ["Ål", "zebra", "Ærlig", "øl", "Ape"]
    assert sorted(words, key=sort_key) == ["Ape", "zebra", "Ærlig", "øl", "Ål"]


def test_the_panel_asks_no_other_host_and_is_framed_by_itself_only(as_editor):
    answer = as_editor.get("/admin/")
    policy = answer["Content-Security-Policy"]
    assert "http" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["Cache-Control"] == "private, no-store"


def test_unpublishing_by_the_panel_takes_the_text_away(article, as_editor):
    assert as_editor.post(f"/admin/pages/{article.pk}/unpublish/").status_code == 302
    assert not Passage.objects.exists()


def open_alias(series) -> tuple[Article, Article]:
    article = factories.make_article(series, access=Access.PUBLIC)
    other = factories.make_series("annen")
    return article, article.create_alias(parent=other, update_slug="alias")


def test_an_alias_is_locked_with_the_article_it_shows(series, editor, visitor):
    article, _alias = open_alias(series)
    assert "Det låste avsnittet." in visitor.get("/annen/alias/").content.decode()
    Article.objects.get(pk=article.pk).change_access(Access.MEMBERS, editor)
    assert "Det låste avsnittet." not in visitor.get("/annen/alias/").content.decode()
    assert "Det låste avsnittet." not in visitor.get("/feed/").content.decode()
    article = Article.objects.get(pk=article.pk)
    article.save_revision().publish()
    assert "Det låste avsnittet." not in visitor.get("/annen/alias/").content.decode()


def test_an_alias_has_no_access_of_its_own(series, as_editor):
    _article, alias = open_alias(series)
    as_editor.post(access_url(alias), {"access": Access.MEMBERS.value})
    assert Article.objects.get(pk=alias.pk).access == Access.PUBLIC


def test_a_copy_of_an_open_article_is_for_members(series):
    article = factories.make_article(series, access=Access.PUBLIC)
    copy = article.copy(update_attrs={"slug": "kopi"}, keep_live=True)
    assert Article.objects.get(pk=copy.pk).access == Access.MEMBERS


def test_an_old_instance_does_not_lock_what_was_opened_since(article):
    stale = Article.objects.get(pk=article.pk)
    article.change_access(Access.PUBLIC)
    stale.save()
    assert Article.objects.get(pk=article.pk).access == Access.PUBLIC


def test_a_folder_of_originals_is_no_file(as_editor):
    factories.make_picture()
    assert as_editor.get("/admin/filer/original_images").status_code == 404


def test_the_letters_of_the_glossary_follow_its_order():
    words = ["Energi", "Élan", "Eksport", "«Anførsel»", "A\u030ase", "Ærlig", "Ähnlich", "3D", "…"]
    keys = sorted(sort_key(word) for word in words)
    assert [letter_of(key) for key in keys] == ["", "3", "A", "E", "E", "E", "Æ", "Æ", "Å"]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_dates_are_shown_and_taken_the_norwegian_way(language):
    moment = forms.DateTimeField(widget=AdminDateTimeInput())
    day = forms.DateField(widget=AdminDateInput())
    with translation.override(language):
        found = moment.clean("01.12.2026 08:00")
        assert timezone.localtime(found).isoformat() == "2026-12-01T08:00:00+01:00"
        assert day.clean("02.11.2025") == date(2025, 11, 2)
        assert 'value="02.11.2025"' in day.widget.render("day", date(2025, 11, 2))
        with pytest.raises(ValidationError):
            day.clean("32.13.2026")


def contentstate(*depths: int) -> str:
    """Returns a list as the panel's editor sends it, with each item at its depth."""
    blocks = [
        {"key": "a", "type": "unordered-list-item", "text": "punkt", "depth": depth,
         "inlineStyleRanges": [], "entityRanges": []}
        for depth in depths
    ]  # fmt: skip
    return json.dumps({"blocks": blocks, "entityMap": {}})


def editing(client, article, raw: str, **buttons: str):
    """Posts the article's form with `raw` as its text."""
    body = {"body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "text",
            "body-0-id": "", "body-0-value": raw}  # fmt: skip
    rows = {f"{name}-{key}": "0" for name in ("sponsorships", "comments")
            for key in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    by_line = {"by_line-TOTAL_FORMS": "1", "by_line-INITIAL_FORMS": "0", "by_line-0-id": ""}
    by_line |= {
        "by_line-0-author": str(factories.make_author().pk),
        "by_line-0-role": "text",
        "by_line-0-ORDER": "1",
    }
    fields = {"title": article.title, "slug": article.slug, "lead": article.lead, "access": "1"}
    fields |= by_line
    return client.post(f"/admin/pages/{article.pk}/edit/", body | rows | fields | buttons)


PUBLISH = {"action-publish": "action-publish"}


def test_a_list_nested_too_deeply_is_told_at_its_block(article, as_editor):
    before = article.latest_revision_id
    answer = editing(as_editor, article, contentstate(*range(20)), **PUBLISH)
    assert answer.status_code == 200
    page = answer.content.decode()
    # The error is at its block, in the JSON attribute that the panel's script reads.
    assert "Teksten har for mange niv\\u00e5er inni hverandre." in page
    article.refresh_from_db()
    assert article.latest_revision_id == before


def styled(*styles: tuple[str, int, int], kind: str = "inlineStyleRanges") -> str:
    """Returns «punkt» as the panel's editor sends it, with each style from a letter on, for so many
    letters."""
    state = json.loads(contentstate(0))
    state["blocks"][0][kind] = [
        {"style": style, "key": 0, "offset": start, "length": length}
        for style, start, length in styles
    ]
    state["entityMap"] = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "/x/"}}}
    return json.dumps(state)


def test_styles_within_each_other_are_published(article, as_editor):
    raw = styled(("ITALIC", 1, 4), ("BOLD", 3, 2), ("BOLD", 0, 3))
    assert editing(as_editor, article, raw, **PUBLISH).status_code == 302
    html = Passage.objects.get(page=article).html
    assert "<b>p</b><b><i>un</i></b><b><i>kt</i></b>" in html


def test_bold_within_bold_as_a_text_from_elsewhere_has_it_is_published(article, as_editor):
    raw = styled(("BOLD", 0, 5), ("BOLD", 2, 2))
    assert editing(as_editor, article, raw, **PUBLISH).status_code == 302
    assert "<b>nk</b>" in Passage.objects.get(page=article).html


@pytest.mark.parametrize(("rows", "is_taken"), [(5000, True), (5001, False)])
def test_a_table_holds_no_more_cells_than_a_form_has_fields(rows, is_taken):
    block = ArticleBody().child_blocks["table"]
    data = {"t-caption": "", "t-column-count": "2", "t-row-count": str(rows)}
    for column in (0, 1):
        told = {"type": "number", "order": str(column), "heading": "", "deleted": ""}
        data |= {f"t-column-{column}-{name}": value for name, value in told.items()}
    for row in range(rows):
        data |= {f"t-row-{row}-order": str(row), f"t-row-{row}-deleted": ""}
    if is_taken:
        assert len(block.value_from_datadict(data, {}, "t").row_data) == rows
    else:
        with pytest.raises(BadRequest):
            block.value_from_datadict(data, {}, "t")


@pytest.mark.parametrize(
    "raw",
    ["[" * 100_000, contentstate(31), contentstate(5000), contentstate("1"),
     styled(*[("BOLD", 0, 5)] * 61), styled(*[("", 0, 5)] * 61, kind="entityRanges"),
     styled(*((f"S{n}", 0, 5) for n in range(31))),
     styled(*((f"S{n % 2}", n, 1) for n in range(2_001))),
     contentstate(-5), "x", "5", '{"blocks": [{}]}', '{"blocks": null}'],
    ids=["json", "deep", "list", "word", "style", "links", "styles", "ranges",
         "minus", "text", "number", "block", "null"],
)  # fmt: skip
def test_what_no_editor_wrote_is_refused_in_norwegian(article, as_editor, raw):
    answer = editing(as_editor, article, raw)
    assert answer.status_code == 400
    assert "lot seg ikke" in answer.content.decode()


def test_half_a_pair_of_surrogates_is_left_out(article, as_editor):
    raw = contentstate(0).replace("punkt", "pun\\ud800kt")
    assert editing(as_editor, article, raw, **PUBLISH).status_code == 302
    assert "punkt" in Passage.objects.get(page=article).text


def test_an_author_s_bio_that_is_too_long_is_told_at_its_field(as_editor):
    author = factories.make_author()
    author.bio = "x" * 500_001
    with pytest.raises(ValidationError) as caught:
        author.clean()
    assert set(caught.value.message_dict) == {"bio"}
