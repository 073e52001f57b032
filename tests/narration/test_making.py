"""How recordings are made, and made again."""

import gc
import os
import tracemalloc
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from accounts.access import MEMBER
from articles.jobs import prepare_picture
from articles.models import Article
from narration import joining, making
from narration.hearing import streams_for
from narration.jobs import forget_recordings, narrate_article, narrate_what_was_there
from narration.making import NothingReads, narrate
from narration.models import Clip, Narration, Pronunciation, Recording, SpokenText, Stream
from narration.models.narrations import State
from narration.sound import frames
from tests import factories
from tests.factories import gate, text
from worker.models import QueuedTask


def publish(article: Article, html: str) -> Article:
    article.body = Article._meta.get_field("body").to_python([text(html)])
    article.save_revision().publish()
    return Article.objects.get(pk=article.pk)


def hundred(changed: str = "") -> str:
    lines = [f"Dette er setning nummer {n} i teksten." for n in range(100)]
    if changed:
        lines[50] = changed
    return "".join(f"<p>{line}</p>" for line in lines)


def test_one_changed_sentence_of_a_hundred_is_made_anew(readable, article):
    narrate(publish(article, hundred()).pk)
    assert len(readable.read) == 104  # with title, lead and the two sentences at the gate
    readable.read.clear()
    article = publish(article, hundred("Her står det noe annet."))
    narrate(article.pk)
    assert readable.read == ["Her står det noe annet."]
    whole = Stream.objects.get(is_cut=False)
    sound = whole.read()
    assert b"noe annet" in sound
    assert b"nummer femtien" in sound
    assert b"nummer femti i" not in sound


def test_nothing_is_made_twice(readable, recorded):
    readable.read.clear()
    keys = set(Stream.objects.values_list("key", flat=True))
    narrate(recorded.pk)
    assert readable.read == []
    assert set(Stream.objects.values_list("key", flat=True)) == keys


def test_a_lost_file_is_made_again(readable, recorded, whole):
    for row in (*Recording.objects.all(), whole):
        row.file.storage.delete(row.file.name)
    narrate(recorded.pk)
    assert Stream.objects.get(is_cut=False).is_there


def test_the_marks_stand_where_the_sentences_do(readable, article):
    narrate(publish(article, "<h2>Først</h2><p>En setning. Og <b>en</b> til.</p>").pk)
    stream = Stream.objects.get(is_cut=False)
    block = stream.marks[3][1].removesuffix("-1")
    assert [mark[1:] for mark in stream.marks] == [
        ["title", 0, 5],
        ["lead", 0, 11],
        [f"{block}-1", 0, 5],
        [f"{block}-2", 0, 11],
        [f"{block}-2", 12, 22],
    ] or [mark[1:] for mark in stream.marks][:2] == [["title", 0, 5], ["lead", 0, 11]]
    assert [title for _second, title in stream.chapters] == ["Først"]
    times = [mark[0] for mark in stream.marks]
    assert times == sorted(times)


def test_text_that_moves_to_another_block_takes_its_marks_along(readable, article):
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    whole = [text("<p>En setning.</p><p>Og en til.</p>", id=one)]
    split = [text("<p>En setning.</p>", id=one), text("<p>Og en til.</p>", id=other)]
    for body, address in ((whole, f"b-{one}-2"), (split, f"b-{other}-1")):
        article.body = Article._meta.get_field("body").to_python(body)
        article.save_revision().publish()
        narrate(article.pk)
        assert Stream.objects.get(is_cut=False).marks[-1][1] == address
    assert readable.read.count("Og en til.") == 1


def test_a_sentence_that_no_engine_reads_is_left_out_and_told(readable, article):
    readable.refused = ("umulig",)
    state = narrate(publish(article, "<p>En setning. En umulig setning. Og en til.</p>").pk)
    assert state.state == State.READY
    assert state.left_out == ["En umulig setning."]
    sound = Stream.objects.get(is_cut=False).read()
    assert b"Og en til" in sound
    assert b"umulig" not in sound


