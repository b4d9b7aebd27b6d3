"""Stage: decoder DiT with the glyph encoder: strips with words, full scenes, scenes with one or two references through K/V.

    python -m training.train_dit tokens=24e6        goes on from RUNS/dit when a checkpoint is there, else from the folder `start`
"""
from __future__ import annotations

import os
import random

from . import attention

attention.patch()
import numpy as np
import torch
import torch.nn as nn
from diffusers.models.transformers.transformer_glm_image import GlmImageKVCache

from . import store
from .codebook import Codebook
from .draw import Mini
from .journal import Journal, curve
from .models import GLYPH, LAYERS, Informed, decoder, glyph_encoder, look_features
from .optimiser import Average, MuonAdam, groups, rate
from .paths import RUNS
from .place import CELL
from .pool import Pool, Sample
from .resume import load_decoder
from .settings import settings
from .task import task
from .word import LETTERS, cells

SIZE = torch.tensor([[256.0, 256.0]])
FIRST_VALIDATION = 900_000_000
SKIP = ("prior_token_embedding.weight", "shared", "embed_tokens", "norm1.linear", "proj_out", "image_projector", "time_condition", "norm_out", "relative")


def glyphs(t5, words: list[str]):
    ids = torch.tensor([[b + 3 for b in w.encode()] + [1] for w in words], device=t5.device)
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
        return self.dit(x, g, prior, torch.full_like(prior, drop, dtype=torch.bool), t * 1000 - 1, SIZE.to(x.device).expand(b, 2), corner, kv_caches=cache)[0].float()

    def written(self, references, grad: bool = True):
        """K/V of the references, [(latents, codes[, corners]), ...] of the whole batch, as the pipeline writes them."""
        cache = GlmImageKVCache(LAYERS)
        cache.set_mode("write")
        with torch.set_grad_enabled(grad and torch.is_grad_enabled()):
            for x, ids, *corner in references:
                b, prior, zero = x.size(0), up(ids), torch.zeros(x.size(0), 2, device=x.device)
                self.dit(x, torch.zeros(b, 0, GLYPH, device=x.device), prior, torch.zeros_like(prior, dtype=torch.bool), zero[:, 0], SIZE.to(x.device).expand(b, 2), corner[0] if corner else zero, kv_caches=cache)
        cache.set_mode("read")
        return cache

    @torch.no_grad()
    def sample(self, ids, words, references, steps: int = 8, seed: int = 0):
        """Latents of pictures, as the pipeline draws them."""
        x = torch.randn(len(ids), 16, 32, 32, generator=torch.Generator().manual_seed(seed)).to(ids.device)
        cache = self.written(references) if references else None
        ts = [float(int(1000 + k * (-999 / steps))) for k in range(steps)] + [0.0]
        for k in range(steps):
            x = x + (ts[k + 1] - ts[k]) / 1000 * self.velocity(x, ids, words, torch.full((len(x),), ts[k] / 1000, device=x.device), torch.zeros(len(x), 2, device=x.device), False, cache)
        return x

    def plain(self) -> dict:
        """State dict with the folded code embedding, as upstream's classes load it."""
        sd = {k: v for k, v in self.state_dict().items() if not k.endswith(("prior_token_embedding.project", "prior_token_embedding.weight"))}
        sd["dit.prior_token_embedding.weight"] = self.dit.prior_token_embedding.folded()
        return sd


def speed_up(dit, shapes: set):
    """Compile the blocks for the few shapes that are common; everything else runs eagerly."""
    for block in dit.transformer_blocks:
        eager, fast = block.forward, torch.compile(block.forward, dynamic=False)

        def forward(hidden_states, encoder_hidden_states, *a, _e=eager, _f=fast, kv_cache=None, **k):
            common = (tuple(hidden_states.shape[:2]), encoder_hidden_states.size(1)) in shapes and kv_cache is None and torch.is_grad_enabled()
            return (_f if common else _e)(hidden_states, encoder_hidden_states, *a, kv_cache=kv_cache, **k)

        block.forward = forward


