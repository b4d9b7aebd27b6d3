"""Why the modules are trained apart: where the variance of every reward comes from.

    python -m training.post.split      -> RUNS/post/split/{split.json,split.md}

Each prompt gets grids that branch as in training, and each grid the same seeds of the decoder. What a module does not
control is noise in its advantage.
"""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import torch

from ..codebook import Codebook
from ..journal import Journal
from ..reader import read
from ..settings import settings
from ..vae import Vae
from . import decoder
from .ar import Graded, Policy, Prompts, by_references
from .branch import Group, groups
from .painter import Painter, load
from .rewarding import Rewards
from .variance import components, split


def crossed(group: Group, graded: Graded, rewards: Rewards, painter: Painter, s, seed: int) -> dict[str, np.ndarray]:
    """Rewards [grids, seeds] of one prompt, by name."""
    case = graded.case(group.task)
    grids = torch.from_numpy(np.stack([m.grid for m in group.members[: s.grids]]))
    by_seed: dict[str, list] = {}
    for k in range(s.seeds):
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            # every grid begins from the same noise, so that the seeds are crossed with the grids
            x = torch.cat([painter.rollout(case, g.view(1, 8, 8), seed + k)[0] for g in grids])
        pictures = painter.pictures(case, x)
        each = rewards.of_grids(pictures, group.task)
        own = decoder.graded(rewards, case, pictures)
        each |= {("letters, sureness" if name == "letters" else name): r for name, r in own.items()}
        each["checker, codes"] = rewards.by_codes(list(grids.numpy()), group.task)
        seen = read(rewards.tower, pictures).numpy()
        each["checker, pixels"] = np.array([rewards.from_pixels.score(q, group.task) for q in seen])
        for name, r in each.items():
            by_seed.setdefault(name, []).append(r)
    return {name: np.stack(r, 1) for name, r in by_seed.items()}


def table(found: dict[str, list[np.ndarray]]) -> dict[str, dict]:
    out = {}
    for name, rows in found.items():
        r = np.stack(rows)
        shares, parts = split(r), components(r)
        out[name] = {
            "prompts": len(r),
            "mean": round(float(r.mean()), 3),
            **{k: round(v, 3) for k, v in (shares or {"grid": 0.0, "seed": 0.0, "both": 0.0}).items()},
            **{f"spread by {k}": round(v**0.5, 4) for k, v in parts.items()},
        }
    return out


def markdown(rows: dict[str, dict]) -> str:
    columns = list(next(iter(rows.values())))
    lines = ["| | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    lines += [f"| {name} | " + " | ".join(str(row[c]) for c in columns) + " |" for name, row in rows.items()]
    return "\n".join(lines) + "\n"


def main():
    s = settings("post.split")
    torch.set_num_threads(s.threads)
    log, book = Journal(s.folder), Codebook(s.start / "training/codebook.npz")
    policy = Policy(SimpleNamespace(theta=s.theta, objective="grpo"), book, s.start)
    prompts, rewards = Prompts(book, policy.seq, s), Rewards(s.start, book)
    painter = Painter(load(book, s.start).eval(), Vae(s.start), SimpleNamespace(steps=s.steps))
    graded = Graded(SimpleNamespace(pixels=True), rewards, painter)
    found: dict[str, list[np.ndarray]] = {}
    seed, used = s.first_seed, 0
    while used < s.prompts:
        some = []
        while len(some) < s.at_once:
            seed += 1
            if row := prompts.row(seed):
                some.append(row)
        for rows in by_references(some):
            with torch.autocast("cpu", torch.bfloat16):
                made, _ = groups(policy.model, policy.seq, [q[0] for q in rows], [q[1] for q in rows], s, seed)
            for group in made:
                if len(group.members) < s.grids or used >= s.prompts:
                    continue
                used += 1
                for name, r in crossed(group, graded, rewards, painter, s, seed * 100).items():
                    found.setdefault(name, []).append(r)
        log.write(prompts=used)
    rows = table(found)
    (s.folder / "split.json").write_text(json.dumps(rows, indent=1))
    (s.folder / "split.md").write_text(markdown(rows))
    print(markdown(rows))


if __name__ == "__main__":
    main()
