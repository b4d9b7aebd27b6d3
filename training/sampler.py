"""Sampling whole grids of the AR for many rows at once, with a K/V cache: shorter prompts are padded on the left."""

from __future__ import annotations

import numpy as np
import torch
from transformers import DynamicCache

from .sequence import Sequence


def prepared(seq: Sequence, rows):
    """Rows of (text, references), all with references or all without: ids [B, N], positions [3, B, N] and mask
    [B, N] of the prompts, and positions [B, T, 3] of what will be generated.
    """
    prompts = [seq.prompt(text, references) for text, references in rows]
    length, b = max(len(p[0]) for p in prompts), len(rows)
    ids, at = torch.zeros(b, length, dtype=torch.long), torch.zeros(3, b, length, dtype=torch.long)
    mask = torch.zeros(b, length, dtype=torch.long)
    for k, (tokens, positions, _) in enumerate(prompts):
        ids[k, length - len(tokens) :] = torch.tensor(tokens)
        at[:, k, length - len(tokens) :] = torch.tensor(positions).T
        mask[k, length - len(tokens) :] = 1
    plan = torch.tensor([seq.schedule(cur, len(references)) for (_, _, cur), (_, references) in zip(prompts, rows)])
    return ids, at, mask, plan


def picked(logits: torch.Tensor, temperature: float, top_p: float, g: torch.Generator) -> torch.Tensor:
    """A code of each row, [B, 1]."""
    q, order = (logits / max(temperature, 1e-3)).softmax(-1).sort(descending=True)
    q = q * ((q.cumsum(1) - q) < top_p)
    return order.gather(1, torch.multinomial(q / q.sum(1, keepdim=True), 1, generator=g))


@torch.no_grad()
def sample(embed, lm, logits, seq: Sequence, rows, temperature: float, top_p: float, seed: int = 0) -> np.ndarray:
    """Rows of (text, references), all with references or all without -> the 64 codes of each large grid."""
    ids, at, mask, plan = prepared(seq, rows)
    g, cache, made = torch.Generator().manual_seed(seed), DynamicCache(), []
    for j in range(plan.size(1)):
        hidden = lm(
            inputs_embeds=embed(ids), position_ids=at, attention_mask=mask, past_key_values=cache, use_cache=True
        )[0][:, -1]
        pick = picked(logits(hidden).float(), temperature, top_p, g)
        made.append(pick[:, 0])
        ids, at = pick, plan[:, j].T[:, :, None]
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], 1)
    return torch.stack(made, 1)[:, -64:].numpy()
