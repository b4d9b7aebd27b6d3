"""Figures of an assembled folder by codes: `python -m training.measure model=DIR first=900100000`. References are read
from pixels by the vision tower.

Shares of sampled grids in which the drawings, the ground, the word and all of it are what the text asks for, and of
codes read from rendered pictures that are the oracle's.
"""

import json

import numpy as np
import torch

from .background import NATURAL
from .codebook import Codebook
from .draw import Mini
from .grid import GridReader
from .render import render
from .sampler import sample
from .settings import settings
from .task import task

PARTS = ("drawings", "ground", "word", "whole")


def mean(values) -> float | None:
    return round(float(np.mean(values)), 3) if len(values) else None


def measured(m: Mini, book: Codebook, judge: GridReader, tasks: list[dict], s) -> dict:
    """Figures of tasks of one kind."""
    scenes = [q for t in tasks for q in t["references"]]
    read = m.read([render(q) for q in scenes]).numpy() if scenes else []
    right = [ids == book.ids(q) for ids, q in zip(read, scenes) if q["kind"] != NATURAL]
    each = iter(read)
    rows = [(t["text"], [next(each) for _ in t["references"]]) for t in tasks]
    lm = m.ar.model.language_model
    with torch.autocast("cpu", torch.bfloat16):
        got = sample(lm.embed_tokens, lm, m.ar.lm_head, m.seq, rows, s.temperature, s.top_p, s.seed)
    verdicts = [judge.judge(ids, t["target"], t["open"]) for ids, t in zip(got, tasks)]
    return {**{part: mean([v[part] for v in verdicts]) for part in PARTS}, "read": mean(right)}


def main():
    s = settings("measure")
    torch.set_num_threads(s.threads)
    m, book = Mini(s.model), Codebook(f"{s.model}/training/codebook.npz")
    judge = GridReader(book)
    for kind in s.kinds:
        tasks = [task(s.first + k, kind) for k in range(s.count)]
        print(json.dumps({"kind": kind, "n": len(tasks), **measured(m, book, judge, tasks, s)}), flush=True)


if __name__ == "__main__":
    main()
