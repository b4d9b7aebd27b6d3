"""Ablation: semantic against plain VQ tokens. The same AR from the same first weights, the same scenes (one 3D
drawing, any place and background).

    python -m training.plain_vq codes=semantic    codes of the scene graph, embeddings that share their features
    python -m training.plain_vq codes=free        the same codes, embeddings without features
    python -m training.plain_vq codes=plain       k-means over the VAE latents of cells, as many codes

Prints a JSON line a step of `every` samples: ids and subjects are judged on sampled grids. A grid becomes latents by
the mean latent of each of its codes, in every variant alike, so that no decoder favours one.
"""

from __future__ import annotations

import json
import random

import numpy as np
import torch
import torch.nn.functional as F

from . import attention
from .codebook import Codebook, preview
from .models import load_meta
from .optimiser import MuonAdam, groups, rate
from .paths import RUNS
from .place import CELL
from .render import render
from .sampler import sample
from .sequence import Sequence
from .settings import settings
from .subject import NAMES
from .task import task
from .train_ar import ADAM, FIRST_VALIDATION, Generator, compiled
from .vae import Vae

LENGTH = 120  # tokens of a row


def whole_grids(ids: np.ndarray) -> np.ndarray:
    """The preview and the large grid."""
    return np.concatenate([preview(ids), ids])


def single(seed: int, count: int) -> list[dict]:
    """Tasks with one 3D drawing and no word."""
    out = []
    while len(out) < count:
        t = task(seed, "t2i")
        seed += 1
        q = t["target"]
        if len(q["items"]) == 1 and q["style"] == "3d" and not q["text"]:
            out.append(t)
    return out


def cells_of(latents: torch.Tensor) -> torch.Tensor:
    """[B, 16, 32, 32] -> [B, 64, 256]."""
    return F.unfold(latents, 4, stride=4).transpose(1, 2)


def clusters(x: torch.Tensor, k: int, rounds: int = 12) -> torch.Tensor:
    """Centres of k-means; empty ones are put on random rows."""
    g = torch.Generator().manual_seed(0)
    centres = x[torch.randperm(len(x), generator=g)[:k]]
    for _ in range(rounds):
        near = nearest(x, centres)
        total = torch.zeros_like(centres).index_add_(0, near, x)
        n = torch.bincount(near, minlength=k)
        centres = torch.where(
            n[:, None] > 0, total / n.clamp(min=1)[:, None], x[torch.randint(len(x), (k,), generator=g)]
        )
    return centres


