"""Tidiness: how much a picture looks like a clean render of some scene. It stands in the role that aesthetics has in
the announcement, and is not called so: it knows faults, not beauty.

A small net over the cells, by Bradley and Terry's model on pairs of one scene: the render is tidier than a fault, a
weak fault than a strong one. The reward's net sees features of the vision tower, and how near a cell is to any code;
the judge's sees EfficientNet's features, and was made with other faults and scenes.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

from ..reader import Reader, pixels
from .distance import features

REWARD_FAULTS = ("ghost", "cut", "two looks", "shifted", "empty ground")
JUDGE_FAULTS = ("smear", "doubled", "mirrored", "swapped", "ghost")


class Tidiness(nn.Module):
    """Cells [B, 64, C] to logits of tidiness [B]. The worst cell counts beside the mean: a fault is local."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.cell = nn.Sequential(nn.Linear(width, 96), nn.SiLU(), nn.Linear(96, 16), nn.SiLU())
        self.out = nn.Linear(32, 1)

    def forward(self, x):
        f = self.cell(self.norm(x))
        return self.out(torch.cat([f.mean(1), f.amax(1)], 1))[:, 0]

    @torch.no_grad()
    def score(self, cells: torch.Tensor) -> np.ndarray:
        """In 0..1."""
        return torch.sigmoid(self(cells)).numpy()


@torch.no_grad()
def tower_cells(tower: Reader, pictures: list[Image.Image]) -> torch.Tensor:
    """Features of the vision tower's blocks 1 and 3, and how near the two nearest codes are, [B, 64, C]."""
    some = features(tower, pictures)
    near = (tower(pixels(pictures)) @ tower.codes().T).topk(2, -1).values
    return torch.cat([some[0] * 8, some[2] * 8, near * 4], -1)


WIDTH = 2 * 256 + 2


def pair_loss(better: torch.Tensor, worse: torch.Tensor) -> torch.Tensor:
    return -F.logsigmoid(better - worse).mean()
