"""Contact sheets through an assembled folder: `python -m training.draw model=models/mini what=t2i`. AR with KV cache,
DiT with K/V references.

This is a plain torch copy of what the pipeline does, so that steps, guidance and sampling can be compared quickly.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import torch
from diffusers import GlmImageTransformer2DModel
from diffusers.models.transformers.transformer_glm_image import GlmImageKVCache
from PIL import Image, ImageDraw
from transformers import DynamicCache, GlmImageForConditionalGeneration, T5EncoderModel

from .models import GLYPH
from .reader import nearest_codes, pixels, vectors
from .sequence import Sequence
from .settings import settings
from .vae import Vae

# The texts between quotes, as the studio finds them; an apostrophe inside a word quotes nothing.
QUOTED = re.compile("\"([^\"]*)\"|“([^“”]*)”|「([^「」]*)」|‘([^‘’]*)’|(?<!\\w)'([^']*)'(?!\\w)")


def quoted_word(text: str) -> str:
    """What the glyph encoder sees of a prompt: the first quoted piece."""
    found = QUOTED.search(text)
    return next(part for part in found.groups() if part is not None) if found else ""


class Mini:
    """An assembled folder; with `vision` only what turns pictures into latents and codes is loaded."""

    def __init__(self, folder, vision: bool = False):
        folder = Path(folder)
        load = lambda c, n: c.from_pretrained(folder, subfolder=n, torch_dtype=torch.float32).eval()
        self.vae = Vae(folder)
        if not vision:
            self.dit, self.t5 = load(GlmImageTransformer2DModel, "transformer"), load(T5EncoderModel, "text_encoder")
        self.ar = load(GlmImageForConditionalGeneration, "vision_language_encoder")
        self.meta = json.loads((folder / "training/meta.json").read_text())
        self.seq = Sequence(folder / "processor/tokenizer.json", self.meta)

    @torch.no_grad()
    def read(self, images) -> torch.Tensor:
        """Codes of pictures through the vision tower."""
        return nearest_codes(
            self.ar.model.vqmodel, vectors(self.ar.model.visual, self.ar.model.vqmodel, pixels(images))
        )

    @torch.no_grad()
    def ids(self, text, references=(), seed=0, temperature=0.7, top_p=0.9) -> torch.Tensor:
        g = torch.Generator().manual_seed(seed)
        ids, at, cur = self.seq.prompt(text, references)
        plan, cache, out = self.seq.schedule(cur, len(references)), DynamicCache(), []
        lm, x, p = self.ar.model.language_model, torch.tensor([ids]), torch.tensor(at).T[:, None]
        for j in range(len(plan)):
            h = lm(input_ids=x, position_ids=p, past_key_values=cache, use_cache=True)[0][:, -1]
            q, o = (self.ar.lm_head(h)[0].float() / temperature).softmax(-1).sort(descending=True)
            q = q * ((q.cumsum(0) - q) < top_p)
            t = o[torch.multinomial(q / q.sum(), 1, generator=g)].item()
            out.append(t)
            x, p = torch.tensor([[t]]), torch.tensor(plan[j]).view(3, 1, 1)
        return torch.tensor(out[-64:])

    def glyph(self, text):
        i = torch.tensor([[b + 3 for b in quoted_word(text).encode()] + [1]])
        return self.t5(input_ids=i, attention_mask=torch.ones_like(i)).last_hidden_state

    @torch.no_grad()
    def paint(self, text, ids, references=(), steps=8, guidance=1.0, seed=0) -> Image.Image:
        """references: (latent, codes) pairs."""
        up = lambda i: i.view(1, 8, 8).repeat_interleave(2, 1).repeat_interleave(2, 2).flatten(1)
        size, zero = torch.tensor([[256.0, 256.0]]), torch.zeros(1, 2)
        x = torch.randn(1, 16, 32, 32, generator=torch.Generator().manual_seed(seed))
        cache = None
        if references:
            cache = GlmImageKVCache(len(self.dit.transformer_blocks))
            cache.set_mode("write")
            for z, i in references:
                self.dit(
                    z,
                    torch.zeros(1, 0, GLYPH),
                    up(i),
                    torch.zeros(1, 256, dtype=torch.bool),
                    torch.zeros(1),
                    size,
                    zero,
                    kv_caches=cache,
                )
        prior, g, none = up(ids), self.glyph(text), self.glyph("")
        ts = [float(int(1000 + k * (-999 / steps))) for k in range(steps)] + [0.0]
        for k in range(steps):
            t = torch.full((1,), ts[k] - 1)
            if cache:
                cache.set_mode("read")
            v = self.dit(x, g, prior, torch.zeros_like(prior, dtype=torch.bool), t, size, zero, kv_caches=cache)[0]
            if guidance > 1:
                if cache:
                    cache.set_mode("skip")
                u = self.dit(x, none, prior, torch.ones_like(prior, dtype=torch.bool), t, size, zero, kv_caches=cache)[
                    0
                ]
                v = u + guidance * (v - u)
            x = x + (ts[k + 1] - ts[k]) / 1000 * v
        return self.vae.decode(x)[0]

    def draw(self, text, images=(), seed=0, steps=8, guidance=1.0, temperature=0.7, top_p=0.9):
        codes = [self.read([i])[0] for i in images]
        ids = self.ids(text, [c.tolist() for c in codes], seed, temperature, top_p)
        return self.paint(
            text, ids, [(self.vae.encode([i]), c[None]) for i, c in zip(images, codes)], steps, guidance, seed
        )


def sheet(pictures, labels, path, columns=8, size=256):
    rows = (len(pictures) + columns - 1) // columns
    im = Image.new("RGB", (columns * (size + 4), rows * (size + 18)), "white")
    d = ImageDraw.Draw(im)
    for k, (p, label) in enumerate(zip(pictures, labels)):
        at = (k % columns * (size + 4), k // columns * (size + 18))
        if p is not None:
            im.paste(p.resize((size, size)), at)
        d.text((at[0] + 2, at[1] + size + 2), label.encode("ascii", "replace").decode()[:42], fill="black")
    im.save(path)


def main():
    s = settings("draw")
    torch.set_num_threads(s.threads)
    m = Mini(s.model)
    begin = time.time()
    if s.what == "t2i":
        prompts = [
            line
            for line in (Path(__file__).parent / "data/prompts.txt").read_text(encoding="utf8").splitlines()
            if line and not line.startswith("#")
        ][: s.count]
        out = [
            m.draw(p, seed=k, steps=s.steps, guidance=s.guidance, temperature=s.temperature, top_p=s.top_p)
            for k, p in enumerate(prompts)
        ]
        sheet(out, prompts, s.folder / f"{s.what}.png")
    else:
        chains = [
            line.split("|")
            for line in (Path(__file__).parent / "data/conversations.txt").read_text(encoding="utf8").splitlines()
            if line and not line.startswith("#")
        ]
        out, labels = [], []
        for k, chain in enumerate(chains):
            picture = None
            for text in (chain + [""] * 6)[:6]:
                picture = (
                    m.draw(text.strip(), [picture] if picture else [], k, s.steps, s.guidance, s.temperature, s.top_p)
                    if text
                    else None
                )
                out.append(picture)
                labels.append(text.strip())
        sheet(out, labels, s.folder / f"{s.what}.png", 6)
    print("seconds a picture", round((time.time() - begin) / len([o for o in out if o]), 2))


if __name__ == "__main__":
    main()
