"""What a telephone sends becomes a small upright picture that tells nothing else, or is refused."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from ticketing.errors import InvalidInput
from ticketing.photos.picture import LONGEST_SIDE, picture_of

RED, BLUE = (200, 30, 30), (30, 30, 200)


def half_red_half_blue(width: int = 400, height: int = 200) -> Image.Image:
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def with_gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "A Telephone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (41.0, 48.0, 0.0)
    return exif


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def is_like(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_of_telephones_become_a_jpeg(form: str) -> None:
    picture = picture_of(saved(half_red_half_blue(), form))
    image = opened(picture.data)
    assert (image.format, image.size) == ("JPEG", (400, 200))
    assert (picture.width, picture.height) == (400, 200)


def test_where_it_was_taken_and_with_what_is_gone() -> None:
    raw = saved(half_red_half_blue(), "JPEG", exif=with_gps(), comment=b"at home")
    assert b"A Telephone" in raw
    kept = picture_of(raw).data
    assert not opened(kept).getexif()
    assert "comment" not in opened(kept).info
    assert b"Telephone" not in kept
    assert b"at home" not in kept


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    image = opened(picture_of(saved(half_red_half_blue(), "JPEG", exif=exif, quality=95)).data)
    assert image.size == (200, 400)
    assert is_like(image.getpixel((100, 40)), RED)
    assert is_like(image.getpixel((100, 360)), BLUE)


def test_a_large_photo_is_made_small_in_its_proportions() -> None:
    picture = picture_of(saved(half_red_half_blue(6000, 3000), "JPEG"))
    assert (picture.width, picture.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_what_is_transparent_lies_on_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert is_like(opened(picture_of(saved(clear, "PNG")).data).getpixel((10, 10)), (255,) * 3)


def test_the_same_photo_has_the_same_name() -> None:
    raw = saved(half_red_half_blue(), "JPEG")
    assert picture_of(raw).sha256 == picture_of(raw).sha256


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0 not really",
        saved(half_red_half_blue(), "GIF"),
        saved(half_red_half_blue(), "TIFF"),
        saved(half_red_half_blue(), "JPEG")[:300],
        bomb(8_000),
        bomb(60_000),
        b"\0" * (12 * 1024 * 1024 + 1),
    ],
    ids=["empty", "svg", "pdf", "jpeg-head", "gif", "tiff", "cut", "bomb", "huge-bomb", "too-long"],
)
def test_what_is_no_photo_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        picture_of(raw)
    (finding,) = refused.value.findings
    assert finding.field == "photo"
    assert "照片" in finding.message
