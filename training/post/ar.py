"""Stage: the AR by GRPO, in groups that branch at deciding cells.

    python -m training.post.ar iterations=150       goes on from RUNS/post/ar when a checkpoint is there

`objective=best` trains on the best of every group instead (supervised, with equal compute).
"""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import torch

from .. import attention
from ..codebook import Codebook
from ..draw import quoted_word
from ..grid import GridReader
from ..models import load_meta
from ..render import render
from ..resume import load_generator
from ..rewards.checker import known
from ..sampler import sample
from ..sequence import Sequence
from ..settings import settings
from ..stage import Run
from ..task import task
from ..train_ar import LENGTHS, Generator
from ..vae import Vae
from .advantage import OBJECTIVES
from .branch import Group, groups, learnt
from .guard import Guard
from .painter import Case, Painter, load
from .policy import adapted, forced_weight, k3, policy_loss
from .rewarding import Rewards

HELD = 901_000_000  # seeds of the fixed prompts that guard a run
BETWEEN = (0.05, 0.95)  # pass rates of prompts that are worth another try
REMEMBERED = 2000
CHUNK = 8  # rows of a pass with gradients


class Prompts:
    """Tasks whose drawings and grounds all have codes, as rows of (text, reference codes). With `closed` only those
    whose text leaves nothing open, so that there is one picture that is right.
    """

    def __init__(self, book: Codebook, seq: Sequence, s):
        self.book, self.seq, self.kinds, self.shares = book, seq, list(s.mix), list(s.mix.values())
        self.closed = getattr(s, "closed", False)

    def row(self, seed: int, kind: str | None = None):
        """(text, references), or None where this seed's task does not fit."""
        kind = kind or random.Random(f"prompt {seed}").choices(self.kinds, self.shares)[0]
        t = task(seed, kind, 0.0)
        if not known(t) or (self.closed and (t["open"]["ground"] or t["open"]["place"])):
            return None
        row = (t["text"], [self.book.ids(q) for q in t["references"]])
        length = len(self.seq.prompt(*row)[0]) + (80 if not row[1] else 64) - 1
        return (row, t) if length <= LENGTHS[len(row[1])] else None

    def fixed(self, kinds, count: int) -> list:
        """The first held-out prompts of each kind."""
        out = []
        for kind in kinds:
            found = (self.row(HELD + k, kind) for k in range(4 * count))
            out += [q for q in found if q][:count]
        return out


def by_references(rows: list) -> list[list]:
    """Prompts with equally many references together, since they are decoded together."""
    return [some for n in sorted(LENGTHS) if (some := [q for q in rows if len(q[0][1]) == n])]


