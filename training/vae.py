"""The frozen VAE: pixels to normalised latents and back."""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image


class Vae:
    """The VAE of an assembled folder, with the weights of `trained` in their place where that file exists."""

    def __init__(self, folder, trained: Path | None = None):
        self.model = (
            AutoencoderKL.from_pretrained(folder, subfolder="vae", torch_dtype=torch.float32)
            .eval()
            .to(memory_format=torch.channels_last)
        )
        if trained and trained.exists():
            self.model.load_state_dict({k[len("vae.") :]: v.float() for k, v in torch.load(trained).items()})
        for p in self.model.parameters():
            p.requires_grad_(False)
        self.mean = torch.tensor(self.model.config.latents_mean).view(1, -1, 1, 1)
        self.std = torch.tensor(self.model.config.latents_std).view(1, -1, 1, 1)

    @torch.no_grad()
    def encode(self, images) -> torch.Tensor:
        x = torch.from_numpy(np.stack([np.asarray(i) for i in images])).permute(0, 3, 1, 2).float().div(127.5).sub(1)
        with torch.autocast("cpu", torch.bfloat16):
            h = self.model.encoder(x.contiguous(memory_format=torch.channels_last))
        return (h.float()[:, : self.mean.shape[1]] - self.mean) / self.std

    @torch.no_grad()
    def decode(self, z: torch.Tensor) -> list[Image.Image]:
        with torch.autocast("cpu", torch.bfloat16):
            y = self.model.decode((z * self.std + self.mean).contiguous(memory_format=torch.channels_last)).sample
        return [
            Image.fromarray(((i.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()) for i in y
        ]
