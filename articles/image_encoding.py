"""Checks uploaded pictures and encodes them as PNG or JPEG without metadata."""

import io
import math
import warnings
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from articles.bare_images import PNG_MODES, START_OF_SCAN, extension_of_bare

MAX_BYTES = 20 * 1024 * 1024
#: A 12 kB PNG of 100 Mpx raised the process to 494 MB, and Pillow only warned.
MAX_PIXELS = 24_000_000
#: Larger pictures are scaled down to this, except files that are bare already. Readers get at most
#: 1,600 columns, and compressing a PNG of 24 megapixels took up to 58 seconds.
KEPT_PIXELS = 10_000_000
#: The most scans in a JPEG. Each scan covers the whole picture and may be as short as sixty bytes,
#: so 20 MB of scans would take a quarter of an hour. Cameras and programs write about ten.
MAX_SCANS = 100
#: The content decides the format, never the name. SVG is left out because it can hold scripts.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")


@dataclass
class Encoded:
    data: bytes
    extension: str
    width: int
    height: int


def encode(data: bytes) -> Encoded:
    """The picture in `data` as the portal stores it: a PNG or a JPEG without metadata.

    The header is checked before anything is decoded. A file that is bare already stays as it is, so
    a picture from `encode`, or from an export, comes in again unchanged. Raises ValidationError.
    """
    if len(data) > MAX_BYTES:
        raise ValidationError(_("The picture is larger than 20 MB."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encode(data)
    except ValidationError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise too_many_pixels() from None
    except Exception:  # Pillow raises whatever its plug-ins do: OSError, SyntaxError, struct.error
        raise ValidationError(
            _("The file is not a whole picture of type JPEG, PNG, WebP or AVIF.")
        ) from None


def too_many_pixels() -> ValidationError:
    return ValidationError(_("The picture has more than 24 megapixels. Make it smaller first."))


def _encode(data: bytes) -> Encoded:
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise too_many_pixels()
    is_jpeg = image.format not in ("PNG", "WEBP", "AVIF")  # also "MPO", several JPEGs in one
    if is_jpeg and data.count(START_OF_SCAN) > MAX_SCANS:
        raise ValidationError(
            _("The JPEG file is built up in too many steps. Save it again as an ordinary JPEG.")
        )
    is_png = image.format == "PNG"
    image.load()
    if extension := extension_of_bare(data, image):
        return Encoded(data, extension, image.width, image.height)
    image = ImageOps.exif_transpose(_in_srgb(_small_enough(image)))
    encoded = _png(image) if is_png or image.has_transparency_data else _jpeg(image)
    if len(encoded.data) > MAX_BYTES:
        raise ValidationError(
            _("The picture becomes larger than 20 MB when it is kept here. Make it smaller first.")
        )
    return encoded


def _small_enough(image: Image.Image) -> Image.Image:
    factor = math.sqrt(KEPT_PIXELS / (image.width * image.height))
    if factor >= 1:
        return image
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):  # other modes can't blend shades
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    size = max(1, int(image.width * factor)), max(1, int(image.height * factor))
    small = image.resize(size, Image.Resampling.LANCZOS)
    small.info = image.info
    return small


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError):
        return image
    return converted or image


def _png(image: Image.Image) -> Encoded:
    if image.mode not in PNG_MODES:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    # The next level takes half as long again, and saves only a twentieth.
    return _saved(image, "PNG", "png", compress_level=2)


def _jpeg(image: Image.Image) -> Encoded:
    image = image.convert("L" if image.mode == "L" else "RGB")
    return _saved(image, "JPEG", "jpg", quality=90, subsampling=0)


def _saved(image: Image.Image, format: str, extension: str, **options: object) -> Encoded:
    buffer = io.BytesIO()
    image.info = {k: v for k, v in image.info.items() if k == "transparency"}
    image.save(buffer, format, **options)
    return Encoded(buffer.getvalue(), extension, image.width, image.height)
