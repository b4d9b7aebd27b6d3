"""What the members of a group are worth against each other."""

from __future__ import annotations

import torch

LEAST_SPREAD = 1e-6
MOST = 5.0  # of one advantage


def normalised(rewards: torch.Tensor, soft: float) -> torch.Tensor:
    """Rewards [G] of one group less their mean, in units of their spread; `soft` keeps a spread that is hardly there
    from being blown up.
    """
    return (rewards - rewards.mean()) / (rewards.std(unbiased=False) + soft)


def advantages(rewards: dict[str, torch.Tensor], weights: dict[str, float], soft: float) -> torch.Tensor | None:
    """The advantages [G] of a group: every reward is normalised within the group and then weighted, so that no reward
    wins by its scale (MixGRPO). None where no reward has any spread: such a group teaches nothing.
    """
    spread = {name: r for name, r in rewards.items() if (r.max() - r.min()).item() > LEAST_SPREAD}
    used = [name for name in spread if weights.get(name, 0) > 0]
    if not used:
        return None
    total = sum(weights[name] * normalised(spread[name].double(), soft) for name in used)
    return (total / sum(weights[name] for name in used)).clamp(-MOST, MOST).float()


def best(rewards: dict[str, torch.Tensor], weights: dict[str, float], soft: float) -> torch.Tensor | None:
    """One for the best member and nothing for the others: supervised training on what was drawn best."""
    a = advantages(rewards, weights, soft)
    return None if a is None else torch.nn.functional.one_hot(a.argmax(), len(a)).float()


OBJECTIVES = {"grpo": advantages, "best": best}
