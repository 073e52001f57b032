"""An editor's own recordings, from the form to what is heard."""

import re
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access import MEMBER, VISITOR
from articles.models import Article
from narration import making, uploading
from narration.hearing import streams_for
from narration.jobs import keep_recording, narrate_article, take_upload
from narration.making import narrate
from narration.models import Narration, Recording, Stream, Upload
from narration.models.narrations import State
from narration.sound import ffmpeg
from tests import factories
from tests.factories import BODY, gate, text
from worker.models import QueuedTask


def recording(seconds: float, form: str = "mp3") -> bytes:
    """Tones of half a second with pauses between them."""
    sound = f"aevalsrc=if(lt(mod(t\\,0.8)\\,0.5)\\,0.3*sin(1500*t)\\,0):d={seconds}"
    done = subprocess.run(
        [ffmpeg.program(), "-v", "error", "-f", "lavfi", "-i", sound, "-f", form, "-"],
        check=True,
        capture_output=True,
    )
    return done.stdout


@pytest.fixture
def url(recorded) -> str:
    return f"/admin/artikler/{recorded.pk}/lyd/"


def upload(client, url: str, data: bytes, name: str = "lyd.mp3", **fields: str):
    file = SimpleUploadedFile(name, data)
    given = {"do": "upload", "reader": "Kari Nord", "position": "", "cuts": "0:01,5", **fields}
    given.setdefault("texts", texts_in(client.get(url).content.decode()))
    return client.post(url, {**given, "file": file})


def texts_in(page: str) -> str:
    """What the form knows of the texts that its editor sees."""
    [found] = re.findall(r'name="texts" value="([^"]*)"', page)
    return found


def keep_in(page: str) -> str:
    """What the one button says with which an editor lets an old recording hold."""
    [found] = re.findall(r'value="(keep:[^"]*)"', page)
    return found


def move_gate_up(article: Article) -> None:
    """What was open is for members from now on."""
    article.body = Article._meta.get_field("body").to_python([text("<p>Kort.</p>"), gate(), *BODY])
    article.save_revision().publish()


def work() -> None:
    """What the worker does."""
    for task in (take_upload, keep_recording, narrate_article):
        for arguments in QueuedTask.objects.arguments_of(task):
            task.func(*arguments)
            QueuedTask.objects.filter(path=task.module_path).delete()


def test_a_whole_recording_is_cut_at_the_gate(recorded, url, as_editor):
    assert upload(as_editor, url, recording(6)).status_code == 302
    work()
    assert not Upload.objects.exists()
    free, whole = (streams_for([recorded], reader)[recorded.pk] for reader in (VISITOR, MEMBER))
    for stream in (free, whole):
        assert stream.is_natural
        assert stream.reader == "Kari Nord"
    assert whole.seconds == pytest.approx(6, abs=0.2)
    own = Recording.objects.uploaded().get(position=0)
    assert own.seconds == pytest.approx(1.5, abs=0.03)
    assert whole.marks[0][1].startswith("b-")  # a person says the title, if they want to


def test_a_page_says_who_reads(recorded, url, as_editor, visitor):
    upload(as_editor, url, recording(6))
    work()
    assert "Lest av Kari Nord" in visitor.get(recorded.get_absolute_url()).content.decode()


def test_a_person_reads_for_one_article_and_not_for_its_double(recorded, series, url, as_editor):
    double = factories.make_article(series, BODY, slug="dobbel", title="Dobbel")
    upload(as_editor, url, recording(6))
    work()
    narrate(double.pk)
    stream = streams_for([double], MEMBER)[double.pk]
    assert not stream.is_natural
    assert stream.reader == ""
    assert "Kari Nord" not in as_editor.get(f"/admin/artikler/{double.pk}/lyd/").content.decode()


def test_one_part_alone_may_be_read_by_a_person(recorded, url, as_editor):
    upload(as_editor, url, recording(2), position="0", cuts="")
    work()
    whole = streams_for([recorded], MEMBER)[recorded.pk]
    assert whole.reader == "Kari Nord"
    assert not whole.is_natural  # a machine reads the rest
    assert b"Det l\xc3\xa5ste" in whole.read()


