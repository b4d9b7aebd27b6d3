"""The recogniser of the evaluation: which subject in which style stands in a block of 128 x 128 px, or nothing. Never
a loss or a reward of the model.

    PALIMPSEST_RUNS=... python -m eval.train_classifier [minutes=14]     -> eval/classifier.onnx

Input [N, 3, 64, 64] in [0, 1] (a block reduced by two); outputs subject logits [N, atlas rows + 1] (the last is
"nothing here") and style logits [N, 4]. Trained on compositions that the generator never draws: any offset, size,
background crop, tint, blur and noise, half drawings of neighbours and faint ghosts as "nothing", and on pictures that
went through the VAE. It knows the held-out subjects, since it must recognise them; the generator does not. Export
needs the package onnx.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

from training import background as bg
from training.paths import RUNS
from training.place import CELL, PLACES
from training.render import atlas_names, block
from training.style import STYLES
from training.vae import Vae
from training.word import INKS, LETTERS, letter

HERE = Path(__file__).resolve().parent
SIDE, GROUND = 64, 128
SIZES = (54, 58, 62, 66)
LINE = STYLES.index("line")
BATCH, FROM_VAE = 96, 24


class Net(nn.Module):
    """Six convolutions, 0.42 M parameters."""

    def __init__(self, subjects: int):
        super().__init__()
        widths, strides = (3, 32, 64, 96, 128, 160, 160), (2, 2, 2, 1, 2, 1)
        self.body = nn.Sequential(
            *[
                nn.Sequential(
                    nn.Conv2d(a, b, 3 if k < 5 else 1, s, 1 if k < 5 else 0, bias=False), nn.BatchNorm2d(b), nn.ReLU()
                )
                for k, (a, b, s) in enumerate(zip(widths, widths[1:], strides))
            ]
        )
        # where a part stands matters: the last map is read cell by cell, coarsely
        self.subject, self.style = nn.Linear(160 * 5, subjects + 1), nn.Linear(160 * 5, len(STYLES))

    def forward(self, x):
        f = self.body(x * 2 - 1)
        f = torch.cat([F.avg_pool2d(f, 2).flatten(1), F.max_pool2d(f, 4).flatten(1)], 1)
        f = F.dropout(f, 0.2, self.training)
        return self.subject(f), self.style(f)


class Parts:
    """Every drawing in several sizes, every background at half size, some letters; float32 in [0, 1], premultiplied."""

    def __init__(self):
        n = len(atlas_names())
        self.n, self.looks = n, {}
        for i in range(n):
            for s, name in enumerate(STYLES):
                for white in (False, True) if s == LINE else (False,):
                    im = block(i, name, white)
                    self.looks[i, s, white] = [
                        np.asarray(im.resize((z, z), Image.BOX), np.float32) / 255 for z in SIZES
                    ]
        self.grounds = [
            np.asarray(bg.background(*g).resize((GROUND, GROUND), Image.BOX), np.float32) / 255
            for g in bg.all_backgrounds()
        ]
        self.dark = [bg.is_dark(*g) for g in bg.all_backgrounds()]
        self.letters = [
            np.asarray(letter(c, ink).convert("RGBa").resize((16, 16), Image.BOX), np.float32) / 255
            for c in LETTERS
            for ink in INKS
        ]


def lay(canvas, part, y, x, alpha=1.0):
    h, w = part.shape[:2]
    a, b, c, d = max(0, y), min(SIDE, y + h), max(0, x), min(SIDE, x + w)
    if a < b and c < d:
        q = part[a - y : b - y, c - x : d - x] * alpha
        canvas[a:b, c:d] = canvas[a:b, c:d] * (1 - q[..., 3:]) + q[..., :3]


def compose(r: np.random.Generator, p: Parts):
    """One block with its labels."""
    g = r.integers(len(p.grounds))
    y, x = r.integers(0, GROUND - SIDE + 1, 2)
    canvas = p.grounds[g][y : y + SIDE, x : x + SIDE].copy()
    style = int(r.integers(4))
    white = style == LINE and p.dark[g]

    def look(at):
        return p.looks[int(r.integers(p.n)) if at is None else at, style, white][r.integers(len(SIZES))]

    if r.random() < 0.45:  # a part of a neighbour
        far = int(r.integers(26, 60)) * (1 if r.random() < 0.5 else -1)
        other = (
            int(r.integers(-32, 33)) if r.random() < 0.6 else int(r.integers(26, 60)) * (1 if r.random() < 0.5 else -1)
        )
        part = look(None)
        oy, ox = (far, other) if r.random() < 0.5 else (other, far)
        lay(canvas, part, (SIDE - len(part)) // 2 + oy, (SIDE - len(part)) // 2 + ox)
    if r.random() < 0.15:
        for k in range(r.integers(1, 5)):
            lay(canvas, p.letters[r.integers(len(p.letters))], 16 * int(r.integers(0, 4)), 16 * k)
    subject = p.n
    q = r.random()
    if q < 0.74:
        subject = int(r.integers(p.n))
        part = look(subject)
        dy, dx = r.integers(-4, 5, 2)
        lay(
            canvas,
            part,
            (SIDE - len(part)) // 2 + int(dy),
            (SIDE - len(part)) // 2 + int(dx),
            1.0 if r.random() < 0.8 else r.uniform(0.75, 1),
        )
    elif q < 0.8:  # a ghost is not a drawing
        part = look(None)
        lay(canvas, part, (SIDE - len(part)) // 2, (SIDE - len(part)) // 2, r.uniform(0.05, 0.3))
    return canvas, subject, style


def spoil(r: np.random.Generator, x: torch.Tensor) -> torch.Tensor:
    """Tint, contrast, blur, noise and holes of a batch [N, 3, 64, 64]."""
    n = len(x)
    u = lambda a, b, *s: torch.from_numpy(r.uniform(a, b, (n, *s)).astype(np.float32))
    x = (x - 0.5) * u(0.85, 1.15, 1, 1, 1) + 0.5 + u(-0.06, 0.06, 3, 1, 1)
    small = F.interpolate(
        F.interpolate(x, scale_factor=0.6, mode="bilinear", antialias=True), size=x.shape[2:], mode="bilinear"
    )
    mix = u(0, 1, 1, 1, 1) * (u(0, 1, 1, 1, 1) < 0.5)
    x = x + mix * (small - x)
    x = x + torch.randn(x.shape) * u(0, 0.05, 1, 1, 1)
    return x.clamp(0, 1)


def round_trips(vae, r: np.random.Generator, p: Parts, count: int):
    """Blocks of whole 256-px compositions after the VAE: [count, 3, 64, 64], labels. Every picture gives its drawings
    and one empty place.
    """
    xs, subjects, styles = [], [], []
    lattice = [
        ("left", "right"),
        ("top", "bottom"),
        ("center",),
        ("top left", "bottom right"),
        ("top right", "bottom left"),
        ("top", "bottom left", "bottom right"),
    ]
    while len(xs) < count:
        ims, placed = [], []
        for _ in range(8):
            g = bg.all_backgrounds()[r.integers(len(p.grounds))]
            im, st, items = bg.background(*g).copy(), int(r.integers(4)), []
            for where in lattice[r.integers(len(lattice))]:
                s = int(r.integers(p.n))
                d = block(s, STYLES[st], STYLES[st] == "line" and bg.is_dark(*g)).convert("RGBA")
                im.paste(d, (CELL[where][1] * 32, CELL[where][0] * 32), d)
                items.append((where, s))
            ims.append(im)
            placed.append((st, items))
        with torch.no_grad():
            out = vae.decode(vae.encode(ims))
        for im, (st, items) in zip(out, placed):
            half = np.asarray(im.resize((128, 128), Image.BOX), np.float32) / 255
            taken = dict(items)
            empty = [w for w in PLACES if w not in taken]
            for where, s in [*items, (empty[r.integers(len(empty))], p.n)]:
                y, x = (c * 16 for c in CELL[where])
                xs.append(half[y : y + SIDE, x : x + SIDE])
                subjects.append(s)
                styles.append(st)
    return np.stack(xs).transpose(0, 3, 1, 2), np.array(subjects), np.array(styles)


def fuse(net: Net) -> Net:
    for k, part in enumerate(net.body):
        net.body[k] = nn.Sequential(torch.nn.utils.fusion.fuse_conv_bn_eval(part[0], part[1]), nn.ReLU())
    return net


class RoundTrips:
    """Blocks that went through the VAE: most for training, some to look at."""

    def __init__(self, r: np.random.Generator, p: Parts, count: int = 1500, held: int = 400):
        blocks = round_trips(Vae(HERE.parent / "models/mini"), r, p, count)
        self.held, self.train = [x[:held] for x in blocks], [x[held:] for x in blocks]


def batch(r: np.random.Generator, p: Parts, trips: RoundTrips):
    """Compositions and round trips: pictures, subjects, looks."""
    made = [compose(r, p) for _ in range(BATCH - FROM_VAE)]
    x, subjects, styles = trips.train
    pick = r.integers(0, len(x), FROM_VAE)
    pictures = np.stack([i[0] for i in made]).transpose(0, 3, 1, 2)
    subject = np.concatenate([[i[1] for i in made], subjects[pick]])
    style = np.concatenate([[i[2] for i in made], styles[pick]])
    return torch.from_numpy(np.concatenate([pictures, x[pick]])), torch.from_numpy(subject), torch.from_numpy(style)


def fit(net: Net, p: Parts, x, subject, style) -> torch.Tensor:
    a, b = net(x)
    there = subject < p.n
    return F.cross_entropy(a, subject, label_smoothing=0.05) + 0.5 * F.cross_entropy(b[there], style[there])


@torch.no_grad()
def verdict(net: Net, p: Parts, trips: RoundTrips) -> str:
    """Shares of held-out round trips that are recognised."""
    net.eval()
    x, subject, style = trips.held
    a, b = (y.argmax(1).numpy() for y in net(torch.from_numpy(x)))
    net.train()
    there, right = subject < p.n, a == subject
    return (
        f"subject {right[there].mean():.3f} nothing {right[~there].mean():.3f} style {(b == style)[there].mean():.3f}"
    )


def export(net: Net):
    torch.onnx.export(
        fuse(net.eval()),
        (torch.rand(2, 3, SIDE, SIDE),),
        HERE / "classifier.onnx",
        input_names=["blocks"],
        output_names=["subject", "style"],
        dynamic_axes={n: {0: "n"} for n in ("blocks", "subject", "style")},
        dynamo=False,
    )


def main():
    minutes = float(next((a.split("=")[1] for a in sys.argv if a.startswith("minutes=")), 14))
    torch.set_num_threads(1)
    torch.manual_seed(0)
    r, p = np.random.default_rng(1), Parts()
    trips, net = RoundTrips(r, p), Net(p.n)
    # Time sets the length, so the rate follows the clock; processor time, because the machine is shared.
    begin, most = time.process_time(), minutes * 60
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    step = 0
    while (done := (time.process_time() - begin) / most) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 2.5e-3 * min(1, step / 100, (1.02 - done) / 0.6)
        x, subject, style = batch(r, p, trips)
        loss = fit(net, p, spoil(r, x), subject, style)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 200 == 0:
            print(f"step {step} done {done:.2f} loss {loss.item():.3f} {verdict(net, p, trips)}", flush=True)
    torch.save(net.state_dict(), RUNS / "classifier.pt")
    export(net)
    print("written", (HERE / "classifier.onnx").stat().st_size)


if __name__ == "__main__":
    main()
