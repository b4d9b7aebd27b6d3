"""Backgrounds: five patterns in twelve colours, and seventeen scenes in two layouts. One picture each, so that its
codes are a table.
"""

from __future__ import annotations

import math
import random
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from .phrases import PHRASES

SIZE = 256
UP = 3  # scenes are drawn three times as large and reduced
COLOURS = {
    "red": (226, 72, 66),
    "orange": (245, 150, 60),
    "yellow": (250, 218, 90),
    "green": (104, 190, 98),
    "teal": (70, 180, 175),
    "blue": (84, 140, 230),
    "purple": (150, 104, 210),
    "pink": (248, 160, 195),
    "brown": (150, 104, 72),
    "gray": (165, 170, 178),
    "white": (248, 248, 248),
    "black": (36, 36, 42),
}
COLOUR_CHINESE = dict(
    zip(COLOURS, ("红色", "橙色", "黄色", "绿色", "青色", "蓝色", "紫色", "粉色", "棕色", "灰色", "白色", "黑色"))
)
COLOUR_SYNONYMS = {
    "purple": ("purple", "violet"),
    "gray": ("gray", "grey"),
    "teal": ("teal", "turquoise"),
    "blue": ("blue", "blue", "light blue"),
    "pink": ("pink", "light pink"),
}
PATTERNS = ("plain", "gradient", "dots", "stripes", "checks")
SCENES = (
    "hills",
    "sea",
    "beach",
    "night",
    "desert",
    "snow",
    "sunset",
    "meadow",
    "forest",
    "city",
    "space",
    "underwater",
    "mountains",
    "room",
    "sky",
    "rain",
    "autumn",
)
LAYOUTS = ("blue", "mirrored")  # of a scene, in the place of a colour: as drawn, and left and right exchanged
KINDS = PATTERNS + SCENES
NATURAL = "natural"  # a ground of natural statistics in place of a kind; its colour is the number of the picture
NATURAL_SEED = 500_000_000
NATURALS = 3000  # pictures of the training
DARK_KINDS = {"night", "space"}
DARK_COLOURS = {"black", "purple", "brown"}

ENGLISH = PHRASES["ground"]
NOUN = PHRASES["ground as a noun"]
CHINESE = PHRASES["ground, Chinese"]


def is_dark(kind: str, colour: str) -> bool:
    """Whether line art must be white here."""
    return kind in DARK_KINDS or (kind in PATTERNS and colour in DARK_COLOURS)


def all_backgrounds() -> list[tuple[str, str]]:
    """Every distinct (kind, colour); what stands for the colour of a scene is its layout."""
    return [(k, c) for k in PATTERNS for c in COLOURS] + [(k, layout) for layout in LAYOUTS for k in SCENES]


def _shade(c, f):
    return tuple(int(max(0, min(255, v * f if f < 1 else v + (255 - v) * (f - 1)))) for v in c)


def _gradient(top, bottom, height=SIZE, width=SIZE):
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    c = np.asarray(top, np.float32) * (1 - t) + np.asarray(bottom, np.float32) * t
    return np.broadcast_to(c[:, None, :], (height, width, 3)).round().astype(np.uint8).copy()


