"""Stage: the AR. Fresh tasks for ever; judged by sampled ids equal to the oracle.

    python -m training.train_ar samples=200000       goes on from RUNS/ar when a checkpoint is there, else from the folder `from`, else from nothing
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

from . import store
from .codebook import Codebook, preview
from .journal import Journal, curve
from .models import Informed, load_meta, meaning_features, vision_language
from .optimiser import Average, MuonAdam, groups, rate
from .paths import RUNS
from .place import CELL
from .resume import load_generator
from .sampler import sample
from .sequence import Sequence
from .settings import settings
from .strangers import Strangers
from .style import STYLES
from .subject import NAMES, SUBJECTS
from .task import task
from .word import LETTERS, cells

FIRST_VALIDATION = 900_000_000


class Generator(nn.Module):
    """The language model with shared code embeddings; `plain()` folds them into the tables that are saved."""

    def __init__(self, book: Codebook, meta: dict, theta: float, tokenizer):
        super().__init__()
        whole = vision_language(meta, theta)
        self.lm, self.codes = whole.model.language_model, book.size
        width, f = 256, meaning_features(book)
        pad = lambda rows: torch.cat([f, torch.zeros(rows - f.size(0), f.size(1))])
        self.input = Informed(pad(meta["vocab"]), width, 0.02, 1.0)
        self.head = Informed(pad(meta["visual"]), width, 0.02, 0.4)
        with torch.no_grad():
            self.input.weight[:book.size] *= 0.3
            for token, column in names(tokenizer, book):  # shares the direction of the codes that it names, so that each can look up the other
                self.input.features[token, column] = self.input.features[:book.size, column].max()
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


def names(tokenizer, book: Codebook) -> list[tuple[int, int]]:
    """(token, feature) of every text token that is the whole name of a subject or one letter or digit."""
    known = {name: k for k, q in enumerate(SUBJECTS) for name in (*q.english, *q.chinese)}
    for letter in LETTERS:
        known[letter] = known[letter.lower()] = book.names.index(f"letter:{letter}")
    return [(i, known[t]) for i in tokenizer.get_vocab().values() if (t := tokenizer.decode([i], skip_special_tokens=False).strip()) in known]


class Rows:
    """Tasks as rows of (text, reference ids, generated ids, weight of each generated id)."""

    def __init__(self, book: Codebook, strangers: Strangers, s):
        self.book, self.strangers, self.s, self.kinds, self.shares = book, strangers, s, list(s.mix), list(s.mix.values())

    def row(self, seed: int, kind: str | None = None, clean: bool = False, strange: float | None = None):
        r, s, book = random.Random(f"row {seed} {kind}"), self.s, self.book
        kind = kind or r.choices(self.kinds, self.shares)[0]
        share = s.strange_identity if kind in ("identity", "multi") else s.strange
        t = task(seed, kind, share if strange is None else strange)
        style = t["target"]["style"]
        met = {i["subject"] for q in [*t["references"], t["target"]] for i in q["items"] if i["subject"] >= len(NAMES)}
        codes = {k: self.strangers.block(r, k, style, s.mixed) for k in sorted(met)}
        references = [book.ids(q, codes) for q in t["references"]]
        target = book.ids(t["target"], codes)
        weight = np.where(target != references[0], s.changed_weight, 1.0) if len(references) == 1 else np.ones(64)
        for q in [*t["references"], t["target"]] if len(references) < 2 else [t["target"]]:
            if q["text"]:
                row, col, n = cells(q["text"])
                weight[row * 8:row * 8 + col + n + 1] = np.maximum(weight[row * 8:row * 8 + col + n + 1], s.letter_weight)
            for item in q["items"]:  # the first cell of a drawing decides: the others follow from it
                row, col = CELL[item["place"]]
                block = codes[item["subject"]] if item["subject"] in codes else book.drawings[item["subject"], STYLES.index(q["style"])]
                if item["subject"] in codes:  # every cell of a stranger has to be copied
                    view = weight.reshape(8, 8)[row:row + 4, col:col + 4]
                    view[block.reshape(4, 4) >= 0] = s.stranger_weight
                first = np.flatnonzero(block >= 0)[0]
                weight[(row + first // 4) * 8 + col + first % 4] = s.first_weight
        if references and not clean and not met and r.random() < s.reference_noise:  # what the vision tower reads is not always right
            for q in references:
                hit = np.array([r.random() < 0.08 for _ in q])
                q[hit] = np.array([r.randrange(book.size - 1) for _ in q])[hit]
        if not references:
            target, weight = np.concatenate([preview(target), target]), np.concatenate([np.full(16, s.preview_weight), weight])
        return t["text"], references, target, weight


def main():
    s = settings("train_ar")
    torch.set_num_threads(s.threads)
    torch._dynamo.config.cache_size_limit = 64
    torch.manual_seed(s.seed)
    device = torch.device(s.device)
    book, meta = Codebook(RUNS / "codebook/codebook.npz"), load_meta(RUNS / "processor")
    seq = Sequence(RUNS / "processor/tokenizer.json", meta)
    rows_ = Rows(book, Strangers(book), s)
    model = Generator(book, meta, s.theta, seq.tokenizer)
    step = samples = 0
    seed = s.first_seed
    state = store.load(s.folder)
    if not state and s.start:
        load_generator(model, s.start)
    model.to(device)
    opt = MuonAdam(groups(model, s.muon, s.adam, 0.02, ("input.", "head.")))
    ema = Average(model, s.average)
    log = Journal(s.folder)
    if state:
        model.load_state_dict(state["model"])
        opt.load_state_dict(state["optimiser"])
        for g in opt.param_groups:
            g["base"] = s.muon if g["kind"] == "muon" else s.adam
        ema.shadow, ema.steps = [p.to(device) for p in state["average"]], state["steps"]
        step, samples, seed = state["step"], state["samples"], state["seed"]
    (RUNS / f"{s.run}.pid").write_text(str(os.getpid()))
    sizes = {0: s.batch, 1: s.batch * 5 // 8, 2: s.batch * 3 // 8}
    lengths = {0: 112, 1: 168, 2: 240}
    if s.compile:
        for layer in model.lm.layers:
            eager, fast = layer.forward, torch.compile(layer.forward, dynamic=False)
            layer.forward = lambda *a, _e=eager, _f=fast, **k: (_f if torch.is_grad_enabled() else _e)(*a, **k)
    cast = lambda: torch.autocast(device.type, torch.bfloat16)
    held = {k: [rows_.row(FIRST_VALIDATION + i, k, True, 0.0) for i in range(s.held)] for k in s.judged}
    held["stranger"] = [rows_.row(FIRST_VALIDATION + i, "identity", True, 1.0) for i in range(s.held)]

    def fit(rows):
        n = len(rows[0][1])
        ids, at, labels = seq.batch([q[:3] for q in rows], lengths[n])
        mask = labels >= 0
        with cast():
            lg = model.logits(model(ids.to(device), at.to(device))[mask.to(device)])
        weight = torch.from_numpy(np.concatenate([q[3] for q in rows])).float().to(device)
        return (F.cross_entropy(lg.float(), labels[mask].to(device), reduction="none") * weight).sum() / weight.sum()

    @torch.no_grad()
    def validate():
        """Sampled ids equal to the oracle's: all drawings, the whole grid, the word, cells of drawings."""
        out = {}
        model.eval()
        for kind, rows in held.items():
            with cast():
                got = sample(model.input, model.lm, model.logits, seq, [q[:2] for q in rows], s.temperature, s.top_p)
            want = np.stack([q[2][-64:] for q in rows])
            e, d = got == want, want >= book.first_drawing
            letter = (want >= book.first_letter) & ~d
            out[kind] = [round(float(np.mean([x[y].all() for x, y in zip(e, d)])), 3), round(float(e.all(1).mean()), 3),
                         round(float(np.mean([x[y].all() for x, y in zip(e, letter) if y.any()] or [0])), 3), round(float(e[d].mean()), 3)]
        model.train()
        return out

    def save(full: bool):
        store.save(s.folder, dict(model=model.state_dict(), optimiser=opt.state_dict(), average=ema.shadow, steps=ema.steps, step=step, samples=samples, seed=seed))
        ema.swap()
        torch.save({k: v.bfloat16().cpu() for k, v in model.plain().items()}, str(s.folder / "folded.tmp"))
        os.replace(s.folder / "folded.tmp", s.folder / "folded.pt")
        v = validate() if full else None
        ema.swap()
        if v:
            log.write(kind="validation", step=step, samples=samples, mean=[round(float(np.mean([x[k] for x in v.values()])), 3) for k in range(2)], **v)
        curve(log.path, "samples", ["loss"], s.folder / "curve.png")

    queue: dict[int, list] = {}
    acc: list[float] = []
    while samples < s.samples:
        k = rate(samples / s.samples, warm=s.warm, decay=s.decay)
        for g in opt.param_groups:
            g["lr"] = g["base"] * k
        while True:
            seed += 1
            t = rows_.row(seed)
            n = len(t[1])
            if len(seq.prompt(t[0], t[1])[0]) + len(t[2]) - 1 > lengths[n]:
                continue
            queue.setdefault(n, []).append(t)
            if len(queue[n]) == sizes[n]:
                rows = queue.pop(n)
                break
        loss = fit(rows)
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
            save(step % (s.validate_every * s.save_every) == 0 or samples >= s.samples)
    if step % s.save_every:
        save(True)


if __name__ == "__main__":
    main()
