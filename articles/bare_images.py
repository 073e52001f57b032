"""Recognises bare picture files: no metadata, and no bytes after the picture."""

import re

from PIL import Image

JPEG_MODES = ("L", "RGB")
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA")
START_OF_SCAN = b"\xff\xda"
#: JPEG markers, ITU-T T.81, B.1.1.3: the tables and the frame of a baseline picture, and the JFIF
#: segment, which identifies the format.
JFIF = b"\xff\xe0\x00\x10JFIF\0"
SEGMENTS = (b"\xff\xdb", b"\xff\xc0", b"\xff\xc4", b"\xff\xe0")
#: The only scan, and the end of the picture. Within the scan, 00 follows every FF.
SCAN = re.compile(rb"[^\xff]*(?:\xff\x00[^\xff]*)*\xff\xd9")
#: https://www.w3.org/TR/png/#5Chunk-layout.
SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
IEND = b"\0\0\0\0IEND\xaeB`\x82"


def extension_of_bare(data: bytes, image: Image.Image) -> str:
    """ "jpg" or "png" for a bare file, "" for any other. `image` is `data` as Pillow decoded it."""
    if image.format == "JPEG" and image.mode in JPEG_MODES and is_bare_jpeg(data):
        return "jpg"
    return "png" if image.mode in PNG_MODES and is_bare_png(data) else ""


def is_bare_jpeg(data: bytes) -> bool:
    at, marker = 2, data[2:4]
    while marker in SEGMENTS:
        if marker == JFIF[:2] and data[at : at + len(JFIF)] != JFIF:
            return False
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
        marker = data[at : at + 2]
    start = at + 2 + int.from_bytes(data[at + 2 : at + 4])
    return marker == START_OF_SCAN and SCAN.fullmatch(data, start) is not None


def is_bare_png(data: bytes) -> bool:
    at = len(SIGNATURE)
    if not data.startswith(SIGNATURE):
        return False
    while data[at + 4 : at + 8] in CHUNKS:
        at += 12 + int.from_bytes(data[at : at + 4])
    return data[at:] == IEND
