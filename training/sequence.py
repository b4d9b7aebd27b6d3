"""Token sequences and M-RoPE positions of the AR, exactly as upstream builds them."""

from __future__ import annotations

import math

import numpy as np
import torch
from tokenizers import Tokenizer

GRID = 8
# Before every text, as in the chat template of the checkpoint: a word is the same token wherever it stands, so what
# begins with a bare name ("fox") needs no training of its own.
LEAD = " "


class Sequence:
    def __init__(self, tokenizer_file, meta: dict):
        self.tokenizer, self.meta = Tokenizer.from_file(str(tokenizer_file)), meta
        side = int(math.sqrt(meta["preview_cells"]))
        self.preview = side
        self.suffix = {False: f"<sop>{GRID} {GRID}<eop><sop>{side} {side}<eop>", True: f"<sop>{GRID} {GRID}<eop>"}

    def prompt(self, text: str, references) -> tuple[list[int], list[tuple[int, int, int]], int]:
        """Ids, positions and the next free position."""
        ids, at, cur = [], [], 0

        def ramp(tokens):
            nonlocal cur
            for t in tokens:
                ids.append(t)
                at.append((cur, cur, cur))
                cur += 1

        for grid in references:
            ramp([self.meta["start"]])
            for j, t in enumerate(grid):
                ids.append(int(t))
                at.append((cur, cur + j // GRID, cur + j % GRID))
            cur += GRID
            ramp([self.meta["end"]])
        ramp([*self.tokenizer.encode(LEAD + text + self.suffix[bool(len(references))]).ids, self.meta["start"]])
        return ids, at, cur

    def schedule(self, cur: int, references: int) -> list[tuple[int, int, int]]:
        """Positions of the generated tokens: preview (text-to-image only), then the large grid."""
        out = []
        for side in ([] if references else [self.preview]) + [GRID]:
            out += [(cur, cur + j // side, cur + j % side) for j in range(side * side)]
            cur += side
        return out

    def batch(self, rows, length: int | None = None):
        """Rows of (text, references, generated ids) -> inputs [B, N], positions [3, B, N], labels [B, N] (-100:
        none).
        """
        built = []
        for text, references, made in rows:
            ids, at, cur = self.prompt(text, references)
            built.append(
                (ids + [int(t) for t in made], at + self.schedule(cur, len(references))[: len(made)], len(ids))
            )
        n = max(len(b[0]) for b in built) - 1
        n = length if length and length >= n else n
        inputs, positions, labels = (
            np.zeros((len(rows), n), np.int64),
            np.ones((3, len(rows), n), np.int64),
            np.full((len(rows), n), -100, np.int64),
        )
        for b, (ids, at, first) in enumerate(built):
            k = len(ids) - 1
            inputs[b, :k] = ids[:-1]
            positions[:, b, :k] = np.array(at[:-1]).T
            labels[b, first - 1 : k] = ids[first:]
        return torch.from_numpy(inputs), torch.from_numpy(positions), torch.from_numpy(labels)
