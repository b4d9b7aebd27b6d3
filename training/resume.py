"""Going on from an assembled folder. Its code tables are folded: each is split again into a shared part (features x
matrix) and the free rest.

Where the codes are others than those of the folder, what is known about features that both codebooks have (a style, a
letter, a look) is carried over by name, and features that are new begin at random.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from .codebook import Codebook
from .models import Informed, look_features, look_names, meaning_features

RIDGE = 1e-3


def regression(features: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """The matrix that gives the table from the features, by ridge least squares over rows that have features."""
    f = features.double()
    some = f.norm(dim=1) > 0
    a, y = f[some], table.double()[some]
    gram = a.T @ a
    return torch.linalg.solve(
        gram + RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype), a.T @ y
    ).float()


@torch.no_grad()
def split(embedding: Informed, table: torch.Tensor):
    """The codes are the same: `folded()` stays exactly the table."""
    embedding.project.copy_(regression(embedding.features, table))
    embedding.weight.copy_(table - embedding.features @ embedding.project)


def carried(
    old_features: torch.Tensor, old_names: list[str], table: torch.Tensor, new_names: list[str], seed: int = 0
) -> torch.Tensor:
    """The matrix of new features: rows of the same name as in the old ones, others at random with the size that rows
    of their kind have.
    """
    old = regression(old_features, table)
    at = {name: i for i, name in enumerate(old_names)}
    g = torch.Generator().manual_seed(seed)
    size = old[[i for name, i in at.items() if name.startswith("subject:")] or slice(None)].pow(2).mean().sqrt()
    return torch.stack([old[at[n]] if n in at else torch.randn(old.size(1), generator=g) * size for n in new_names])


@torch.no_grad()
def carry(
    embedding: Informed,
    raw: torch.Tensor,
    old_raw: torch.Tensor,
    old_names,
    new_names,
    table: torch.Tensor,
    free: float,
):
    """Another codebook: the shared part is carried over, the free part begins at `free` of its random start."""
    embedding.project.copy_(carried(old_raw, old_names, table, new_names) * embedding.scale)
    embedding.weight[: raw.size(0)].mul_(free)


def start_codebook(folder: Path) -> Codebook:
    return Codebook(Path(folder) / "training/codebook.npz")


def same_codes(a: Codebook, b: Codebook) -> bool:
    return a.size == b.size and a.names == b.names and np.array_equal(a.drawings, b.drawings)


def load_generator(model, book: Codebook, tokenizer, folder: Path):
    """Weights of the AR; the vision tower is left out. Text tokens of the same spelling keep their vectors."""
    folder = Path(folder)
    whole = load_file(folder / "vision_language_encoder/model.safetensors")
    first = "model.language_model."
    plain = {
        "lm." + k[len(first) :]: v.float() for k, v in whole.items() if k.startswith(first) and "embed_tokens" not in k
    }
    missing, extra = model.load_state_dict(plain, strict=False)
    assert not extra and all(k.startswith(("input.", "head.", "lm.embed_tokens")) for k in missing), (missing, extra)
    embed, head = whole[first + "embed_tokens.weight"].float(), whole["lm_head.weight"].float()
    old = start_codebook(folder)
    if same_codes(old, book):
        split(model.input, embed)
        split(model.head, head)
        return
    new_raw, old_raw = meaning_features(book), meaning_features(old)
    for embedding, table in ((model.input, embed), (model.head, head)):
        carry(embedding, new_raw, old_raw, old.names, book.names, table[: old.size], 0.3)
    carry_text(model.input, embed, folder, tokenizer)
    with torch.no_grad():  # the two codes after the last: begin and end of an image
        model.input.weight[book.size : book.size + 2] = embed[old.size : old.size + 2]


@torch.no_grad()
def carry_text(embedding: Informed, table: torch.Tensor, folder: Path, tokenizer):
    """Free vectors of text tokens that the old vocabulary has too, less what the shared part already gives."""
    from tokenizers import Tokenizer

    old = Tokenizer.from_file(str(folder / "processor/tokenizer.json")).get_vocab()
    for token, i in tokenizer.get_vocab().items():
        if token in old and not token.startswith("<|dit_token"):
            embedding.weight[i] = table[old[token]] - embedding.features[i] @ embedding.project


def load_decoder(model, book: Codebook, folder: Path):
    """Weights of the DiT and the glyph encoder."""
    folder = Path(folder)
    dit = {k: v.float() for k, v in load_file(folder / "transformer/diffusion_pytorch_model.safetensors").items()}
    table = dit.pop("prior_token_embedding.weight")
    missing, extra = model.dit.load_state_dict(dit, strict=False)
    assert not extra and all("prior_token_embedding" in k for k in missing), (missing, extra)
    embedding, old = model.dit.prior_token_embedding, start_codebook(folder)
    if same_codes(old, book):
        split(embedding, table)
    else:
        carry(embedding, look_features(book), look_features(old), look_names(old), look_names(book), table, 0.0)
    t5 = {k: v.float() for k, v in load_file(folder / "text_encoder/model.safetensors").items()}
    missing, extra = model.t5.load_state_dict(t5, strict=False)
    assert not extra, extra
