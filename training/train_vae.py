"""Stage: the VAE, on drawings and on natural pictures, so that uploads survive the round trip.

    python -m training.train_vae crops=30000        goes on from RUNS/vae when a checkpoint is there, else from `start`

The decoder DiT speaks the latents of the start: an anchor keeps the new ones near them, closely on drawings, loosely on
natural pictures, of which the DiT knows nothing yet.
"""

from __future__ import annotations

import random

import numpy as np
import torch
import torch.nn as nn
from diffusers import AutoencoderKL

from . import natural
from .background import NATURAL, NATURALS
from .render import render
from .scene import random_scene, scene_of
from .settings import settings
from .stage import Run

FIRST_VALIDATION = 900_000_000
ADAM = ("conv_out", "conv_in", "norm")  # parameters that Muon does not suit
SIDE = 128  # of a crop
NOISE = 0.03  # added to latents, in their own units, so that decoding is smooth


class Codec(nn.Module):
    """The VAE under training beside the start's encoder."""

    def __init__(self, start):
        super().__init__()
        load = lambda: AutoencoderKL.from_pretrained(start, subfolder="vae", torch_dtype=torch.float32)
        self.vae = load().to(memory_format=torch.channels_last)
        self.start = [load().eval().to(memory_format=torch.channels_last).requires_grad_(False)]  # no part of the state
        self.channels = self.vae.config.latent_channels
        self.register_buffer("std", torch.tensor(self.vae.config.latents_std).view(1, -1, 1, 1), persistent=False)

    def encode(self, x, vae=None):
        """Means of the latents; what the encoder says of their spread is not used."""
        return (vae or self.vae).encoder(x)[:, : self.channels]

    def plain(self) -> dict:
        return {"vae." + k: v for k, v in self.vae.state_dict().items()}


def tensor(pictures) -> torch.Tensor:
    x = torch.from_numpy(np.stack([np.asarray(p) for p in pictures])).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    return x.contiguous(memory_format=torch.channels_last)


def crops(first: int, n: int, share: float, each: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    """N crops, several of one picture, and which of them are natural. `share` of the pictures are natural; half as many
    have drawings on a natural ground.
    """
    r = random.Random(f"vae {first}")
    out, foreign = [], []
    for k in range(0, n, each):
        q = r.random()
        if q < share:
            im = natural.picture(first + k)
        else:
            scene = random_scene(r, alike=0.2)
            if q < share * 1.5:
                scene["kind"], scene["colour"] = NATURAL, r.randrange(NATURALS)
            im = render(scene)
        for _ in range(each):
            x, y = r.randrange(0, 256 - SIDE + 1, 8), r.randrange(0, 256 - SIDE + 1, 8)
            out.append(im.crop((x, y, x + SIDE, y + SIDE)))
            foreign.append(q < share * 1.5)
    return tensor(out), torch.tensor(foreign)


def edges(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return x[..., 1:, :] - x[..., :-1, :], x[..., 1:] - x[..., :-1]


def fit(model: Codec, run: Run, x: torch.Tensor, foreign: torch.Tensor) -> torch.Tensor:
    """Pixels, their differences, and the anchor on latents."""
    s, x = run.s, x.to(run.device)
    with run.cast():
        z = model.encode(x)
        with torch.no_grad():
            old = model.encode(x, model.start[0]).float()
        y = model.vae.decode(z + NOISE * model.std * torch.randn_like(z, dtype=torch.float32)).sample
    y, d = y.float(), ((z.float() - old) / model.std).pow(2).mean((1, 2, 3))
    anchor = (d * torch.where(foreign, s.anchor_natural, s.anchor).to(d)).mean()
    slopes = sum((a - b).abs().mean() for a, b in zip(edges(y), edges(x)))
    return (y - x).abs().mean() + (y - x).pow(2).mean() * s.square + slopes * s.slopes + anchor


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    return round(float((10 * torch.log10(4 / (a - b).pow(2).mean((1, 2, 3)))).mean()), 2)


class Check:
    """Held-out scenes and natural pictures: PSNR of the round trip in dB, and how far the latents have moved."""

    def __init__(self, n: int):
        self.kinds = {
            "scenes": tensor([render(scene_of(FIRST_VALIDATION + k)) for k in range(n)]),
            "natural": tensor([natural.picture(FIRST_VALIDATION + k) for k in range(n)]),
        }

    def __call__(self, model: Codec) -> dict:
        out = {}
        for name, x in self.kinds.items():
            z = model.encode(x.to(model.std.device))
            out[name] = psnr(model.vae.decode(z).sample.clamp(-1, 1).float().cpu(), x)
            moved = (z.float() - model.encode(x.to(z.device), model.start[0]).float()) / model.std
            out[f"{name} moved"] = round(moved.pow(2).mean().sqrt().item(), 3)
        return out


def main():
    s = settings("train_vae")
    torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    model = Codec(s.start)
    run = Run(s, model, "crops", ADAM).begin()
    check = Check(s.held)
    torch.manual_seed(s.seed + run.step)

    def validate():
        with run.cast():
            return check(model)

    while run.running:
        run.update(fit(model, run, *crops(s.first_seed + run.done, s.batch, s.natural)), s.batch)
        run.checkpoint(model.plain, validate, ["loss"])


if __name__ == "__main__":
    main()
