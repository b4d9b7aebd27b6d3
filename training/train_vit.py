"""Stage: vision tower + VQ. The oracle codes are distilled into what pixels show: cosine classification onto the codebook.

    python -m training.train_vit images=60000        goes on from RUNS/vit when a checkpoint is there, else from the folder `start`
"""
from __future__ import annotations

import os
import random

from . import attention

attention.patch()
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file

from . import store
from .codebook import Codebook
from .journal import Journal, curve
from .models import load_meta, look_features, meaning_features, vision_language
from .optimiser import Average, MuonAdam, groups, rate
from .paths import RUNS
from .render import render
from .scene import scene_of
from .settings import settings


class Reader(nn.Module):
    """Pixels to code vectors; parameter names are upstream's, so that the state dict is what is saved."""

    def __init__(self, book, meta):
        super().__init__()
        whole = vision_language(meta, 4)
        self.visual, self.vqmodel = whole.model.visual, whole.model.vqmodel
        self.scale = nn.Parameter(torch.tensor(2.7))
        g = torch.Generator().manual_seed(0)
        f = torch.cat([look_features(book), meaning_features(book) * 4], 1)
        f = f - f[torch.from_numpy(book.used)].mean(0)
        with torch.no_grad():
            self.vqmodel.quantize.embedding.weight.copy_(F.normalize(f @ torch.randn(f.size(1), 64, generator=g), dim=1))

    def load(self, folder):
        """The tower of an assembled folder, and its VQ where the codes are as many."""
        whole = load_file(folder / "vision_language_encoder/model.safetensors")
        mine = {k[len("model."):]: v.float() for k, v in whole.items() if k.startswith(("model.visual.", "model.vqmodel."))}
        self.load_state_dict(mine, strict=False)

    def forward(self, images):
        """[B, 3, 128, 128] in -1..1 -> unit vectors [B, 64, 64]"""
        v = self.visual
        b, d = images.size(0), v.config.hidden_size
        x = images.view(b, 3, 8, 16, 8, 16).permute(0, 2, 4, 1, 3, 5).reshape(b, 64, 768)
        x = F.linear(x, v.patch_embed.proj.weight.view(d, -1), v.patch_embed.proj.bias) + v.embeddings.position_embedding.weight
        for block in v.blocks:
            n = block.attn.num_heads
            q, k, w = block.attn.qkv(block.norm1(x)).view(b, 64, 3, n, d // n).permute(2, 0, 3, 1, 4)
            x = x + block.attn.proj(F.scaled_dot_product_attention(q, k, w).transpose(1, 2).reshape(b, 64, d))
            x = x + block.mlp(block.norm2(x))
        q = self.vqmodel.quant_conv
        return F.normalize(F.linear(x, q.weight.flatten(1), q.bias).float(), dim=-1)

    def codes(self):
        return F.normalize(self.vqmodel.quantize.embedding.weight, dim=1)


def pixels(scenes) -> torch.Tensor:
    x = np.stack([np.asarray(render(q).resize((128, 128), Image.BICUBIC)) for q in scenes])
    return torch.from_numpy(x).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def main():
    s = settings("train_vit")
    torch.set_num_threads(1)
    torch.manual_seed(s.seed)
    book, meta = Codebook(RUNS / "codebook/codebook.npz"), load_meta(RUNS / "processor")
    model = Reader(book, meta)
    model.load(s.start)
    device = torch.device(s.device)
    model.to(device)
    opt = MuonAdam(groups(model, s.muon, s.adam, 0.01, ("patch_embed", "position_embedding", "quant", "embedding")))
    ema = Average(model, s.average)
    log = Journal(s.folder)
    step = images = 0
    state = store.load(s.folder)
    if state:
        model.load_state_dict(state["model"])
        opt.load_state_dict(state["optimiser"])
        ema.shadow, ema.steps, step, images = [p.to(device) for p in state["average"]], state["steps"], state["step"], state["images"]
    held = [scene_of(900_000_000 + i) for i in range(s.held)]
    held_x, held_y = pixels(held).to(device), torch.from_numpy(np.stack([book.ids(q) for q in held])).to(device)
    used = torch.from_numpy(book.used).to(device)

    @torch.no_grad()
    def save():
        store.save(s.folder, dict(model=model.state_dict(), optimiser=opt.state_dict(), average=ema.shadow, steps=ema.steps, step=step, images=images))
        ema.swap()
        torch.save({"model." + k: v.bfloat16().cpu() for k, v in model.state_dict().items() if k != "scale"}, str(s.folder / "folded.tmp"))
        os.replace(s.folder / "folded.tmp", s.folder / "folded.pt")
        got = (model(held_x) @ model.codes().T).argmax(-1)
        ema.swap()
        hit, d, t = (got == held_y).float(), held_y >= book.first_drawing, (held_y >= book.first_letter) & (held_y < book.first_drawing)
        log.write(kind="validation", step=step, images=images, same=round(hit.mean().item(), 3), drawing=round(hit[d].mean().item(), 3), letters=round(hit[t].mean().item(), 3), ground=round(hit[held_y < book.first_letter].mean().item(), 3))

    acc = []
    while images < s.images:
        k = rate(images / s.images, decay=s.decay)
        for g in opt.param_groups:
            g["lr"] = g["base"] * k
        scenes = [scene_of(s.first_seed + images + j) for j in range(s.batch)]
        x, y = pixels(scenes).to(device), torch.from_numpy(np.stack([book.ids(q) for q in scenes])).flatten().to(device)
        with torch.autocast(device.type, torch.bfloat16):
            z = model(x).flatten(0, 1)
        keep = (y >= book.first_letter) | (torch.rand(len(y), device=device) < 0.25)
        z, y = z[keep], y[keep]
        with torch.autocast(device.type, torch.bfloat16):
            lg = model.scale.exp() * (z @ model.codes().T)
        lg = lg.float().masked_fill(~used, -1e4)
        loss = F.cross_entropy(lg, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        ema.step()
        step, images = step + 1, images + s.batch
        acc.append((loss.item(), (lg.argmax(1) == y).float().mean().item()))
        if step % 50 == 0:
            m = np.mean(acc, 0)
            log.write(kind="train", step=step, images=images, loss=round(float(m[0]), 3), same=round(float(m[1]), 3), lr=round(k, 3))
            acc = []
        if step % s.save_every == 0:
            save()
    save()
    curve(log.path, "images", ["loss"], s.folder / "curve.png")


if __name__ == "__main__":
    main()
