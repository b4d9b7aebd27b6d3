"""Cache of VAE latents: `python -m training.latents first=0 count=8000`. Shards of 500 scenes, float16, made again from seeds at any time."""
import random
import sys

import numpy as np
import torch

from .render import render
from .scene import random_scene
from .settings import settings
from .vae import Vae

SHARD = 500


def scene_of(seed: int) -> dict:
    """The text-to-image scene of a seed."""
    return random_scene(random.Random(f"scene {seed}"))


def main():
    s = settings("latents")
    torch.set_num_threads(1)
    vae = Vae(s.start)
    for first in range(s.first, s.first + s.count, SHARD):
        path = s.folder / f"scenes-{first}.npy"
        if path.exists():
            continue
        out = []
        for b in range(first, first + SHARD, 20):
            out.append(vae.encode([render(scene_of(seed)) for seed in range(b, b + 20)]).half().numpy())
        np.save(s.folder / "tmp.npy", np.concatenate(out))
        (s.folder / "tmp.npy").rename(path)
        print(path.name, flush=True)


if __name__ == "__main__":
    main()
