"""Stage: decoder DiT with the glyph encoder. Crops of 4 x 4 codes on drawings and words first, then full scenes.

    python -m training.train_dit tokens=24e6        resumes from RUNS/dit/last.pt when it is there
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
from diffusers.models.transformers.transformer_glm_image import GlmImageKVCache

from .codebook import Codebook
from .journal import Journal, curve
from .latents import SHARD, scene_of
from .models import GLYPH, LAYERS, Informed, decoder, glyph_encoder, look_features
from .optimiser import Average, MuonAdam, groups, rate
from .paths import RUNS
from .place import CELL
from .render import render
from .settings import settings
from .task import task
from .word import LETTERS, cells

SIZE = torch.tensor([[256.0, 256.0]])
SKIP = ("prior_token_embedding.weight", "shared", "embed_tokens", "norm1.linear", "proj_out", "image_projector", "time_condition", "norm_out", "relative")


class Scenes:
    """Cached latents with their codes; grows while the cache is being written."""

    def __init__(self, folder, book: Codebook):
        self.folder, self.book, self.seen = folder, book, set()
        self.latents, self.ids, self.boxes, self.words, self.plain = [], [], [], {}, []
        self.spelled: dict[int, list[int]] = {}
        self.refresh()

    def refresh(self):
        for path in sorted(self.folder.glob("scenes-*.npy")):
            first = int(path.stem.split("-")[1])
            if first in self.seen:
                continue
            self.seen.add(first)
            z = np.load(path)
            for k in range(SHARD):
                scene, n = scene_of(first + k), len(self.latents)
                self.latents.append(torch.from_numpy(z[k]))
                self.ids.append(torch.from_numpy(self.book.ids(scene)).view(8, 8))
                text = scene["text"]
                for item in scene["items"]:
                    if not text:
                        self.boxes.append((n, *CELL[item["place"]]))
                if text:
                    row, col, length = cells(text)
                    self.words.setdefault(length, []).append((n, text["word"], row, col))
                else:
                    self.plain.append(n)


def glyphs(t5, words: list[str]):
    ids = torch.tensor([[b + 3 for b in w.encode()] + [1] for w in words])
    return t5(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state


def up(ids):
    """[B, h, w] -> [B, 4hw]: every code covers 2 x 2 tokens."""
    return ids.repeat_interleave(2, 1).repeat_interleave(2, 2).flatten(1)


class Decoder(nn.Module):
    def __init__(self, book: Codebook):
        super().__init__()
        self.dit, self.t5 = decoder(book.size), glyph_encoder()
        self.dit.prior_token_embedding = Informed(look_features(book), 256, 0.5)

    def velocity(self, x, ids, words, t, corner, drop, cache=None):
        b = x.size(0)
        g = glyphs(self.t5, [""] * b if drop else words)
        prior = up(ids)
        return self.dit(x, g, prior, torch.full_like(prior, drop, dtype=torch.bool), t * 1000 - 1, SIZE.expand(b, 2), corner, kv_caches=cache)[0].float()

    def plain(self) -> dict:
        """State dict with the folded code embedding, as upstream's classes load it."""
        sd = {k: v for k, v in self.state_dict().items() if not k.endswith(("prior_token_embedding.project", "prior_token_embedding.weight"))}
        sd["dit.prior_token_embedding.weight"] = self.dit.prior_token_embedding.folded()
        return sd


def load_start(model: Decoder, folder):
    """Warm start: everything but the code embedding."""
    from safetensors.torch import load_file

    sd = load_file(folder / "transformer/diffusion_pytorch_model.safetensors")
    old = sd.pop("prior_token_embedding.weight").float()
    missing, extra = model.dit.load_state_dict({k: v.float() for k, v in sd.items()}, strict=False)
    assert not extra and all("prior_token_embedding" in k for k in missing), (missing, extra)
    t5 = {k: v.float() for k, v in load_file(folder / "text_encoder/model.safetensors").items()}
    missing, extra = model.t5.load_state_dict(t5, strict=False)
    assert not extra, extra
    e = model.dit.prior_token_embedding
    with torch.no_grad():
        k = old.pow(2).mean().sqrt() / e.folded()[:4000].pow(2).mean().sqrt()
        e.weight.mul_(k)
        e.project.mul_(k)


def speed_up(dit, shapes: set):
    """Compile the blocks for the few shapes that are common; everything else runs eagerly."""
    for block in dit.transformer_blocks:
        eager, fast = block.forward, torch.compile(block.forward, dynamic=False)

        def forward(hidden_states, encoder_hidden_states, *a, _e=eager, _f=fast, kv_cache=None, **k):
            common = (tuple(hidden_states.shape[:2]), encoder_hidden_states.size(1)) in shapes and kv_cache is None and torch.is_grad_enabled()
            return (_f if common else _e)(hidden_states, encoder_hidden_states, *a, kv_cache=kv_cache, **k)

        block.forward = forward


