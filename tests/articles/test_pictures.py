"""What happens to files that are uploaded as pictures."""

import io
import random
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, PngImagePlugin

from accounts.access import Access
from articles import image_encoding
from articles.bare_images import START_OF_SCAN
from articles.image_encoding import encode
from articles.models import Picture
from tests import factories

#: Metadata that must be thrown away.
INFO = PngImagePlugin.PngInfo()
INFO.add_text("hemmelig", "sted")


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def noise(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    generator = random.Random(1)  # noqa: S311
    pixels = bytes(generator.randrange(256) for _ in range(size[0] * size[1] * len(mode)))
    return Image.frombytes(mode, size, pixels)


def png_header(width: int, height: int) -> bytes:
    """Returns a PNG of 60 bytes that claims to be larger than any machine can hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_each_known_format_is_kept_as_png_or_jpeg(format):
    encoded = encode(saved(noise(), format))
    assert encoded.extension == ("png" if format == "PNG" else "jpg")
    assert (encoded.width, encoded.height) == (64, 48)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_encoding_again_changes_no_byte(format):
    once = encode(saved(noise(), format))
    assert encode(once.data).data == once.data


def with_scans(count: int) -> bytes:
    """Returns a JPEG of a few kB, with `count` scans over all of its 24 megapixels."""
    data = saved(Image.new("L", (6000, 4000)), "JPEG", progressive=True)
    tables, *scans = data.removesuffix(b"\xff\xd9").split(START_OF_SCAN)
    return START_OF_SCAN.join([tables, scans[0], *[scans[1]] * (count - 1)]) + b"\xff\xd9"


def shaped_like(image: Image.Image) -> dict[str, bytes]:
    """Returns variants of one JPEG, each with one thing more than a picture needs."""
    plain = saved(image, "JPEG", quality=75)
    thumbnail = b"\xff\xe0\x00\x13JFIF\0\1\1\0\0\1\0\1\1\1abc"
    return {
        "comment": saved(image, "JPEG", comment=b"hemmelig"),
        "behind": plain + b"hemmelig",
        "between": plain[:2] + b"\xff\xed\x00\x0ahemmelig" + plain[2:],
        "thumbnail": plain[:2] + thumbnail + plain[20:],
        "progressive": saved(image, "JPEG", progressive=True),
        "restarts": saved(image, "JPEG", restart_marker_rows=1),
    }


@pytest.mark.parametrize("name", shaped_like(noise()))
def test_a_jpeg_with_more_than_its_picture_is_made_anew(name):
    data = shaped_like(noise())[name]
    encoded = encode(data)
    assert encoded.data != data
    assert b"hemmelig" not in encoded.data
    assert encode(encoded.data).data == encoded.data


@pytest.mark.parametrize("kind", [b"tEXt", b"acTL", b"iDAT"])
def test_a_png_with_more_than_its_picture_is_made_anew(kind):
    plain = saved(noise(), "PNG")
    body = kind + b"hemmelig\0x"
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    encoded = encode(plain[:33] + chunk + plain[33:])
    assert b"hemmelig" not in encoded.data
    assert encode(encoded.data).data == encoded.data


def test_what_an_earlier_version_kept_stays_as_it_is():
    for data in (
        saved(noise(), "JPEG", quality=90, subsampling=0, optimize=True),
        saved(noise("L"), "JPEG", quality=90, optimize=True),
        saved(noise("RGBA"), "PNG", optimize=True),
    ):
        assert encode(data).data == data


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_large_picture_is_made_smaller_and_compressed_once(format, monkeypatch):
    size = (5000, 2400)
    data = saved(noise(size=(50, 24)).resize(size), format, comment=b"x", pnginfo=INFO)
    sizes, save = [], Image.Image.save
    monkeypatch.setattr(
        Image.Image, "save", lambda i, *a, **k: sizes.append(i.size) or save(i, *a, **k)
    )
    encoded = encode(data)
    assert sizes == [(encoded.width, encoded.height)]
    assert 9_900_000 < encoded.width * encoded.height <= 10_000_000
    assert encoded.width / encoded.height == pytest.approx(size[0] / size[1], rel=0.001)
    assert encode(encoded.data).data == encoded.data
    assert len(sizes) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_large_pictures_of_odd_colours_are_made_smaller_too(mode, monkeypatch):
    monkeypatch.setattr(image_encoding, "KEPT_PIXELS", 100)
    format = "JPEG" if mode == "CMYK" else "PNG"
    encoded = encode(saved(Image.new(mode, (30, 20)), format, pnginfo=INFO))
    assert encoded.width * encoded.height <= 100
    assert encode(encoded.data).data == encoded.data


def test_what_becomes_too_large_to_come_in_again_is_refused(monkeypatch):
    data = saved(noise(), "WEBP", quality=1)
    monkeypatch.setattr(image_encoding, "MAX_BYTES", len(data))
    with pytest.raises(ValidationError) as caught:
        encode(data)
    assert "når det lagres her" in caught.value.messages[0]


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "CMYK", "I;16"])
def test_odd_colours_are_taken_too(mode):
    format = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (30, 20))
    once = encode(saved(image, format))
    assert encode(once.data).data == once.data


def test_what_the_camera_wrote_is_gone_and_its_turn_is_kept():
    image = noise(size=(40, 20))
    exif = image.getexif()
    exif[0x0112] = 6  # rotate by a quarter turn
    exif[0x010E] = "hemmelig sted"
    encoded = encode(saved(image, "JPEG", exif=exif, comment=b"hemmelig"))
    assert b"hemmelig" not in encoded.data
    assert (encoded.width, encoded.height) == (20, 40)


def test_what_lies_behind_the_picture_is_gone():
    assert b"<script>" not in encode(saved(noise(), "PNG") + b"<script>").data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG, PNG, WebP eller AVIF"),
        (b"GIF89a" + b"\0" * 20, "JPEG, PNG, WebP eller AVIF"),
        (b"", "JPEG, PNG, WebP eller AVIF"),
        (saved(noise(), "PNG")[:300], "JPEG, PNG, WebP eller AVIF"),
        (png_header(100_000, 100_000), "24 megapiksler"),
        (png_header(6_000, 5_000), "24 megapiksler"),
        (b"\0" * (20 * 1024 * 1024 + 1), "20 MB"),
        (with_scans(101), "for mange trinn"),
    ],
    ids=["svg", "gif", "empty", "cut off", "bomb", "too many pixels", "too large", "scans"],
)
def test_what_is_no_picture_for_us_is_refused_in_norwegian(data, words):
    with pytest.raises(ValidationError) as caught:
        encode(data)
    assert words in caught.value.messages[0]


def upload(client, data: bytes, name: str):
    file = io.BytesIO(data)
    file.name = name
    return client.post("/admin/images/add/", {"title": "Opplastet", "file": file, "collection": 1})


@pytest.mark.django_db
def test_the_panel_takes_a_picture_by_the_same_check(as_editor):
    exif = Image.Exif()
    exif[0x010E] = "hemmelig"
    assert upload(as_editor, saved(noise(), "JPEG", exif=exif), "bilde.jpg").status_code == 302
    picture = Picture.objects.get()
    with picture.file.open("rb") as file:
        assert b"hemmelig" not in file.read()
    assert picture.source_hash


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bilde.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bilde.png"),
        (png_header(100_000, 100_000), "bilde.png"),
        (saved(noise(), "JPEG"), "bilde.exe"),
        (saved(noise(), "JPEG"), "bilde.jpg.html"),
    ],
)
def test_the_panel_refuses_what_the_portal_refuses(as_editor, data, name):
    assert upload(as_editor, data, name).status_code == 200
    assert not Picture.objects.exists()


@pytest.mark.django_db
def test_a_picture_is_never_offered_wider_than_it_is():
    assert factories.make_picture(size=(700, 400)).widths == (480, 700)
    assert factories.make_picture(size=(2000, 400), colour="red").widths == (480, 800, 1200, 1600)
    assert factories.make_picture(size=(100, 80), colour="blue").widths == (100,)


@pytest.mark.django_db
@pytest.mark.parametrize(("width", "format"), [(99, "webp"), (60, "gif"), (60, "jpeg")])
def test_no_other_width_or_format_is_made(width, format, visitor):
    """Otherwise a visitor could make the portal create and store each of a thousand widths."""
    picture = factories.make_picture(size=(60, 40))
    factories.make_series(picture=picture)
    assert visitor.get(picture.address(60, "webp")).status_code == 200
    made = picture.renditions.count()
    assert visitor.get(picture.address(width, format)).status_code == 404
    assert picture.renditions.count() == made


@pytest.mark.django_db
def test_originals_are_for_the_staff(visitor, as_member, as_editor):
    path = f"/admin/filer/{factories.make_picture().file.name}"
    assert visitor.get(path).status_code == 302
    assert as_member.get(path).status_code == 302
    answer = as_editor.get(path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    assert as_editor.get("/admin/filer/../secret_key").status_code == 404


@pytest.mark.django_db
def test_a_deleted_picture_leaves_the_text_that_showed_it(series, visitor):
    picture = factories.make_picture(size=(60, 40))
    shown = {"picture": picture.pk, "alt": "", "caption": ""}
    block = factories.block("picture", shown)
    body = [factories.text("<p>a</p>"), block, factories.text("<p>b</p>")]
    article = factories.make_article(series, body, access=Access.PUBLIC)
    picture.delete()
    page = visitor.get(article.get_absolute_url()).content.decode()
    assert "<figure" not in page
    assert ">b</p>" in page
