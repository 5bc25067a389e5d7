"""Pictures that people hand in: made smaller, and rid of what cameras write into them."""

from io import BytesIO
from typing import IO
from uuid import uuid4

from django.core.files.base import ContentFile
from PIL import Image, ImageOps

LONGEST_SIDE = 1600
MOST_PIXELS = 60_000_000
MOST_BYTES = 20_000_000
QUALITY = 82


class UnreadablePicture(ValueError):
    """Not a picture that can be shown, or far too large a one."""


def clean_picture(file: IO[bytes]) -> ContentFile:
    """The picture as a JPEG of at most 1,600 pixels a side, upright, under a random name.

    Nothing else of the file is kept: photographs tell where, when and by whose device they were taken.
    Raises `UnreadablePicture`.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadablePicture("The picture is larger than 20 MB.")
    try:
        with Image.open(BytesIO(content)) as opened:
            # The size stands in the head of the file: looked at before anything is unpacked.
            if opened.width * opened.height > MOST_PIXELS:
                raise UnreadablePicture("The picture has more than 60 million pixels.")
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = Image.new("RGB", upright.size, "white")
            with_alpha = upright.convert("RGBA")
            flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
    except UnreadablePicture:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadablePicture("The file is not a picture that can be read.") from error
    made = BytesIO()
    flat.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return ContentFile(made.getvalue(), name=f"{uuid4().hex}.jpg")
