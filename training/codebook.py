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
from dataclasses import dataclass

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
GREY, LIGHT = (128, 128, 128), (236, 236, 236)
GRID = 8
LOOKS = 256 + 64  # numbers of a look: a latent of 4 x 4 x 16, and coverage
LEVELS = 15  # on either side of zero, of a look that is packed
SORTS = ("ground", "letter", "drawing")


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


def feature_names() -> list[str]:
    """Columns of what a code means."""
    return (
        [f"subject:{n}" for n in NAMES]
        + [f"style:{s}" for s in STYLES]
        + [f"cell row:{i}" for i in range(BLOCK)]
        + [f"cell column:{i}" for i in range(BLOCK)]
        + [f"ground:{k}" for k in KINDS]
        + [f"colour:{c}" for c in COLOURS]
        + [f"row:{i}" for i in range(GRID)]
        + [f"column:{i}" for i in range(GRID)]
        + [f"ink:{i}" for i in INKS]
        + [f"letter:{c}" for c in LETTERS]
        + ["is ground", "is letter", "is drawing"]
        + [f"thumb:{i}" for i in range(64)]
    )


def by_cell(latents: torch.Tensor, n: int) -> np.ndarray:
    """[16, 4n, 4n] -> [n * n, 256]."""
    return latents.reshape(16, n, 4, n, 4).permute(1, 3, 0, 2, 4).reshape(n * n, 256).numpy()


@dataclass
class View:
    """A picture cell by cell: 8 x 8 thumbnails, which cells are covered, coverage, 4 x 4 thumbnails, latents."""

    thumbs: np.ndarray
    covered: np.ndarray
    coverage: np.ndarray
    small: np.ndarray
    latents: np.ndarray


