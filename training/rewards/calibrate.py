"""What every reward and its judge make of renders, renders through the VAE, planted faults and other scenes.

    python -m training.rewards.calibrate      -> RUNS/rewards/calibration.{json,md}

A reward that is any good is 1 for the render, falls with the strength of a fault, and is lowest for another scene.
"""

from __future__ import annotations

import json
import random

import numpy as np
import torch

from ..codebook import Codebook
from ..post.rewarding import Rewards, fitted
from ..reader import read
from ..render import render
from ..scene import random_scene
from ..settings import settings
from ..vae import Vae
from . import distance, parts
from .checker import Checker, blocks
from .faults import DRAWING_FAULTS, SCENE_FAULTS, STRENGTHS, WORD_FAULTS, faulty
from .judges import FAR_WIDTH, FarEye, Recogniser, judge_reader
from .letters import Reader
from .parts import HANDS
from .tidiness import JUDGE_FAULTS, REWARD_FAULTS, Tidiness, tower_cells

KINDS = ("render", "through the VAE", "another scene")
PART_FAULTS = ("smear", "mirrored", "shifted", "swapped")


def scenes(first: int, count: int, words: float) -> list[dict]:
    out = []
    for k in range(count):
        r = random.Random(f"calibration {first + k}")
        out.append(random_scene(r, r.choices((1, 2), (70, 30))[0], words))
    return out


def as_task(scene: dict) -> dict:
    """A task that says everything about its scene."""
    return {"kind": "t2i", "references": [], "target": scene, "text": "", "open": {"ground": False, "place": False}}


class Table:
    """Values of one scorer: by kind of picture, and by fault and strength, scene by scene."""

    def __init__(self):
        self.plain: dict[str, list[float]] = {k: [] for k in KINDS}
        self.faults: dict[str, list[list[float]]] = {}

    def row(self) -> dict:
        every = [v for rows in self.faults.values() for v in rows]
        tops = [top for rows in self.faults.values() for top, *_ in rows]
        out = {k: mean(v) for k, v in self.plain.items()}
        for s in STRENGTHS:
            out[f"fault {s}"] = mean([v[s] for v in every if len(v) > s])
        pairs = [v[a] > v[b] for v in every for a in range(1, len(v)) for b in range(a + 1, len(v))]
        out["render above fault"] = mean([v[0] > x for v in every for x in v[1:]])
        out["weak above strong"] = mean(pairs)
        out["n"] = len(self.plain["render"]) or len(tops)
        return out

    def by_fault(self) -> dict:
        return {
            name: {**{str(s): mean([v[s] for v in rows if len(v) > s]) for s in STRENGTHS},
                   "below render": mean([v[0] > x for v in rows for x in v[1:]])}
            for name, rows in self.faults.items()
        }  # fmt: skip


def mean(values) -> float | None:
    return round(float(np.mean(values)), 3) if len(values) else None


class Scorers:
    """All rewards and judges as functions of (pictures, scene, truth) -> [B]."""

    def __init__(self, s):
        self.book = Codebook(s.start / "training/codebook.npz")
        self.rewards = Rewards(s.start, self.book)
        self.eye = FarEye()
        self.second = fitted("tidiness-judge", Tidiness(FAR_WIDTH))
        self.recogniser = Recogniser(s.recogniser) if s.recogniser else Recogniser()
        self.readers: dict[str, Reader] = {"reward": self.rewards.reader, "judge": judge_reader()}
        self.far = 1.0

    def checker(self, pictures, scene, truth):
        codes = read(self.rewards.tower, pictures).numpy()
        return np.array([self.rewards.from_pixels.score(ids, as_task(scene)) for ids in codes])

    def recognised(self, pictures, scene, truth):
        found = [self.recogniser.scene(p, scene, False) for p in pictures]
        return np.array([(q["subject"] + q["look"]) / 2 for q in found])

    def tidy(self, pictures, scene, truth):
        return self.rewards.tidiness.score(tower_cells(self.rewards.tower, pictures))

    def tidy_judge(self, pictures, scene, truth):
        return self.second.score(self.eye.cells(pictures))

    def near(self, pictures, scene, truth):
        return self.rewards.distance.score(distance.parts(self.rewards.tower, pictures, [truth] * len(pictures)))

    def near_judge(self, pictures, scene, truth):
        return 1 - self.eye.distances(pictures, [truth] * len(pictures)) / self.far

    def part(self, pictures, scene, truth):
        ids = np.broadcast_to(np.where(blocks(scene).reshape(64), self.book.ids(scene), 0), (len(pictures), 64))
        return parts.score(self.rewards.tower, pictures, truth, ids, self.book.first_drawing)

    def word(self, which: str, graded: int):
        return lambda pictures, scene, truth: np.array(
            [self.readers[which].read(p, scene["text"])[graded] for p in pictures]
        )


def fill(table: Table, score, scene, truth, back, other, faults: dict):
    """One scene into a table; `faults`: name -> pictures of growing strength."""
    every = [truth, back, other, *[p for some in faults.values() for p in some]]
    values = [float(v) for v in score(every, scene, truth)]
    for kind, v in zip(("render", "through the VAE", "another scene"), values):
        table.plain[kind].append(v)
    at = 3
    for name, some in faults.items():
        table.faults.setdefault(name, []).append([values[0], *values[at : at + len(some)]])
        at += len(some)


