"""Stage: the decoder by flow-GRPO with CPS steps, where pictures of one grid differ by their seed.

    python -m training.post.decoder iterations=120      goes on from RUNS/post/decoder when a checkpoint is there

Codes and references are the right ones and fixed in a group; only the noise differs. `objective=best` trains on the
best of every group by plain velocity error instead.
"""

from __future__ import annotations

import copy
import random

import numpy as np
import torch

from .. import attention
from ..background import NATURAL
from ..codebook import Codebook
from ..dit_check import cell_pixels, psnr
from ..place import CELL
from ..pool import Pool, Sample
from ..reader import read
from ..render import render
from ..settings import settings
from ..stage import Run
from ..task import task
from ..vae import Vae
from .advantage import OBJECTIVES
from .guard import Guard
from .painter import Case, Painter, load, trainable
from .rewarding import Rewards

HELD = 902_000_000  # seeds of the fixed cases that guard a run
WINDOW = 4


class Cases:
    """Cases by kind: `words` (whole edits with a word), `strangers` (windows round a drawing without codes of its
    own, beside a window of the reference), `scenes` (ordinary whole pictures, as anchors).
    """

    def __init__(self, pool: Pool, s):
        self.pool, self.s, self.shares = pool, s, s.mix

    def case(self, seed: int, kind: str | None = None) -> Case | None:
        r = random.Random(f"case {seed} {kind or ''}")
        kind = kind or r.choices(list(self.shares), list(self.shares.values()))[0]
        t = self.task(r, seed, kind)
        if t is None:
            return None
        q = self.pool.make([t])[0]
        return self.window(q, r) if kind == "strangers" else self.whole(q, kind, r)

    def task(self, r: random.Random, seed: int, kind: str) -> dict | None:
        """A task of this kind, or None where this seed's does not fit."""
        if kind == "strangers":
            t = task(seed, "identity", 1.0)
            return t if not t["target"]["text"] and not natural(t) else None
        edits = ("text", "move", "replace", "add", "recolour") if kind == "words" else ("t2i",)
        t = task(seed, r.choice(edits), 0.0)
        fits = bool(t["target"]["text"]) == (kind == "words") and not natural(t)
        return t if fits and (kind == "words" or t["target"]["items"]) else None

    def whole(self, q: Sample, kind: str, r: random.Random) -> Case:
        """Half of the words without their text for the glyph encoder, as an edit that does not name its word."""
        word = q.glyphs if r.random() < 0.5 or kind != "words" else ""
        references = [(z, codes, (0.0, 0.0)) for z, codes in q.references]
        return Case(q.ids, (0, 0), word, references, render(q.scene), q.scene, kind)

    def window(self, q: Sample, r: random.Random) -> Case:
        y, x = CELL[q.scene["items"][0]["place"]]
        v, u = CELL["center"]
        (z, codes), n = q.references[0], WINDOW
        reference = (z[:, v * 4 : (v + n) * 4, u * 4 : (u + n) * 4], codes[v : v + n, u : u + n], (v * 32.0, u * 32.0))
        ids = q.ids[y : y + n, x : x + n]
        return Case(ids, (y, x), "", [reference], render(q.scene), q.scene, "strangers")

    def some(self, run: Run, count: int) -> list[Case]:
        out = []
        while len(out) < count:
            run.seed += 1
            if case := self.case(run.seed):
                out.append(case)
        return out

    def fixed(self, count: int) -> list[Case]:
        """The first held-out cases of each kind."""
        out = []
        for kind in self.shares:
            found = (self.case(HELD + k, kind) for k in range(12 * count))
            some = []
            while len(some) < count:
                if case := next(found):
                    some.append(case)
            out += some
        return out


def natural(t: dict) -> bool:
    return any(q["kind"] == NATURAL for q in (*t["references"], t["target"]))


def whole_ids(case: Case) -> np.ndarray:
    """Codes [64] of the whole picture that is meant; 0 outside of a window."""
    out = np.zeros((8, 8), np.int64)
    (y, x), (h, w) = case.at, case.ids.shape
    out[y : y + h, x : x + w] = case.ids.numpy()
    return out.reshape(64)


def graded(rewards: Rewards, case: Case, pictures: list) -> dict[str, np.ndarray]:
    """Rewards [B] of a group's pictures, by name."""
    return rewards.of_pixels(pictures, case.truth, case.scene, whole_ids(case), case.cells)


