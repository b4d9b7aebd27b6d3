"""Oracle codes: k-means over teacher features of the scene graph, and the look-up from a scene to its 8 x 8 ids.

    python -m training.codebook      -> RUNS/codebook/codebook.npz

Three kinds of codes: background cells, letters (ink x letter), cells of drawings. Ids are tables, because a drawing
always fills its block in the same way. Two feature matrices come with the codes: `ar` (what a code means: subject,
style, cell of the drawing, ...) and `dit` (what it looks like: VAE latent and coverage). Both stages embed a code as
a free vector plus a trained projection of its features, so that they learn in feature space and not one code at a
time.
"""

from __future__ import annotations

import json

import numpy as np
import torch
from PIL import Image

from .background import COLOURS, KINDS, PATTERNS, all_backgrounds, background
from .place import BLOCK, CELL
from .render import block
from .scene import ALLOWED, HELD_PAIRS
from .settings import settings
from .style import STYLES
from .subject import NAMES
from .vae import Vae
from .word import INKS, LETTERS, cells, letter

COVERED = 0.07
GREY = (128, 128, 128)


def _cells(array: np.ndarray, n: int, size: int = 32) -> np.ndarray:
    """[n*size, n*size, C] -> [n*n, size, size, C]"""
    c = array.shape[-1]
    return array.reshape(n, size, n, size, c).transpose(0, 2, 1, 3, 4).reshape(n * n, size, size, c)


def _thumb(cells_: np.ndarray, n: int) -> np.ndarray:
    """Box-reduced cells, flattened: [N, n*n*C]"""
    k, size, _, c = cells_.shape
    q = size // n
    return cells_.reshape(k, n, q, n, q, c).mean((2, 4)).reshape(k, n * n * c)


def drawing(subject: int, style: str):
    """8 x 8 thumbnails [16, 256] (line art: coverage only), covered mask [16], coverage 8 x 8 [16, 64] of a drawing's
    block.
    """
    c = _cells(np.asarray(block(subject, style), np.float32) / 255, BLOCK)
    if style == "line":
        c = c * np.array([0, 0, 0, 1], np.float32)
    return _thumb(c, 8), c[..., 3].mean((1, 2)) > COVERED, _thumb(c[..., 3:], 8), _thumb(c, 4)


def kmeans(x: np.ndarray, w: np.ndarray, k: int, rounds: int = 14, seed: int = 0) -> np.ndarray:
    """Weighted k-means; returns the assignment. Empty clusters move to the worst points."""
    if len(x) <= k:  # every cell can have its own code
        return np.arange(len(x))
    x, w = torch.from_numpy(x), torch.from_numpy(w).float()
    g = torch.Generator().manual_seed(seed)
    c = x[torch.randperm(len(x), generator=g)[:k]].clone()
    near = lambda: torch.cat([(p @ c.T * 2 - (c * c).sum(1)).argmax(1) for p in x.split(4096)])
    for j in range(rounds):
        a = near()
        n = torch.zeros(k).index_add_(0, a, w)
        c = torch.where(
            (n > 0)[:, None], torch.zeros_like(c).index_add_(0, a, x * w[:, None]) / n.clamp(min=1e-9)[:, None], c
        )
        empty = (n == 0).nonzero()[:, 0]
        if len(empty) and j < rounds - 1:
            d = ((x - c[a]) ** 2).sum(1) * w
            c[empty] = x[torch.multinomial(d + 1e-9, len(empty), generator=g)]
    return near().numpy()


