"""What is measured of the decoder on held-out pictures: velocity errors, what an edit leaves alone, strangers,
letters, uploads.
"""

from __future__ import annotations

import numpy as np
import torch

from .place import CELL
from .pool import Pool, Sample
from .task import task
from .word import LETTERS

FIRST_VALIDATION = 900_000_000
LOOKED_THROUGH = 200  # tasks of a kind
TIMES = (0.25, 0.5, 0.98)


def stacked(latents) -> torch.Tensor:
    return torch.stack([z.float() for z in latents])


def psnr(square) -> float:
    return float(10 * np.log10(255**2 / max(square.mean(), 1e-6)))


def grown(mask):
    """[B, h, w] cells to [B, 1, 4h, 4w] latents."""
    return mask[:, None].repeat_interleave(4, 2).repeat_interleave(4, 3).float()


def cell_pixels(mask: np.ndarray) -> np.ndarray:
    """[8, 8] cells to [256, 256] pixels."""
    return np.repeat(np.repeat(mask, 32, 0), 32, 1)


def covered(q: Sample) -> np.ndarray:
    """The block of the only drawing of a scene."""
    row, col = CELL[q.scene["items"][0]["place"]]
    out = np.zeros((8, 8), bool)
    out[row : row + 4, col : col + 4] = True
    return out


def some(count: int, kind: str, fits, strange: float = 0.0) -> list[dict]:
    """The first held-out tasks of a kind whose word fits."""
    return [
        t
        for t in (task(FIRST_VALIDATION + i, kind, strange) for i in range(LOOKED_THROUGH))
        if fits(t["target"]["text"])
    ][:count]


class Check:
    def __init__(self, pool: Pool, n: int):
        none = lambda text: not text
        self.scenes = pool.make([t for t in some(5 * n, "t2i", none) if t["target"]["items"]][: 4 * n])
        self.edits = pool.make([t for k in ("replace", "move", "add", "remove") for t in some(n, k, lambda text: True)])
        self.strangers = pool.make(some(3 * n, "identity", none, 1.0))
        self.uploads = pool.make(some(3 * n, "keep", lambda text: True, 1.0))
        self.words = pool.make(some(2 * n, "words", lambda text: text and len(text["word"]) == 5))
        self.book, self.vae, self.read = pool.book, pool.vae, pool.read

    def __call__(self, model) -> dict:
        return self.loss(model) | {
            "outside": self.outside(model, self.edits),
            "uploads": self.outside(model, self.uploads),
            "strangers": self.stranger_blocks(model),
            **self.letters(model),
        }

    def loss(self, model) -> dict:
        """Velocity error at fixed times, of whole pictures and of cells of drawings."""
        z, ids, g, out = (
            stacked(q.latent for q in self.scenes),
            torch.stack([q.ids for q in self.scenes]),
            torch.Generator().manual_seed(1),
            {},
        )
        eps = torch.randn(z.shape, generator=g)
        mask = grown(ids >= self.book.first_drawing)
        for t in TIMES:
            v = model.velocity(
                (1 - t) * z + t * eps, ids, [""] * len(z), torch.full((len(z),), t), torch.zeros(len(z), 2), False
            )
            e = (v - (eps - z)).pow(2).mean(1, keepdim=True)
            out[f"t{t}"], out[f"t{t} drawing"] = (
                round(e.mean().item(), 4),
                round(((e * mask).sum() / mask.sum()).item(), 4),
            )
        return out

    def pictures(self, latents) -> np.ndarray:
        return np.stack([np.asarray(p, np.float32) for p in self.vae.decode(latents)])

    def outside(self, model, edits: list[Sample]) -> float:
        """PSNR where the codes stay, against the reference through the VAE, in dB."""
        out = []
        for q in edits:
            z, codes = q.references[0]
            x = model.sample(q.ids[None], [q.glyphs], [(z[None].float(), codes[None])])
            a, b = self.pictures(x)[0], self.pictures(z[None].float())[0]
            out.append(psnr(((a - b) ** 2)[cell_pixels((q.ids == codes).numpy())]))
        return round(float(np.mean(out)), 2)

    def stranger_blocks(self, model) -> float:
        """PSNR of strangers in their blocks, in dB."""
        refs = [
            (
                stacked(q.references[0][0] for q in self.strangers),
                torch.stack([q.references[0][1] for q in self.strangers]),
            )
        ]
        x = model.sample(torch.stack([q.ids for q in self.strangers]), [""] * len(self.strangers), refs)
        e = (self.pictures(x) - self.pictures(stacked(q.latent for q in self.strangers))) ** 2
        return round(float(np.mean([psnr(a[cell_pixels(covered(q))]) for a, q in zip(e, self.strangers)])), 2)

    def letters(self, model) -> dict:
        """Share of letters that the vision tower reads back, from right codes and with 30 % wrong ones."""
        out, g = {}, torch.Generator().manual_seed(2)
        ids = torch.stack([q.ids for q in self.words])
        letter = (ids >= self.book.first_letter) & (ids < self.book.first_drawing)
        wrong = torch.where(
            letter & (torch.rand(ids.shape, generator=g) < 0.3),
            self.book.first_letter + torch.randint(0, len(LETTERS), ids.shape, generator=g),
            ids,
        )
        for name, given in (("letters", ids), ("letters mended", wrong)):
            # One by one: words of one batch have equal lengths.
            made = [model.sample(one[None], [q.glyphs], []) for one, q in zip(given, self.words)]
            got = self.read(self.vae.decode(torch.cat(made))).view(-1, 8, 8)
            same = ((got - ids) % len(LETTERS) == 0) & (got >= self.book.first_letter) & (got < self.book.first_drawing)
            out[name] = round(same[letter].float().mean().item(), 3)
        return out
