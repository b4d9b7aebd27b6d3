"""What the training stages share: where a run stands, its optimiser and average weights, its rate, its checkpoints
and its journal.
"""

from __future__ import annotations

import os
import signal
import sys

import numpy as np
import torch

from . import store
from .journal import Journal, curve
from .optimiser import EPSILON, Average, MuonAdam, groups, rate
from .paths import RUNS

INTERRUPTED = 75  # exit status of a stage that was asked to stop, so that a plan does not count it as done


class Run:
    """A model under training. `done` counts what the stage is measured in (samples, tokens, images) and decides the
    rate.

    The settings name `muon`, `adam`, `average`, `warm`, `decay`, `save_every`, `validate_every` and, under `unit`,
    the whole length; a stage with `until` stops there with a checkpoint, at the rate of the whole length.
    Without `muon` all weights are Adam's, with its `epsilon`; `clip` bounds the norm of a gradient, `log_every` says
    how often figures are written. `kept` is what a stage has to remember besides its weights.
    """

    def __init__(self, s, model: torch.nn.Module, unit: str, skip: tuple[str, ...], weight_decay: float = 0.01):
        self.s, self.model, self.unit = s, model, unit
        self.device = torch.device(s.device)
        self.whole = getattr(s, unit)
        self.end = min(self.whole, getattr(s, "until", None) or self.whole)
        self.step = self.done = self.seed = 0
        self.state = store.load(s.folder)
        self.stopped = False
        self.kept: dict = {}
        self._skip, self._weight_decay = skip, weight_decay
        self._losses: dict[str, list[float]] = {}

    @property
    def fresh(self) -> bool:
        """Whether there is no checkpoint to go on from."""
        return self.state is None

    def begin(self) -> Run:
        """Moves the model to its device and takes up the checkpoint, if there is one. To be called once the start's
        weights are in place.
        """
        s = self.s
        self.model.to(self.device)
        self.optimiser = MuonAdam(
            groups(self.model, s.muon, s.adam, self._weight_decay, self._skip, getattr(s, "epsilon", EPSILON))
        )
        self.average = Average(self.model, s.average)
        self.log = Journal(s.folder)
        if self.state:
            self.model.load_state_dict(self.state["model"])
            self.optimiser.load_state_dict(self.state["optimiser"])
            for group in self.optimiser.param_groups:
                group["base"] = s.muon if group["kind"] == "muon" else s.adam
            self.average.shadow, self.average.steps = (
                [p.to(self.device) for p in self.state["average"]],
                self.state["steps"],
            )
            self.step, self.done, self.seed = self.state["step"], self.state[self.unit], self.state.get("seed", 0)
            self.kept = self.state.get("kept", {})
            self.state = None
        signal.signal(signal.SIGTERM, self._stop)
        (RUNS / f"{s.run}.pid").write_text(str(os.getpid()))
        return self

    def _stop(self, *_):
        self.stopped = True

    @property
    def running(self) -> bool:
        return self.done < self.end and not self.stopped

    def cast(self):
        """bfloat16 where it is safe."""
        return torch.autocast(self.device.type, torch.bfloat16)

    def note(self, **figures: float):
        """Figures of this step; their means are logged."""
        for name, value in figures.items():
            self._losses.setdefault(name, []).append(value)

    def update(self, loss: torch.Tensor, amount: int, name: str = "loss"):
        """One step of the optimiser; `amount` of the unit was used. The loss is logged under `name`."""
        self.begin_gradient()
        loss.backward()
        self.end_gradient(amount, **{name: loss.item()})

    def begin_gradient(self):
        """Before the gradients of a step, which may come in several parts."""
        k = rate(self.done / self.whole, warm=self.s.warm, decay=self.s.decay)
        for group in self.optimiser.param_groups:
            group["lr"] = group["base"] * k
        self.optimiser.zero_grad()

    def end_gradient(self, amount: int, **figures: float):
        """One step along the gradients that are there; `amount` of the unit was used."""
        if clip := getattr(self.s, "clip", None):
            figures["gradient"] = torch.nn.utils.clip_grad_norm_(self.model.parameters(), clip).item()
        self.optimiser.step()
        self.average.step()
        self.step, self.done = self.step + 1, self.done + amount
        self.note(**figures)
        if self.step % getattr(self.s, "log_every", 50) == 0:
            self.log.write(
                kind="train",
                step=self.step,
                **{self.unit: self.done},
                lr=round(rate(self.done / self.whole, warm=self.s.warm, decay=self.s.decay), 3),
                **{n: float(f"{np.mean(v):.4g}") for n, v in self._losses.items()},
            )
            self._losses = {}

    def checkpoint(self, plain, validate, curves: list[str]):
        """Saves when it is due, with the folded average weights of `plain()`; every `validate_every` times, and at
        the end, writes the figures of `validate()`.
        """
        over = not self.running
        if self.step % self.s.save_every and not over:
            return
        store.save(
            self.s.folder,
            dict(
                model=self.model.state_dict(),
                optimiser=self.optimiser.state_dict(),
                average=self.average.shadow,
                steps=self.average.steps,
                step=self.step,
                seed=self.seed,
                kept=self.kept,
                **{self.unit: self.done},
            ),
        )
        self.average.swap()
        torch.save({k: v.bfloat16().cpu() for k, v in plain().items()}, str(self.s.folder / "folded.tmp"))
        (self.s.folder / "folded.tmp").replace(self.s.folder / "folded.pt")
        if self.step % (self.s.validate_every * self.s.save_every) == 0 or (over and not self.stopped):
            self.model.eval()
            with torch.no_grad():
                self.log.write(kind="validation", step=self.step, **{self.unit: self.done}, **validate())
            self.model.train()
        self.average.swap()
        curve(self.log.path, self.unit, curves, self.s.folder / "curve.png")
        if self.stopped:
            sys.exit(INTERRUPTED)
