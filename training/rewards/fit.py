"""Fits the rewards that have weights of their own: tidiness (and the second net that judges it), and the layers of the
perceptual distance.

    python -m training.rewards.fit      -> RUNS/rewards/{tidiness,tidiness-judge,distance}.pt
"""

from __future__ import annotations

import random

import torch

from ..codebook import Codebook
from ..journal import Journal
from ..reader import Reader, load_meta
from ..render import render
from ..scene import random_scene
from ..settings import settings
from .distance import Distance, parts
from .faults import DRAWING_FAULTS, STRENGTHS, faulty
from .judges import FarEye
from .tidiness import JUDGE_FAULTS, REWARD_FAULTS, Tidiness, pair_loss, tower_cells


def tower_of(folder) -> Reader:
    """The vision tower of an assembled folder."""
    book = Codebook(folder / "training/codebook.npz")
    model = Reader(book, load_meta(folder / "training")).eval()
    model.load(folder, book)
    return model.requires_grad_(False)


def scene(seed: int) -> dict:
    """A scene with at least one drawing."""
    r = random.Random(f"reward scene {seed}")
    return random_scene(r, r.choices((1, 2, 3), (60, 28, 12))[0], alike=0.1)


def pair(seed: int, names) -> tuple:
    """(better, worse): a scene's render and a fault, or a weak and a strong fault of one kind."""
    r, q = random.Random(f"pair {seed}"), scene(seed)
    name, strong = r.choice(names), r.choice(STRENGTHS)
    weak = r.randrange(strong) if r.random() < 0.5 else 0
    return (render(q) if weak == 0 else faulty(name, q, seed, weak)), faulty(name, q, seed, strong)


def fit_tidiness(names, first_seed: int, pairs: int, cells_of, s, seed: int, log: Journal) -> Tidiness:
    """Bradley and Terry's model over pairs whose features are computed once; the last tenth of them is held out."""
    torch.manual_seed(seed)
    better, worse = [], []
    for k in range(0, pairs, 16):
        some = [pair(first_seed + n, names) for n in range(k, min(k + 16, pairs))]
        better.append(cells_of([a for a, _ in some]))
        worse.append(cells_of([b for _, b in some]))
    a, b = torch.cat(better), torch.cat(worse)
    model, held = Tidiness(a.size(-1)), len(a) // 10
    optimiser = torch.optim.AdamW(model.parameters(), lr=s.rate, weight_decay=0.05)
    for step in range(s.steps):
        at = torch.randint(len(a) - held, (s.batch,))
        for group in optimiser.param_groups:
            group["lr"] = s.rate * min(1, (step + 1) / 20) * (1 - step / s.steps)
        loss = pair_loss(model(a[at]), model(b[at]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % 200 == 0:
            with torch.no_grad():
                right = (model(a[-held:]) > model(b[-held:])).float().mean().item()
            log.write(net=f"tidiness {seed}", step=step + 1, loss=round(loss.item(), 4), held=round(right, 3))
    return model.eval()


def fit_distance(tower, s, log: Journal) -> Distance:
    """Weak faults must lie nearer to the render than strong ones; the distance to another scene becomes 1."""
    scenes = [scene(s.first_seed + k) for k in range(s.scenes)]
    truth, names = [render(q) for q in scenes], list(DRAWING_FAULTS)
    near, far = [], []
    for k, q in enumerate(scenes):
        some = random.Random(k).sample(names, s.faults)
        made = [[faulty(n, q, k, strength) for strength in STRENGTHS] for n in some]
        d = parts(tower, [truth[k]] * (len(some) * len(STRENGTHS)), [p for row in made for p in row])
        d = d.view(len(some), len(STRENGTHS), -1)
        near += [d[:, 0], d[:, 1]]
        far += [d[:, 1], d[:, 2]]
    others = parts(tower, truth, truth[1:] + truth[:1])
    near, far, unit = torch.cat(near), torch.cat(far), others.mean(0)
    model = Distance()
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(300):
        weights = torch.nn.functional.softplus(model.raw) / (torch.nn.functional.softplus(model.raw) * unit).sum()
        loss = pair_loss(far @ weights * 20, near @ weights * 20)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        model.scale.copy_(model(others).mean())
        right = (model(far) > model(near)).float().mean().item()
    shares = torch.nn.functional.softplus(model.raw) * unit
    log.write(net="distance", right=round(right, 3), shares=[round(v, 3) for v in (shares / shares.sum()).tolist()])
    return model.eval()


def main():
    s = settings("rewards.fit")
    torch.set_num_threads(s.threads)
    log = Journal(s.folder)
    if "distance" in s.parts:
        torch.save(fit_distance(tower_of(s.start), s, log).state_dict(), s.folder / "distance.pt")
    if "tidiness" in s.parts:
        tower = tower_of(s.start)
        model = fit_tidiness(REWARD_FAULTS, s.first_seed, s.pairs, lambda p: tower_cells(tower, p), s, 1, log)
        torch.save(model.state_dict(), s.folder / "tidiness.pt")
    if "judge" in s.parts:
        eye = FarEye()
        model = fit_tidiness(JUDGE_FAULTS, s.first_seed + 10_000_000, s.judge_pairs, eye.cells, s, 2, log)
        torch.save(model.state_dict(), s.folder / "tidiness-judge.pt")


if __name__ == "__main__":
    main()