def main():
    s = settings("train_dit")
    torch.set_num_threads(1)
    torch._dynamo.config.cache_size_limit = 64
    torch.manual_seed(s.seed)
    r = random.Random(s.seed)
    book = Codebook(RUNS / "codebook/codebook.npz")
    data = Scenes(RUNS / "latents", book)
    check = Scenes.__new__(Scenes)
    model = Decoder(book)
    load_start(model, s.start)
    opt = MuonAdam(groups(model, s.muon, s.adam, 0.01, SKIP))
    ema = Average(model, s.average)
    log = Journal(s.folder)
    step = tokens = samples = 0
    last = s.folder / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=False)
        model.load_state_dict(state["model"])
        opt.load_state_dict(state["optimiser"])
        ema.shadow, ema.steps = state["average"], state["steps"]
        step, tokens, samples = state["step"], state["tokens"], state["samples"]
        torch.manual_seed(s.seed + step)
        r = random.Random(s.seed + step)
    speed_up(model.dit, {((b, n), 1 + k) for b, n in ((s.crops, 64), (s.scenes, 256)) for k in range(9)})

    def noisy(ids, words):
        """Wrong letters (so that the glyph features matter) and, late, wrong codes (so that AR mistakes are forgiven)."""
        ids = ids.clone()
        if words[0] and r.random() < s.letter_noise:
            rate_ = r.choice((1.0, 1.0, 0.3))
            is_letter = (ids >= book.first_letter) & (ids < book.first_drawing)
            ink = (ids - book.first_letter) // len(LETTERS)
            wrong = book.first_letter + ink * len(LETTERS) + torch.randint(0, len(LETTERS), ids.shape)
            ids = torch.where(is_letter & (torch.rand(ids.shape) < rate_), wrong, ids)
        if tokens > s.code_noise_after * s.tokens and r.random() < 0.35:
            hit = (torch.rand(ids.shape) < r.choice((0.03, 0.08))) & (ids >= book.first_drawing)
            ids = torch.where(hit, (ids + torch.randint(-3, 4, ids.shape)).clamp(book.first_drawing, book.size - 2), ids)
        return ids

    def crops(b, c=4):
        clip = lambda v: max(0, min(8 - c, v))
        if r.random() < s.words:
            n = r.choices(list(data.words), [len(v) ** 0.7 for v in data.words.values()])[0]
            chosen = [r.choice(data.words[n]) for _ in range(b)]
            words = [q[1] for q in chosen]
            if r.random() < 0.2:
                words = [w.lower() if r.random() < 0.5 else w.capitalize() for w in words]
            at = [(q[0], clip(q[2] - r.choice((0, 0, 1, 2, 3))), clip(q[3] + r.randint(min(0, n - c) - (1 if n < c else 0), max(0, n - c)))) for q in chosen]
        else:
            words, at = [""] * b, []
            for _ in range(b):
                if r.random() < 0.1:
                    at.append((r.choice(data.plain), r.randrange(5), r.randrange(5)))
                else:
                    n, y, x = r.choice(data.boxes)
                    at.append((n, clip(y + r.choice((0, 0, 0, 1, -1))), clip(x + r.choice((0, 0, 0, 1, -1)))))
        x = torch.stack([data.latents[n][:, y * 4:(y + c) * 4, z * 4:(z + c) * 4] for n, y, z in at]).float()
        ids = torch.stack([data.ids[n][y:y + c, z:z + c] for n, y, z in at])
        return x, ids, words, torch.tensor([[y * 32.0, z * 32.0] for _, y, z in at])

    def scenes(b):
        if r.random() < s.words * 0.8:
            n = r.choices(list(data.words), [len(v) ** 0.7 for v in data.words.values()])[0]
            chosen = [r.choice(data.words[n]) for _ in range(b)]
            where, words = [q[0] for q in chosen], [q[1] for q in chosen]
        else:
            where, words = [r.choice(data.plain) for _ in range(b)], [""] * b
        return torch.stack([data.latents[n] for n in where]).float(), torch.stack([data.ids[n] for n in where]), words, torch.zeros(b, 2)

    held_z, held_ids, held_scenes = held(s, book)

    @torch.no_grad()
    def validate():
        g, out = torch.Generator().manual_seed(1), {}
        eps = torch.randn(held_z.shape, generator=g)
        masks = {"drawing": held_ids >= book.first_drawing, "ground": held_ids < book.first_letter}
        masks = {k: v[:, None].repeat_interleave(4, 2).repeat_interleave(4, 3).float() for k, v in masks.items()}
        for t in (0.25, 0.5, 0.8, 0.98):
            with torch.autocast("cpu", torch.bfloat16):
                v = model.velocity((1 - t) * held_z + t * eps, held_ids, [""] * len(held_z), torch.full((len(held_z),), t), torch.zeros(len(held_z), 2), False)
            e = (v - (eps - held_z)).pow(2).mean(1, keepdim=True)
            out[f"t{t}"] = round(e.mean().item(), 4)
            if t in (0.5, 0.98):
                for k, m in masks.items():
                    out[f"t{t} {k}"] = round(((e * m).sum() / m.sum()).item(), 4)
        return out

    def save():
        torch.save(dict(model=model.state_dict(), optimiser=opt.state_dict(), average=ema.shadow, steps=ema.steps, step=step, tokens=tokens, samples=samples), str(last) + ".tmp")
        os.replace(str(last) + ".tmp", last)
        ema.swap()
        torch.save({k: v.bfloat16() for k, v in model.plain().items()}, str(s.folder / "folded.tmp"))
        os.replace(s.folder / "folded.tmp", s.folder / "folded.pt")
        v = validate()
        ema.swap()
        log.write(kind="validation", step=step, tokens=tokens, samples=samples, **v)
        curve(log.path, "tokens", ["loss", "t0.5", "t0.5 drawing", "t0.98"], s.folder / "curve.png")

    pool: dict[int, list] = {}

    def edits(b):
        """Edit tasks with one reference: new ones join a pool of encoded pictures at every step."""
        nonlocal edit_seed
        fresh = []
        while len(fresh) < 4:
            edit_seed += 1
            q = task(edit_seed)
            if len(q["references"]) == 1:
                fresh.append(q)
        z = encoder.encode([render(g) for q in fresh for g in (q["references"][0], q["target"])]).half()
        for k, q in enumerate(fresh):
            word = q["target"]["text"]["word"] if q["target"]["text"] else ""
            a, c = (torch.from_numpy(book.ids(g)).view(8, 8) for g in (q["references"][0], q["target"]))
            pool.setdefault(len(word), []).append((z[2 * k], a, z[2 * k + 1], c, word))
        ready = [n for n, v in pool.items() if len(v) >= b] or [max(pool, key=lambda n: len(pool[n]))]
        n = r.choices(ready, [len(pool[n]) for n in ready])[0]
        chosen = r.choices(pool[n], k=b)
        rx, ri, x, ids, words = zip(*chosen)
        return torch.stack(x).float(), torch.stack(ids), list(words), torch.zeros(b, 2), torch.stack(rx).float(), torch.stack(ri)

    def written(x, ids):
        """K/V of one reference per sample, as the pipeline writes them."""
        b = x.size(0)
        hit = (torch.rand(ids.shape) < 0.08) & (ids >= book.first_drawing)  # the vision tower misreads
        ids = torch.where(hit, torch.randint(book.first_drawing, book.size - 1, ids.shape), ids)
        cache = GlmImageKVCache(LAYERS)
        cache.set_mode("write")
        model.dit(x, torch.zeros(b, 0, GLYPH), up(ids), torch.zeros(b, 256, dtype=torch.bool), torch.zeros(b), SIZE.expand(b, 2), torch.zeros(b, 2), kv_caches=cache)
        cache.set_mode("read")
        return cache

    if s.references:
        from .vae import Vae

        encoder, edit_seed = Vae(s.start), 500_000_000 + step * 40
    acc: list[float] = []
    while tokens < s.tokens:
        done = tokens / s.tokens
        k = rate(done, decay=s.decay)
        for g in opt.param_groups:
            g["lr"] = g["base"] * k
        full = done > s.full_after
        drop = r.random() < s.drop
        refs = None
        if full and r.random() < s.references:
            x, ids, words, corner, *refs = edits(s.scenes)
        else:
            x, ids, words, corner = scenes(s.scenes) if full else crops(s.crops)
        ids = noisy(ids, words)
        b = x.size(0)
        t = torch.sigmoid(torch.randn(b) * 1.1 + 0.1)
        eps = torch.randn_like(x)
        w = t.view(-1, 1, 1, 1)
        with torch.autocast("cpu", torch.bfloat16):
            cache = written(*refs) if refs and not drop else None
            v = model.velocity((1 - w) * x + w * eps, ids, words, t, corner, drop, cache)
        loss = F.mse_loss(v, eps - x)
        opt.zero_grad()
        loss.backward()
        opt.step()
        ema.step()
        step, tokens, samples = step + 1, tokens + b * (x.size(-1) // 2) ** 2, samples + b
        acc.append(loss.item())
        if step % 50 == 0:
            log.write(kind="train", step=step, tokens=tokens, samples=samples, loss=round(float(np.mean(acc)), 4), full=full, lr=round(k, 3), images=len(data.latents))
            acc = []
            data.refresh()
        if step % s.save_every == 0:
            save()
    save()


def held(s, book):
    """Validation scenes without words."""
    from .vae import Vae

    scenes_ = [q for q in (scene_of(900_000_000 + i) for i in range(80)) if not q["text"] and q["items"]][:24]
    z = Vae(s.start).encode([render(q) for q in scenes_])
    return z, torch.stack([torch.from_numpy(book.ids(q)).view(8, 8) for q in scenes_]), scenes_


if __name__ == "__main__":
    main()
