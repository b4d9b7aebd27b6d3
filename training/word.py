"""Words in pictures: capital letters and digits, one per 32-pixel cell."""

import random
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from .background import COLOURS
from .paths import FONT, HERE
from .place import TEXT_ROW

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
INKS = ("white", "black", "red", "blue", "yellow")
DEFAULT_INK = "white"
ALL_WORDS = (HERE / "data/words.txt").read_text().split()
MAX = 8


@lru_cache(8)
def _font(size: int):
    return ImageFont.truetype(str(FONT), size)


@lru_cache(512)
def letter(char: str, ink: str) -> Image.Image:
    """A 32 x 32 RGBA picture of one outlined letter."""
    f, c = _font(34), COLOURS[ink]
    edge = (30, 30, 36) if sum(c) > 380 else (250, 250, 250)
    im = Image.new("RGBA", (32, 32), (*edge, 0))
    box, cap = f.getbbox(char), f.getbbox("H")
    ImageDraw.Draw(im).text(
        (16 - (box[0] + box[2]) / 2, 16 - (cap[1] + cap[3]) / 2), char, font=f, fill=c, stroke_width=3, stroke_fill=edge
    )
    return im


def cells(text: dict) -> tuple[int, int, int]:
    """Row, first column and length of a word on the grid."""
    n = len(text["word"])
    return TEXT_ROW[text["place"]], (8 - n) // 2, n


def invented(r: random.Random, held: set[str]) -> str:
    """A random string of letters that is not a held-out word."""
    while True:
        n = r.choices((1, 2, 3, 4, 5, 6, 7, 8), (1, 2, 4, 5, 5, 4, 2, 2))[0]
        if r.random() < 0.12:
            w = "".join(r.choice("0123456789") for _ in range(n))
        else:
            v, k = "AEIOU", "BCDFGHJKLMNPQRSTVWXYZ"
            first = r.random() < 0.3
            w = "".join(
                r.choice(v if (i + first) % 2 else k) if r.random() < 0.75 else r.choice(LETTERS[:26]) for i in range(n)
            )
        if w not in held:
            return w
