"""Files to download: what is taken, and who gets them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access import Access
from articles.admin.files import FileForm
from articles.admin.page_form import refuse_unknown
from articles.models import Article, File, Passage
from tests import factories
from tests.conftest import logged_in, person
from tests.factories import block, gate, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def file():
    return factories.make_file()


def offered(file: File, title: str = ""):
    return block("file", {"file": file.pk, "title": title}, id="abc")


def article_with(series, *body, **fields) -> Article:
    return factories.make_article(series, list(body), **fields)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "ikke en PDF"),
        (b"<html>%PDF-1.4 %%EOF", "ikke en PDF"),
        (b"\x89PNG\r\n", "ikke en PDF"),
        (b"MZ%PDF-1.4\n%%EOF", "ikke en PDF"),
        (b"%PDF-1.4\nbegynnelsen", "ikke hel"),
        (b"%PDF-" + b"a" * 25_000_000 + b"%%EOF", "25 MB"),
    ],
)
def test_only_a_whole_pdf_is_taken(data, told):
    with pytest.raises(ValidationError) as caught:
        File.from_bytes(data, "mal.pdf")
    assert told in caught.value.messages[0]
    form = FileForm({"title": ""}, {"file": SimpleUploadedFile("mal.pdf", data)})
    assert not form.is_valid()


def test_another_ending_is_refused_whatever_it_holds():
    upload = SimpleUploadedFile("mal.html", factories.pdf_bytes())
    assert not FileForm({"title": ""}, {"file": upload}).is_valid()


def test_its_name_is_cleaned_and_its_title_comes_from_it():
    upload = SimpleUploadedFile("../Årlig_bud<sjett>.pdf", factories.pdf_bytes())
    form = FileForm({"title": ""}, {"file": upload})
    assert form.is_valid(), form.errors
    file = form.save()
    assert file.title.startswith("Årlig bud")
    assert file.file.name == "filer/arlig_budsjett.pdf"
    assert file.address.endswith(".pdf")


def test_the_link_says_what_it_is_and_how_large(series, file):
    article = article_with(series, offered(file), access=Access.PUBLIC)
    [passage] = Passage.objects.filter(page=article)
    assert f'href="{file.address}"' in passage.html
    assert "Mal for budsjett" in passage.html
    assert "PDF, 21" in passage.html
    assert "Mal for budsjett" in passage.text


def test_it_is_as_locked_as_its_text(series, file, visitor, as_member):
    article_with(series, text("<p>a</p>"), gate(), offered(file))
    assert visitor.get(file.address).status_code == 404
    answer = as_member.get(file.address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == factories.pdf_bytes()
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"


def test_its_headers_let_nothing_in_it_run(series, file, visitor):
    article_with(series, offered(file), access=Access.PUBLIC)
    answer = visitor.get(file.address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="mal-for-budsjett.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("public")


def test_a_part_of_it_can_be_asked_for(series, file, visitor):
    article_with(series, offered(file), access=Access.PUBLIC)
    answer = visitor.get(file.address, headers={"range": "bytes=1-3"})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == b"PDF"


def test_nobody_gets_it_by_another_address_or_when_its_text_is_gone(series, file, as_member):
    article = article_with(series, gate(), offered(file))
    assert as_member.get(file.address.replace(file.file_hash, "0" * 32)).status_code == 404
    assert as_member.get(file.address.replace("mal-for", "en-annen")).status_code == 404
    assert as_member.get(f"/fil/{10**30}/x/x.pdf").status_code == 404
    article.unpublish()
    assert as_member.get(file.address).status_code == 404


def test_staff_get_what_they_know_of(file):
    writer, other = (person(f"{n}@example.no", group="Writers") for n in ("en", "to"))
    File.objects.filter(pk=file.pk).update(uploaded_by_user=writer)
    editor = person("redaktor@example.no", group="Editors")
    answers = [logged_in(user).get(file.address).status_code for user in (writer, other, editor)]
    assert answers == [200, 404, 200]
    refuse_unknown({(File, str(file.pk))}, writer)
    with pytest.raises(PermissionDenied):
        refuse_unknown({(File, str(file.pk))}, other)


def test_a_changed_file_gets_a_new_address_in_the_text(series, file):
    article = article_with(series, offered(file), access=Access.PUBLIC)
    before = file.address
    file.take(factories.pdf_bytes("En annen"), "ny.pdf")
    file.save()
    [passage] = Passage.objects.filter(page=article)
    assert before not in passage.html
    assert file.address in passage.html


def test_a_deleted_file_leaves_the_text_and_the_disk(series, file, at_once, media):
    article = article_with(series, text("<p>a</p>"), offered(file), access=Access.PUBLIC)
    with at_once():
        file.delete()
    [passage] = Passage.objects.filter(page=article)
    assert "/fil/" not in passage.html
    assert not list(media.rglob("*.pdf"))


def test_a_writer_uploads_in_the_chooser_and_sees_only_their_own():
    factories.make_file("Andres hemmelige fil")
    client = logged_in(person("skribent@example.no", group="Writers"))
    upload = SimpleUploadedFile("mal.pdf", factories.pdf_bytes("min"))
    base = "/admin/snippets/choose/articles/file/"
    made = client.post(f"{base}create/", {"title": "Min fil", "file": upload})
    assert made.json()["step"] == "chosen"
    shown = client.get(base).content.decode()
    assert "Min fil" in shown
    assert "Andres hemmelige fil" not in shown
    other = File.objects.get(title="Andres hemmelige fil")
    assert client.get(f"{base}chosen/{other.pk}/").status_code == 404
    assert File.objects.get(title="Min fil").uploaded_by_user.email == "skribent@example.no"


def test_an_editor_lists_changes_and_deletes_files(file):
    client = logged_in(person("redaktor@example.no", group="Editors"))
    assert "Mal for budsjett" in client.get("/admin/snippets/articles/file/").content.decode()
    edit = f"/admin/snippets/articles/file/edit/{file.pk}/"
    assert client.post(edit, {"title": "Ny tittel"}).status_code == 302
    file.refresh_from_db()
    assert (file.title, file.size) == ("Ny tittel", len(factories.pdf_bytes()))
    assert client.post(f"/admin/snippets/articles/file/delete/{file.pk}/").status_code == 302
    assert not File.objects.exists()
