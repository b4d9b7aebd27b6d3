"""Stochastic steps of a flow, their log-probabilities and ratios.

x_t = (1 - t) x_0 + t eps, v = eps - x_0; t goes from 1 to 0. A step leads from t to u < t.
Sources: Flow-GRPO (the SDE with the marginals of the ODE), its CPS sampler, GRPO-Guard (the corrected ratio).
"""

from __future__ import annotations

import math

import torch

CLIP = 1e-5


def times(steps: int) -> list[float]:
    """The times of the pipeline, in 0..1, the last one 0."""
    return [int(1000 + k * (-999 / steps)) / 1000 for k in range(steps)] + [0.0]


def ode(x: torch.Tensor, v: torch.Tensor, t: float, u: float) -> torch.Tensor:
    return x + (u - t) * v


def cps_noise(u: float, level: float) -> float:
    """How much of the noise that is left at u is new. `level` in 0..1."""
    return u * math.sin(level * math.pi / 2)


def cps_mean(x: torch.Tensor, v: torch.Tensor, t: float, u: float, q: float) -> torch.Tensor:
    """Where a step goes to without its noise: the noise that is foreseen is kept as far as new noise leaves room."""
    return (1 - u) * (x - t * v) + math.sqrt(max(u * u - q * q, 0.0)) * (x + (1 - t) * v)


def sde_noise(t: float, a: float, first: float) -> float:
    """The spread of Flow-GRPO's SDE at t; at t = 1 the `first` time below it stands in the denominator."""
    return a * math.sqrt(t / (1 - (t if t < 1 else first)))


def sde_mean(x: torch.Tensor, v: torch.Tensor, t: float, u: float, s: float) -> torch.Tensor:
    dt = u - t
    return x * (1 + s * s / (2 * t) * dt) + v * (1 + s * s * (1 - t) / (2 * t)) * dt


def sde_log(x: torch.Tensor, mean: torch.Tensor, s: float, dt: float) -> torch.Tensor:
    """Log-probability of a step, a mean over the dimensions of each row."""
    spread = s * math.sqrt(-dt)
    d = (x - mean).double().square().flatten(1).mean(1)
    return -d / (2 * spread**2) - math.log(spread) - math.log(2 * math.pi) / 2


def cps_log(x: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """What CPS takes for a log-probability: the squared distance alone, a mean over the dimensions of each row."""
    return -(x - mean).double().square().flatten(1).mean(1)


def guarded_ratio(x: torch.Tensor, mean: torch.Tensor, old: torch.Tensor, q: float) -> torch.Tensor:
    """The ratio of a CPS step without its bias. The squared distance between new and old mean makes every ratio too
    small on average, so that clipping would miss the good ones; it is added back, and what is left is set in units
    of the step's noise, so that all steps weigh alike.
    """
    shift = (mean - old).double().square().flatten(1).mean(1)
    return ((cps_log(x, mean) - cps_log(x, old).detach() + shift) / q).exp()


def clipped_loss(ratio: torch.Tensor, advantage: torch.Tensor, clip: float = CLIP) -> torch.Tensor:
    """Mean of max(-A r, -A clip(r))."""
    a = advantage.to(ratio.dtype)
    return torch.maximum(-a * ratio, -a * ratio.clamp(1 - clip, 1 + clip)).mean()
