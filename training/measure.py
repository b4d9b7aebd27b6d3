"""Held-out figures of an assembled folder: `python -m training.measure model=models/mini`. Test seeds; references are read from pixels by the vision tower.

Sampled ids equal to the oracle's: all cells, cells of drawings, whole pictures, words spelt right; codes read from rendered pictures equal to the oracle's.
"""
import json

import numpy as np
import torch

from .codebook import Codebook
from .draw import Mini
from .render import render
from .settings import settings
from .task import KINDS, task
from .word import LETTERS, cells

FIRST = 950_000_000


def main():
    s = settings("measure")
    torch.set_num_threads(1)
    m = Mini(s.model)
    book = Codebook(f"{s.model}/training/codebook.npz")
    out = {}
    for kind in KINDS:
        same, drawing, whole, spelt, read = [], [], [], [], []
        for k in range(s.t2i if kind == "t2i" else s.edits):
            t = task(FIRST + k, kind)
            refs = [m.read([render(q)])[0].numpy() for q in t["references"]]
            read += [(a == book.ids(q)).mean() for a, q in zip(refs, t["references"])]
            want = book.ids(t["target"])
            got = m.ids(t["text"], refs, k, s.temperature, s.top_p).numpy()
            d = want >= book.first_drawing
            same.append((got == want).mean())
            whole.append((got == want).all())
            drawing += (got == want)[d].tolist()
            if t["target"]["text"]:
                row, col, n = cells(t["target"]["text"])
                spelt.append(all((got[row * 8 + col + j] - book.first_letter) % len(LETTERS) == LETTERS.index(c) and book.first_letter <= got[row * 8 + col + j] < book.first_drawing
                                 for j, c in enumerate(t["target"]["text"]["word"])))
        mean = lambda v: round(float(np.mean(v)), 3) if len(v) else None
        out[kind] = dict(cells=mean(same), drawing=mean(drawing), whole=mean(whole), words=mean(spelt), words_n=len(spelt), read=mean(read), n=len(same))
        print(json.dumps({kind: out[kind]}), flush=True)


if __name__ == "__main__":
    main()
