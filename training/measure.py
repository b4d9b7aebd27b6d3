"""Figures of an assembled folder by codes: `python -m training.measure model=DIR first=900100000`. References are
read from pixels by the vision tower.

Sampled ids equal to the oracle's: all cells, drawings complete, whole grids, words spelt right; and codes read from
rendered pictures equal to the oracle's.
"""

import json

import numpy as np
import torch

from .codebook import Codebook
from .draw import Mini
from .render import render
from .sampler import sample
from .settings import settings
from .task import MAKE, task


def main():
    s = settings("measure")
    torch.set_num_threads(s.threads)
    m = Mini(s.model)
    book = Codebook(f"{s.model}/training/codebook.npz")
    lm = m.ar.model.language_model
    for kind in s.kinds or MAKE:
        tasks = [task(s.first + k, kind) for k in range(s.count)]
        pictures = [render(q) for t in tasks for q in t["references"]]
        read = m.read(pictures).numpy() if pictures else []
        true = np.array([book.ids(q) for t in tasks for q in t["references"]])
        each = iter(read)
        rows = [(t["text"], [next(each) for _ in t["references"]]) for t in tasks]
        with torch.autocast("cpu", torch.bfloat16):
            got = sample(lm.embed_tokens, lm, m.ar.lm_head, m.seq, rows, s.temperature, s.top_p, s.seed)
        want = np.stack([book.ids(t["target"]) for t in tasks])
        same, drawing = got == want, want >= book.first_drawing
        letter = (want >= book.first_letter) & ~drawing
        mean = lambda v: round(float(np.mean(v)), 3) if len(v) else None
        print(
            json.dumps(
                {
                    "kind": kind,
                    "n": len(tasks),
                    "cells": mean(same),
                    "drawings": mean([e[d].all() for e, d in zip(same, drawing) if d.any()]),
                    "whole": mean(same.all(1)),
                    "words": mean([e[x].all() for e, x in zip(same, letter) if x.any()]),
                    "words n": int(letter.any(1).sum()),
                    "read": mean(read == true) if pictures else None,
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
