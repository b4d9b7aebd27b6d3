"""Policy gradient of codes: ratio, the weight of a forced code, and the divergence from the start."""

from __future__ import annotations

import torch


def k3(logp: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """Schulman's estimate of the divergence from the reference, of codes that the policy drew: never negative, 0
    where both agree.
    """
    d = reference - logp
    return d.exp() - d - 1


def forced_weight(policy: torch.Tensor, chance: torch.Tensor) -> torch.Tensor:
    """What a code that was forced on the policy counts: how much likelier it was to be drawn than to be forced, at
    most 1.
    """
    return (policy / chance).clamp(max=1.0)


def policy_loss(logp: torch.Tensor, advantage: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """The sum over codes; to be divided by how many are learnt from in the whole batch, so that every code weighs
    alike. One update a batch: the ratio is 1 and stands only for its gradient.
    """
    return -((logp - logp.detach()).exp() * advantage * weight).sum()


def adapted(beta: float, divergence: float, target: float) -> float:
    """Twice the pull to the start where the policy went much further than the target, half where it hardly moved."""
    if divergence > 1.5 * target:
        return min(beta * 2, 10.0)
    return max(beta / 2, 1e-4) if 0 < divergence < target / 1.5 and beta > 0 else beta