def test_a_changed_text_is_not_read_by_the_old_recording_until_it_still_holds(
    recorded, url, as_editor
):
    upload(as_editor, url, recording(6))
    work()
    recorded.body = Article._meta.get_field("body").to_python(
        [text("<p>Det åpne avsnittet er rettet.</p>", id=BODY[0]["id"]), *BODY[1:]]
    )
    recorded.save_revision().publish()
    narrate(recorded.pk)
    free = streams_for([recorded], VISITOR)[recorded.pk]
    assert not free.is_natural
    page = as_editor.get(url).content.decode()
    assert "Det åpne avsnittet." in page
    assert "Det åpne avsnittet er rettet." in page
    as_editor.post(url, {"do": keep_in(page)})
    work()
    assert streams_for([recorded], VISITOR)[recorded.pk].reader == "Kari Nord"


def test_no_recording_holds_that_says_what_has_been_locked_since(recorded, url, as_editor):
    upload(as_editor, url, recording(2), position="0", cuts="")
    work()
    move_gate_up(recorded)
    narrate(recorded.pk)
    response = as_editor.post(
        url, {"do": keep_in(as_editor.get(url).content.decode())}, follow=True
    )
    assert "nå bare er for medlemmer" in response.content.decode()
    work()
    assert not streams_for([recorded], VISITOR)[recorded.pk].reader


def test_an_editor_s_yes_is_for_the_text_that_they_saw(recorded, url, as_editor):
    upload(as_editor, url, recording(2), position="0", cuts="")
    work()
    for line in ("Det åpne avsnittet er rettet.", "Noe helt annet."):
        recorded.body = Article._meta.get_field("body").to_python(
            [text(f"<p>{line}</p>", id=BODY[0]["id"]), *BODY[1:]]
        )
        recorded.save_revision().publish()
        if "rettet" in line:
            pressed = keep_in(as_editor.get(url).content.decode())
    narrate(recorded.pk)
    as_editor.post(url, {"do": pressed})
    work()
    assert not streams_for([recorded], VISITOR)[recorded.pk].reader


def test_a_withdrawn_recording_is_gone_with_its_file(
    recorded, url, as_editor, django_capture_on_commit_callbacks
):
    upload(as_editor, url, recording(6))
    work()
    own = Recording.objects.uploaded().get(position=1)
    storage, name = own.file.storage, own.file.name
    with django_capture_on_commit_callbacks(execute=True):
        as_editor.post(url, {"do": f"withdraw:{own.pk}"})
    assert not storage.exists(name)
    narrate(recorded.pk)
    assert not streams_for([recorded], MEMBER)[recorded.pk].is_natural


def test_a_number_beyond_all_recordings_withdraws_none(recorded, url, as_editor):
    upload(as_editor, url, recording(6))
    work()
    assert as_editor.post(url, {"do": f"withdraw:{'1' * 5000}"}).status_code in (200, 302)
    assert Recording.objects.uploaded().exists()


def test_a_withdrawn_recording_is_silent_at_once(recorded, url, as_editor, visitor):
    upload(as_editor, url, recording(6))
    work()
    free = streams_for([recorded], VISITOR)[recorded.pk]
    own = Recording.objects.uploaded().get(position=0)
    as_editor.post(url, {"do": f"withdraw:{own.pk}"})
    assert visitor.get(free.sound_url).status_code == 404


def test_without_an_engine_the_own_recordings_are_heard(
    recorded, url, as_editor, settings, monkeypatch
):
    settings.NARRATION_ENGINES = []
    monkeypatch.setattr(making, "chosen", list)
    upload(as_editor, url, recording(2), position="0", cuts="")
    work()
    assert streams_for([recorded], VISITOR)[recorded.pk].reader == "Kari Nord"
    assert Narration.objects.get().state == State.READY
    own = Recording.objects.uploaded().get()
    as_editor.post(url, {"do": f"withdraw:{own.pk}"})
    work()
    assert not Stream.objects.exists()
    assert not Narration.objects.exists()


def test_a_locked_article_read_by_a_person_has_no_empty_sound(readable, series, as_editor):
    locked = factories.make_article(series, [text("<p>Det låste avsnittet.</p>")])
    upload(as_editor, f"/admin/artikler/{locked.pk}/lyd/", recording(2), cuts="")
    work()
    assert streams_for([locked], MEMBER)[locked.pk].is_natural
    assert locked.pk not in streams_for([locked], VISITOR)


def test_a_gate_that_moves_before_the_worker_comes_locks_the_recording_too(
    recorded, url, as_editor
):
    upload(as_editor, url, recording(6))
    move_gate_up(recorded)
    work()
    assert not Recording.objects.uploaded().exists()
    assert "endret" in Upload.objects.get().error


def test_so_does_one_that_moved_after_the_editor_opened_the_form(recorded, url, as_editor):
    seen = texts_in(as_editor.get(url).content.decode())
    move_gate_up(recorded)
    response = upload(as_editor, url, recording(6), texts=seen)
    assert response.status_code == 200
    assert "endret" in response.content.decode()
    assert not Upload.objects.exists()