class Check:
    """Held-out scenes and edits, and what is measured on them."""

    def __init__(self, pool: Pool, n: int):
        some = lambda count, kind, fits, *strange: [t for t in (task(FIRST_VALIDATION + i, kind, *strange) for i in range(200)) if fits(t["target"]["text"])][:count]
        self.scenes = pool.make([t for t in some(5 * n, "t2i", lambda text: not text) if t["target"]["items"]][:4 * n])
        self.edits = pool.make([t for k in ("replace", "move", "add", "remove") for t in some(n, k, lambda text: True)])
        self.strangers = pool.make(some(3 * n, "identity", lambda text: not text, 1.0))
        self.words = pool.make(some(2 * n, "words", lambda text: text and len(text["word"]) == 5))
        self.book, self.vae, self.read = pool.book, pool.vae, pool.read

    @torch.no_grad()
    def loss(self, model) -> dict:
        """Velocity error at fixed times, of whole pictures and of cells of drawings."""
        z, ids, g, out = stacked(q.latent for q in self.scenes), torch.stack([q.ids for q in self.scenes]), torch.Generator().manual_seed(1), {}
        eps = torch.randn(z.shape, generator=g)
        mask = grown(ids >= self.book.first_drawing)
        for t in (0.25, 0.5, 0.98):
            v = model.velocity((1 - t) * z + t * eps, ids, [""] * len(z), torch.full((len(z),), t), torch.zeros(len(z), 2), False)
            e = (v - (eps - z)).pow(2).mean(1, keepdim=True)
            out[f"t{t}"], out[f"t{t} drawing"] = round(e.mean().item(), 4), round(((e * mask).sum() / mask.sum()).item(), 4)
        return out

    def pictures(self, latents) -> np.ndarray:
        return np.stack([np.asarray(p, np.float32) for p in self.vae.decode(latents)])

    @torch.no_grad()
    def drawn(self, model) -> dict:
        """Sampled pictures: PSNR outside of what an edit changes, PSNR of strangers from their reference, letters put right by the glyph features."""
        out = {}
        outside = []
        for q in self.edits:
            x = model.sample(q.ids[None], [q.glyphs], [(q.references[0][0][None].float(), q.references[0][1][None])])
            a, b = self.pictures(x)[0], self.pictures(q.references[0][0][None].float())[0]
            same = np.repeat(np.repeat((q.ids == q.references[0][1]).numpy(), 32, 0), 32, 1)
            outside.append(psnr(((a - b) ** 2)[same]))
        out["outside"] = round(float(np.mean(outside)), 2)
        refs = [(stacked(q.references[0][0] for q in self.strangers), torch.stack([q.references[0][1] for q in self.strangers]))]
        x = model.sample(torch.stack([q.ids for q in self.strangers]), [""] * len(self.strangers), refs)
        e = ((self.pictures(x) - self.pictures(stacked(q.latent for q in self.strangers))) ** 2)
        mask = [np.repeat(np.repeat(covered(q), 32, 0), 32, 1) for q in self.strangers]
        out["strangers"] = round(float(np.mean([psnr(a[m]) for a, m in zip(e, mask)])), 2)
        g = torch.Generator().manual_seed(2)
        ids = torch.stack([q.ids for q in self.words])
        letter = (ids >= self.book.first_letter) & (ids < self.book.first_drawing)
        wrong = torch.where(letter & (torch.rand(ids.shape, generator=g) < 0.3), self.book.first_letter + torch.randint(0, 36, ids.shape, generator=g), ids)
        for name, given in (("letters", ids), ("letters mended", wrong)):
            got = self.read(self.vae.decode(model.sample(given, [q.glyphs for q in self.words], []))).view(-1, 8, 8)
            out[name] = round((((got - ids) % len(LETTERS) == 0) & (got >= self.book.first_letter) & (got < self.book.first_drawing))[letter].float().mean().item(), 3)
        return out


def stacked(latents) -> torch.Tensor:
    return torch.stack([z.float() for z in latents])


def psnr(square) -> float:
    return float(10 * np.log10(255**2 / max(square.mean(), 1e-6)))


def grown(mask):
    """[B, 8, 8] cells to [B, 1, 32, 32] latents."""
    return mask[:, None].repeat_interleave(4, 2).repeat_interleave(4, 3).float()


def covered(q: Sample) -> np.ndarray:
    """The block of the only drawing of a scene."""
    row, col = CELL[q.scene["items"][0]["place"]]
    out = np.zeros((8, 8), bool)
    out[row:row + 4, col:col + 4] = True
    return out


