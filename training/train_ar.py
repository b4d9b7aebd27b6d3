"""Stage: the AR. Fresh tasks for ever; judged by what sampled grids show (grid.py).

python -m training.train_ar samples=200000       goes on from RUNS/ar when a checkpoint is there, else from the folder
`start`
"""

from __future__ import annotations

import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from . import attention
from .background import NATURAL
from .bank import Bank
from .caption import plural
from .codebook import Codebook, preview
from .grid import GridReader
from .models import Informed, load_meta, meaning_features, vision_language
from .paths import RUNS
from .place import CELL
from .resume import load_generator
from .sampler import sample
from .sequence import Sequence
from .settings import settings
from .stage import Run
from .style import STYLES
from .subject import NAMES, SUBJECTS
from .task import task
from .word import LETTERS, cells

FIRST_VALIDATION = 900_000_000
ADAM = ("input.", "head.")  # parameters that Muon does not suit
LENGTHS = {0: 120, 1: 176, 2: 248}  # tokens of a row with so many references; longer prompts are left out
MISREAD = 0.08  # share of the codes of a noisy reference that are wrong


class Generator(nn.Module):
    """The language model with shared code embeddings; `plain()` folds them into the tables that are saved."""

    def __init__(self, book: Codebook, meta: dict, theta: float, tokenizer):
        super().__init__()
        whole = vision_language(meta, theta)
        self.lm = whole.model.language_model
        width, f = whole.config.text_config.hidden_size, meaning_features(book)
        pad = lambda rows: torch.cat([f, torch.zeros(rows - f.size(0), f.size(1))])
        self.input = Informed(pad(meta["vocab"]), width, 0.02, 1.0)
        self.head = Informed(pad(meta["visual"]), width, 0.02, 0.4)
        with torch.no_grad():
            self.input.weight[: book.size] *= 0.3
            for token, column, share in names(
                tokenizer, book
            ):  # shares the direction of the codes that it names, so that each can look up the other
                self.input.features[token, column] = self.input.features[: book.size, column].max() * share
        self.lm.embed_tokens = nn.Embedding(1, 1)  # not used: inputs_embeds

    def forward(self, ids, positions):
        return self.lm(inputs_embeds=self.input(ids), position_ids=positions, use_cache=False)[0]

    def logits(self, hidden):
        w = self.head.weight + self.head.features @ self.head.project
        return hidden @ w.to(hidden.dtype).T

    def plain(self) -> dict:
        sd = {
            "model.language_model." + k[3:]: v
            for k, v in self.state_dict().items()
            if k.startswith("lm.") and "embed_tokens" not in k
        }
        sd["model.language_model.embed_tokens.weight"] = self.input.folded()
        sd["lm_head.weight"] = self.head.folded()
        return sd


def spellings(s) -> set[str]:
    """All names of a subject as the tokenizer sees them."""
    english = {s.name, *s.english}
    return {
        each.lower()
        for each in (*english, *map(plural, english), *s.chinese, *s.tags, *s.chinese_tags, s.emoji)
        if each
    }


def names(tokenizer, book: Codebook) -> list[tuple[int, int, float]]:
    """(token, feature, share) of every text token that names subjects: wholly (1), or as a word of names (shared by
    the subjects that have it); and of letters and digits.
    """
    whole: dict[str, set[int]] = {}
    part: dict[str, set[int]] = {}
    for k, s in enumerate(SUBJECTS):
        for spelling in spellings(s):
            whole.setdefault(spelling, set()).add(k)
            if len(words := spelling.split()) > 1:
                for word in words:
                    part.setdefault(word, set()).add(k)
    letters = {c.lower(): book.names.index(f"letter:{c}") for c in LETTERS}
    out = []
    for token in tokenizer.get_vocab().values():
        text = tokenizer.decode([token], skip_special_tokens=False).strip().lower()
        if text in letters:
            out.append((token, letters[text], 1.0))
        elif text in whole:
            out += [(token, k, 1 / len(whole[text])) for k in whole[text]]
        elif text in part and len(part[text]) < 4:
            out += [(token, k, 0.7 / len(part[text])) for k in part[text]]
    return out


