"""The decoder as a policy: pictures of a group with stochastic steps that are kept, and what such a step is worth."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from PIL import Image

from ..codebook import Codebook
from ..denoiser import Decoder
from ..resume import load_decoder
from . import flow

CELL = 32


@dataclass
class Case:
    """What a group of pictures has in common: codes [h, w] of the whole picture or of a window whose first cell is
    `at`, the word, references (latents, codes, corners in pixels), the picture as it should be, and its scene.
    """

    ids: torch.Tensor
    at: tuple[int, int]
    word: str
    references: list
    truth: Image.Image
    scene: dict
    kind: str

    @property
    def corner(self) -> tuple[float, float]:
        return self.at[0] * float(CELL), self.at[1] * float(CELL)

    @property
    def cells(self) -> np.ndarray:
        """The cells [8, 8] that are drawn."""
        out = np.zeros((8, 8), bool)
        h, w = self.ids.shape
        out[self.at[0] : self.at[0] + h, self.at[1] : self.at[1] + w] = True
        return out


@dataclass
class Step:
    """One stochastic step: from x at t to `after` at u, drawn round `mean` with so much noise."""

    x: torch.Tensor
    t: float
    u: float
    q: float
    after: torch.Tensor
    mean: torch.Tensor


def trainable(model: Decoder, names: tuple[str, ...]):
    """Only weights whose name has one of these parts are trained."""
    for name, p in model.named_parameters():
        p.requires_grad_(any(part in name for part in names))


def load(book: Codebook, folder) -> Decoder:
    model = Decoder(book)
    load_decoder(model, book, folder)
    return model


class Painter:
    """Draws groups. `s` names `steps`, `stochastic` (how many steps), `first_steps` (among how many), `level`."""

    def __init__(self, model: Decoder, vae, s):
        self.model, self.vae, self.s = model, vae, s

    def written(self, case: Case, count: int):
        """Keys and values of the references, without a gradient: the same for all steps of an update."""
        if not case.references:
            return None
        wide = lambda v: v[None].expand(count, *v.shape)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            return self.model.written(
                [(wide(z.float()), wide(c), torch.tensor([at]).expand(count, 2)) for z, c, at in case.references]
            )

    def velocity(self, x, case: Case, grids, t: float, cache):
        """One pass as training makes it, whether its gradient is wanted or not, so that both round alike."""
        corner = torch.tensor([case.corner]).expand(len(x), 2)
        return self.model.velocity(x, grids, [case.word] * len(x), torch.full((len(x),), t), corner, False, cache)

    def stochastic_from(self, g: torch.Generator) -> range:
        """Which steps get noise: a run of them among the first, where it is decided which letter stands."""
        first = int(torch.randint(self.s.first_steps - self.s.stochastic + 1, (1,), generator=g))
        return range(first, first + self.s.stochastic)

    def rollout(self, case: Case, grids: torch.Tensor, seed: int, noisy: range | None = None):
        """Latents of as many pictures as there are grids [B, h, w], and the stochastic steps. Without `noisy` the ODE
        alone, as it is served.
        """
        g, count = torch.Generator().manual_seed(seed), len(grids)
        h, w = case.ids.shape
        x = torch.randn(count, 16, 4 * h, 4 * w, generator=g)
        cache, ts, kept = self.written(case, count), flow.times(self.s.steps), []
        for k, (t, u) in enumerate(pairwise(ts)):
            if noisy is None or k not in noisy:
                with torch.no_grad():
                    x = flow.ode(x, self.velocity(x, case, grids, t, cache), t, u)
                continue
            with torch.enable_grad():
                v = self.velocity(x, case, grids, t, cache).detach()
            q = flow.cps_noise(u, self.s.level)
            mean = flow.cps_mean(x, v, t, u, q)
            after = mean + q * torch.randn(x.shape, generator=g)
            kept.append(Step(x, t, u, q, after, mean))
            x = after
        return x, kept

    def pictures(self, case: Case, latents: torch.Tensor) -> list[Image.Image]:
        """Whole pictures; a window is set into the picture as it should be."""
        drawn = self.vae.decode(latents)
        if case.ids.shape == (8, 8):
            return drawn
        out = []
        for window in drawn:
            im = case.truth.copy()
            im.paste(window, (case.at[1] * CELL, case.at[0] * CELL))
            out.append(im)
        return out

    def step_loss(self, case: Case, grids, step: Step, advantage: torch.Tensor, cache, there=None, beta: float = 0.0):
        """Clipped loss of one step with the pull to `there`, the start's velocity; the mean ratio and the distance of
        the velocities. `cache`: what `written` gave for this update.
        """
        v = self.velocity(step.x, case, grids, step.t, cache)
        ratio = flow.guarded_ratio(step.after, flow.cps_mean(step.x, v, step.t, step.u, step.q), step.mean, step.q)
        loss, away = flow.clipped_loss(ratio, advantage, self.s.clip_ratio), torch.zeros(())
        if there is not None:
            away = (v - there).square().mean()
            loss = loss + beta * away
        return loss, ratio.detach().mean().item(), away.item()

    def supervised_loss(self, case: Case, grids, latents: torch.Tensor, cache, g: torch.Generator):
        """Plain velocity error, as if these were training pictures."""
        x0, ids = latents, grids
        t = float(torch.sigmoid(torch.randn((), generator=g) + 0.4))
        eps = torch.randn(x0.shape, generator=g)
        v = self.velocity((1 - t) * x0 + t * eps, case, ids, t, cache)
        return (v - (eps - x0)).square().mean()
