"""Part correctness: whether each cell of a drawing shows that part of that drawing. Where the drawing is a hand these
are its fingers, palm and thumb; the world has nine subjects with hands.

The reader is the vision tower: the probability of the right code at a cell, among all codes, against what it is in the
render of the scene. What counts is the mean of the three worst cells, since one wrong finger spoils a hand.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from ..reader import Reader, pixels
from ..subject import NAMES

WORST = 3
SOFT = 1 / 3  # power of the ratio, so that parts that are hardly there still differ
SHARP = 12.0  # of the cosines between what is seen and the codes
OTHER_HANDS = ("peace sign", "thumbs up", "fist", "handshake")
HANDS = tuple(k for k, name in enumerate(NAMES) if name.endswith((" hand", " hands")) or name in OTHER_HANDS)


@torch.no_grad()
def right(tower: Reader, pictures: list[Image.Image], ids: np.ndarray) -> np.ndarray:
    """Probability [B, 64] that each cell shows its code."""
    p = (tower(pixels(pictures)) @ tower.codes().T * SHARP).softmax(-1)
    return p.gather(2, torch.from_numpy(np.ascontiguousarray(ids)).view(len(pictures), 64, 1))[..., 0].numpy()


def score(tower: Reader, pictures: list[Image.Image], truth: Image.Image, ids: np.ndarray, first: int) -> np.ndarray:
    """Mean of the worst cells of the drawings, [B]; 1 for the render, and where nothing is drawn. `ids` [B, 64]: the
    codes that were given; those from `first` on are drawings.
    """
    out = []
    there = right(tower, [truth] * len(pictures), ids)
    for p, top, codes in zip(right(tower, pictures, ids), there, ids):
        ratio = np.minimum(1.0, (p / np.maximum(top, 1e-9)) ** SOFT)
        drawn = np.sort(ratio[codes >= first])
        out.append(drawn[:WORST].mean() if len(drawn) else 1.0)
    return np.array(out)
