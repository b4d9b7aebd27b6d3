"""Stage of the ablation: both modules from the same full rollouts, each paid by one sum of all rewards.

    python -m training.post.joint iterations=60      -> RUNS/post/joint

Grids branch as in the AR's stage, each is drawn from a seed of its own with the decoder's stochastic steps, and every
reward of both domains counts for both. This is what the disentangled rewards are compared with.
"""

from __future__ import annotations

import copy
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn as nn

from .. import attention
from ..codebook import Codebook
from ..grid import GridReader
from ..settings import settings
from ..stage import Run
from ..vae import Vae
from . import ar, decoder
from .advantage import advantages
from .guard import Guard
from .painter import Painter, load, trainable
from .rewarding import Rewards


class Both(nn.Module):
    """The AR and the decoder as one model, so that one run holds both."""

    def __init__(self, generator, painter):
        super().__init__()
        self.ar, self.decoder = generator, painter

    def plain(self) -> dict:
        return {**self.ar.plain(), **self.decoder.plain()}


def drawn(group, graded: ar.Graded, painter: Painter, rewards: Rewards, seed: int):
    """Case, grids, latents, steps and all rewards of one group."""
    case = graded.case(group.task)
    grids = torch.from_numpy(np.stack([m.grid for m in group.members])).view(-1, 8, 8)
    noisy = painter.stochastic_from(torch.Generator().manual_seed(seed))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        x, steps = painter.rollout(case, grids, seed, noisy)
    pictures = painter.pictures(case, x)
    flat = grids.view(len(grids), 64).numpy()
    each: dict = {"checker": rewards.by_codes(list(flat), group.task)}
    own = decoder.graded(rewards, case, pictures)
    each |= {f"decoder: {name}": r for name, r in own.items()}
    each |= {f"AR: {name}": r for name, r in rewards.of_grids(pictures, group.task).items()}
    return case, grids, x, steps, {name: torch.from_numpy(np.asarray(r, np.float64)) for name, r in each.items()}


def main():
    s = settings("post.joint")
    torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    book, vae = Codebook(s.start / "training/codebook.npz"), Vae(s.start)
    policy, model = ar.Policy(s, book, s.start), load(book, s.start)
    start = Painter(copy.deepcopy(model).eval().requires_grad_(False), vae, s)
    trainable(model, tuple(s.trained))
    both = Both(policy.model, model)
    run = Run(s, both, "iterations", ())
    run.seed = s.first_seed
    run.begin()
    painter, rewards = Painter(model, vae, s), Rewards(s.start, book)
    graded = ar.Graded(SimpleNamespace(pixels=True), rewards, painter)
    judge, prompts = GridReader(book), ar.Prompts(book, policy.seq, s)
    fixed = prompts.fixed(s.judged, s.held)
    guard = Guard(run, lambda: ar.measured(policy, judge, fixed), s.allowed)
    with attention.explicit():
        while run.running:
            found, painted = [], []
            for k, group in enumerate(ar.rollouts(policy, run, prompts, judge, s)):
                *rest, each = drawn(group, graded, painter, rewards, s.seed * 7919 + run.step * 101 + k)
                run.note(**{name: r.mean().item() for name, r in each.items()})
                a = advantages(each, s.rewards, s.soft)
                if a is not None:
                    found.append((group, a))
                    painted.append((*rest, a))
            if found:
                run.begin_gradient()
                figures = policy.loss(found, s.beta, lambda loss: loss.backward())
                figures |= decoder.gradients(painter, start, painted, s, s.seed * 31 + run.step, s.decoder_beta)
                run.end_gradient(1, **figures)
            else:
                run.step, run.done = run.step + 1, run.done + 1
            run.checkpoint(both.plain, guard.validate, ["checker", "served", "decoder: distance"])
            guard.decide()


if __name__ == "__main__":
    main()
