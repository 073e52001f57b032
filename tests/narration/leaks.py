"""The sound of articles in the leak sweep: its files can be read as text, and leaks are planted."""

import pytest
from django.http import FileResponse

from accounts.access import MEMBER, Access
from accounts.models import User
from articles.models import Article, Passage, Series
from narration import feeds, transcripts, views
from narration.making import narrate
from narration.models import PodcastToken, SpokenText, Stream
from tests import factories
from tests.factories import text
from tests.leaks.planting import all_text, plant
from tests.leaks.world import World
from tests.narration.voices import ReadableEngine, use

TELLING = ("narration:sound", "narration:marks", "narration:transcript", "narration:chapters")
#: A token that is nobody's.
UNKNOWN = "et-token-som-ingen-har"


def prepare(world: World) -> None:
    """Record everything, and lock one of the texts since."""
    elsewhere = Series.objects.get(slug="annensteds")
    word = world.lock("lockedsince")
    since = factories.make_article(
        elsewhere, [text(f"<p>{word}</p>")], slug="siden", access=Access.PUBLIC
    )
    with pytest.MonkeyPatch.context() as patch:
        use(patch, ReadableEngine())
        for article in Article.objects.for_readers():
            narrate(article.pk)
    since.change_access(Access.MEMBERS)


def examples(world: World) -> dict[str, list[str]]:
    keys = list(Stream.objects.values_list("key", flat=True))
    pks = [article.pk for article in world.articles]
    old = dead_token()
    return {
        "narration:sound": [f"/lyd/{key}.mp3" for key in keys],
        "narration:marks": [f"/lyd/{key}.json" for key in keys],
        "narration:transcript": [f"/lyd/{key}.vtt" for key in keys],
        "narration:chapters": [f"/lyd/{key}/kapitler.json" for key in keys],
        "narration:position": [f"/lyd/{pk}/sted/" for pk in pks],
        "narration:report": [f"/lyd/{pk}/uttale/" for pk in pks],
        "narration:series_feed": ["/lyd/serie/serien/", "/lyd/serie/nedlagt/"],
        "narration:artwork": ["/lyd/serie/serien/omslag.png", "/lyd/serie/nedlagt/omslag.png"],
        "narration:own_feeds": ["/lyd/mine/"],
        "narration:own_feed": [f"/lyd/mine/{each}/serie/serien/" for each in (UNKNOWN, old)],
        "narration:own_sound": [f"/lyd/mine/{old}/{pk}.mp3" for pk in pks],
        "narration:own_transcript": [f"/lyd/mine/{old}/{pk}.vtt" for pk in pks],
        "narration:own_chapters": [f"/lyd/mine/{old}/{pk}/kapitler.json" for pk in pks],
    }


def dead_token() -> str:
    """The token of somebody whose membership is suspended."""
    user, is_new = User.objects.get_or_create(email="lytter@example.no")
    if is_new:
        user.suspend()
    return PodcastToken.objects.get_or_create(user=user)[0].token


@plant()
def whoever_knows_the_address_hears(patch):
    patch.setattr(views, "may_hear", lambda stream, reader: True)


@plant()
def an_old_recording_is_heard_after_its_text_was_locked(patch):
    """As if a stream were found by its page, and not by what may be read of it now."""

    def may_hear(stream, reader):
        return Article.objects.for_readers().filter(pk=stream.page_id).exists()

    patch.setattr(views, "may_hear", may_hear)
    patch.setattr(views, "is_public", lambda stream: False)


@plant()
def a_transcript_is_made_of_the_whole_article(patch):
    honest = transcripts.webvtt

    def webvtt(stream, article, reader):
        return honest(stream, article, reader) + all_text(article)

    patch.setattr(views, "webvtt", webvtt)


@plant()
def the_chapters_name_all_headings(patch):
    def chapters_of(stream):
        rows = Passage.objects.filter(page=stream.page_id).values_list("contents", flat=True)
        return {"chapters": [heading for contents in rows for heading in contents]}

    patch.setattr(views, "chapters_of", chapters_of)


@plant()
def the_marks_hold_the_sentences_of_the_whole_article(patch):
    def told(stream):
        rows = SpokenText.objects.filter(passage__page=stream.page_id)
        return {"sentences": [row.sentences for row in rows]}

    patch.setattr(Stream, "told", told)


@plant()
def a_free_stream_holds_everything(patch):
    def deliver(request, file, size, tag):
        return FileResponse(Stream.objects.filter(is_cut=False).last().file.open("rb"))

    patch.setattr(views, "deliver", deliver)


@plant()
def a_dead_token_still_hears(patch):

    patch.setattr(feeds, "reader_of", lambda token: MEMBER)
