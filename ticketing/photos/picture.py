"""Makes of whatever a telephone sends one small upright JPEG that tells nothing but what it shows.

A stranger's file is opened by its own claims only: three formats, a size looked at before anything
is decoded. What is kept is painted anew, so that no place, name or comment of the file survives.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from ticketing.errors import Finding, InvalidInput

LARGEST_FILE: Final = 12 * 1024 * 1024
"""Bytes; a telephone's photo has two to eight million."""
FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""A JPEG is decoded at a fraction of its size, the others are whole in memory."""
LONGEST_SIDE: Final = 1600
"""Pixels; a number plate across the street stays legible."""
QUALITY: Final = 82
_WHITE: Final = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG ready to be kept."""

    data: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def picture_of(raw: bytes) -> Picture:
    """Raises InvalidInput when it is no photo, or one too large to open."""
    if len(raw) > LARGEST_FILE:
        raise _refused(f"照片不能超过{LARGEST_FILE // 1024 // 1024}MB")
    try:
        with warnings.catch_warnings():
            # our own limit is narrower than Pillow's warning
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
                return _painted(image)
    except Image.DecompressionBombError as error:
        raise _refused("照片尺寸太大，请缩小后再传") from error
    except InvalidInput:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise _refused("打不开这张照片，请换一张JPEG、PNG或WebP照片") from error


def _painted(image: Image.Image) -> Picture:
    width, height = image.size
    if width * height > MOST_PIXELS[image.format or "PNG"]:
        raise _refused("照片尺寸太大，请缩小后再传")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    paper = Image.new("RGB", upright.size, _WHITE)
    if upright.has_transparency_data:
        painted = upright.convert("RGBA")
        paper.paste(painted, mask=painted.getchannel("A"))
    else:
        paper.paste(upright.convert("RGB"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), *paper.size)


def _refused(why: str) -> InvalidInput:
    return InvalidInput((Finding("photo", why),))
