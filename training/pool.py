"""Pictures for the decoder: tasks made fresh, encoded once, and drawn from a bounded pool by number of references and length of the quoted word."""
from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch

from .codebook import Codebook, drawing
from .draw import quoted_word
from .place import CELL
from .render import render
from .subject import NAMES
from .task import task


@dataclass
class Sample:
    """A target with its codes, the glyph text, and references (latent, codes)."""

    latent: torch.Tensor
    ids: torch.Tensor
    glyphs: str
    references: list
    scene: dict


class Pool:
    def __init__(self, book: Codebook, vae, read, size: int):
        self.book, self.vae, self.read, self.size = book, vae, read, size
        self.samples: dict[tuple[int, int], deque] = {}

    def ids(self, scene: dict, known: dict) -> torch.Tensor:
        return torch.from_numpy(self.book.ids(scene, known)).view(8, 8)

    def make(self, tasks: list[dict]) -> list[Sample]:
        """Codes of a reference are the oracle's, or, where a stranger is, what the vision tower reads there; the target gets the same block."""
        scenes = [q for t in tasks for q in (*t["references"], t["target"])]
        pictures = [render(q) for q in scenes]
        latents = iter(self.vae.encode(pictures).half())
        odd = [k for k, q in enumerate(scenes) if any(i["subject"] >= len(NAMES) for i in q["items"])]
        codes = dict(zip(odd, self.read([pictures[k] for k in odd]).numpy())) if odd else {}
        out, k = [], 0
        for t in tasks:
            known, references = {}, []
            for q in t["references"]:
                for item in q["items"]:
                    if item["subject"] >= len(NAMES):
                        row, col = CELL[item["place"]]
                        block = codes[k].reshape(8, 8)[row:row + 4, col:col + 4].reshape(16)
                        known[item["subject"]] = np.where(drawing(item["subject"], q["style"])[1], block, -1)
                references.append((next(latents), torch.from_numpy(codes[k]).view(8, 8) if k in codes else self.ids(q, known)))
                k += 1
            out.append(Sample(next(latents), self.ids(t["target"], known), quoted_word(t["text"]), references, t["target"]))
            k += 1
        return out

    def add(self, tasks: list[dict]):
        for q in self.make(tasks):
            self.samples.setdefault((len(q.references), len(q.glyphs.encode())), deque(maxlen=self.size)).append(q)

    def draw(self, r: random.Random, references: int, b: int, words: bool | None = None) -> list[Sample]:
        """b samples of equal glyph length; `words`: only with or only without a quoted word."""
        fits = [k for k in self.samples if k[0] == references and (words is None or words == (k[1] > 0))]
        weights = [len(self.samples[k]) for k in fits]
        some = self.samples[r.choices(fits, weights)[0]]
        return [r.choice(some) for _ in range(b)]