def nearest(x: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    half = centres.pow(2).sum(1) / 2
    return torch.cat([(half - rows @ centres.T).argmin(1) for rows in x.split(4096)])


def judged(got: np.ndarray, tests: list[dict], table: torch.Tensor, truth: torch.Tensor, vae, r: random.Random) -> dict:
    """Subjects told from 15 others by the latents of their block, and PSNR (dB) of decoded grids to the decoded
    ground truth.
    """
    made = table[torch.from_numpy(got)]
    right = []
    for cells, t in zip(made, tests):
        q, item = t["target"], t["target"]["items"][0]
        names = [item["subject"], *r.sample([k for k in range(len(NAMES)) if k != item["subject"]], 15)]
        seen = cells_of(vae.encode([render({**q, "items": [{**item, "subject": k}]}) for k in names])).view(
            16, 8, 8, 256
        )
        row, col = CELL[item["place"]]
        block = cells.view(8, 8, 256)[row : row + 4, col : col + 4]
        right.append(int((seen[:, row : row + 4, col : col + 4] - block).pow(2).sum((1, 2, 3)).argmin()) == 0)
    back = lambda c: F.fold(c.transpose(1, 2), 32, 4, stride=4)
    a, b = (np.stack([np.asarray(p, np.float32) for p in vae.decode(back(c))]) for c in (made, truth))
    return {
        "subject, 1 of 16": round(float(np.mean(right)), 3),
        "PSNR": round(
            float(np.mean([10 * np.log10(255**2 / max(((x - y) ** 2).mean(), 1e-6)) for x, y in zip(a, b)])), 2
        ),
    }


class Data:
    """Latents and codes of the training scenes and of the held-out ones, and the mean latent of every code."""

    def __init__(self, s, book: Codebook, vae):
        self.train, self.tests = single(s.first_seed, s.scenes), single(FIRST_VALIDATION, s.held)
        latents, self.truth = self.encoded(vae, self.train), self.encoded(vae, self.tests)
        if s.codes == "plain":
            centres = clusters(latents.reshape(-1, 256), book.size - 1)
            coded = lambda x: nearest(x.reshape(-1, 256), centres).view(-1, 64).numpy()
            self.ids, self.want = coded(latents), coded(self.truth)
        else:
            self.ids, self.want = (np.stack([book.ids(t["target"]) for t in q]) for q in (self.train, self.tests))
        flat = torch.from_numpy(self.ids).flatten()
        self.uses = torch.bincount(flat, minlength=book.size)
        total = torch.zeros(book.size, 256).index_add_(0, flat, latents.reshape(-1, 256))
        self.table = total / self.uses.clamp(min=1)[:, None]

    @staticmethod
    def encoded(vae, tasks: list[dict], at_once: int = 16) -> torch.Tensor:
        some = (tasks[k : k + at_once] for k in range(0, len(tasks), at_once))
        return torch.cat([cells_of(vae.encode([render(t["target"]) for t in q])) for q in some])


def report(s, model, seq, book: Codebook, data: Data, vae, samples: int, loss: list[float]):
    """Prints what sampled grids of the held-out prompts are worth."""
    model.eval()
    prompts = [(t["text"], []) for t in data.tests]
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        got = sample(model.input, model.lm, model.logits, seq, prompts, s.temperature, s.top_p).clip(0, book.size - 1)
    model.train()
    figures = judged(got, data.tests, data.table, data.truth, vae, random.Random(1))
    nats = round(float(np.mean(loss)), 3) if loss else None
    same = round(float((got == data.want).mean()), 3)
    print(json.dumps({"codes": s.codes, "samples": samples, "nats": nats, "ids": same, **figures}), flush=True)


def fit(model, seq: Sequence, rows: list) -> torch.Tensor:
    inputs, at, labels = seq.batch(rows, LENGTH)
    mask = labels >= 0
    with torch.autocast("cpu", torch.bfloat16):
        logits = model.logits(model(inputs, at)[mask])
    return F.cross_entropy(logits.float(), labels[mask])


def main():
    s = settings("plain_vq")
    torch.set_num_threads(1)
    book, meta, vae = Codebook(RUNS / "codebook/codebook.npz"), load_meta(RUNS / "processor"), Vae(s.start)
    seq = Sequence(RUNS / "processor/tokenizer.json", meta)
    data = Data(s, book, vae)
    torch.manual_seed(s.seed)
    model = Generator(book, meta, s.theta, seq.tokenizer)
    if s.codes != "semantic":
        for embedding in (model.input, model.head):
            embedding.features.zero_()
    optimiser = MuonAdam(groups(model, s.muon, s.adam, 0.02, ADAM))
    compiled(model)
    ceiling = judged(data.want, data.tests, data.table, data.truth, vae, random.Random(1))
    print(json.dumps({"codes": s.codes, "ceiling": ceiling, "used": int((data.uses > 0).sum())}), flush=True)
    r, loss = random.Random(s.seed), []
    with attention.explicit():
        for samples in range(0, s.samples, s.batch):
            for group in optimiser.param_groups:
                group["lr"] = group["base"] * rate(samples / s.samples, warm=s.warm, decay=s.decay)
            some = [r.randrange(len(data.train)) for _ in range(s.batch)]
            each = fit(model, seq, [(data.train[k]["text"], [], whole_grids(data.ids[k])) for k in some])
            optimiser.zero_grad()
            each.backward()
            optimiser.step()
            loss.append(each.item())
            if (samples + s.batch) % s.every < s.batch:
                report(s, model, seq, book, data, vae, samples + s.batch, loss)
                loss = []


if __name__ == "__main__":
    main()
