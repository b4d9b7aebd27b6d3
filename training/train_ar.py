"""Stage: the AR. Fresh tasks for ever; judged by sampled ids equal to the oracle.

    python -m training.train_ar samples=200000 theta=4       resumes from RUNS/ar/last.pt when it is there
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

from .codebook import Codebook, preview
from .journal import Journal, curve
from .models import Informed, load_meta, meaning_features, vision_language
from .optimiser import Average, MuonAdam, groups, rate
from .paths import RUNS
from .sequence import Sequence
from .settings import settings
from .task import KINDS, task

FIRST_VALIDATION = 900_000_000


class Generator(nn.Module):
    """The language model with shared code embeddings; `plain()` folds them into the tables that are saved."""

    def __init__(self, book: Codebook, meta: dict, theta: float):
        super().__init__()
        whole = vision_language(meta, theta)
        self.lm, self.codes = whole.model.language_model, book.size
        width, f = 256, meaning_features(book)
        pad = lambda rows: torch.cat([f, torch.zeros(rows - f.size(0), f.size(1))])
        self.input = Informed(pad(meta["vocab"]), width, 0.02, 1.0)
        self.head = Informed(pad(meta["visual"]), width, 0.02, 0.4)
        with torch.no_grad():
            self.input.weight[:book.size] *= 0.3
        self.lm.embed_tokens = nn.Embedding(1, 1)  # not used: inputs_embeds

    def forward(self, ids, positions):
        return self.lm(inputs_embeds=self.input(ids), position_ids=positions, use_cache=False)[0]

    def logits(self, hidden):
        w = self.head.weight + self.head.features @ self.head.project
        return hidden @ w.to(hidden.dtype).T

    def plain(self) -> dict:
        sd = {"model.language_model." + k[3:]: v for k, v in self.state_dict().items() if k.startswith("lm.") and "embed_tokens" not in k}
        sd["model.language_model.embed_tokens.weight"] = self.input.folded()
        sd["lm_head.weight"] = self.head.folded()
        return sd


@torch.no_grad()
def sample(model: Generator, seq: Sequence, rows, temperature=0.8, top_p=0.95, seed=0) -> np.ndarray:
    """Sample the grids of a batch of (text, references); returns the large grids [B, 64]. Whole forward passes, no cache."""
    g = torch.Generator().manual_seed(seed)
    made = [[] for _ in rows]
    total = len(seq.schedule(0, len(rows[0][1])))
    length = max(len(seq.prompt(t, r)[0]) for t, r in rows) + total
    for _ in range(total):
        ids, pos, _ = seq.batch([(t, r, m + [0]) for (t, r), m in zip(rows, made)], None)
        ends = torch.tensor([len(seq.prompt(t, r)[0]) + len(m) - 1 for (t, r), m in zip(rows, made)])
        with torch.autocast("cpu", torch.bfloat16):
            h = model(ids, pos)[torch.arange(len(rows)), ends]
            lg = model.logits(h).float()
        if temperature <= 0:
            pick = lg.argmax(1)
        else:
            p = (lg / temperature).softmax(-1)
            q, o = p.sort(descending=True)
            q = q * ((q.cumsum(1) - q) < top_p)
            pick = o.gather(1, torch.multinomial(q / q.sum(1, keepdim=True), 1, generator=g))[:, 0]
        for m, t in zip(made, pick.tolist()):
            m.append(t)
    return np.array([m[-64:] for m in made])


def main():
    s = settings("train_ar")
    torch.set_num_threads(1)
    torch._dynamo.config.cache_size_limit = 64
    torch.manual_seed(s.seed)
    r = random.Random(s.seed)
    book, meta = Codebook(RUNS / "codebook/codebook.npz"), load_meta(RUNS / "processor")
    seq = Sequence(RUNS / "processor/tokenizer.json", meta)
    model = Generator(book, meta, s.theta)
    opt = MuonAdam(groups(model, s.muon, s.adam, 0.02, ("input.", "head.")))
    ema = Average(model, s.average)
    log = Journal(s.folder)
    step = samples = 0
    last = s.folder / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=False)
        model.load_state_dict(state["model"])
        opt.load_state_dict(state["optimiser"])
        ema.shadow, ema.steps = state["average"], state["steps"]
        step, samples = state["step"], state["samples"]
    sizes = {0: s.batch, 1: s.batch * 5 // 8, 2: s.batch * 3 // 8}
    lengths = {0: 112, 1: 168, 2: 240}
    if s.compile:
        for layer in model.lm.layers:
            layer.forward = torch.compile(layer.forward, dynamic=False)

    def row(t):
        refs = [book.ids(q) for q in t["references"]]
        if refs and r.random() < s.reference_noise:  # what the vision tower reads is not always right
            for q in refs:
                hit = np.array([r.random() < 0.08 for _ in q])
                q[hit] = np.array([r.randrange(book.size - 1) for _ in q])[hit]
        target = book.ids(t["target"])
        return t["text"], refs, target if refs else np.concatenate([preview(target), target])

    held = {k: [task(FIRST_VALIDATION + i, k) for i in range(40 if k == "t2i" else 16)] for k in KINDS}

    def fit(rows):
        n = len(rows[0][1])
        ids, pos, labels = seq.batch(rows, lengths[n])
        mask = labels >= 0
        with torch.autocast("cpu", torch.bfloat16):
            lg = model.logits(model(ids, pos)[mask])
        y = labels[mask]
        weight = torch.ones(mask.shape)
        if not n:  # the preview grid weighs more
            first = mask.float().cumsum(1)
            weight[(first >= 1) & (first <= 16)] = s.preview_weight
        return lg.float(), y, weight[mask]

    @torch.no_grad()
    def validate(sampled):
        out = {}
        model.eval()
        for k, ts in held.items():
            ids, pos, labels = seq.batch([(t["text"], [book.ids(q) for q in t["references"]], (lambda g: g if t["references"] else np.concatenate([preview(g), g]))(book.ids(t["target"]))) for t in ts])
            mask = labels >= 0
            with torch.autocast("cpu", torch.bfloat16):
                lg = model.logits(model(ids, pos)[mask]).float()
            out[f"{k} nats"] = round(F.cross_entropy(lg, labels[mask]).item(), 3)
            if sampled:
                got = sample(model, seq, [(t["text"], [book.ids(q) for q in t["references"]]) for t in ts], s.temperature, s.top_p) if k != "multi" else None
                if got is not None:
                    want = np.stack([book.ids(t["target"]) for t in ts])
                    d = want >= book.first_drawing
                    out[f"{k} same"] = round(float((got == want).mean()), 3)
                    out[f"{k} drawing"] = round(float((got == want)[d].mean()), 3)
        if sampled:
            out["same"] = round(float(np.mean([v for k, v in out.items() if k.endswith(" same")])), 3)
        model.train()
        return out

    def save(sampled=True):
        torch.save(dict(model=model.state_dict(), optimiser=opt.state_dict(), average=ema.shadow, steps=ema.steps, step=step, samples=samples), str(last) + ".tmp")
        os.replace(str(last) + ".tmp", last)
        ema.swap()
        torch.save({k: v.bfloat16() for k, v in model.plain().items()}, str(s.folder / "folded.tmp"))
        os.replace(s.folder / "folded.tmp", s.folder / "folded.pt")
        v = validate(sampled)
        ema.swap()
        log.write(kind="validation", step=step, samples=samples, **v)
        curve(log.path, "samples", ["loss", "t2i nats", "add nats", "background nats"], s.folder / "curve.png")

    queue: dict[int, list] = {}
    seed = s.first_seed + samples
    acc: list[float] = []
    while samples < s.samples:
        k = rate(samples / s.samples, decay=s.decay)
        for g in opt.param_groups:
            g["lr"] = g["base"] * k
        while True:
            seed += 1
            t = row(task(seed))
            n = len(t[1])
            if len(seq.prompt(t[0], t[1])[0]) + len(t[2]) - 1 > lengths[n]:
                continue
            queue.setdefault(n, []).append(t)
            if len(queue[n]) == sizes[n]:
                rows = queue.pop(n)
                break
        lg, y, w = fit(rows)
        loss = (F.cross_entropy(lg, y, reduction="none") * w).sum() / w.sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
        ema.step()
        step, samples = step + 1, samples + len(rows)
        acc.append(loss.item())
        if step % 50 == 0:
            log.write(kind="train", step=step, samples=samples, loss=round(float(np.mean(acc)), 4), lr=round(k, 3))
            acc = []
        if step % s.save_every == 0:
            save(sampled=step % (2 * s.save_every) == 0)
    save()


if __name__ == "__main__":
    main()
