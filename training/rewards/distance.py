"""Perceptual distance to the render of the same scene, in features of the vision tower's first blocks and in colour
at half size. The weights of the layers are fitted so that the order of our faults is right.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

from ..reader import pixels

LAYERS = 3


@torch.no_grad()
def features(tower, pictures: list[Image.Image]) -> list[torch.Tensor]:
    """Unit vectors [B, 64, C] after each of the first blocks."""
    visual, images = tower.visual, pixels(pictures)
    b, d = len(images), visual.config.hidden_size
    x = images.view(b, 3, 8, 16, 8, 16).permute(0, 2, 4, 1, 3, 5).reshape(b, 64, 768)
    patch = visual.patch_embed.proj
    x, out = F.linear(x, patch.weight.view(d, -1), patch.bias) + visual.embeddings.position_embedding.weight, []
    for block in visual.blocks[:LAYERS]:
        n = block.attn.num_heads
        q, k, w = block.attn.qkv(block.norm1(x)).view(b, 64, 3, n, d // n).permute(2, 0, 3, 1, 4)
        x = x + block.attn.proj(F.scaled_dot_product_attention(q, k, w).transpose(1, 2).reshape(b, 64, d))
        x = x + block.mlp(block.norm2(x))
        out.append(F.normalize(x, dim=-1))
    return out


def parts(tower, a: list[Image.Image], b: list[Image.Image], mask: np.ndarray | None = None) -> torch.Tensor:
    """Distances [B, LAYERS + 1] of pairs: of every layer, and of colour. `mask` [B, 8, 8]: the cells that count."""
    m = torch.ones(len(a), 64) if mask is None else torch.from_numpy(mask.reshape(len(a), 64).astype(np.float32))
    fa, fb = features(tower, a), features(tower, b)
    per_cell = [(x - y).square().sum(-1) for x, y in zip(fa, fb)]
    per_cell.append((pixels(a) - pixels(b)).abs().mean(1).unfold(1, 16, 16).unfold(2, 16, 16).mean((3, 4)).flatten(1))
    return torch.stack([(v * m).sum(1) / m.sum(1) for v in per_cell], 1)


class Distance(nn.Module):
    """Weights of the parts; `scale` is the mean distance to another scene, which counts as 1."""

    def __init__(self):
        super().__init__()
        self.raw = nn.Parameter(torch.zeros(LAYERS + 1))
        self.register_buffer("scale", torch.ones(()))

    def forward(self, d: torch.Tensor) -> torch.Tensor:
        return d @ F.softplus(self.raw) / self.scale

    def score(self, d: torch.Tensor) -> np.ndarray:
        """The reward: 1 for the render, about 0 for another scene."""
        with torch.no_grad():
            return (1 - self(d)).clamp(0, 1).numpy()
