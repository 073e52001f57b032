"""What becomes of a file somebody hands in as a picture."""

import io
import warnings
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 20 * 1024 * 1024
#: A 12 kB PNG of 100 Mpx took the process to 494 MB, with only a warning from Pillow.
MAX_PIXELS = 24_000_000
#: By content, never by name. No SVG: it is a program.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")


@dataclass
class Encoded:
    data: bytes
    extension: str
    width: int
    height: int


def encode(data: bytes) -> Encoded:
    """The picture in `data` as the portal keeps it: a PNG or a JPEG with no metadata.

    Its header is checked before anything is decoded. Encoding what `encode` returned gives
    the same bytes again, so that an export can be imported unchanged. Raises ValidationError.
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
    source_format = image.format
    image.load()
    image = ImageOps.exif_transpose(_in_srgb(image))
    if source_format == "PNG" or image.has_transparency_data:
        return _png(image)
    return _jpeg(image)


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
    if image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    transparency = image.info.get("transparency")
    image.info = {} if transparency is None else {"transparency": transparency}
    return _saved(image, "PNG", "png", optimize=True)


def _jpeg(image: Image.Image) -> Encoded:
    """Encoded until it stays the same: each pass of a JPEG loses a little, the first most."""
    image = image.convert("L" if image.mode == "L" else "RGB")
    encoded = _saved(image, "JPEG", "jpg", quality=90, subsampling=0, optimize=True)
    for _pass in range(20):
        again = Image.open(io.BytesIO(encoded.data), formats=["JPEG"])
        saved = _saved(again, "JPEG", "jpg", quality=90, subsampling=0, optimize=True)
        if saved.data == encoded.data:
            break
        encoded = saved
    return encoded


def _saved(image: Image.Image, format: str, extension: str, **options: object) -> Encoded:
    buffer = io.BytesIO()
    image.info = {k: v for k, v in image.info.items() if k == "transparency"}
    image.save(buffer, format, **options)
    return Encoded(buffer.getvalue(), extension, image.width, image.height)
