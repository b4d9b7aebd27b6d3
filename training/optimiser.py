"""Muon for matrices, Adam for the rest, an average of the weights, and the rate schedule."""

import torch

EPSILON = 1e-8  # of Adam


def orthogonal(g: torch.Tensor, steps: int = 4) -> torch.Tensor:
    """Newton-Schulz iteration towards the nearest orthogonal matrix."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16() if min(g.shape) >= 64 else g.float()
    tall = x.size(0) > x.size(1)
    x = (x.T if tall else x).contiguous()
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        s = x @ x.T
        x = torch.addmm(x, torch.addmm(s, s, s, beta=b, alpha=c), x, beta=a)
    return (x.T if tall else x).float()


class MuonAdam(torch.optim.Optimizer):
    """Groups: {params, kind: 'muon' | 'adam', lr, base, wd}."""

    def __init__(self, groups):
        super().__init__(groups, {"lr": 1e-3, "wd": 0.0, "kind": "adam", "base": 1e-3})

    @torch.no_grad()
    def step(self):
        for g in self.param_groups:
            params = [p for p in g["params"] if p.grad is not None]
            if not params:
                continue
            if g["kind"] == "muon":
                self._muon(params, g["lr"], g["wd"])
            else:
                self._adam(params, g["lr"], g.get("epsilon", EPSILON))

    def _muon(self, params, lr, wd):
        for p in params:
            s = self.state[p]
            if "m" not in s:
                s["m"] = torch.zeros_like(p)
            s["m"].lerp_(p.grad, 0.05)
            u = p.grad.lerp(s["m"], 0.95).reshape(p.size(0), -1)
            p.mul_(1 - lr * wd).add_(orthogonal(u).view_as(p), alpha=-lr * 0.2 * max(u.shape) ** 0.5)

    def _adam(self, params, lr, epsilon):
        st = [self.state[p] for p in params]
        for p, s in zip(params, st):
            if "m" not in s:
                s["m"], s["v"], s["t"] = torch.zeros_like(p), torch.zeros_like(p), 0
            s["t"] += 1
        grads, m, v, t = [p.grad for p in params], [s["m"] for s in st], [s["v"] for s in st], st[0]["t"]
        b1, b2 = 0.9, 0.97
        torch._foreach_lerp_(m, grads, 1 - b1)
        torch._foreach_mul_(v, b2)
        torch._foreach_addcmul_(v, grads, grads, 1 - b2)
        d = torch._foreach_div(v, 1 - b2**t)
        torch._foreach_sqrt_(d)
        torch._foreach_add_(d, epsilon)
        torch._foreach_addcdiv_(params, m, d, -lr / (1 - b1**t))


def groups(model, muon: float | None, adam: float, wd: float = 0.01, skip=(), epsilon: float = EPSILON):
    """Splits parameters: matrices of at least 16 x 16 go to Muon, unless their name contains one of `skip` or there
    is no rate for it.
    """
    a, b = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            matrix = p.ndim >= 2 and min(p.size(0), p[0].numel()) >= 16 and not any(s in name for s in skip)
            (a if matrix and muon is not None else b).append(p)
    return [
        {"params": a, "kind": "muon", "lr": muon or 0.0, "base": muon or 0.0, "wd": wd},
        {"params": b, "kind": "adam", "lr": adam, "base": adam, "wd": 0.0, "epsilon": epsilon},
    ]


def rate(done: float, warm: float = 0.004, decay: float = 0.35, floor: float = 0.03) -> float:
    """Constant after a short warm-up, linear to `floor` in the last `decay` of the run; `done` is in 0..1."""
    return min(1.0, (done + 1e-4) / warm) * (1 - max(0.0, (done - (1 - decay)) / decay) * (1 - floor))


class Average:
    """Exponential average of the weights; swap() exchanges it with the live ones."""

    def __init__(self, model, decay=0.998):
        self.model, self.decay, self.steps = model, decay, 0
        self.shadow = [p.detach().clone() for p in model.parameters()]

    @torch.no_grad()
    def step(self):
        self.steps += 1
        d = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.shadow, [p.detach() for p in self.model.parameters()], 1 - d)

    @torch.no_grad()
    def swap(self):
        for a, p in zip(self.shadow, self.model.parameters()):
            t = p.data.clone()
            p.data.copy_(a)
            a.copy_(t)
