"""What stops a run: a figure on fixed prompts that falls by more than its interval."""

from __future__ import annotations

import shutil

import numpy as np

from ..stage import Run
from .variance import paired

LEAST = 8  # prompts: of fewer there is no interval to speak of


def fallen(start: dict[str, list[float]], now: dict[str, list[float]], allowed: dict[str, float]) -> list[str]:
    """Names of figures whose whole 95 % interval of the paired difference lies below zero, or, of a figure with an
    allowed fall, below that.
    """
    out = []
    for name, before in start.items():
        after = now[name]
        if len(before) < LEAST:
            continue
        least = -allowed.get(name, 0.0)
        _, _, high = paired(np.array(before), np.array(after))
        if high < least:
            out.append(name)
    return out


class Guard:
    """Keeps the start's figures with the run, and the last weights that passed as `good.pt`. `measure(model)` gives
    figures of fixed prompts, one number a prompt; higher is better.
    """

    def __init__(self, run: Run, measure, allowed: dict[str, float]):
        self.run, self.measure, self.allowed = run, measure, allowed
        if "start" not in run.kept:
            run.model.eval()
            run.kept["start"] = measure()
            run.model.train()
            run.log.write(kind="start", **means(run.kept["start"]))
        if run.kept.get("fallen"):
            run.end = run.done

    def validate(self) -> dict:
        now = self.measure()
        self.run.kept["fallen"] = fallen(self.run.kept["start"], now, self.allowed)
        gains = {name: paired(np.array(self.run.kept["start"][name]), np.array(now[name])) for name in now}
        return {**means(now), "gain": {n: [round(v, 4) for v in g] for n, g in gains.items()}}

    def decide(self):
        """After a checkpoint: keeps its weights as good ones, or goes back to those and ends the run."""
        folder = self.run.s.folder
        if self.run.kept.get("fallen"):
            self.run.log.write(kind="guard", step=self.run.step, fallen=self.run.kept["fallen"])
            self.run.end = self.run.done
            if (folder / "good.pt").exists():
                shutil.copy(folder / "good.pt", folder / "folded.pt")
            else:
                (folder / "folded.pt").unlink(missing_ok=True)
        elif (folder / "folded.pt").exists():
            shutil.copy(folder / "folded.pt", folder / "good.pt")


def means(figures: dict[str, list[float]]) -> dict[str, float]:
    return {name: round(float(np.mean(v)), 4) for name, v in figures.items() if len(v)}
