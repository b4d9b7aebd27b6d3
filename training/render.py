"""Scene graph to pixels: pure functions of the atlas and the scene."""

from __future__ import annotations

import json
from functools import lru_cache

import numpy as np
from PIL import Image

from . import word
from .background import background, is_dark
from .paths import ATLAS
from .place import BLOCK, CELL

CELL_SIZE = 32
DRAWING = 124  # longest side of a drawing in its 128-pixel block


@lru_cache(1)
def atlas():
    """All drawings, [row, look, y, x, 4], and what the rows are."""
    meta = json.loads((ATLAS / "atlas.json").read_text())
    n, s = len(meta["subjects"]), meta["size"]
    data = np.memmap(ATLAS / "atlas.raw", np.uint8, "r", shape=(n, len(meta["styles"]), s, s, 4))
    return data, meta


def atlas_names() -> list[str]:
    """Names of the rows: the subjects, the held-out ones, the others."""
    return [s["name"] for s in atlas()[1]["subjects"]]


def atlas_index(name: str) -> int:
    """Row of a subject in the atlas (subjects come first, in the order of subjects.txt)."""
    return atlas_names().index(name)


@lru_cache(4096)
def block(subject: int, style: str, dark: bool = False) -> Image.Image:
    """A drawing centred in its 128-pixel block, premultiplied RGBa; line art is white where it is dark."""
    data, meta = atlas()
    pixels = np.asarray(data[subject, meta["styles"].index(style)])
    ys, xs = np.where(pixels[..., 3] > 8)
    im = Image.fromarray(pixels[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1].copy(), "RGBA").convert("RGBa")
    k = DRAWING / max(im.size)
    size = (max(1, round(im.width * k)), max(1, round(im.height * k)))
    im = im.resize(size, Image.BOX if k < 0.6 else Image.BILINEAR)
    if style == "line" and dark:
        a = np.asarray(im).copy()
        a[..., :3] = a[..., 3:4]
        im = Image.frombuffer("RGBa", size, a.tobytes(), "raw", "RGBa", 0, 1)
    full = Image.new("RGBa", (BLOCK * CELL_SIZE,) * 2)
    full.paste(im, ((full.width - size[0]) // 2, (full.height - size[1]) // 2))
    return full


def render(scene: dict) -> Image.Image:
    """The 256 x 256 RGB picture of a scene."""
    im = background(scene["kind"], scene["colour"]).copy()
    dark = is_dark(scene["kind"], scene["colour"])
    for item in scene["items"]:
        drawing = block(item["subject"], scene["style"], dark and scene["style"] == "line").convert("RGBA")
        row, col = CELL[item["place"]]
        im.paste(drawing, (col * CELL_SIZE, row * CELL_SIZE), drawing)
    if scene["text"]:
        row, col, _ = word.cells(scene["text"])
        for k, char in enumerate(scene["text"]["word"]):
            glyph = word.letter(char, scene["text"]["ink"])
            im.paste(glyph, ((col + k) * CELL_SIZE, row * CELL_SIZE), glyph)
    return im
