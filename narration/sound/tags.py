"""What an app shows of a recording: an ID3 tag that stands before its frames."""

import io
from collections.abc import Sequence

from mutagen.id3 import CHAP, CTOC, ID3, TALB, TIT2, TLAN, TPE1, TRCK, TXXX, CTOCFlags, Encoding


def tagged(
    *,
    title: str,
    reader: str,
    album: str = "",
    track: int | None = None,
    language: str = "nob",
    is_synthetic: bool,
    chapters: Sequence[tuple[float, str]] = (),
    seconds: float = 0,
) -> bytes:
    """An ID3 tag, version 2.4. `reader` tells who reads, `language` is of ISO 639-2.

    `chapters` are starts in seconds and titles, in order, and the last lasts until `seconds`. All
    times count from the first frame. In a stream that begins with this tag, frame n begins at byte
    len(tag) + n * FRAME_BYTES. Equal arguments give equal bytes.
    """
    tag = ID3()
    tag.add(TIT2(encoding=Encoding.UTF8, text=title))
    tag.add(TPE1(encoding=Encoding.UTF8, text=reader))
    tag.add(TLAN(encoding=Encoding.UTF8, text=language))
    if album:
        tag.add(TALB(encoding=Encoding.UTF8, text=album))
    if track is not None:
        tag.add(TRCK(encoding=Encoding.UTF8, text=str(track)))
    if is_synthetic:
        # The EU's AI Act, article 50 (2): synthetic sound is marked in a way that machines read.
        tag.add(TXXX(encoding=Encoding.UTF8, desc="synthetic-speech", text="true"))
    if chapters:
        _add_chapters(tag, chapters, seconds)
    file = io.BytesIO()
    tag.save(file, v2_version=4, padding=lambda _info: 0)
    return file.getvalue()


def _add_chapters(tag: ID3, chapters: Sequence[tuple[float, str]], seconds: float) -> None:
    names = [f"c{number}" for number in range(len(chapters))]
    ends = [*(start for start, _title in chapters[1:]), seconds]
    tag.add(
        CTOC(
            element_id="toc",
            flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
            child_element_ids=names,
            sub_frames=[],
        )
    )
    for name, (start, title), end in zip(names, chapters, ends, strict=True):
        tag.add(
            CHAP(
                element_id=name,
                start_time=round(1000 * start),
                end_time=round(1000 * end),
                # Times are to be used, and not these, when they are all ones.
                start_offset=0xFFFFFFFF,
                end_offset=0xFFFFFFFF,
                sub_frames=[TIT2(encoding=Encoding.UTF8, text=title)],
            )
        )