def test_the_newer_of_two_uploads_is_used_whichever_worker_ends_last(recorded, url, as_editor):
    for reader in ("Kari Nord", "Ola Sør"):
        upload(as_editor, url, recording(2), position="0", cuts="", reader=reader)
    for upload_ in Upload.objects.order_by("-pk"):
        take_upload.func(upload_.pk)
    work()
    assert not Upload.objects.exists()
    assert streams_for([recorded], VISITOR)[recorded.pk].reader == "Ola Sør"


@pytest.mark.parametrize("make", [lambda: recording(6), lambda: b"ID3" + b"x" * 5000])
def test_an_upload_may_be_called_back_while_it_is_made_ready(
    recorded, url, as_editor, monkeypatch, make
):
    upload(as_editor, url, make())
    given = Upload.objects.get()
    assert f"forget:{given.pk}" in as_editor.get(url).content.decode()
    honest = uploading.normalise

    def meanwhile(source, target):
        as_editor.post(url, {"do": f"forget:{given.pk}"})
        return honest(source, target)

    monkeypatch.setattr(uploading, "normalise", meanwhile)
    work()
    assert not Upload.objects.exists()
    assert not Recording.objects.uploaded().exists()


def test_a_worker_that_dies_after_taking_a_recording_has_queued_the_rest(recorded, url, as_editor):
    upload(as_editor, url, recording(6))
    [arguments] = QueuedTask.objects.arguments_of(take_upload)
    take_upload.func(*arguments)
    assert QueuedTask.objects.arguments_of(narrate_article) == [[recorded.pk]]


@pytest.mark.parametrize(
    ("data", "fields", "said"),
    [
        (b"PK\x03\x04 ikke lyd", {}, "ikke et lydopptak"),
        (b"", {}, "tom"),
        (b"ID3" + b"x" * 500, {"cuts": "fire og et halvt minutt"}, "Skriv ett tidspunkt"),
        (b"ID3" + b"x" * 500, {"cuts": ""}, "Skriv ett tidspunkt"),
        (b"ID3" + b"x" * 500, {"cuts": "0:01 0:02"}, "Skriv ett tidspunkt"),
        (b"ID3" + b"x" * 500, {"reader": ""}, "Dette feltet er påkrevet"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(url, as_editor, data, fields, said):
    response = upload(as_editor, url, data, **fields)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("make", "cuts", "said"),
    [
        (lambda: b"ID3" + b"x" * 5000, "0:01", "ikke et lydopptak"),
        (lambda: recording(2, "wav")[:400], "0:01", "skadet"),
        (lambda: recording(2), "0:30", "etter slutten"),
    ],
)
def test_what_the_worker_refuses_is_told_at_the_desk(url, as_editor, make, cuts, said):
    before = Stream.objects.count()
    assert upload(as_editor, url, make(), cuts=cuts).status_code == 302
    work()
    assert said in Upload.objects.get().error
    assert said in as_editor.get(url).content.decode()
    assert not Recording.objects.uploaded().exists()
    assert Stream.objects.count() == before
    as_editor.post(url, {"do": f"forget:{Upload.objects.get().pk}"})
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "pressed",
    ["", "handled:x", "handled:", "forget:x", "withdraw:²", "keep:1", "keep:x:y", "a:b:c"],
)
def test_a_button_that_nobody_has_made_does_nothing(recorded, url, as_editor, pressed):
    assert as_editor.post(url, {"do": pressed}).status_code == 302


def test_only_those_who_may_publish_it_hear_and_change(recorded, url, as_member, visitor, writer):
    from tests.conftest import logged_in

    sound = f"{url}{Recording.objects.last().pk}.mp3"
    for client in (as_member, visitor, logged_in(writer)):
        for address in (url, sound):
            assert client.get(address).status_code in (302, 403)


def test_an_editor_hears_each_part_on_its_own(recorded, url, as_editor):
    locked = Recording.objects.get(hash=Stream.objects.get(is_cut=False).hashes[1])
    response = as_editor.get(f"{url}{locked.pk}.mp3")
    assert response["Cache-Control"] == "private, no-store"
    assert b"Det l\xc3\xa5ste" in b"".join(response.streaming_content)
    other = Recording.objects.exclude(hash__in=Stream.objects.get(is_cut=False).hashes).first()
    assert as_editor.get(f"{url}{other.pk}.mp3").status_code == 404
