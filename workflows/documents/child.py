"""The process that looks into one picture: `python -m workflows.documents.child`, bytes in, a JPEG out.

It has no database, no key and no setting, and gives itself limits before it looks at the first byte. What it
returns is drawn anew: the pixels and nothing that came with them, no place, no device, no hidden file.
"""

from __future__ import annotations

import resource
import sys
from io import BytesIO
from typing import Final

FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_PIXELS: Final = 60_000_000
LONGEST_SIDE: Final = 4_000
MEMORY: Final = 1024 * 1024 * 1024
SECONDS: Final = 20
NO_PICTURE, TOO_MANY_PIXELS, OUT_OF_MEMORY = 2, 3, 4


def redraw(content: bytes) -> bytes:
    """Return a picture as a JPEG of at most LONGEST_SIDE pixels, upright, without anything it carried.

    Raises ValueError for more than MOST_PIXELS, OSError for what is no picture of FORMATS.
    """
    from PIL import Image, ImageOps  # after the limits
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # ours is checked before a pixel is unpacked
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise ValueError
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture)
        drawn = (
            upright.convert("RGBA") if "transparency" in upright.info or upright.mode == "RGBA" else upright
        )
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        page = Image.new("RGB", drawn.size, "white")
        page.paste(drawn, mask=drawn.getchannel("A") if drawn.mode == "RGBA" else None)
    target = BytesIO()
    page.save(target, "JPEG", quality=88, optimize=True)
    return target.getvalue()


def main() -> int:
    """Read standard input, answer with the picture or with the code of why there is none."""
    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        given = resource.getrlimit(which)[1]
        bound = most if given == resource.RLIM_INFINITY else min(most, given)
        resource.setrlimit(which, (bound, bound))
    try:
        sys.stdout.buffer.write(redraw(sys.stdin.buffer.read()))
        sys.stdout.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    except ValueError:
        return TOO_MANY_PIXELS
    except (OSError, SyntaxError, EOFError):
        return NO_PICTURE
    return 0


if __name__ == "__main__":
    sys.exit(main())
