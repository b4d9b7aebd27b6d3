"""Groups of grids that differ where it matters: one as it is served, the others by another code at a deciding cell.

Plain sampling gives groups of equal grids (design notes: 9 % of groups of 8 are mixed), since the AR is nearly sure
everywhere but at the first cell of a drawing. A deciding cell is one whose second code is not out of the question.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch
from transformers import DynamicCache

from ..sampler import picked, prepared
from ..sequence import Sequence

CANDIDATES = 4  # the best codes of a cell, the chosen one among them or not
FLATTEN = 1 / 3  # power of their probabilities: the second best is taken more often than it is likely


@dataclass
class Member:
    """A grid of a group (generated codes, a preview first where there is one), where it branches off, and the chance
    by which its code there was forced; 0 of the served grid, where none was.
    """

    codes: np.ndarray
    branch: int
    chance: float

    @property
    def grid(self) -> np.ndarray:
        return self.codes[-64:]


@dataclass
class Group:
    """The grids of one prompt."""

    row: tuple
    members: list[Member]
    task: dict


def deciding(second: np.ndarray, least: float, most: int) -> list[int]:
    """The cells whose second code has at least this probability, the likeliest first."""
    return [int(j) for j in np.argsort(-second, kind="stable")[:most] if second[j] >= least]


def forced(r: random.Random, cells: list[int], codes, tops, probabilities, count: int) -> list[tuple[int, int, float]]:
    """(cell, code, chance) of up to `count` branches, no pair twice: the cells in turn, another of the best codes of
    a cell by the flattened probabilities of those.
    """
    left = {}
    for cell in cells:
        others = [(int(c), float(p) ** FLATTEN) for c, p in zip(tops[cell], probabilities[cell]) if c != codes[cell]]
        others = others[: CANDIDATES - 1]
        total = sum(p for _, p in others)
        left[cell] = [(c, p, p / total) for c, p in others if p > 0]
    out = []
    while len(out) < count and any(left.values()):
        for cell in cells:
            if left[cell] and len(out) < count:
                k = r.choices(range(len(left[cell])), [p for _, p, _ in left[cell]])[0]
                code, _, chance = left[cell].pop(k)
                out.append((cell, code, chance))
    return out


class Decoding:
    """Rows that are decoded with a K/V cache, so that branches begin from what they share."""

    def __init__(self, model, seq: Sequence, rows):
        self.model, self.rows = model, rows
        self.ids, self.at, self.mask, self.plan = prepared(seq, rows)
        self.cache, self.length = DynamicCache(), self.ids.size(1)

    def _next(self, ids, at, mask) -> torch.Tensor:
        """Logits of the next code, float32."""
        m = self.model
        hidden = m.lm(
            inputs_embeds=m.input(ids), position_ids=at, attention_mask=mask, past_key_values=self.cache, use_cache=True
        )[0][:, -1]
        return m.logits(hidden).float()

    @torch.no_grad()
    def served(self, temperature: float, top_p: float, g: torch.Generator):
        """Codes [B, T] as they are served, and of every cell the best codes with their probabilities [B, T, 4]."""
        ids, at, mask = self.ids, self.at, self.mask
        codes, tops, chances = [], [], []
        for j in range(self.plan.size(1)):
            logits = self._next(ids, at, mask)
            p, top = logits.softmax(-1).topk(CANDIDATES)
            ids, at = picked(logits, temperature, top_p, g), self.plan[:, j].T[:, :, None]
            codes.append(ids[:, 0])
            tops.append(top)
            chances.append(p)
            mask = torch.cat([mask, mask.new_ones(len(mask), 1)], 1)
        return torch.stack(codes, 1), torch.stack(tops, 1).numpy(), torch.stack(chances, 1).numpy()

    @torch.no_grad()
    def continued(self, codes: torch.Tensor, branches: list[tuple[int, int, int, float]], g: torch.Generator):
        """Codes [N, T] of branches (row, cell, code, chance): the row's codes before the cell, the code there, then
        drawn at temperature 1. To be called once, after `served`.
        """
        at_row = torch.tensor([b[0] for b in branches])
        cell = torch.tensor([b[1] for b in branches])
        code = torch.tensor([b[2] for b in branches])
        first, steps = int(cell.min()), codes.size(1)
        self.cache.batch_select_indices(at_row)
        if gone := self.cache.get_seq_length() - (self.length + first - 1):
            self.cache.crop(-gone)
        out, plan, mask = codes[at_row].clone(), self.plan[at_row], self.mask[at_row]
        ids = out[:, first - 1 : first] if first else self.ids[at_row, -1:]
        at = plan[:, first - 1].T[:, :, None] if first else self.at[:, at_row, -1:]
        mask = torch.cat([mask, mask.new_ones(len(branches), first)], 1)
        for j in range(first, steps):
            pick = picked(self._next(ids, at, mask), 1.0, 1.0, g)[:, 0]
            out[:, j] = torch.where(cell > j, out[:, j], torch.where(cell == j, code, pick))
            ids, at = out[:, j : j + 1], plan[:, j].T[:, :, None]
            mask = torch.cat([mask, mask.new_ones(len(branches), 1)], 1)
        return out


def groups(model, seq: Sequence, rows: list, tasks: list[dict], s, seed: int) -> tuple[list[Group], list[np.ndarray]]:
    """A group for each row (text, references) that has a deciding cell, and the served grids of all rows. `s` names
    `group`, `deciding`, `cells`, `temperature`, `top_p`.
    """
    g, r = torch.Generator().manual_seed(seed), random.Random(seed)
    decoding = Decoding(model, seq, rows)
    codes, tops, chances = decoding.served(s.temperature, s.top_p, g)
    plan: list[tuple[int, int, int, float]] = []
    firsts: dict[int, int] = {}
    for k in range(len(rows)):
        cells = deciding(chances[k, :, 1], s.deciding, s.cells)
        if cells:
            firsts[k] = min(cells)
            plan += [(k, *b) for b in forced(r, cells, codes[k].numpy(), tops[k], chances[k], s.group - 1)]
    served = [c.numpy() for c in codes]
    if not plan:
        return [], [c[-64:] for c in served]
    made = decoding.continued(codes, plan, g).numpy()
    out = []
    for k, first in firsts.items():
        members = [Member(served[k], first, 0.0)]
        members += [Member(codes_, b[1], b[3]) for codes_, b in zip(made, plan) if b[0] == k]
        out.append(Group(rows[k], members, tasks[k]))
    return out, [c[-64:] for c in served]


def learnt(members: list[Member]) -> np.ndarray:
    """Which codes a group learns from, [G, T]: from the branch on, and only cells in which the members differ."""
    codes = np.stack([m.codes for m in members])
    differ = (codes != codes[:1]).any(0)
    after = np.arange(codes.shape[1])[None] >= np.array([m.branch for m in members])[:, None]
    return after & differ[None]
