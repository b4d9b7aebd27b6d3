"""What a grid of codes shows: drawings with look and place, the ground, and the word. The judge of sampled grids,
without pixels.
"""

from __future__ import annotations

import numpy as np

from .background import PATTERNS, all_backgrounds
from .codebook import Codebook
from .place import CELL, TEXT_ROW
from .style import STYLES
from .word import LETTERS

ENOUGH = 0.85  # of a drawing's cells have to be its own


class GridReader:
    """`enough`: the share of a drawing's cells that have to be its own; of codes read from pixels it is lower."""

    def __init__(self, book: Codebook, enough: float = ENOUGH):
        self.book, self.enough = book, enough
        self.flat = book.drawings.reshape(-1, 16)  # subject x style
        self.cells = (self.flat >= 0).sum(1)
        self.scenery = book.scenery
        self.grounds = all_backgrounds()

    def drawings(self, ids: np.ndarray) -> list[tuple[int, str, str]]:
        """(subject, style, place) of every drawing that is complete enough; of two in one block the better one."""
        grid, found = ids.reshape(8, 8), []
        for place, (row, col) in CELL.items():
            block = grid[row : row + 4, col : col + 4].reshape(16)
            if (block >= self.book.first_drawing).sum() < 3:
                continue
            share = ((block == self.flat) & (self.flat >= 0)).sum(1) / np.maximum(self.cells, 1)
            best = int(share.argmax())
            if share[best] >= self.enough:
                found.append((best // len(STYLES), STYLES[best % len(STYLES)], place))
        return found

    def ground(self, ids: np.ndarray) -> tuple[str, str]:
        """The kind and colour whose cells agree most where nothing else is drawn."""
        free = ids < self.book.first_letter
        if not free.any():
            return "", ""
        return self.grounds[int((self.scenery[:, free] == ids[free]).mean(1).argmax())]

    def word(self, ids: np.ndarray) -> str:
        grid = ids.reshape(8, 8)
        for row in TEXT_ROW.values():
            letters = (grid[row] >= self.book.first_letter) & (grid[row] < self.book.first_drawing)
            if letters.any():
                return "".join(LETTERS[(i - self.book.first_letter) % len(LETTERS)] for i in grid[row][letters])
        return ""

    def strays(self, ids: np.ndarray, items: list[tuple[int, str, str]]) -> int:
        """Cells of drawings that belong to no complete one."""
        own = np.zeros((8, 8), bool)
        for subject, style, place in items:
            row, col = CELL[place]
            own[row : row + 4, col : col + 4] |= self.book.drawings[subject, STYLES.index(style)].reshape(4, 4) >= 0
        return int((~own.reshape(64) & (ids >= self.book.first_drawing)).sum())

    def judge(self, ids: np.ndarray, scene: dict, open_: dict) -> dict[str, bool]:
        """Which parts of a scene a grid shows; what the text leaves open is right in any way."""
        items = self.drawings(ids)
        want = sorted((i["subject"], scene["style"], "" if open_["place"] else i["place"]) for i in scene["items"])
        got = sorted((s, look, "" if open_["place"] else p) for s, look, p in items)
        kind, colour = self.ground(ids)
        out = {
            "drawings": got == want and self.strays(ids, items) <= 1,
            "ground": open_["ground"]
            or (kind == scene["kind"] and (kind not in PATTERNS or colour == scene["colour"])),
            "word": self.word(ids) == (scene["text"] or {"word": ""})["word"],
        }
        return {**out, "whole": all(out.values())}