def build(codes: int, ground: int, start) -> dict:
    """All tables of the codebook."""
    vae = Vae(start)
    letters = len(INKS) * len(LETTERS)
    first_letter, first_drawing = ground, ground + letters
    drawings = codes - 1 - first_drawing
    ar_names = (
        [f"subject:{n}" for n in NAMES]
        + [f"style:{s}" for s in STYLES]
        + [f"cell row:{i}" for i in range(4)]
        + [f"cell column:{i}" for i in range(4)]
        + [f"ground:{k}" for k in KINDS]
        + [f"colour:{c}" for c in COLOURS]
        + [f"row:{i}" for i in range(8)]
        + [f"column:{i}" for i in range(8)]
        + [f"ink:{i}" for i in INKS]
        + [f"letter:{c}" for c in LETTERS]
        + ["is ground", "is letter", "is drawing"]
        + [f"thumb:{i}" for i in range(64)]
    )
    at = {n: i for i, n in enumerate(ar_names)}
    F = len(ar_names)
    thumb0 = at["thumb:0"]
    ar, ar_n = np.zeros((codes, F), np.float32), np.zeros(codes, np.float32)
    dit = np.zeros((codes, 256 + 64 + len(STYLES) + 3), np.float32)

    def put(code, row, look, weight):
        ar[code] += row * weight
        dit[code] += look * weight
        ar_n[code] += weight

    # drawings
    thumbs, where, weights = [], [], []
    looks = {}
    for style in STYLES:
        for i in ALLOWED[style]:
            t, m, cov, t4 = drawing(i, style)
            ims = [Image.new("RGB", (128, 128), GREY)]
            if style == "line":
                ims.append(Image.new("RGB", (128, 128), (236, 236, 236)))
            for im in ims:
                d = block(i, style).convert("RGBA")
                im.paste(d, (0, 0), d)
            z = vae.encode(ims).mean(0)  # [16, 16, 16]
            z = z.reshape(16, 4, 4, 4, 4).permute(1, 3, 0, 2, 4).reshape(16, 256).numpy()
            looks[i, style] = (t, m, cov, t4, z)
            for cell in np.flatnonzero(m):
                one = np.zeros(len(NAMES) + len(STYLES), np.float32)
                one[i] = 2.0
                one[len(NAMES) + STYLES.index(style)] = 2.0
                thumbs.append(np.concatenate([t[cell], one]))
                where.append((i, style, cell))
                weights.append(0.5 if style == "3d" else 0.17)
    a = kmeans(np.stack(thumbs).astype(np.float32), np.array(weights), drawings)
    table = np.full((len(NAMES), len(STYLES), 16), -1, np.int32)
    for (i, style, cell), k, w in zip(where, a, weights):
        code = first_drawing + int(k)
        table[i, STYLES.index(style), cell] = code
        t, m, cov, t4, z = looks[i, style]
        row = np.zeros(F, np.float32)
        for name in (
            f"subject:{NAMES[i]}",
            f"style:{style}",
            f"cell row:{cell // 4}",
            f"cell column:{cell % 4}",
            "is drawing",
        ):
            row[at[name]] = 1
        row[thumb0 : thumb0 + 64] = t4[cell]
        look = np.zeros(dit.shape[1], np.float32)
        look[:256], look[256:320], look[320 + STYLES.index(style)], look[-1] = z[cell], cov[cell], 1, 1
        put(code, row, look, w)
    # held-out pairs borrow the nearest codes of the same subject
    for name, style in HELD_PAIRS:
        i = NAMES.index(name)
        t, m, _, _ = drawing(i, style)
        known = [
            (looks[i, s][0][c], table[i, STYLES.index(s), c])
            for s in STYLES
            if (i, s) in looks
            for c in np.flatnonzero(looks[i, s][1])
        ]
        bank, ids = np.stack([k[0] for k in known]), np.array([k[1] for k in known])
        for cell in np.flatnonzero(m):
            table[i, STYLES.index(style), cell] = ids[((bank - t[cell]) ** 2).sum(1).argmin()]
    # ground
    every = all_backgrounds()
    thumbs, where, weights, views = [], [], [], {}
    for kind, colour in every:
        im = background(kind, colour)
        c = _cells(np.asarray(im, np.float32) / 255, 8)
        z = vae.encode([im])[0].reshape(16, 8, 4, 8, 4).permute(1, 3, 0, 2, 4).reshape(64, 256).numpy()
        views[kind, colour] = (_thumb(c, 8), _thumb(c, 4), z)
        one = np.zeros(len(KINDS) + len(COLOURS), np.float32)
        one[KINDS.index(kind)] = 3.0
        if kind in PATTERNS:
            one[len(KINDS) + list(COLOURS).index(colour)] = 3.0
        for cell in range(64):
            thumbs.append(np.concatenate([views[kind, colour][0][cell], one]))
            where.append((kind, colour, cell))
            weights.append(1 / 64 if kind in PATTERNS else 12 / 64)
    a = kmeans(np.stack(thumbs).astype(np.float32), np.array(weights), ground)
    scenery = np.zeros((len(every), 64), np.int32)
    for (kind, colour, cell), k, w in zip(where, a, weights):
        scenery[every.index((kind, colour)), cell] = k
        row = np.zeros(F, np.float32)
        names = [f"ground:{kind}", f"row:{cell // 8}", f"column:{cell % 8}", "is ground"] + (
            [f"colour:{colour}"] if kind in PATTERNS else []
        )
        for name in names:
            row[at[name]] = 1
        rgb = views[kind, colour][1][cell].reshape(16, 3)
        row[thumb0 : thumb0 + 64] = np.concatenate([rgb, np.ones((16, 1), np.float32)], 1).reshape(64)
        look = np.zeros(dit.shape[1], np.float32)
        look[:256], look[256:320], look[-3] = views[kind, colour][2][cell], 1, 1
        put(int(k), row, look, w)
    # letters
    for a_, ink in enumerate(INKS):
        for b in range(0, len(LETTERS), 4):
            im, cover = Image.new("RGB", (128, 128), GREY), np.zeros((4, 64), np.float32)
            some = LETTERS[b : b + 4]
            for k, char in enumerate(some):
                g = letter(char, ink)
                im.paste(g, (k * 32, 32), g)
                cover[k] = _thumb(_cells(np.asarray(g, np.float32)[..., 3:] / 255, 1), 8)[0]
            z = vae.encode([im])[0].reshape(16, 4, 4, 4, 4).permute(1, 3, 0, 2, 4).reshape(16, 256).numpy()
            for k, char in enumerate(some):
                row, look = np.zeros(F, np.float32), np.zeros(dit.shape[1], np.float32)
                for name in (f"ink:{ink}", f"letter:{char}", "is letter"):
                    row[at[name]] = 1
                look[:256], look[256:320], look[-2] = z[4 + k], cover[k], 1
                put(first_letter + a_ * len(LETTERS) + b + k, row, look, 1)
    used = ar_n > 0
    ar[used] /= ar_n[used, None]
    dit[used] /= ar_n[used, None]
    return {
        "ar": ar.astype(np.float16),
        "dit": dit.astype(np.float16),
        "drawings": table,
        "scenery": scenery,
        "used": used,
        "sizes": np.array([codes, ground, letters, drawings]),
        "names": np.array(ar_names),
    }


