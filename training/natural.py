"""Pictures with natural statistics, made from seeds: fractal noise, dead leaves, gradients, textures, and heaps of
overlapping drawings.

They stand for the photographs and foreign pictures that people upload. No photograph is among them.
"""

from __future__ import annotations

import math
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .background import SIZE, all_backgrounds, background
from .render import block
from .style import STYLES
from .subject import STRANGERS, SUBJECTS


def fractal(g: np.random.Generator, power: float, size: int = SIZE) -> np.ndarray:
    """Noise whose amplitude falls like 1 / frequency^power, [size, size] in 0..1."""
    f = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.rfftfreq(size), indexing="ij"))
    f[0, 0] = 1
    x = np.fft.irfft2(np.fft.rfft2(g.standard_normal((size, size))) / f**power, (size, size))
    low, high = np.percentile(x, (1, 99))
    return np.clip((x - low) / (high - low), 0, 1).astype(np.float32)


def palette(g: np.random.Generator, n: int) -> np.ndarray:
    """N colours of one picture, [n, 3] in 0..1: a common tint, and more contrast in lightness than in hue."""
    tint, light = g.uniform(0.25, 0.85, 3), g.uniform(0.08, 0.95, (n, 1))
    return np.clip(light * (0.5 + tint) * 0.9 + g.normal(0, g.uniform(0.03, 0.2), (n, 3)), 0, 1).astype(np.float32)


def mixed(x: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """A scalar field through a palette: [H, W] -> [H, W, 3]."""
    at = x * (len(colours) - 1)
    low = np.minimum(at.astype(int), len(colours) - 2)
    t = (at - low)[..., None]
    return colours[low] * (1 - t) + colours[low + 1] * t


def clouds(g: np.random.Generator) -> np.ndarray:
    """Fractal noise in the colours of a palette, lit from one side."""
    field = fractal(g, g.uniform(0.9, 2.0))
    x = mixed(field, palette(g, int(g.integers(3, 7))))
    slope = np.gradient(field)[int(g.integers(2))][..., None]
    return x + slope * g.uniform(0, 4)


def leaves(g: np.random.Generator) -> np.ndarray:
    """Dead leaves: discs, ellipses and polygons with sizes like 1 / r^3, the nearest hide the others."""
    up = 2
    im = Image.new("RGB", (SIZE * up,) * 2)
    d = ImageDraw.Draw(im)
    colours = (palette(g, 12) * 255).astype(int)
    smallest, largest = g.uniform(4, 9), g.uniform(50, 120)
    for _ in range(int(g.integers(120, 420))):
        u = g.random()
        radius = up / math.sqrt(u / smallest**2 + (1 - u) / largest**2)
        x, y = g.uniform(-20, SIZE * up + 20, 2)
        fill = tuple(int(v) for v in np.clip(colours[int(g.integers(12))] + g.normal(0, 14, 3), 0, 255))
        kind = g.integers(3)
        if kind == 0:
            d.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
        elif kind == 1:
            stretch = g.uniform(0.3, 1)
            d.ellipse((x - radius, y - radius * stretch, x + radius, y + radius * stretch), fill=fill)
        else:
            angles = np.sort(g.uniform(0, 2 * math.pi, int(g.integers(3, 7))))
            d.polygon([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles], fill=fill)
    x = np.asarray(im.resize((SIZE, SIZE), Image.BOX), np.float32) / 255
    grain = fractal(g, 0.8)[..., None] - 0.5
    return x * (1 + grain * g.uniform(0, 0.5))


def landscape(g: np.random.Generator) -> np.ndarray:
    """A sky, a few ridges that grow darker and sharper, and a foreground of texture."""
    sky, ridges = palette(g, 3), palette(g, 6)
    y = np.mgrid[0:SIZE, 0:SIZE][0].astype(np.float32)
    out = mixed(np.clip(y / SIZE + (fractal(g, 1.7) - 0.5) * g.uniform(0, 0.6), 0, 1), sky)
    level = g.uniform(60, 150)
    for k in range(int(g.integers(2, 6))):
        line = level + (fractal(g, 1.4)[0] - 0.5) * g.uniform(20, 90)
        inside = np.clip(y - line[None], 0, 1)[..., None]
        texture = 1 + (fractal(g, g.uniform(0.6, 1.4)) - 0.5)[..., None] * g.uniform(0.2, 0.9)
        out = out * (1 - inside) + ridges[k % 6] * texture * inside
        level += g.uniform(14, 55)
    return out


def texture(g: np.random.Generator) -> np.ndarray:
    """Weaves, wood, tiles: oriented waves bent by noise."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    out = np.zeros((SIZE, SIZE), np.float32)
    for _ in range(int(g.integers(1, 4))):
        angle, step = g.uniform(0, math.pi), g.uniform(5, 60)
        phase = fractal(g, 1.6) * g.uniform(0, 30)
        wave = np.sin((x * math.cos(angle) + y * math.sin(angle)) * 2 * math.pi / step + phase)
        out += np.sign(wave) * np.abs(wave) ** g.uniform(0.3, 2)
    out = (out - out.min()) / (np.ptp(out) + 1e-6)
    return mixed(out, palette(g, 4)) * (0.75 + 0.5 * fractal(g, 1.0)[..., None])


def heap(g: np.random.Generator) -> np.ndarray:
    """Many drawings of one or several looks over each other, turned and resized, on any ground."""
    r = random.Random(int(g.integers(2**31)))
    im = background(*r.choice(all_backgrounds())).copy()
    looks = STYLES if r.random() < 0.5 else (r.choice(STYLES),)
    for _ in range(r.randrange(3, 14)):
        subject = r.choice(STRANGERS) if r.random() < 0.4 else r.randrange(len(SUBJECTS))
        d = block(subject, r.choice(looks)).convert("RGBA")
        side = int(128 * r.uniform(0.4, 1.7))
        d = d.resize((side, side), Image.BICUBIC).rotate(r.uniform(-40, 40), Image.BICUBIC)
        im.paste(d, (r.randrange(-side // 2, SIZE - side // 2), r.randrange(-side // 2, SIZE - side // 2)), d)
    return np.asarray(im, np.float32) / 255


MAKERS = (clouds, leaves, leaves, landscape, landscape, texture, heap, heap)


def picture(seed: int) -> Image.Image:
    """The 256 x 256 picture of a seed: one maker, or two joined along a noisy edge; then light, blur and grain as
    cameras have them.
    """
    g = np.random.default_rng([seed, 77])
    x = MAKERS[int(g.integers(len(MAKERS)))](g)
    if g.random() < 0.35:
        other = MAKERS[int(g.integers(len(MAKERS)))](g)
        edge = np.clip((fractal(g, 2.0) - g.uniform(0.3, 0.7)) * 12 + 0.5, 0, 1)[..., None]
        x = x * (1 - edge) + other * edge
    y = np.linspace(-1, 1, SIZE, dtype=np.float32)
    light = 1 + g.uniform(-0.25, 0.25) * y[:, None] + g.uniform(-0.25, 0.25) * y[None]
    x = np.clip(x * light[..., None], 0, 1) ** g.uniform(0.7, 1.5)
    im = Image.fromarray((x * 255).astype(np.uint8))
    if g.random() < 0.5:
        im = im.filter(ImageFilter.GaussianBlur(g.uniform(0.3, 1.6)))
    grain = g.normal(0, g.uniform(0, 5), (SIZE, SIZE, 3))
    return Image.fromarray(np.clip(np.asarray(im, np.float32) + grain, 0, 255).astype(np.uint8))