class Policy:
    """The AR with its start, the rewards, and one update."""

    def __init__(self, s, book: Codebook, folder):
        meta = load_meta(folder / "training")
        self.s, self.book = s, book
        self.seq = Sequence(folder / "processor/tokenizer.json", meta)
        self.model, self.start = (Generator(book, meta, s.theta, self.seq.tokenizer) for _ in range(2))
        for model in (self.model, self.start):
            load_generator(model, book, self.seq.tokenizer, folder)
            model.input.weight.requires_grad_(False)
            model.head.weight.requires_grad_(False)
        self.start.eval().requires_grad_(False)

    def grids(self, model, rows: list) -> list[np.ndarray]:
        """Grids as they are served."""
        s, prompts = self.s, [q[0] for q in rows]
        return list(sample(model.input, model.lm, model.logits, self.seq, prompts, s.temperature, s.top_p))

    def _pass(self, model, ids, at, mask):
        """Log-probabilities of all codes in the cells that were generated, float32."""
        with torch.autocast("cpu", torch.bfloat16):
            logits = model.logits(model(ids, at)[mask])
        return logits.float().log_softmax(-1)

    def loss(self, found: list[tuple[Group, torch.Tensor]], beta: float, backward) -> dict[str, float]:
        """Gradients of one batch of groups with their advantages, in parts; its figures. A forced code counts what
        its chance allows.
        """
        s, rows = self.s, []
        for group, advantage in found:
            chosen = learnt(group.members)
            rows += [(group, m, a.item(), c) for m, a, c in zip(group.members, advantage, chosen)]
        total, cells = max(1, sum(int(q[3].sum()) for q in rows)), sum(len(q[3]) for q in rows)
        figures = {"kl": 0.0, "entropy": 0.0, "entropy at start": 0.0}
        rows.sort(key=lambda q: len(q[0].row[1]))
        for n in LENGTHS:
            same = [q for q in rows if len(q[0].row[1]) == n]
            for k in range(0, len(same), CHUNK):
                some = same[k : k + CHUNK]
                ids, at, labels = self.seq.batch([(*q[0].row, q[1].codes) for q in some])
                mask = labels >= 0
                log = self._pass(self.model, ids, at, mask)
                with torch.no_grad():
                    before = self._pass(self.start, ids, at, mask)
                code = labels[mask][:, None]
                logp, reference = log.gather(1, code)[:, 0], before.gather(1, code)[:, 0]
                use = torch.from_numpy(np.concatenate([q[3] for q in some])).float()
                advantage = torch.cat([torch.full((len(q[3]),), q[2]) for q in some])
                weight = use.clone()
                if s.objective == "grpo":
                    chance = torch.zeros(len(use))
                    first = np.cumsum([0, *[len(q[3]) for q in some[:-1]]])
                    for begin, (_, m, _, _) in zip(first, some):
                        chance[begin + m.branch] = m.chance
                    forced = forced_weight(logp.detach().exp(), chance)
                    weight = use * torch.where(chance > 0, forced, torch.ones_like(use))
                divergence = k3(logp, reference).sum() / cells
                backward(policy_loss(logp, advantage, weight) / total + beta * divergence)
                figures["kl"] += divergence.item()
                with torch.no_grad():
                    figures["entropy"] += -(log.exp() * log).sum().item() / cells
                    figures["entropy at start"] += -(before.exp() * before).sum().item() / cells
        return figures


class Graded:
    """Rewards of groups of grids: by codes for all, by pixels for the distinct ones."""

    def __init__(self, s, rewards: Rewards, painter: Painter):
        self.s, self.rewards, self.painter = s, rewards, painter

    def references(self, t: dict) -> list:
        if not t["references"]:
            return []
        latents = self.painter.vae.encode([render(q) for q in t["references"]])
        codes = [torch.from_numpy(self.rewards.book.ids(q)).view(8, 8) for q in t["references"]]
        return [(z, c, (0.0, 0.0)) for z, c in zip(latents, codes)]

    def case(self, t: dict) -> Case:
        ids = torch.from_numpy(self.rewards.book.ids(t["target"])).view(8, 8)
        scene, word = t["target"], quoted_word(t["text"])
        return Case(ids, (0, 0), word, self.references(t), render(scene), scene, t["kind"])

    def __call__(self, group: Group, seed: int) -> dict[str, torch.Tensor]:
        grids = [m.grid for m in group.members]
        out = {"checker": self.rewards.by_codes(grids, group.task)}
        if self.s.pixels:
            distinct, back = np.unique(np.stack(grids), axis=0, return_inverse=True)
            case = self.case(group.task)
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                x, _ = self.painter.rollout(case, torch.from_numpy(distinct).view(-1, 8, 8), seed)
            pictures = self.painter.pictures(case, x)
            for name, r in self.rewards.of_grids(pictures, group.task).items():
                out[name] = r[back.reshape(-1)]
        return {name: torch.from_numpy(np.asarray(r, np.float64)) for name, r in out.items()}