class Codebook:
    """Ids of scenes, and the feature matrices."""

    def __init__(self, file):
        z = np.load(file)
        self.ar, self.dit = z["ar"].astype(np.float32), z["dit"].astype(np.float32)
        self.drawings, self.scenery, self.used = z["drawings"], z["scenery"], z["used"]
        self.size, self.ground, self.letters, _ = (int(v) for v in z["sizes"])
        self.names = [str(n) for n in z["names"]]
        self.first_letter, self.first_drawing = self.ground, self.ground + self.letters
        self._ground = {key: ids.reshape(8, 8) for key, ids in zip(all_backgrounds(), self.scenery)}

    def letter(self, char: str, ink: str) -> int:
        return self.first_letter + INKS.index(ink) * len(LETTERS) + LETTERS.index(char)

    def ids(self, scene: dict, strangers: dict | None = None, ground: np.ndarray | None = None) -> np.ndarray:
        """The 64 codes of a scene, row by row. `strangers`: the 16 codes (-1: ground) of each subject that has none
        of its own. `ground`: the codes of a natural ground.
        """
        out = self._ground[scene["kind"], scene["colour"]].copy() if ground is None else ground.reshape(8, 8).copy()
        for item in scene["items"]:
            row, col = CELL[item["place"]]
            stranger = item["subject"] >= len(NAMES)
            d = (
                strangers[item["subject"]] if stranger else self.drawings[item["subject"], STYLES.index(scene["style"])]
            ).reshape(4, 4)
            view = out[row : row + 4, col : col + 4]
            view[d >= 0] = d[d >= 0]
        if scene["text"]:
            row, col, _ = cells(scene["text"])
            for k, char in enumerate(scene["text"]["word"]):
                out[row, col + k] = self.letter(char, scene["text"]["ink"])
        return out.reshape(64).astype(np.int64)


def preview(ids: np.ndarray) -> np.ndarray:
    """The 4 x 4 preview of an 8 x 8 grid: every second cell of every second row."""
    return ids.reshape(8, 8)[1::2, 1::2].reshape(16)


def main():
    s = settings("codebook")
    torch.set_num_threads(1)
    tables = build(s.codes, s.ground, s.start)
    np.savez(s.folder / "codebook.npz", **tables)
    book = Codebook(s.folder / "codebook.npz")
    distinct = int((tables["drawings"] >= 0).sum())
    print(
        json.dumps(
            {
                "cells of drawings": distinct,
                "drawing codes used": len(np.unique(book.drawings[book.drawings >= 0])),
                "ground codes used": len(np.unique(book.scenery)),
                "letters": book.letters,
                "mean cells per drawing": round(distinct / (len(NAMES) * len(STYLES)), 2),
                "features": list(book.ar.shape) + list(book.dit.shape),
            }
        )
    )


if __name__ == "__main__":
    main()
