"""Part correctness: whether each cell of a drawing shows that part of that drawing. Where the drawing is a hand these
are its fingers, palm and thumb; the world has nine subjects with hands.

The reader is the vision tower: the probability of the right code at a cell, among all codes. What counts is the mean
of the three worst cells, since one wrong finger spoils a hand.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from ..reader import Reader, pixels
from ..subject import NAMES

WORST = 3
SHARP = 12.0  # of the cosines between what is seen and the codes
OTHER_HANDS = ("peace sign", "thumbs up", "fist", "handshake")
HANDS = tuple(k for k, name in enumerate(NAMES) if name.endswith((" hand", " hands")) or name in OTHER_HANDS)


@torch.no_grad()
def right(tower: Reader, pictures: list[Image.Image], ids: np.ndarray) -> np.ndarray:
    """Probability [B, 64] that each cell shows its code."""
    p = (tower(pixels(pictures)) @ tower.codes().T * SHARP).softmax(-1)
    return p.gather(2, torch.from_numpy(ids).view(len(pictures), 64, 1))[..., 0].numpy()


def score(tower: Reader, pictures: list[Image.Image], ids: np.ndarray, first_drawing: int) -> np.ndarray:
    """Mean of the worst cells of the drawings, [B]; 1 where nothing is drawn."""
    out = []
    for p, codes in zip(right(tower, pictures, ids), ids):
        drawn = np.sort(p[codes >= first_drawing])
        out.append(drawn[:WORST].mean() if len(drawn) else 1.0)
    return np.array(out)