def test_an_engine_that_fails_is_told_at_the_desk_and_tried_again(readable, article):
    readable.fails = True
    with pytest.raises(NothingReads):
        narrate_article.func(article.pk)
    state = Narration.objects.get()
    assert (state.state, state.error) == (State.FAILED, "readable: den svarer ikke")
    assert not Stream.objects.exists()
    readable.fails = False
    narrate_article.func(article.pk)
    assert Narration.objects.get().state == State.READY


def test_a_mended_word_is_said_so_everywhere(readable, recorded, series):
    other = factories.make_article(
        series, [text("<p>Det åpne avsnittet. Mer.</p>")], slug="annen", title="Annen"
    )
    narrate(other.pk)
    readable.read.clear()
    Pronunciation.objects.create(written="avsnittet", spoken="stykket")
    for article in (recorded, other):
        narrate(article.pk)
    assert readable.read == ["Det åpne stykket.", "Det låste stykket.", "Det åpne stykket."]
    for stream in Stream.objects.filter(is_cut=False):
        assert "Det åpne stykket".encode() in stream.read()


def test_a_word_that_gets_another_spelling_is_made_again_where_it_was_said(
    readable, recorded, django_capture_on_commit_callbacks
):
    word = Pronunciation.objects.create(written="avsnittet", spoken="stykket")
    narrate(recorded.pk)
    QueuedTask.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        word.written = "noe annet"
        word.save()
    assert QueuedTask.objects.arguments_of(narrate_article) == [[recorded.pk]]


