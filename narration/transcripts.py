"""What is said in a stream, for podcast apps: WebVTT, and the chapters as JSON.

https://www.w3.org/TR/webvtt1/, https://github.com/Podcastindex-org/podcast-namespace
"""

from collections.abc import Iterator
from typing import Any

from accounts.access import Reader
from articles.models import Article, Passage
from narration.models import Recording, SpokenText, Stream
from narration.models.spoken import Sentence, hash_of
from narration.speaking import introduction, line_at_gate


def cues(stream: Stream, article: Article, reader: Reader) -> Iterator[tuple[float, str]]:
    """When each sentence begins, in seconds, and its text. Only what `reader` may read.

    A part that says something else by now, such as an older title, is left out.
    """
    said: dict[str, list[Sentence]] = {
        hash_of(sentences): sentences for sentences in (introduction(article), line_at_gate())
    }
    readable = Passage.objects.readable_by(reader).filter(page=article.pk)
    for text in SpokenText.objects.filter(passage__in=readable):
        said[text.hash] = text.said
    recordings = Recording.objects.in_bulk([pk for pk, _hash in stream.parts])
    begins = 0.0
    for pk, key in stream.parts:
        recording = recordings.get(pk)
        if recording is None:  # nobody knows when the next part begins
            return
        if key in said:
            for sentence, start in zip(said[key], recording.starts, strict=True):
                if start is not None:
                    yield begins + start, sentence.text
        begins += recording.seconds


def webvtt(stream: Stream, article: Article, reader: Reader) -> str:
    found = list(cues(stream, article, reader))
    ends = [start for start, _text in found[1:]] + [stream.seconds]
    blocks = [
        f"{_clock(start)} --> {_clock(end)}\n{_escaped(text)}"
        for (start, text), end in zip(found, ends, strict=False)  # without a cue, one end is left
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def chapters(stream: Stream) -> dict[str, Any]:
    return {
        "version": "1.2.0",
        "chapters": [{"startTime": start, "title": title} for start, title in stream.chapters],
    }
