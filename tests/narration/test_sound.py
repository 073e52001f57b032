"""The sound of a whole article, made by espeak-ng and measured in the file."""

from itertools import pairwise

import pytest
from mutagen.id3 import ID3

from articles.models import Article
from narration.making import narrate
from narration.models import Stream
from narration.sound import frames
from narration.sound.loudness import measure
from tests.factories import BODY, gate, text
from tests.narration.decoding import decoded, onset

LINES = (
    "<h2>Om våren</h2><p>Når snøen smelter, øker vannføringen i elvene. I 2024 kom den tidlig.</p>"
    "<p>Det koster 1 250 kroner å måle den. Er det mye? Svaret avhenger av været.</p>"
)


@pytest.fixture(scope="module")
def made(module_db, module_media) -> tuple[Stream, bytes]:
    from django.test import override_settings

    from tests import factories
    from tests.conftest import media_in

    with override_settings(NARRATION_ENGINES=["espeak"], **media_in(module_media)):
        series = factories.make_series("lyden")
        article = factories.make_article(
            series, [text(LINES, id=BODY[0]["id"]), gate(), text("<p>Slutt.</p>")]
        )
        state = narrate(Article.objects.get(pk=article.pk).pk)
        assert state.left_out == []
        stream = Stream.objects.get(is_cut=True)
        return stream, stream.read()


def sound_of(data: bytes) -> bytes:
    """The frames after the tag."""
    return data[data.index(frames.HEADER) :]


@pytest.mark.django_db
def test_each_mark_is_where_its_sentence_is_heard(made):
    stream, data = made
    samples = decoded(sound_of(data))
    times = [mark[0] for mark in stream.marks] + [stream.gate]
    assert len(times) == 2 + 6 + 1
    for mark, following in pairwise([*times, stream.seconds]):
        # From within the pause before it, which lasts 0.3 s at least.
        start = max(0, int((mark - 0.2) * frames.RATE))
        heard = start / frames.RATE + onset(samples[start : int(following * frames.RATE)])
        assert heard == pytest.approx(mark, abs=0.05)


@pytest.mark.django_db
def test_it_is_as_loud_as_podcasts_are(made):
    loudness = measure(sound_of(made[1]))
    assert loudness.integrated == pytest.approx(-16, abs=1)
    assert loudness.peak <= -1


@pytest.mark.django_db
def test_its_length_is_told_rightly(made):
    stream, data = made
    assert stream.size == len(data)
    assert stream.seconds == pytest.approx(frames.seconds(sound_of(data)))
    assert len(decoded(sound_of(data))) / frames.RATE == pytest.approx(stream.seconds, abs=0.1)


@pytest.mark.django_db
def test_its_tag_says_that_nobody_reads(made, tmp_path):
    path = tmp_path / "lyd.mp3"
    path.write_bytes(made[1])
    tag = ID3(path)
    assert tag["TIT2"] == "Delen"
    assert tag["TPE1"] == "Lest av syntetisk stemme"
    assert tag["TXXX:synthetic-speech"] == "true"
    assert [chapter.sub_frames["TIT2"].text[0] for chapter in tag.getall("CHAP")] == ["Om våren"]
