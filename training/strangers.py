"""Codes of drawings that have none: what the vision tower reads where a stranger is drawn, and blocks mixed from known drawings.

    python -m training.strangers      -> RUNS/codebook/strangers.npy
"""
from __future__ import annotations

import numpy as np
import torch

from .codebook import Codebook, drawing
from .paths import RUNS
from .place import CELL, PLACES
from .render import render
from .settings import settings
from .style import STYLES
from .subject import STRANGERS

GROUNDS = (("plain", "white"), ("plain", "gray"), ("plain", "blue"), ("hills", "blue"), ("checks", "yellow"), ("sunset", "blue"))


class Strangers:
    """Blocks of 16 codes (-1: ground) for drawings without codes of their own."""

    def __init__(self, book: Codebook, file=RUNS / "codebook/strangers.npy"):
        self.read = np.load(file)  # subject x style x view x 16
        self.known = book.drawings[(book.drawings >= 0).any(2)]

    def block(self, r, subject: int, style: str, mixed: float) -> np.ndarray:
        """As read, or (with chance `mixed`) a block mixed from one to three known drawings."""
        if r.random() >= mixed:
            return self.read[(subject - STRANGERS[0]) % len(self.read), STYLES.index(style), r.randrange(self.read.shape[2])]
        shape = r.choice(self.known)
        sources = [r.choice(self.known) for _ in range(r.choice((1, 2, 3)))]
        out = shape.copy()
        for cell in np.flatnonzero(shape >= 0):
            codes = [q[cell] for q in sources if q[cell] >= 0]
            out[cell] = r.choice(codes) if codes else r.choice(shape[shape >= 0])
        return out


def main():
    from .draw import Mini

    s = settings("strangers")
    torch.set_num_threads(1)
    mini = Mini(s.start, vision=True)
    some = STRANGERS[:s.subjects]
    out = np.full((len(some), len(STYLES), len(GROUNDS), 16), -1, np.int16)
    for i, subject in enumerate(some):
        for j, style in enumerate(STYLES):
            covered = drawing(subject, style)[1]
            places = [PLACES[(i + j + k) % len(PLACES)] for k in range(len(GROUNDS))]
            scenes = [{"style": style, "kind": kind, "colour": colour, "items": [{"subject": subject, "place": p}], "text": None} for (kind, colour), p in zip(GROUNDS, places)]
            for k, ids in enumerate(mini.read([render(q) for q in scenes]).numpy()):
                row, col = CELL[places[k]]
                out[i, j, k] = np.where(covered, ids.reshape(8, 8)[row:row + 4, col:col + 4].reshape(16), -1)
    np.save(RUNS / "codebook/strangers.npy", out)
    book = Codebook(RUNS / "codebook/codebook.npz")
    print("share of covered cells read as a drawing", float((out[out >= 0] >= book.first_drawing).mean()))


if __name__ == "__main__":
    main()
