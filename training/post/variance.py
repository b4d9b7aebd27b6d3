"""Where the variance of a reward comes from: the grid of codes, the seed of the decoder, or both together."""

from __future__ import annotations

import numpy as np


def split(rewards: np.ndarray) -> dict[str, float] | None:
    """Shares of grid, seed and their interaction in the variance within prompts. Rewards [prompts, grids, seeds]; the
    two-way analysis with one value a cell. None where nothing varies.
    """
    whole = rewards.mean((1, 2), keepdims=True)
    grid, seed = rewards.mean(2, keepdims=True) - whole, rewards.mean(1, keepdims=True) - whole
    rest = rewards - whole - grid - seed
    sums = {
        "grid": float((grid**2).sum() * rewards.shape[2]),
        "seed": float((seed**2).sum() * rewards.shape[1]),
        "both": float((rest**2).sum()),
    }
    total = sum(sums.values())
    return {name: value / total for name, value in sums.items()} if total > 1e-9 else None


def components(rewards: np.ndarray) -> dict[str, float]:
    """The variances themselves, less what the rest puts into the means of few grids and seeds: what a module that
    controls only one of them can see. None is negative.
    """
    p, g, s = rewards.shape
    whole = rewards.mean((1, 2), keepdims=True)
    grid, seed = rewards.mean(2, keepdims=True) - whole, rewards.mean(1, keepdims=True) - whole
    rest = ((rewards - whole - grid - seed) ** 2).sum() / (p * (g - 1) * (s - 1))
    by_grid, by_seed = (grid**2).sum() * s / (p * (g - 1)), (seed**2).sum() * g / (p * (s - 1))
    return {
        "grid": float(max(0.0, (by_grid - rest) / s)),
        "seed": float(max(0.0, (by_seed - rest) / g)),
        "both": float(rest),
    }


def paired(before: np.ndarray, after: np.ndarray, draws: int = 2000, seed: int = 0) -> tuple[float, float, float]:
    """Mean difference of the same prompts and its 95 % interval, by drawing prompts again."""
    d = np.asarray(after, float) - np.asarray(before, float)
    r = np.random.default_rng(seed)
    means = d[r.integers(0, len(d), (draws, len(d)))].mean(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(d.mean()), float(low), float(high)
