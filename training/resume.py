"""Going on from an assembled folder. Its code tables are folded, so each is split again into a shared part (features x matrix) and the free rest."""
from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file

from .models import Informed


@torch.no_grad()
def split(embedding: Informed, table: torch.Tensor, ridge: float = 1e-3):
    """Ridge least squares: `folded()` stays exactly the table."""
    f = embedding.features.double()
    some = f.norm(dim=1) > 0
    a, y = f[some], table.double()[some]
    gram = a.T @ a
    project = torch.linalg.solve(gram + ridge * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype), a.T @ y)
    embedding.project.copy_(project)
    embedding.weight.copy_(table - embedding.features @ embedding.project)


def load_generator(model, folder: Path):
    """Weights of the AR; the vision tower is left out."""
    whole = load_file(Path(folder) / "vision_language_encoder/model.safetensors")
    first = "model.language_model."
    plain = {"lm." + k[len(first):]: v.float() for k, v in whole.items() if k.startswith(first) and "embed_tokens" not in k}
    missing, extra = model.load_state_dict(plain, strict=False)
    assert not extra and all(k.startswith(("input.", "head.", "lm.embed_tokens")) for k in missing), (missing, extra)
    split(model.input, whole[first + "embed_tokens.weight"].float())
    split(model.head, whole["lm_head.weight"].float())


def load_decoder(model, folder: Path):
    """Weights of the DiT and the glyph encoder."""
    dit = {k: v.float() for k, v in load_file(Path(folder) / "transformer/diffusion_pytorch_model.safetensors").items()}
    table = dit.pop("prior_token_embedding.weight")
    missing, extra = model.dit.load_state_dict(dit, strict=False)
    assert not extra and all("prior_token_embedding" in k for k in missing), (missing, extra)
    split(model.dit.prior_token_embedding, table)
    t5 = {k: v.float() for k, v in load_file(Path(folder) / "text_encoder/model.safetensors").items()}
    missing, extra = model.t5.load_state_dict(t5, strict=False)
    assert not extra, extra
