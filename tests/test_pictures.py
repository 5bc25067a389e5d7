from io import BytesIO

import pytest
from PIL import Image

from rallies import pictures
from rallies.pictures import UnreadablePicture, clean_picture


def _file(size=(40, 20), *, mode="RGB", kind="JPEG", **options) -> BytesIO:
    made = BytesIO()
    Image.new(mode, size, "red").save(made, kind, **options)
    made.seek(0)
    return made


def _opened(file) -> Image.Image:
    return Image.open(BytesIO(file.read()))


def test_picture_loses_what_the_camera_wrote_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Maker of the camera"
    exif.get_ifd(0x8825)[2] = (10.0, 29.0, 17.0)
    source = _file(exif=exif)
    assert b"Maker of the camera" in source.getvalue()
    made = clean_picture(source)
    content = made.read()
    assert b"Maker" not in content
    picture = Image.open(BytesIO(content))
    assert (picture.size, picture.format, dict(picture.getexif())) == ((20, 40), "JPEG", {})


def test_picture_is_made_smaller():
    assert _opened(clean_picture(_file((4000, 1000)))).size == (1600, 400)


def test_transparent_picture_gets_a_white_ground():
    source = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(source, "PNG")
    source.seek(0)
    assert _opened(clean_picture(source)).getpixel((1, 1)) == (255, 255, 255)


def test_two_pictures_of_one_name_have_two_names():
    assert clean_picture(_file()).name != clean_picture(_file()).name


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0" + b"x" * 100, b"<svg xmlns='x'/>"])
def test_a_file_that_is_no_picture_is_refused(content):
    with pytest.raises(UnreadablePicture, match="not a picture"):
        clean_picture(BytesIO(content))


def test_a_truncated_picture_is_refused():
    with pytest.raises(UnreadablePicture, match="not a picture"):
        clean_picture(BytesIO(_file((400, 400)).getvalue()[:900]))


def test_too_large_a_picture_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 700)
    with pytest.raises(UnreadablePicture, match="60 million pixels"):
        clean_picture(_file())
    monkeypatch.setattr(pictures, "MOST_BYTES", 50)
    with pytest.raises(UnreadablePicture, match="20 MB"):
        clean_picture(_file())