def _pattern(kind, colour):
    col = COLOURS[colour]
    if kind == "plain":
        return Image.new("RGB", (SIZE, SIZE), col)
    if kind == "gradient":
        return Image.fromarray(_gradient(_shade(col, 1.35), _shade(col, 0.78)))
    second = (70, 70, 80) if colour == "black" else _shade(col, 1.3) if sum(col) < 640 else _shade(col, 0.88)
    im = Image.new("RGB", (SIZE, SIZE), col)
    d = ImageDraw.Draw(im)
    if kind == "dots":  # one dot in the middle of every cell: one code
        big = Image.new("RGB", (96, 96), col)
        ImageDraw.Draw(big).ellipse((24, 24, 71, 71), fill=second)
        tile = big.resize((32, 32), Image.BOX)
        for y in range(0, SIZE, 32):
            for x in range(0, SIZE, 32):
                im.paste(tile, (x, y))
    elif kind == "stripes":
        for x in range(0, SIZE, 32):
            d.rectangle((x, 0, x + 15, SIZE), fill=second)
    else:
        for y in range(0, SIZE, 32):
            for x in range(0, SIZE, 32):
                if (x // 32 + y // 32) % 2:
                    d.rectangle((x, y, x + 31, y + 31), fill=second)
    return im


def _scene(kind):
    r = random.Random("scene " + kind)
    S = SIZE * UP
    u = lambda v: v * UP
    skies = {
        "hills": ((120, 190, 250), (222, 242, 255)),
        "sea": ((110, 190, 250), (225, 242, 255)),
        "beach": ((110, 196, 248), (232, 246, 255)),
        "desert": ((250, 196, 120), (255, 238, 196)),
        "snow": ((160, 198, 238), (232, 242, 252)),
        "sunset": ((246, 104, 92), (255, 216, 130)),
        "meadow": ((140, 204, 252), (226, 244, 255)),
        "forest": ((170, 214, 190), (226, 242, 214)),
        "city": ((150, 176, 236), (250, 214, 206)),
        "night": ((14, 18, 52), (62, 56, 116)),
        "space": ((10, 8, 30), (36, 20, 66)),
        "underwater": ((70, 176, 222), (16, 74, 140)),
        "mountains": ((130, 184, 240), (224, 238, 252)),
        "room": ((250, 228, 200), (246, 214, 178)),
        "sky": ((96, 170, 240), (206, 232, 252)),
        "rain": ((104, 116, 140), (176, 186, 200)),
        "autumn": ((168, 206, 240), (252, 234, 204)),
    }
    im = Image.fromarray(_gradient(*skies[kind], S, S))
    d = ImageDraw.Draw(im)

    def wave(y0, amp, per, phase, fill):
        xs = np.arange(0, SIZE + 4, 2)
        ys = y0 + amp * np.sin(xs / per + phase)
        d.polygon([(0, S)] + [(u(float(x)), u(float(y))) for x, y in zip(xs, ys)] + [(S, S)], fill=fill)

    def disc(x, y, z, fill):
        d.ellipse((u(x - z), u(y - z), u(x + z), u(y + z)), fill=fill)

    def cloud(x, y, z):
        for dx, dy, q in ((-1.1, 0.15, 0.7), (0, -0.2, 1), (1.1, 0.15, 0.75), (0.1, 0.3, 0.9)):
            disc(x + dx * z, y + dy * z, q * z, (255, 255, 255))

    def stars(n, bottom):
        for _ in range(n):
            disc(r.uniform(4, 252), r.uniform(4, bottom), r.choice((0.9, 1.2, 1.8)), (255, 250, 214))

    def fir(x, y, h, fill):
        d.polygon([(u(x), u(y - h)), (u(x - h * 0.34), u(y)), (u(x + h * 0.34), u(y))], fill=fill)

    if kind == "hills":
        cloud(52, 40, 13)
        cloud(196, 58, 11)
        wave(150, 18, 34, 0.4, (132, 204, 118))
        wave(184, 14, 28, 2.4, (88, 174, 88))
    elif kind == "sea":
        cloud(58, 44, 13)
        cloud(190, 70, 10)
        d.rectangle((0, u(150), S, S), fill=(62, 146, 214))
        wave(178, 3, 9, 0, (48, 126, 198))
        wave(212, 3, 9, 1, (38, 108, 182))
    elif kind == "beach":
        cloud(62, 40, 12)
        d.rectangle((0, u(128), S, S), fill=(64, 172, 216))
        wave(176, 5, 24, 0.8, (250, 252, 252))
        wave(181, 5, 24, 0.8, (244, 222, 166))
    elif kind == "night":
        stars(44, 205)
        disc(206, 44, 19, (252, 244, 206))
        disc(198, 39, 17, (21, 24, 60))
        wave(222, 8, 32, 1, (24, 26, 62))
    elif kind == "desert":
        disc(206, 50, 20, (255, 246, 206))
        wave(160, 14, 40, 1.2, (240, 194, 118))
        wave(196, 10, 34, 3.2, (224, 168, 92))
    elif kind == "snow":
        wave(158, 10, 40, 0.4, (246, 250, 255))
        wave(200, 8, 30, 2.4, (226, 236, 250))
        for _ in range(34):
            disc(r.uniform(4, 252), r.uniform(4, 150), r.choice((1.2, 1.8, 2.4)), (255, 255, 255))
        for x, h in ((24, 40), (232, 48)):
            fir(x, 166, h, (96, 142, 140))
    elif kind == "sunset":
        disc(128, 140, 38, (255, 240, 168))
        d.rectangle((0, u(160), S, S), fill=(126, 72, 116))
        for k, y in enumerate((168, 180, 194, 212)):
            d.rectangle((u(100 - 4 * k), u(y), u(156 + 4 * k), u(y + 4)), fill=(244, 166, 120))
    elif kind == "meadow":
        cloud(190, 46, 12)
        wave(150, 4, 50, 1, (136, 208, 108))
        wave(186, 3, 40, 2, (112, 190, 88))
        for k in range(26):
            x, y = r.uniform(4, 252), r.uniform(168, 250)
            for a in range(5):
                disc(
                    x + 3.2 * math.cos(a * 1.257),
                    y + 3.2 * math.sin(a * 1.257),
                    2.3,
                    ((255, 255, 255), (255, 214, 90), (250, 150, 190))[k % 3],
                )
            disc(x, y, 1.9, (250, 180, 40))
    elif kind == "forest":
        for x in range(0, 257, 22):
            fir(x + 6, 170, 96 + (x * 37) % 34, (112, 170, 128))
        for x in range(-8, 265, 32):
            fir(x + 8, 200, 118 + (x * 53) % 40, (66, 132, 92))
        d.rectangle((0, u(192), S, S), fill=(82, 138, 74))
    elif kind == "city":
        for layer, (col, base) in enumerate((((176, 168, 206), 190), ((112, 110, 160), 204))):
            x = -6
            while x < 256:
                w, h = r.randrange(22, 38), r.randrange(60, 130) - layer * 26
                d.rectangle((u(x), u(base - h), u(x + w), u(base)), fill=col)
                if layer:
                    for wy in range(int(base - h + 8), base - 6, 13):
                        for wx in range(x + 6, x + w - 6, 10):
                            d.rectangle((u(wx), u(wy), u(wx + 4), u(wy + 6)), fill=(255, 228, 150))
                x += w + (4 if layer == 0 else 7)
        d.rectangle((0, u(204), S, S), fill=(104, 108, 124))
        d.rectangle((0, u(204), S, u(210)), fill=(150, 152, 164))
        for x in range(8, 256, 64):
            d.rectangle((u(x), u(230), u(x + 32), u(234)), fill=(240, 236, 220))
    elif kind == "space":
        stars(60, 252)
        disc(42, 52, 22, (206, 122, 96))
        disc(48, 46, 14, (222, 148, 118))
        disc(214, 204, 30, (92, 120, 206))
        disc(206, 194, 16, (124, 154, 226))
        d.line((u(170), u(222), u(254), u(184)), fill=(206, 190, 240), width=u(4))
    elif kind == "underwater":
        wave(226, 6, 30, 0.6, (222, 204, 150))
        for x in (22, 40, 216, 236):
            for y in range(160, 232, 6):
                disc(x + 5 * math.sin(y / 9), y, 4.5, (42, 138, 104))
        for _ in range(16):
            x, y, z = r.uniform(8, 248), r.uniform(8, 200), r.choice((2.2, 3.4, 5))
            disc(x, y, z, (170, 222, 244))
            disc(x, y, z - 1.3, (78, 164, 212))
    elif kind == "mountains":
        for pts, col, snow in (
            ((-30, 196, 60, 64, 150, 196), (140, 156, 190), 28),
            ((90, 196, 186, 44, 290, 196), (116, 134, 174), 34),
        ):
            x0, y0, x1, y1, x2, y2 = pts
            d.polygon([(u(x0), u(y0)), (u(x1), u(y1)), (u(x2), u(y2))], fill=col)
            f = snow / (y0 - y1)
            d.polygon(
                [
                    (u(x1), u(y1)),
                    (u(x1 + (x0 - x1) * f), u(y1 + snow)),
                    (u(x1), u(y1 + snow * 0.7)),
                    (u(x1 + (x2 - x1) * f), u(y1 + snow)),
                ],
                fill=(250, 252, 255),
            )
        wave(186, 5, 36, 1, (126, 186, 120))
        wave(216, 5, 30, 2, (100, 166, 98))
    elif kind == "room":
        d.rectangle((u(26), u(26), u(92), u(104)), fill=(255, 252, 246))
        d.rectangle((u(32), u(32), u(86), u(98)), fill=(160, 214, 246))
        d.rectangle((u(57), u(32), u(61), u(98)), fill=(255, 252, 246))
        d.rectangle((u(32), u(63), u(86), u(67)), fill=(255, 252, 246))
        d.rectangle((0, u(184), S, S), fill=(196, 142, 98))
        d.rectangle((0, u(184), S, u(191)), fill=(222, 172, 126))
    elif kind == "sky":
        for x, y, z in (
            (40, 36, 14),
            (206, 60, 17),
            (110, 88, 10),
            (30, 214, 24),
            (104, 232, 27),
            (176, 222, 24),
            (240, 234, 25),
        ):
            cloud(x, y, z)
    elif kind == "rain":
        for x, y, z in ((44, 22, 20), (128, 14, 22), (214, 24, 20)):
            for dx, dy, q in ((-1.1, 0.15, 0.7), (0, -0.2, 1), (1.1, 0.15, 0.75), (0.1, 0.3, 0.9)):
                disc(x + dx * z, y + dy * z, q * z, (84, 94, 116))
        for _ in range(70):
            x, y = r.uniform(4, 256), r.uniform(44, 214)
            d.line((u(x), u(y), u(x - 4), u(y + 11)), fill=(206, 222, 240), width=4)
        wave(218, 3, 22, 0.4, (92, 104, 118))
        for x, y, w in ((48, 236, 26), (150, 244, 34), (226, 232, 18)):
            d.ellipse((u(x - w), u(y - 4), u(x + w), u(y + 4)), fill=(140, 156, 178))
    elif kind == "autumn":
        wave(172, 6, 40, 0.6, (214, 180, 96))
        wave(206, 4, 30, 2, (196, 152, 76))
        for x, h, col in (
            (22, 74, (222, 120, 44)),
            (64, 58, (236, 176, 56)),
            (204, 66, (204, 84, 48)),
            (240, 84, (232, 148, 48)),
        ):
            d.rectangle((u(x - 4), u(182 - h * 0.5), u(x + 4), u(190)), fill=(118, 82, 58))
            disc(x, 182 - h * 0.75, h * 0.36, col)
        for k in range(30):
            x, y = r.uniform(4, 252), r.uniform(196, 250)
            d.ellipse(
                (u(x - 4), u(y - 2), u(x + 4), u(y + 2)), fill=((222, 110, 44), (240, 190, 70), (190, 70, 44))[k % 3]
            )
    return im.resize((SIZE, SIZE), Image.BOX)


@lru_cache(256)
def background(kind: str, colour: str) -> Image.Image:
    """The 256-pixel picture of a background."""
    if kind == NATURAL:
        from . import natural

        return natural.picture(NATURAL_SEED + colour)
    if kind in PATTERNS:
        return _pattern(kind, colour)
    return ImageOps.mirror(_scene(kind)) if colour == "mirrored" else _scene(kind)