def codes_table(book: Codebook, chosen: list[dict]) -> Table:
    """The checker on codes: faults of the scene, and single wrong cells of drawings."""
    table, checker = Table(), Checker(book)
    for k, q in enumerate(chosen):
        score = lambda ids, q=q: checker.score(ids, as_task(q))
        top = score(book.ids(q))
        table.plain["render"].append(top)
        table.plain["another scene"].append(score(book.ids(chosen[(k + 1) % len(chosen)])))
        for name, change in SCENE_FAULTS.items():
            if (wrong := change(q, random.Random(f"{name} {k}"))) is not None:
                table.faults.setdefault(name, []).append([top, score(book.ids(wrong))])
        r, ids = random.Random(f"cells {k}"), book.ids(q)
        drawn = [int(c) for c in np.flatnonzero(ids >= book.first_drawing)]
        r.shuffle(drawn)
        spoilt = []
        for n in (2, 5, 10):
            some = ids.copy()
            some[drawn[:n]] = [r.randrange(book.first_drawing, book.size - 1) for _ in drawn[:n]]
            spoilt.append(score(some))
        table.faults.setdefault("2, 5, 10 wrong cells", []).append([top, *spoilt])
    return table


def tables(s) -> dict[str, Table]:
    q, vae = Scorers(s), Vae(s.start)
    chosen, words = scenes(s.first_seed, s.scenes, 0.3), scenes(s.first_seed + 1_000_000, s.words, 1.0)
    words = [w for w in words if w["text"]]
    hands = [
        {**scene, "items": [{**scene["items"][0], "subject": HANDS[k % len(HANDS)]}], "style": "3d"}
        for k, scene in enumerate(scenes(s.first_seed + 2_000_000, s.hands, 0.0))
    ]
    truths = [render(c) for c in chosen]
    q.far = float(q.eye.distances(truths, truths[1:] + truths[:1]).mean())
    out: dict[str, Table] = {"checker, codes": codes_table(q.book, chosen)}
    scorers = {
        "tidiness": (q.tidy, REWARD_FAULTS), "tidiness, faults never trained on": (q.tidy, ("smear", "doubled")),
        "judge: second net": (q.tidy_judge, JUDGE_FAULTS),
        "distance": (q.near, tuple(DRAWING_FAULTS)), "judge: EfficientNet": (q.near_judge, tuple(DRAWING_FAULTS)),
        "parts": (q.part, PART_FAULTS),
    }  # fmt: skip
    checkers = {"checker, pixels": q.checker, "judge: recogniser": q.recognised}
    for k, (scene, truth) in enumerate(zip(chosen, truths)):
        back, other = vae.decode(vae.encode([truth]))[0], truths[(k + 1) % len(truths)]
        made = {n: [faulty(n, scene, k, v) for v in STRENGTHS] for n in DRAWING_FAULTS}
        for name, (score, used) in scorers.items():
            fill(out.setdefault(name, Table()), score, scene, truth, back, other, {n: made[n] for n in used})
        wrong = {n: c(scene, random.Random(f"{n} {k}")) for n, c in SCENE_FAULTS.items()}
        pictures = {n: [render(w)] for n, w in wrong.items() if w is not None}
        for name, score in checkers.items():
            seen = pictures if name != "judge: recogniser" else {
                n: p for n, p in pictures.items() if n in ("another look", "another subject", "another place")
            }  # fmt: skip
            fill(out.setdefault(name, Table()), score, scene, truth, back, other, seen)
    for k, scene in enumerate(hands):
        truth = render(scene)
        made = {n: [faulty(n, scene, k, v) for v in STRENGTHS] for n in PART_FAULTS}
        other = render(hands[(k + 1) % len(hands)])
        fill(
            out.setdefault("parts, hands", Table()),
            q.part,
            scene,
            truth,
            vae.decode(vae.encode([truth]))[0],
            other,
            made,
        )
    readers = {
        "letters, likeness (AR)": q.word("reward", 0), "letters, sureness (decoder)": q.word("reward", 1),
        "judge: PP-OCRv4": q.word("judge", 0),
    }  # fmt: skip
    for k, scene in enumerate(words):
        truth = render(scene)
        made = {n: [faulty(n, scene, k, v) for v in STRENGTHS] for n in WORD_FAULTS}
        other = render(SCENE_FAULTS["another word"](scene, random.Random(k)))
        for name, score in readers.items():
            fill(out.setdefault(name, Table()), score, scene, truth, vae.decode(vae.encode([truth]))[0], other, made)
    return out


def markdown(rows: dict[str, dict]) -> str:
    columns = [*KINDS[:2], *[f"fault {k}" for k in STRENGTHS], KINDS[2], "render above fault", "weak above strong", "n"]
    cell = lambda v: "" if v is None else str(v)
    lines = ["| | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    lines += [f"| {name} | " + " | ".join(cell(row[c]) for c in columns) + " |" for name, row in rows.items()]
    return "\n".join(lines) + "\n"


def main():
    s = settings("rewards.calibrate")
    torch.set_num_threads(s.threads)
    found = tables(s)
    rows = {name: t.row() for name, t in found.items()}
    each = {name: t.by_fault() for name, t in found.items()}
    (s.folder / "calibration.json").write_text(json.dumps({"rows": rows, "faults": each}, indent=1))
    (s.folder / "calibration.md").write_text(markdown(rows))
    print(markdown(rows))


if __name__ == "__main__":
    main()