class Tables:
    """Gathers what every code means and looks like, as a mean over the cells that have it."""

    def __init__(self, codes: int, ground: int, vae: Vae):
        self.vae, self.codes, self.ground, self.letters = vae, codes, ground, len(INKS) * len(LETTERS)
        self.first_drawing = ground + self.letters
        self.names = feature_names()
        self.at = {n: i for i, n in enumerate(self.names)}
        self.ar = np.zeros((codes, len(self.names)), np.float32)
        self.dit = np.zeros((codes, LOOKS + len(STYLES) + len(SORTS)), np.float32)
        self.uses = np.zeros(codes, np.float32)

    def put(self, code: int, weight: float, sort: str, names: list[str], latents, coverage, small=None, style=None):
        """One more cell of a code."""
        row, look = np.zeros(self.ar.shape[1], np.float32), np.zeros(self.dit.shape[1], np.float32)
        for name in (*names, f"is {sort}"):
            row[self.at[name]] = 1
        if small is not None:
            first = self.at["thumb:0"]
            row[first : first + 64] = small
        look[:256], look[256:LOOKS] = latents, coverage
        if style:
            look[LOOKS + STYLES.index(style)] = 1
        look[LOOKS + len(STYLES) + SORTS.index(sort)] = 1
        self.ar[code] += row * weight
        self.dit[code] += look * weight
        self.uses[code] += weight

    def view(self, subject: int, style: str) -> View:
        """A drawing in its block; line art also on a light ground."""
        pictures = [Image.new("RGB", (128, 128), GREY)]
        if style == "line":
            pictures.append(Image.new("RGB", (128, 128), LIGHT))
        for im in pictures:
            d = block(subject, style).convert("RGBA")
            im.paste(d, (0, 0), d)
        thumbs, covered, coverage, small = drawing(subject, style)
        return View(thumbs, covered, coverage, small, by_cell(self.vae.encode(pictures).mean(0), BLOCK))

    def add_drawings(self, subjects: int) -> np.ndarray:
        """Codes of every cell of every drawing, [subject, look, 16] with -1 where it is empty."""
        views = {(i, style): self.view(i, style) for style in STYLES for i in ALLOWED[style] if i < subjects}
        where = [(i, style, cell) for (i, style), v in views.items() for cell in np.flatnonzero(v.covered)]
        points, weights = [], []
        for i, style, cell in where:
            one = np.zeros(len(NAMES) + len(STYLES), np.float32)
            one[i] = one[len(NAMES) + STYLES.index(style)] = 2.0
            points.append(np.concatenate([views[i, style].thumbs[cell], one]))
            weights.append(0.5 if style == "3d" else 0.17)
        room = self.codes - 1 - self.first_drawing
        nearest = kmeans(np.stack(points).astype(np.float32), np.array(weights), room)
        table = np.full((len(NAMES), len(STYLES), BLOCK * BLOCK), -1, np.int32)
        for (i, style, cell), k, weight in zip(where, nearest, weights):
            code, v = self.first_drawing + int(k), views[i, style]
            table[i, STYLES.index(style), cell] = code
            names = [
                f"subject:{NAMES[i]}",
                f"style:{style}",
                f"cell row:{cell // BLOCK}",
                f"cell column:{cell % BLOCK}",
            ]
            self.put(code, weight, "drawing", names, v.latents[cell], v.coverage[cell], v.small[cell], style)
        for name, style in HELD_PAIRS:
            if NAMES.index(name) < subjects:
                self.borrow(table, NAMES.index(name), style, views)
        for i in range(subjects, len(NAMES)):
            table[i] = table[i % subjects]
        return table

    @staticmethod
    def borrow(table: np.ndarray, i: int, style: str, views: dict):
        """A held-out pair gets the nearest codes that the same subject has in other looks."""
        thumbs, covered, _, _ = drawing(i, style)
        looks = [s for s in STYLES if (i, s) in views]
        known = [(i, s, c) for s in looks for c in np.flatnonzero(views[i, s].covered)]
        bank = np.stack([views[i, s].thumbs[c] for i, s, c in known])
        ids = np.array([table[i, STYLES.index(s), c] for i, s, c in known])
        for cell in np.flatnonzero(covered):
            table[i, STYLES.index(style), cell] = ids[((bank - thumbs[cell]) ** 2).sum(1).argmin()]

    def add_grounds(self) -> np.ndarray:
        """Codes of every cell of every background, [background, 64]."""
        every = all_backgrounds()
        points, where, weights, views = [], [], [], []
        for kind, colour in every:
            im = background(kind, colour)
            c = _cells(np.asarray(im, np.float32) / 255, GRID)
            views.append((_thumb(c, 8), _thumb(c, 4), by_cell(self.vae.encode([im])[0], GRID)))
            one = np.zeros(len(KINDS) + len(COLOURS), np.float32)
            one[KINDS.index(kind)] = 3.0
            if kind in PATTERNS:
                one[len(KINDS) + list(COLOURS).index(colour)] = 3.0
            for cell in range(GRID * GRID):
                points.append(np.concatenate([views[-1][0][cell], one]))
                where.append((len(views) - 1, cell))
                weights.append(1 / 64 if kind in PATTERNS else 12 / 64)
        nearest = kmeans(np.stack(points).astype(np.float32), np.array(weights), self.ground)
        scenery = np.zeros((len(every), GRID * GRID), np.int32)
        for (n, cell), k, weight in zip(where, nearest, weights):
            kind, colour = every[n]
            scenery[n, cell] = k
            names = [f"ground:{kind}", f"row:{cell // GRID}", f"column:{cell % GRID}"]
            names += [f"colour:{colour}"] if kind in PATTERNS else []
            rgb = views[n][1][cell].reshape(16, 3)
            small = np.concatenate([rgb, np.ones((16, 1), np.float32)], 1).reshape(64)
            self.put(int(k), weight, "ground", names, views[n][2][cell], 1, small)
        return scenery

    def add_letters(self):
        """A code for every letter in every ink; four at a time are encoded, in the second row of a block."""
        for i, ink in enumerate(INKS):
            for b in range(0, len(LETTERS), BLOCK):
                im, some = Image.new("RGB", (128, 128), GREY), LETTERS[b : b + BLOCK]
                glyphs = [letter(char, ink) for char in some]
                for k, g in enumerate(glyphs):
                    im.paste(g, (k * 32, 32), g)
                latents = by_cell(self.vae.encode([im])[0], BLOCK)
                for k, (char, g) in enumerate(zip(some, glyphs)):
                    coverage = _thumb(_cells(np.asarray(g, np.float32)[..., 3:] / 255, 1), 8)[0]
                    code = self.ground + i * len(LETTERS) + b + k
                    self.put(code, 1, "letter", [f"ink:{ink}", f"letter:{char}"], latents[BLOCK + k], coverage)

    def means(self) -> dict:
        used = self.uses > 0
        self.ar[used] /= self.uses[used, None]
        self.dit[used] /= self.uses[used, None]
        return {"ar": self.ar.astype(np.float16), "dit": self.dit.astype(np.float16), "used": used}


def build(codes: int, ground: int, start, subjects: int | None = None) -> dict:
    """All tables of the codebook. `subjects`: only the first ones get codes; the others share them (quick tests)."""
    t = Tables(codes, ground, Vae(start))
    drawings, scenery = t.add_drawings(subjects or len(NAMES)), t.add_grounds()
    t.add_letters()
    sizes = np.array([codes, ground, t.letters, codes - 1 - t.first_drawing])
    return {**t.means(), "drawings": drawings, "scenery": scenery, "sizes": sizes, "names": np.array(t.names)}


def packed(tables: dict) -> dict:
    """The tables as they are kept in an assembled folder: looks coarsely, in a quarter of the space."""
    if "dit_scale" in tables:
        return tables
    x = tables["dit"].astype(np.float32)
    scale = np.abs(x).max(0) / LEVELS + 1e-9
    return {**tables, "dit": np.round(x / scale).astype(np.int8), "dit_scale": scale.astype(np.float32)}


class Codebook:
    """Ids of scenes, and the feature matrices."""

    def __init__(self, file):
        z = np.load(file)
        self.ar, self.dit = z["ar"].astype(np.float32), z["dit"].astype(np.float32)
        if "dit_scale" in z:
            self.dit *= z["dit_scale"]
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
    tables = build(s.codes, s.ground, s.start, s.subjects)
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
