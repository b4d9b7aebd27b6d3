"""Stage: decoder DiT with the glyph encoder: strips with words, full scenes, scenes with one or two references
through K/V, windows of strangers and of natural pictures.

python -m training.train_dit tokens=24e6        goes on from RUNS/dit when a checkpoint is there, else from the folder
`start`
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch

from . import attention
from .background import NATURAL, NATURALS
from .codebook import Codebook
from .denoiser import Decoder
from .dit_check import Check, grown, stacked
from .paths import RUNS
from .place import CELL
from .pool import Pool, Sample
from .reader import load_reader, read
from .resume import load_decoder
from .settings import settings
from .stage import Run
from .style import DEFAULT
from .task import task
from .vae import Vae
from .word import LETTERS, cells

ADAM = (
    "prior_token_embedding.weight",
    "shared",
    "embed_tokens",
    "norm1.linear",
    "proj_out",
    "image_projector",
    "time_condition",
    "norm_out",
    "relative",
)  # parameters that Muon does not suit
REFERENCES = {"one": 1, "copies": 1, "patches": 1, "uploads": 1, "two": 2}  # of a kind of step; none otherwise
POOLS = {
    "strips": "plain",
    "words": "plain",
    "scenes": "plain",
    "one": "edits",
    "two": "edits",
    "copies": "copies",
    "patches": "patches",
    "uploads": "uploads",
}
WINDOW = 4  # cells a side
MISREAD = 0.04  # share of a reference's drawing codes that the vision tower is taken to misread
SPREAD = 1.1  # of the logits of the times


@dataclass
class Batch:
    """Targets x with their codes, as the decoder is given them and as they are true; words; where the windows lie;
    references (latents, codes, corners).
    """

    x: torch.Tensor
    true: torch.Tensor
    ids: torch.Tensor
    words: list[str]
    corner: torch.Tensor
    references: list


def window(latent, ids, y: int, x: int, height: int = WINDOW, width: int = WINDOW):
    """Cells of a picture from row y and column x, with their corner in pixels."""
    return (
        latent[:, y * 4 : (y + height) * 4, x * 4 : (x + width) * 4],
        ids[y : y + height, x : x + width],
        (y * 32.0, x * 32.0),
    )


def strip(q: Sample, r: random.Random):
    """Two rows of cells with the word: as many tokens as a window, and every letter keeps its column."""
    return window(q.latent, q.ids, cells(q.scene["text"])[0] - r.randrange(2), 0, 2, 8)


def near(r: random.Random, latent, ids, cell, shift: int):
    """A window at most `shift` cells beside a cell."""
    y, x = (min(8 - WINDOW, max(0, v + r.randint(-shift, shift))) for v in cell)
    return window(latent, ids, y, x)


class Feed:
    """Makes tasks, keeps them in pools by kind of step, and cuts batches out of them."""

    def __init__(self, book: Codebook, pools: dict[str, Pool], s, r: random.Random, seed: int):
        self.book, self.pools, self.s, self.r, self.seed = book, pools, s, r, seed

    def task(self, step: str) -> dict | None:
        """A task for a kind of step, or None if this seed's does not fit."""
        s, r = self.s, self.r
        self.seed += 1
        if step == "patches":
            scene = {"style": DEFAULT, "kind": NATURAL, "colour": self.seed % NATURALS, "items": [], "text": None}
            return {"references": [scene], "target": scene, "text": ""}
        kinds = {
            "scenes": {"t2i": 1},
            "strips": {"words": 1},
            "words": {"words": 1},
            "two": {"multi": 1},
            "copies": {"identity": 1},
            "uploads": s.upload_edits,
        }.get(step, s.edits)
        strange = (
            0.5
            if step == "uploads"
            else s.strange
            if step == "copies" or (REFERENCES.get(step) and r.random() < s.strange_tasks)
            else 0.0
        )
        t = task(self.seed, r.choices(list(kinds), list(kinds.values()))[0], strange)
        fits = (
            len(t["references"]) == REFERENCES.get(step, 0)
            and (step != "scenes" or t["target"]["items"])
            and (step != "uploads" or t["target"]["kind"] == NATURAL)
        )
        return t if fits else None

    def fill(self, step: str, n: int):
        found = []
        while len(found) < n:
            if t := self.task(step):
                found.append(t)
        self.pools[POOLS[step]].add(found)

    def batch(self, step: str) -> Batch:
        s, r = self.s, self.r
        count = REFERENCES.get(step, 0)
        self.fill(step, s.fresh if count < 2 else s.fresh // 2)
        b = s.strips if step in ("strips", "copies", "patches") else s.scenes // 2 if step == "two" else s.scenes
        chosen = self.pools[POOLS[step]].draw(r, count, b, {"strips": True, "words": True, "copies": False}.get(step))
        at = [
            CELL[q.scene["items"][0]["place"]] if step == "copies" else (r.randrange(5), r.randrange(5)) for q in chosen
        ]
        if step == "strips":
            cut = [strip(q, r) for q in chosen]
        elif step in ("copies", "patches"):
            cut = [near(r, q.latent, q.ids, cell, 0) for q, cell in zip(chosen, at)]
        else:
            cut = [(q.latent, q.ids, (0.0, 0.0)) for q in chosen]
        x, ids, corner = zip(*cut)
        true, words = torch.stack(ids), [q.glyphs for q in chosen]
        return Batch(
            stacked(x),
            true,
            self.noisy(true, words, count),
            words,
            torch.tensor(corner),
            [self.seen(step, chosen, at, n) for n in range(count)],
        )

    def seen(self, step: str, chosen: list[Sample], at: list, n: int):
        """The n-th reference of every sample; of windows, a window near the same drawing or place."""
        parts = [(*q.references[n], (0.0, 0.0)) for q in chosen]
        if step in ("copies", "patches"):
            parts = [
                near(self.r, *q.references[0], CELL["center"] if step == "copies" else cell, self.r.choice((0, 1)))
                for q, cell in zip(chosen, at)
            ]
        z, codes, corner = zip(*parts)
        codes = torch.stack(codes)
        hit = (torch.rand(codes.shape) < MISREAD) & (codes >= self.book.first_drawing)
        return stacked(z), torch.where(hit, self.any_drawing(codes.shape), codes), torch.tensor(corner)

    def any_drawing(self, shape) -> torch.Tensor:
        return torch.randint(self.book.first_drawing, self.book.size - 1, shape)

    def noisy(self, ids, words, references: int):
        """Wrong letters (so that the glyph features matter) and wrong drawing codes where there are references (so
        that these are looked at).
        """
        r, s, book = self.r, self.s, self.book
        if words[0] and r.random() < s.letter_noise:
            share = r.choice((1.0, 0.3, 0.3, 0.15, 0.15))
            letter = (ids >= book.first_letter) & (ids < book.first_drawing)
            wrong = (
                book.first_letter
                + (ids - book.first_letter) // len(LETTERS) * len(LETTERS)
                + torch.randint(0, len(LETTERS), ids.shape)
            )
            ids = torch.where(letter & (torch.rand(ids.shape) < share), wrong, ids)
        if references and r.random() < s.code_noise:
            hit = (torch.rand(ids.shape) < r.choice((0.03, 0.08, 0.2))) & (ids >= book.first_drawing)
            ids = torch.where(hit, self.any_drawing(ids.shape), ids)
        return ids


def fit(model: Decoder, run: Run, book: Codebook, q: Batch, r: random.Random) -> torch.Tensor:
    """Weighted velocity error at random times."""
    s, to = run.s, run.device
    b = len(q.x)
    letter = (q.true >= book.first_letter) & (q.true < book.first_drawing)
    weight = grown(1 + (q.true >= book.first_drawing) * (s.drawing_weight - 1) + letter * (s.letter_weight - 1)).to(to)
    drop = r.random() < s.drop
    t = torch.sigmoid(torch.randn(b) * SPREAD + s.time)
    eps, w = torch.randn_like(q.x), t.view(-1, 1, 1, 1)
    x = ((1 - w) * q.x + w * eps).to(to)
    with run.cast():
        cache = (
            model.written([tuple(v.to(to) for v in part) for part in q.references], r.random() < s.write_gradient)
            if q.references and not drop
            else None
        )
        v = model.velocity(x, q.ids.to(to), q.words, t.to(to), q.corner.to(to), drop, cache)
    return ((v - (eps - q.x).to(to)).pow(2).mean(1, keepdim=True) * weight).sum() / weight.sum()


def main():
    s = settings("train_dit")
    torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    book = Codebook(RUNS / "codebook/codebook.npz")
    model = Decoder(book)
    run = Run(s, model, "tokens", ADAM)
    if run.fresh:
        load_decoder(model, book, s.start)
    run.begin()
    r = random.Random(s.seed + run.step)
    torch.manual_seed(s.seed + run.step)
    tower, vae = load_reader(book, s.start), Vae(s.start, RUNS / "vae/folded.pt")
    pools = {
        name: Pool(book, vae, lambda pictures: read(tower, pictures), s.pool) for name in sorted(set(POOLS.values()))
    }
    check = Check(pools["plain"], s.held)
    feed = Feed(book, pools, s, r, s.first_seed + run.step * 100)
    for step in s.steps:
        feed.fill(step, s.scenes * 3)

    def validate():
        with run.cast():
            return check(model)

    with attention.explicit():
        while run.running:
            step = r.choices(list(s.steps), list(s.steps.values()))[0]
            batch = feed.batch(step)
            run.update(fit(model, run, book, batch, r), len(batch.x) * batch.x.size(-1) * batch.x.size(-2) // 4, step)
            run.checkpoint(model.plain, validate, ["one", "scenes", "uploads", "t0.5", "t0.5 drawing"])


if __name__ == "__main__":
    main()