def measured(painter: Painter, rewards: Rewards, fixed: list[Case], seeds: int) -> dict[str, list[float]]:
    """Figures of the fixed cases as they are served (no noise in the steps), one number a case and kind of figure:
    the rewards, likeness to the render in dB, and how much the seeds differ.
    """
    out: dict[str, list[float]] = {}
    for k, case in enumerate(fixed):
        grids = case.ids[None].expand(seeds, *case.ids.shape)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            x, _ = painter.rollout(case, grids, HELD + k)
        pictures = painter.pictures(case, x)
        each = graded(rewards, case, pictures)
        drawn = cell_pixels(case.cells)
        a = np.stack([np.asarray(p, np.float32) for p in pictures])[:, drawn]
        b = np.asarray(case.truth, np.float32)[drawn]
        for name, r in each.items():
            out.setdefault(f"{name}, {case.kind}", []).append(float(r.mean()))
        out.setdefault("dB", []).append(float(np.mean([psnr((q - b) ** 2) for q in a])))
        out.setdefault("variety", []).append(float(a.std(0).mean()))
    return out


def gradients(painter: Painter, start: Painter, groups: list, s, seed: int, beta: float) -> dict[str, float]:
    """Gradients of groups (case, grids, latents, steps, advantages), and their figures."""
    figures: dict[str, list[float]] = {"ratio": [], "away": []}
    count = sum(len(q[3]) if s.objective == "grpo" else 1 for q in groups)
    for k, (case, grids, latents, steps, advantage) in enumerate(groups):
        if s.objective == "best":
            chosen, g = advantage > 0, torch.Generator().manual_seed(seed + k)
            cache = painter.written(case, int(chosen.sum()))
            with torch.autocast("cpu", torch.bfloat16):
                loss = painter.supervised_loss(case, grids[chosen], latents[chosen], cache, g)
            (loss / count).backward()
            continue
        cache, before = painter.written(case, len(grids)), start.written(case, len(grids)) if beta else None
        for step in steps:
            there = None
            if beta:
                with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                    there = start.velocity(step.x, case, grids, step.t, before)
            with torch.autocast("cpu", torch.bfloat16):
                loss, ratio, away = painter.step_loss(case, grids, step, advantage, cache, there, beta)
            (loss / count).backward()
            figures["ratio"].append(ratio)
            figures["away"].append(away)
    return {name: float(np.mean(v)) for name, v in figures.items() if v}


def rolled(painter: Painter, rewards: Rewards, run: Run, cases: list[Case], s) -> tuple[list, dict]:
    """Groups that have a spread, with the means of all rewards."""
    groups, seen = [], {}
    objective = OBJECTIVES[s.objective]
    for k, case in enumerate(cases):
        seed = s.seed * 1_000_003 + run.step * 1009 + k
        noisy = painter.stochastic_from(torch.Generator().manual_seed(seed))
        grids = case.ids[None].expand(s.group, *case.ids.shape)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            x, steps = painter.rollout(case, grids, seed, noisy if s.objective == "grpo" else None)
        found = graded(rewards, case, painter.pictures(case, x))
        each = {name: torch.from_numpy(r.astype(np.float64)) for name, r in found.items()}
        for name, r in each.items():
            seen.setdefault(f"{name}, {case.kind}", []).append(r.mean().item())
            seen.setdefault(f"spread of {name}", []).append(r.std(unbiased=False).item())
        a = objective(each, s.rewards, s.soft)
        if a is not None:
            groups.append((case, grids, x, steps, a))
    return groups, {name: float(np.mean(v)) for name, v in seen.items()}


def main():
    s = settings("post.decoder")
    torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    book = Codebook(s.start / "training/codebook.npz")
    vae, model = Vae(s.start), load(book, s.start)
    start = Painter(copy.deepcopy(model).eval().requires_grad_(False), vae, s)
    trainable(model, tuple(s.trained))
    run = Run(s, model, "iterations", ())
    run.seed = s.first_seed
    run.begin()
    painter, rewards = Painter(model, vae, s), Rewards(s.start, book)
    cases = Cases(Pool(book, vae, lambda pictures: read(rewards.tower, pictures), 1), s)
    with attention.explicit():
        fixed = cases.fixed(s.held)
        guard = Guard(run, lambda: measured(painter, rewards, fixed, s.seeds), s.allowed)
        while run.running:
            groups, seen = rolled(painter, rewards, run, cases.some(run, s.cases), s)
            run.note(groups=len(groups), **seen)
            for k in range(s.updates):  # as many steps in every iteration, so that checkpoints fall where they are due
                run.begin_gradient()
                some = groups[k :: s.updates]
                figures = gradients(painter, start, some, s, s.seed * 31 + run.step * 17, s.beta) if some else {}
                run.end_gradient(0, **figures)
            run.done += 1
            run.checkpoint(model.plain, guard.validate, list(seen)[:6])
            guard.decide()


if __name__ == "__main__":
    main()
