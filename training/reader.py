"""The vision tower with its VQ, from pixels to codes. Its parameters have upstream's names, so that its state dict is
what is saved.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file

from .codebook import Codebook
from .models import load_meta, look_features, look_names, meaning_features, vision_language
from .paths import RUNS
from .resume import carried, same_codes, start_codebook


def vectors(visual, vqmodel, images) -> torch.Tensor:
    """[B, 3, 128, 128] in -1..1 -> unit vectors [B, 64, 64], by upstream's modules."""
    b, d = images.size(0), visual.config.hidden_size
    x = images.view(b, 3, 8, 16, 8, 16).permute(0, 2, 4, 1, 3, 5).reshape(b, 64, 768)
    patch = visual.patch_embed.proj
    x = F.linear(x, patch.weight.view(d, -1), patch.bias) + visual.embeddings.position_embedding.weight
    for block in visual.blocks:
        n = block.attn.num_heads
        q, k, w = block.attn.qkv(block.norm1(x)).view(b, 64, 3, n, d // n).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, w).transpose(1, 2).reshape(b, 64, d)
        x = x + block.attn.proj(attended)
        x = x + block.mlp(block.norm2(x))
    q = vqmodel.quant_conv
    return F.normalize(F.linear(x, q.weight.flatten(1), q.bias).float(), dim=-1)


def nearest_codes(vqmodel, z: torch.Tensor) -> torch.Tensor:
    """Codes of unit vectors."""
    return (z @ F.normalize(vqmodel.quantize.embedding.weight, dim=1).T).argmax(-1)


class Reader(nn.Module):
    """Pixels to code vectors."""

    def __init__(self, book: Codebook, meta: dict):
        super().__init__()
        whole = vision_language(meta, 4)
        self.visual, self.vqmodel = whole.model.visual, whole.model.vqmodel
        self.scale = nn.Parameter(torch.tensor(2.7))

    @torch.no_grad()
    def load(self, folder, book: Codebook):
        """The tower of an assembled folder. Its code vectors are kept, or carried over to other codes by their
        features.
        """
        whole = load_file(folder / "vision_language_encoder/model.safetensors")
        mine = {
            k[len("model.") :]: v.float() for k, v in whole.items() if k.startswith(("model.visual.", "model.vqmodel."))
        }
        old = start_codebook(folder)
        if not same_codes(old, book):
            table = F.normalize(mine["vqmodel.quantize.embedding.weight"][: old.size], dim=1)
            new = all_features(book) @ carried(
                all_features(old), [*look_names(old), *old.names], table, [*look_names(book), *book.names]
            )
            mine["vqmodel.quantize.embedding.weight"] = F.normalize(new, dim=1)
        self.load_state_dict(mine, strict=False)

    def forward(self, images):
        return vectors(self.visual, self.vqmodel, images)

    def codes(self):
        return F.normalize(self.vqmodel.quantize.embedding.weight, dim=1)

    def plain(self) -> dict:
        return {"model." + k: v for k, v in self.state_dict().items() if k != "scale"}


def all_features(book: Codebook) -> torch.Tensor:
    """What a code looks like and means, side by side."""
    return torch.cat([look_features(book), meaning_features(book) * 4], 1)


def pixels(pictures) -> torch.Tensor:
    x = np.stack([np.asarray(p.resize((128, 128), Image.BICUBIC)) for p in pictures])
    return torch.from_numpy(x).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def load_reader(book: Codebook, start: Path) -> Reader:
    """The tower as trained so far in RUNS/vit, else that of an assembled folder."""
    model = Reader(book, load_meta(RUNS / "processor")).eval()
    trained = RUNS / "vit/folded.pt"
    if trained.exists():
        model.load_state_dict({k[len("model.") :]: v.float() for k, v in torch.load(trained).items()}, strict=False)
    else:
        model.load(start, book)
    return model


@torch.no_grad()
def read(model: Reader, pictures) -> torch.Tensor:
    """Codes of pictures, [B, 64]."""
    return nearest_codes(model.vqmodel, model(pixels(pictures)))
