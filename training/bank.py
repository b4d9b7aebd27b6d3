"""What the vision tower reads where no code is the right one: drawings that have none (strangers) and natural pictures.

    python -m training.bank      -> RUNS/codebook/bank.npz

The AR meets both in references and copies what was read.
"""

from __future__ import annotations

import numpy as np
import torch

from .background import NATURAL_SEED, NATURALS
from .codebook import Codebook, drawing
from .natural import picture
from .paths import RUNS
from .place import CELL, PLACES
from .reader import load_reader, read
from .render import render
from .settings import settings
from .style import STYLES
from .subject import STRANGERS

GROUNDS = (
    ("plain", "white"),
    ("plain", "gray"),
    ("plain", "blue"),
    ("hills", "blue"),
    ("checks", "yellow"),
    ("sunset", "blue"),
)


class Bank:
    """Blocks of 16 codes (-1: ground) for drawings without codes of their own, and grids of 64 for natural pictures."""

    def __init__(self, book: Codebook, file=RUNS / "codebook/bank.npz"):
        z = np.load(file)
        self.strangers, self.naturals = z["strangers"], z["naturals"]  # subject x style x view x 16; picture x 64
        self.known = book.drawings[(book.drawings >= 0).any(2)]

    def block(self, r, subject: int, style: str, mixed: float) -> np.ndarray:
        """As read, or (with chance `mixed`) a block mixed from one to three known drawings."""
        if r.random() >= mixed:
            return self.strangers[
                (subject - STRANGERS[0]) % len(self.strangers),
                STYLES.index(style),
                r.randrange(self.strangers.shape[2]),
            ]
        shape = r.choice(self.known)
        sources = [r.choice(self.known) for _ in range(r.choice((1, 2, 3)))]
        out = shape.copy()
        for cell in np.flatnonzero(shape >= 0):
            codes = [q[cell] for q in sources if q[cell] >= 0]
            out[cell] = r.choice(codes) if codes else r.choice(shape[shape >= 0])
        return out

    def ground(self, number: int) -> np.ndarray:
        """The codes of a natural picture."""
        return self.naturals[number % len(self.naturals)].astype(np.int64)


def read_strangers(model, subjects) -> np.ndarray:
    out = np.full((len(subjects), len(STYLES), len(GROUNDS), 16), -1, np.int16)
    for i, subject in enumerate(subjects):
        for j, style in enumerate(STYLES):
            covered = drawing(subject, style)[1]
            places = [PLACES[(i + j + k) % len(PLACES)] for k in range(len(GROUNDS))]
            scenes = [
                {
                    "style": style,
                    "kind": kind,
                    "colour": colour,
                    "items": [{"subject": subject, "place": p}],
                    "text": None,
                }
                for (kind, colour), p in zip(GROUNDS, places)
            ]
            for k, ids in enumerate(read(model, [render(q) for q in scenes]).numpy()):
                row, col = CELL[places[k]]
                out[i, j, k] = np.where(covered, ids.reshape(8, 8)[row : row + 4, col : col + 4].reshape(16), -1)
    return out


def read_naturals(model, count: int, at_once: int = 32) -> np.ndarray:
    found = [
        read(model, [picture(NATURAL_SEED + k) for k in range(first, min(first + at_once, count))]).numpy()
        for first in range(0, count, at_once)
    ]
    return np.concatenate(found).astype(np.int16)


def main():
    s = settings("bank")
    torch.set_num_threads(s.threads)
    book = Codebook(RUNS / "codebook/codebook.npz")
    model = load_reader(book, s.start)
    strangers = read_strangers(model, STRANGERS[: s.subjects])
    naturals = read_naturals(model, s.naturals or NATURALS)
    np.savez(RUNS / "codebook/bank.npz", strangers=strangers, naturals=naturals)
    print(
        "share of covered cells read as a drawing",
        float((strangers[strangers >= 0] >= book.first_drawing).mean()),
        "codes in natural pictures",
        len(np.unique(naturals)),
    )


if __name__ == "__main__":
    main()