def test_hours_of_sound_are_joined_without_holding_them_in_memory(readable, recorded):
    text = SpokenText.objects.get(passage__position=1)
    hours = Recording.objects.get(hash=text.hash)
    size = 100_000 * frames.FRAME_BYTES
    hours.store(ContentFile((frames.HEADER + bytes(188)) * 100_000))
    hours.size = size
    hours.save()
    gc.collect()
    tracemalloc.start()
    narrate(recorded.pk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size / 2
    whole = Stream.objects.get(is_cut=False)
    assert whole.size > size
    assert whole.file.size == whole.size


def test_publishing_leaves_it_to_the_worker(readable, series, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        article = factories.make_article(series)
    assert QueuedTask.objects.arguments_of(narrate_article) == [[article.pk]]
    assert Narration.objects.get().state == State.QUEUED
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()
    assert QueuedTask.objects.arguments_of(narrate_article) == [[article.pk]]  # not twice


def test_a_part_whose_series_is_published_after_it_is_recorded_within_the_hour(
    readable, series, django_capture_on_commit_callbacks
):
    series.unpublish()
    with django_capture_on_commit_callbacks(execute=True):
        article = factories.make_article(series)
    [arguments] = QueuedTask.objects.arguments_of(narrate_article)
    narrate_article.func(*arguments)
    QueuedTask.objects.all().delete()
    narrate_what_was_there()
    assert not QueuedTask.objects.exists()
    series.refresh_from_db()
    series.save_revision().publish()
    for _hour in range(2):
        narrate_what_was_there()
        assert QueuedTask.objects.arguments_of(narrate_article) == [[article.pk]]


def test_no_picture_waits_for_recordings(readable, article):
    narrate_article.enqueue(article.pk)
    prepare_picture.enqueue(1)
    recording, picture = QueuedTask.objects.order_by("pk").values_list("lane", flat=True)
    assert recording != picture


def test_without_an_engine_nothing_is_queued(settings, series, django_capture_on_commit_callbacks):
    settings.NARRATION_ENGINES = []
    with django_capture_on_commit_callbacks(execute=True):
        factories.make_article(series)
    assert not QueuedTask.objects.arguments_of(narrate_article)


def test_each_gate_has_a_stream(readable, series):
    article = factories.make_article(
        series,
        [
            text("<p>En.</p>"),
            gate(),
            text("<p>To.</p>"),
            factories.block("gate", {"teaser": "", "level": 20}),
            text("<p>Tre.</p>"),
        ],
    )
    narrate(article.pk)
    assert [(len(s.hashes), s.is_cut) for s in Stream.objects.all()] == [
        (1, True),
        (2, True),
        (3, False),
    ]


def test_what_a_killed_worker_has_left_on_disk_is_deleted(readable, recorded, whole):
    storage = whole.file.storage
    names = [
        storage.save(name, ContentFile(b"x")) for name in ("narration/a.mp3", "narration/uploads/b")
    ]
    call_command("clean_media", force=True, verbosity=0)
    assert all(map(storage.exists, names))  # the row may still come
    for name in (*names, whole.file.name):
        os.utime(storage.path(name), (0, 0))
    call_command("clean_media", force=True, verbosity=0)
    assert not any(map(storage.exists, names))
    assert all(stream.is_there for stream in Stream.objects.all())


def test_old_recordings_are_forgotten_and_their_files_with_them(
    readable, recorded, django_capture_on_commit_callbacks
):
    narrate(publish(recorded, "<p>Noe helt annet.</p>").pk)
    old = Recording.objects.exclude(pk__in=[pk for s in Stream.objects.all() for pk, _ in s.parts])
    [*files] = old.values_list("file", flat=True)
    assert files
    storage = Recording.objects.first().file.storage
    with django_capture_on_commit_callbacks(execute=True):
        forget_recordings()
    assert old.count() == len(files)  # young ones may be needed again
    Recording.objects.update(made_at="2026-01-01T00:00Z")
    with django_capture_on_commit_callbacks(execute=True):
        forget_recordings()
    assert not old.exists()
    assert not any(storage.exists(name) for name in files)
    assert all(stream.is_there for stream in Stream.objects.all())
    assert (
        Clip.objects.filter(recording__in=Recording.objects.all()).count() == Clip.objects.count()
    )


def test_without_an_engine_nothing_is_heard_and_nothing_has_failed(settings, article):
    settings.NARRATION_ENGINES = []
    assert narrate(article.pk) is None
    locked = factories.make_article(article.get_parent(), [text("<p>Låst.</p>")], slug="last")
    assert narrate(locked.pk) is None
    assert not Narration.objects.exists()
    assert not Stream.objects.exists()


def test_two_workers_at_once_leave_what_the_newer_text_says(readable, article, monkeypatch):
    """The slower one still has the old text, and joins last."""
    honest = making.recordings_of

    def slow(*arguments):
        monkeypatch.setattr(making, "recordings_of", honest)
        made = honest(*arguments)
        publish(article, "<p>Den nye teksten.</p>")
        narrate(article.pk)
        return made

    narrate(article.pk)
    monkeypatch.setattr(making, "recordings_of", slow)
    narrate(article.pk)
    whole = streams_for([Article.objects.get(pk=article.pk)], MEMBER)[article.pk]
    assert "Den nye teksten" in whole.read().decode(errors="ignore")


def test_two_workers_that_record_the_same_leave_one_of_each(readable, article, monkeypatch):
    honest = making._store

    def meanwhile(*arguments):
        monkeypatch.setattr(making, "_store", honest)
        narrate(article.pk)
        honest(*arguments)

    monkeypatch.setattr(making, "_store", meanwhile)
    assert narrate(article.pk).state == State.READY
    rows = [*Recording.objects.all(), *Stream.objects.all()]
    assert len(rows) == 4 + 2  # the title and lead, two passages and the gate
    _folders, files = rows[0].file.storage.listdir("narration")
    assert {f"narration/{name}" for name in files} == {row.file.name for row in rows}


def test_two_workers_that_join_the_same_leave_one_of_each(readable, article, monkeypatch):
    honest = joining.tagged

    def meanwhile(**arguments):
        monkeypatch.setattr(joining, "tagged", honest)
        narrate(article.pk)
        keys.extend(Stream.objects.values_list("key", flat=True))
        return honest(**arguments)

    keys: list[str] = []
    monkeypatch.setattr(joining, "tagged", meanwhile)
    narrate(article.pk)
    assert list(Stream.objects.values_list("key", flat=True)) == keys
    assert len(keys) == 2
    assert all(stream.is_there for stream in Stream.objects.all())