def chosen_prompts(run: Run, prompts: Prompts, count: int) -> list:
    """Half of a batch from prompts that were neither always right nor always wrong, the rest fresh."""
    r, known_ = random.Random(f"batch {run.s.seed} {run.step}"), run.kept.setdefault("hard", [])
    out = [(seed, prompts.row(seed)) for seed in r.sample(known_, min(len(known_), count // 2))]
    while len(out) < count:
        run.seed += 1
        if row := prompts.row(run.seed):
            out.append((run.seed, row))
    return out


def remember(run: Run, seed: int, rate: float):
    """Whether a prompt is worth another try."""
    hard = run.kept["hard"]
    if seed in hard:
        hard.remove(seed)
    if BETWEEN[0] <= rate <= BETWEEN[1]:
        hard.append(seed)
    del hard[:-REMEMBERED]


def rollouts(policy: Policy, run: Run, prompts: Prompts, judge: GridReader, s) -> list[Group]:
    """Groups of a batch. Prompts without a deciding cell are dropped before they cost more."""
    some, out = chosen_prompts(run, prompts, s.prompts), []
    seeds = {id(row[1]): seed for seed, row in some}
    with torch.autocast("cpu", torch.bfloat16):
        for k, rows in enumerate(by_references([row for _, row in some])):
            seed = s.seed * 1_000_003 + run.step * 7 + k
            found, _ = groups(policy.model, policy.seq, [q[0] for q in rows], [q[1] for q in rows], s, seed)
            out += found
    right = [[judge.judge(m.grid, g.task["target"], g.task["open"])["whole"] for m in g.members] for g in out]
    for group, each in zip(out, right):
        remember(run, seeds[id(group.task)], float(np.mean(each)))
    if out:
        served = float(np.mean([each[0] for each in right]))
        run.note(branched=len(out) / len(some), served=served, members=float(np.mean([np.mean(q) for q in right])))
    return out


def measured(policy: Policy, judge: GridReader, fixed: list) -> dict[str, list[float]]:
    """Figures of the fixed prompts by codes, one number a prompt."""
    verdicts = {}
    with torch.autocast("cpu", torch.bfloat16):
        for rows in by_references(fixed):
            for (_, t), ids in zip(rows, policy.grids(policy.model, rows)):
                verdicts[id(t)] = judge.judge(ids, t["target"], t["open"])
    each = [verdicts[id(t)] for _, t in fixed]
    return {part: [float(v[part]) for v in each] for part in ("whole", "drawings", "ground", "word")}


def learn(policy: Policy, run: Run, found: list, beta: float):
    """One update; the divergence of the whole batch."""
    run.begin_gradient()
    figures = policy.loss(found, beta, lambda loss: loss.backward())
    run.end_gradient(1, **figures)
    return figures["kl"]


def main():
    s = settings("post.ar")
    torch.set_num_threads(s.threads)
    torch.manual_seed(s.seed)
    book = Codebook(s.start / "training/codebook.npz")
    policy = Policy(s, book, s.start)
    run = Run(s, policy.model, "iterations", ())
    run.seed = s.first_seed
    run.begin()
    run.kept.setdefault("beta", s.beta)
    judge, prompts = GridReader(book), Prompts(book, policy.seq, s)
    painter = Painter(load(book, s.start).eval(), Vae(s.start), SimpleNamespace(steps=s.picture_steps))
    graded = Graded(s, Rewards(s.start, book), painter)
    fixed = prompts.fixed(s.judged, s.held)
    guard = Guard(run, lambda: measured(policy, judge, fixed), s.allowed)
    objective = OBJECTIVES[s.objective]
    with attention.explicit():
        while run.running:
            found, rewards = [], {}
            for k, group in enumerate(rollouts(policy, run, prompts, judge, s)):
                each = graded(group, s.seed * 7919 + run.step * 101 + k)
                for name, r in each.items():
                    rewards.setdefault(name, []).append(r.mean().item())
                a = objective(each, s.rewards, s.soft)
                if a is not None:
                    found.append((group, a))
            run.note(groups=len(found), **{n: float(np.mean(v)) for n, v in rewards.items()})
            if found:
                kl = learn(policy, run, found, run.kept["beta"])
                if s.target:
                    run.kept["beta"] = adapted(run.kept["beta"], kl, s.target)
                run.note(beta=run.kept["beta"])
            else:  # nothing to learn from: the iteration counts, so that a run ends
                run.step, run.done = run.step + 1, run.done + 1
            run.checkpoint(policy.model.plain, guard.validate, ["checker", "served", "members", "whole", "kl"])
            guard.decide()


if __name__ == "__main__":
    main()