def main():
    s = settings("train_dit")
    torch.set_num_threads(1)
    torch._dynamo.config.cache_size_limit = 64
    torch.manual_seed(s.seed)
    device = torch.device(s.device)
    book = Codebook(RUNS / "codebook/codebook.npz")
    model = Decoder(book)
    step = tokens = samples = 0
    state = store.load(s.folder)
    if not state:
        load_decoder(model, s.start)
    model.to(device)
    opt = MuonAdam(groups(model, s.muon, s.adam, 0.01, SKIP))
    ema = Average(model, s.average)
    log = Journal(s.folder)
    if state:
        model.load_state_dict(state["model"])
        opt.load_state_dict(state["optimiser"])
        for g in opt.param_groups:
            g["base"] = s.muon if g["kind"] == "muon" else s.adam
        ema.shadow, ema.steps = [p.to(device) for p in state["average"]], state["steps"]
        step, tokens, samples = state["step"], state["tokens"], state["samples"]
    r = random.Random(s.seed + step)
    torch.manual_seed(s.seed + step)
    (RUNS / f"{s.run}.pid").write_text(str(os.getpid()))
    mini = Mini(s.start, vision=True)
    pool, copies = (Pool(book, mini.vae, mini.read, s.pool) for _ in range(2))
    check = Check(pool, s.held)
    if s.compile:
        speed_up(model.dit, {((b, n), 1 + k) for b, n in ((s.strips, 64), (s.scenes, 256)) for k in range(9)})
    cast = lambda: torch.autocast(device.type, torch.bfloat16)
    seed = s.first_seed + step * 100

    def fresh(kinds: dict, n: int, references: int, words: bool | None = None):
        nonlocal seed
        found = []
        while len(found) < n:
            seed += 1
            t = task(seed, r.choices(list(kinds), list(kinds.values()))[0], s.strange if r.random() < s.strange_tasks else 0.0)
            if len(t["references"]) == references and (references or t["target"]["items"] or words):
                found.append(t)
        pool.add(found)

    def noisy(ids, words, references):
        """Wrong letters (so that the glyph features matter) and wrong drawing codes where there are references (so that these are looked at)."""
        ids = ids.clone()
        if words[0] and r.random() < s.letter_noise:
            share = r.choice((1.0, 0.3, 0.3, 0.15, 0.15))
            letter = (ids >= book.first_letter) & (ids < book.first_drawing)
            wrong = book.first_letter + (ids - book.first_letter) // len(LETTERS) * len(LETTERS) + torch.randint(0, len(LETTERS), ids.shape)
            ids = torch.where(letter & (torch.rand(ids.shape) < share), wrong, ids)
        if references and r.random() < s.code_noise:
            hit = (torch.rand(ids.shape) < r.choice((0.03, 0.08, 0.2))) & (ids >= book.first_drawing)
            ids = torch.where(hit, torch.randint(book.first_drawing, book.size - 1, ids.shape), ids)
        return ids

    def strip(q: Sample):
        """Two rows of cells with the word: as many tokens as a crop of 4 x 4 cells, and every letter keeps its column."""
        y = cells(q.scene["text"])[0] - r.randrange(2)
        return q.latent[:, y * 4:(y + 2) * 4], q.ids[y:y + 2], (y * 32.0, 0.0)

    def near(q: Sample, latent, ids, cell, shift: int, c: int = 4):
        """A window of c x c cells, at most `shift` cells beside a block."""
        y, x = (min(8 - c, max(0, v + r.randint(-shift, shift))) for v in cell)
        return latent[:, y * 4:(y + c) * 4, x * 4:(x + c) * 4], ids[y:y + c, x:x + c], (y * 32.0, x * 32.0)

    for references, n in ((0, 5 * s.scenes), (1, 5 * s.scenes), (2, 2 * s.scenes)):
        fresh({"t2i": 1, "words": 1} if not references else s.edits if references == 1 else {"multi": 1}, n, references)
    copies.add([task(s.first_seed + step * 100 - n, "identity", s.strange) for n in range(5 * s.scenes)])
    acc: dict[str, list[float]] = {}
    while tokens < s.tokens:
        k = rate(tokens / s.tokens, warm=s.warm, decay=s.decay)
        for g in opt.param_groups:
            g["lr"] = g["base"] * k
        kind = r.choices(list(s.steps), list(s.steps.values()))[0]
        references = {"one": 1, "copies": 1, "two": 2}.get(kind, 0)
        b = {"strips": s.strips, "copies": s.strips, "two": s.scenes // 2}.get(kind, s.scenes)
        if kind == "copies":
            seed += s.fresh
            copies.add([task(seed - n, "identity", s.strange) for n in range(s.fresh)])
        elif references:
            fresh(s.edits if references == 1 else {"multi": 1}, s.fresh if references == 1 else s.fresh // 2, references)
        else:
            fresh({"t2i": 1} if kind == "scenes" else {"words": 1}, s.fresh, 0, kind != "scenes")
        chosen = (copies if kind == "copies" else pool).draw(r, references, b, {"strips": True, "words": True, "copies": False}.get(kind))
        words = [q.glyphs for q in chosen]
        if kind == "strips":
            x, ids, corner = zip(*(strip(q) for q in chosen))
        elif kind == "copies":
            x, ids, corner = zip(*(near(q, q.latent, q.ids, CELL[q.scene["items"][0]["place"]], 0) for q in chosen))
        else:
            x, ids, corner = [q.latent for q in chosen], [q.ids for q in chosen], [(0.0, 0.0)] * b
        x, true, corner = stacked(x), torch.stack(ids), torch.tensor(corner)
        ids, letter = noisy(true, words, references), (true >= book.first_letter) & (true < book.first_drawing)
        weight = grown(1 + (true >= book.first_drawing) * (s.drawing_weight - 1) + letter * (s.letter_weight - 1))
        drop = r.random() < s.drop
        t = torch.sigmoid(torch.randn(b) * 1.1 + s.time)
        eps = torch.randn_like(x)
        w = t.view(-1, 1, 1, 1)
        refs = []
        for n in range(references):
            seen = [q.references[n] for q in chosen]
            at = torch.zeros(b, 2)
            if kind == "copies":
                *seen, at = zip(*(near(q, *q.references[0], CELL["center"], r.choice((0, 1))) for q in chosen))
                seen, at = list(zip(*seen)), torch.tensor(at)
            i = torch.stack([codes for _, codes in seen])
            hit = (torch.rand(i.shape) < 0.04) & (i >= book.first_drawing)  # the vision tower misreads
            i = torch.where(hit, torch.randint(book.first_drawing, book.size - 1, i.shape), i)
            refs.append((stacked(z for z, _ in seen).to(device), i.to(device), at.to(device)))
        x, eps, w, ids, t, corner, weight = (v.to(device) for v in (x, eps, w, ids, t, corner, weight))
        with cast():
            cache = model.written(refs, r.random() < s.write_gradient) if refs and not drop else None
            v = model.velocity((1 - w) * x + w * eps, ids, words, t, corner, drop, cache)
        loss = ((v - (eps - x)).pow(2).mean(1, keepdim=True) * weight).sum() / weight.sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
        ema.step()
        step, tokens, samples = step + 1, tokens + b * x.size(-1) * x.size(-2) // 4, samples + b
        acc.setdefault(kind, []).append(loss.item())
        if step % 50 == 0:
            log.write(kind="train", step=step, tokens=tokens, samples=samples, lr=round(k, 3), **{n: round(float(np.mean(v)), 4) for n, v in acc.items()})
            acc = {}
        if step % s.save_every == 0 or tokens >= s.tokens:
            store.save(s.folder, dict(model=model.state_dict(), optimiser=opt.state_dict(), average=ema.shadow, steps=ema.steps, step=step, tokens=tokens, samples=samples))
            ema.swap()
            torch.save({n: v.bfloat16().cpu() for n, v in model.plain().items()}, str(s.folder / "folded.tmp"))
            os.replace(s.folder / "folded.tmp", s.folder / "folded.pt")
            if step % (s.validate_every * s.save_every) == 0 or tokens >= s.tokens:
                with cast():
                    figures = check.loss(model) | check.drawn(model)
                log.write(kind="validation", step=step, tokens=tokens, samples=samples, **figures)
            ema.swap()
            curve(log.path, "tokens", ["one", "scenes", "t0.5", "t0.5 drawing"], s.folder / "curve.png")


if __name__ == "__main__":
    main()