class Rows:
    """Tasks as rows of (text, reference ids, generated ids, weight of each generated id)."""

    def __init__(self, book: Codebook, bank: Bank, s):
        self.book, self.bank, self.s, self.kinds, self.shares = book, bank, s, list(s.mix), list(s.mix.values())

    def ids(self, scene: dict, codes: dict) -> np.ndarray:
        return self.book.ids(scene, codes, self.bank.ground(scene["colour"]) if scene["kind"] == NATURAL else None)

    def weights(self, t: dict, references: list, target: np.ndarray, codes: dict) -> np.ndarray:
        """What is hard weighs more: changed cells, letters, the first cell of a drawing, every cell of a stranger."""
        s, book, style = self.s, self.book, t["target"]["style"]
        weight = np.where(target != references[0], s.changed_weight, 1.0) if len(references) == 1 else np.ones(64)
        for q in [*t["references"], t["target"]] if len(references) < 2 else [t["target"]]:
            if q["text"]:
                row, col, n = cells(q["text"])
                at = slice(row * 8, row * 8 + col + n + 1)
                weight[at] = np.maximum(weight[at], s.letter_weight)
            for item in q["items"]:
                row, col = CELL[item["place"]]
                strange = item["subject"] in codes
                block = codes[item["subject"]] if strange else book.drawings[item["subject"], STYLES.index(q["style"])]
                if strange and q["style"] == style:
                    view = weight.reshape(8, 8)[row : row + 4, col : col + 4]
                    view[block.reshape(4, 4) >= 0] = s.stranger_weight
                first = np.flatnonzero(block >= 0)[0]  # it decides: the others follow from it
                weight[(row + first // 4) * 8 + col + first % 4] = s.first_weight
        return weight

    def row(self, seed: int, kind: str | None = None, clean: bool = False, strange: float | None = None):
        r, s = random.Random(f"row {seed} {kind}"), self.s
        kind = kind or r.choices(self.kinds, self.shares)[0]
        share = s.strange_identity if kind in ("identity", "multi") else s.strange
        t = task(seed, kind, share if strange is None else strange)
        shown = {
            i["subject"]: q["style"]
            for q in [t["target"], *t["references"]]
            for i in q["items"]
            if i["subject"] >= len(NAMES)
        }
        codes = {k: self.bank.block(r, k, shown[k], s.mixed) for k in sorted(shown)}
        references, target = [self.ids(q, codes) for q in t["references"]], self.ids(t["target"], codes)
        weight = self.weights(t, references, target, codes)
        if (
            references and not clean and not shown and r.random() < s.reference_noise
        ):  # what the vision tower reads is not always right
            for q in references:
                hit = np.array([r.random() < MISREAD for _ in q])
                q[hit] = np.array([r.randrange(self.book.size - 1) for _ in q])[hit]
        if not references:
            target, weight = (
                np.concatenate([preview(target), target]),
                np.concatenate([np.full(16, s.preview_weight), weight]),
            )
        return t["text"], references, target, weight, t


class Feed:
    """Batches of rows with equally many references, from consecutive seeds."""

    def __init__(self, rows: Rows, seq: Sequence, run: Run, batch: int):
        self.rows, self.seq, self.run = rows, seq, run
        self.sizes = {0: batch, 1: batch * 5 // 8, 2: batch * 3 // 8}
        self.waiting: dict[int, list] = {}

    def batch(self) -> list:
        while True:
            self.run.seed += 1
            row = self.rows.row(self.run.seed)
            n = len(row[1])
            if len(self.seq.prompt(row[0], row[1])[0]) + len(row[2]) - 1 > LENGTHS[n]:
                continue
            self.waiting.setdefault(n, []).append(row)
            if len(self.waiting[n]) == self.sizes[n]:
                return self.waiting.pop(n)


class Check:
    """Held-out tasks, sampled as the pipeline samples them. Shares of right drawings, words and whole grids; of
    strangers, of right cells.
    """

    def __init__(self, rows: Rows, seq: Sequence, s):
        self.s, self.seq, self.reader, self.book = s, seq, GridReader(rows.book), rows.book
        self.held = {k: [rows.row(FIRST_VALIDATION + i, k, True, 0.0) for i in range(s.held)] for k in s.judged}
        self.strangers = [rows.row(FIRST_VALIDATION + i, "identity", True, 1.0) for i in range(s.held)]
        self.uploads = [rows.row(FIRST_VALIDATION + i, "keep", True, 1.0) for i in range(s.held)]

    def sampled(self, model: Generator, rows) -> np.ndarray:
        return sample(
            model.input, model.lm, model.logits, self.seq, [q[:2] for q in rows], self.s.temperature, self.s.top_p
        )

    def __call__(self, model: Generator) -> dict:
        out = {}
        for kind, rows in self.held.items():
            verdicts = [
                self.reader.judge(ids, q[4]["target"], q[4]["open"]) for ids, q in zip(self.sampled(model, rows), rows)
            ]
            out[kind] = [
                round(float(np.mean([v[part] for v in verdicts])), 3)
                for part in ("drawings", "ground", "word", "whole")
            ]
        out["mean"] = [round(float(np.mean([v[k] for v in out.values()])), 3) for k in range(4)]
        for name, rows in (("strangers", self.strangers), ("uploads", self.uploads)):
            same = self.sampled(model, rows) == np.stack([q[2] for q in rows])
            mask = (
                np.stack([q[2] for q in rows]) >= self.book.first_drawing if name == "strangers" else np.ones_like(same)
            )
            out[name] = [
                round(float(same[mask].mean()), 3),
                round(float(np.mean([a[m].all() for a, m in zip(same, mask)])), 3),
            ]
        return out


def compiled(model: Generator):
    """Compiles the layers for training; sampling with a cache runs them as they are."""
    torch._dynamo.config.cache_size_limit = 64
    for layer in model.lm.layers:
        eager, fast = layer.forward, torch.compile(layer.forward, dynamic=False)
        layer.forward = lambda *a, _e=eager, _f=fast, **k: (_f if torch.is_grad_enabled() else _e)(*a, **k)


def fit(model: Generator, run: Run, seq: Sequence, book: Codebook, rows: list) -> torch.Tensor:
    """Weighted cross entropy of the generated ids. A share of plain ground cells, which are many and easy, is left
    out.
    """
    ids, at, labels = seq.batch([q[:3] for q in rows], LENGTHS[len(rows[0][1])])
    weight = torch.from_numpy(np.concatenate([q[3] for q in rows])).float()
    mask = labels >= 0
    keep = (labels[mask] >= book.first_letter) | (weight != 1) | (torch.rand(len(weight)) < run.s.ground_share)
    mask[mask.clone()] = keep
    with run.cast():
        logits = model.logits(model(ids.to(run.device), at.to(run.device))[mask.to(run.device)])
    weight = weight[keep].to(run.device)
    return (
        F.cross_entropy(logits.float(), labels[mask].to(run.device), reduction="none") * weight
    ).sum() / weight.sum()


def main():
    s = settings("train_ar")
    torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    book, meta = Codebook(RUNS / "codebook/codebook.npz"), load_meta(RUNS / "processor")
    seq = Sequence(RUNS / "processor/tokenizer.json", meta)
    rows = Rows(book, Bank(book), s)
    model = Generator(book, meta, s.theta, seq.tokenizer)
    run = Run(s, model, "samples", ADAM, weight_decay=0.02)
    run.seed = s.first_seed
    if run.fresh and s.start:
        load_generator(model, book, seq.tokenizer, s.start)
    run.begin()
    if s.compile:
        compiled(model)
    check, feed = Check(rows, seq, s), Feed(rows, seq, run, s.batch)
    torch.manual_seed(s.seed + run.step)

    def validate():
        with run.cast():
            return check(model)

    with attention.explicit():
        while run.running:
            batch = feed.batch()
            run.update(fit(model, run, seq, book, batch), len(batch))
            run.checkpoint(model.plain, validate, ["loss"])


if __name__ == "__main__":
    main()
