"""Pictures for the decoder: tasks made fresh, encoded once, and drawn from a bounded pool by number of references and
length of the quoted word.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

import numpy as np
import torch

from .background import NATURAL
from .codebook import Codebook, drawing
from .draw import quoted_word
from .place import CELL
from .render import render
from .subject import NAMES


@dataclass
class Sample:
    """A target with its codes, the glyph text, and references (latent, codes)."""

    latent: torch.Tensor
    ids: torch.Tensor
    glyphs: str
    references: list
    scene: dict


def foreign(scene: dict) -> bool:
    """Whether something in a scene has no codes of its own, so that the vision tower has to read it."""
    return scene["kind"] == NATURAL or any(i["subject"] >= len(NAMES) for i in scene["items"])


class Pool:
    """`read(pictures)` gives the codes [n, 64] that the vision tower reads."""

    def __init__(self, book: Codebook, vae, read, size: int):
        self.book, self.vae, self.read, self.size = book, vae, read, size
        self.samples: dict[tuple[int, int], deque] = {}

    def make(self, tasks: list[dict]) -> list[Sample]:
        """Codes of a reference are the oracle's, or, where something foreign is, what the vision tower reads; the
        target gets the same ones for what stays.
        """
        scenes = [q for t in tasks for q in (*t["references"], t["target"])]
        pictures = [render(q) for q in scenes]
        latents = self.vae.encode(pictures).half()
        odd = [k for k, q in enumerate(scenes) if foreign(q)]
        codes = dict(zip(odd, self.read([pictures[k] for k in odd]).numpy())) if odd else {}
        out, k = [], 0
        for t in tasks:
            first = k
            k += len(t["references"]) + 1
            out.append(self._sample(t, latents[first:k], [codes.get(j) for j in range(first, k)]))
        return out

    def _sample(self, t: dict, latents, codes: list) -> Sample:
        known, ground, references = {}, None, []
        for q, z, read in zip(t["references"], latents, codes):
            for item in q["items"]:
                if item["subject"] >= len(NAMES):
                    row, col = CELL[item["place"]]
                    block = read.reshape(8, 8)[row : row + 4, col : col + 4].reshape(16)
                    known[item["subject"]] = np.where(drawing(item["subject"], q["style"])[1], block, -1)
            if q["kind"] == NATURAL:
                ground = read
            references.append((z, torch.from_numpy(read if read is not None else self.book.ids(q, known)).view(8, 8)))
        if t["target"]["kind"] == NATURAL and ground is None:
            ground = codes[-1]
        ids = self.book.ids(t["target"], known, ground if t["target"]["kind"] == NATURAL else None)
        return Sample(latents[-1], torch.from_numpy(ids).view(8, 8), quoted_word(t["text"]), references, t["target"])

    def add(self, tasks: list[dict]):
        for q in self.make(tasks):
            self.samples.setdefault((len(q.references), len(q.glyphs.encode())), deque(maxlen=self.size)).append(q)

    def draw(self, r: random.Random, references: int, b: int, words: bool | None = None) -> list[Sample]:
        """B samples of equal glyph length; `words`: only with or only without a quoted word."""
        fits = [k for k in self.samples if k[0] == references and (words is None or words == (k[1] > 0))]
        weights = [len(self.samples[k]) for k in fits]
        some = self.samples[r.choices(fits, weights)[0]]
        return [r.choice(some) for _ in range(b)]
