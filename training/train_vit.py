"""Stage: vision tower + VQ. The oracle codes are distilled into what pixels show: cosine classification onto the
codebook.

    python -m training.train_vit images=60000     goes on from RUNS/vit where there is a checkpoint, else from `start`

A share of the pictures is natural (natural.py): no code is the right one there, so the code that looks most alike is
asked for.
"""

from __future__ import annotations

import random

import numpy as np
import torch
import torch.nn.functional as F

from . import attention, natural
from .codebook import Codebook
from .models import load_meta
from .paths import RUNS
from .reader import Reader, pixels
from .render import render
from .scene import scene_of
from .settings import settings
from .stage import Run

FIRST_VALIDATION = 900_000_000
ADAM = ("patch_embed", "position_embedding", "quant", "embedding")  # parameters that Muon does not suit
COVERED = 0.9  # a code stands for a natural cell only if its drawing covers this share of the cell
GROUND_SHARE = 0.25  # of ground cells, which are easy and many, that enter the loss


class Alike:
    """The code whose cell looks most like a cell of any picture: nearest 4 x 4 colours among ground and fully covered
    cells.
    """

    def __init__(self, book: Codebook):
        first = book.names.index("thumb:0")
        thumbs = book.ar[:, first : first + 64].reshape(-1, 16, 4)
        letters = (np.arange(book.size) >= book.first_letter) & (np.arange(book.size) < book.first_drawing)
        fits = book.used & ~letters & (thumbs[..., 3].mean(1) > COVERED)
        self.ids = torch.from_numpy(np.flatnonzero(fits))
        self.table = torch.from_numpy(thumbs[fits][..., :3].reshape(-1, 48).copy())

    def __call__(self, pictures) -> torch.Tensor:
        x = torch.from_numpy(np.stack([np.asarray(p, np.float32) / 255 for p in pictures]))
        x = x.view(-1, 8, 4, 8, 8, 4, 8, 3).mean((3, 6)).permute(0, 1, 3, 2, 4, 5).reshape(-1, 48)
        return self.ids[torch.cdist(x, self.table).argmin(1)].view(-1, 64)


class Check:
    """Held-out pictures, and how many of their codes are read right."""

    def __init__(self, book: Codebook, alike: Alike, n: int):
        scenes = [scene_of(FIRST_VALIDATION + i) for i in range(n)]
        foreign = [natural.picture(FIRST_VALIDATION + i) for i in range(n // 4)]
        self.book, self.x, self.y = (
            book,
            pixels([render(q) for q in scenes]),
            torch.from_numpy(np.stack([book.ids(q) for q in scenes])),
        )
        self.foreign, self.alike = pixels(foreign), alike(foreign)

    def __call__(self, model: Reader) -> dict:
        device = model.scale.device
        read = lambda x: (model(x.to(device)) @ model.codes().T).argmax(-1).cpu()
        hit, b = (read(self.x) == self.y).float(), self.book
        kinds = {
            "drawing": self.y >= b.first_drawing,
            "letters": (self.y >= b.first_letter) & (self.y < b.first_drawing),
            "ground": self.y < b.first_letter,
        }
        return {
            "same": round(hit.mean().item(), 3),
            **{k: round(hit[m].mean().item(), 3) for k, m in kinds.items()},
            "natural": round((read(self.foreign) == self.alike).float().mean().item(), 3),
        }


def batch(book: Codebook, alike: Alike, first: int, n: int, natural_share: float):
    """Pictures and codes [n, 64] from the seeds `first` and up."""
    r = random.Random(f"vit {first}")
    foreign = [natural.picture(first + k) for k in range(n) if r.random() < natural_share]
    scenes = [scene_of(first + k) for k in range(n - len(foreign))]
    codes = [torch.from_numpy(np.stack([book.ids(q) for q in scenes]))] + ([alike(foreign)] if foreign else [])
    return pixels([*(render(q) for q in scenes), *foreign]), torch.cat(codes)


def fit(model: Reader, run: Run, used: torch.Tensor, book: Codebook, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Cross entropy over the used codes; most cells of the ground are left out."""
    y = y.flatten()
    keep = (y >= book.first_letter) | (torch.rand(len(y)) < GROUND_SHARE)
    with run.cast():
        z = model(x.to(run.device)).flatten(0, 1)[keep.to(run.device)]
        logits = model.scale.exp() * (z @ model.codes().T)
    return F.cross_entropy(logits.float().masked_fill(~used, -1e4), y[keep].to(run.device))


def main():
    s = settings("train_vit")
    torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    book, meta = Codebook(RUNS / "codebook/codebook.npz"), load_meta(RUNS / "processor")
    model = Reader(book, meta)
    run = Run(s, model, "images", ADAM)
    if run.fresh:
        model.load(s.start, book)
    run.begin()
    alike, used = Alike(book), torch.from_numpy(book.used).to(run.device)
    check = Check(book, alike, s.held)
    torch.manual_seed(s.seed + run.step)
    with attention.explicit():
        while run.running:
            x, y = batch(book, alike, s.first_seed + run.done, s.batch, s.natural)
            run.update(fit(model, run, used, book, x, y), s.batch)
            run.checkpoint(model.plain, lambda: check(model), ["loss"])


if __name__ == "__main__":
    main()
