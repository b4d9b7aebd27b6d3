"""Tests of the mathematics of post-training: `python -m unittest training.post.test_mathematics`."""

import math
import random
import unittest
from itertools import pairwise

import numpy as np
import torch

from . import flow
from .advantage import advantages, best
from .branch import Member, deciding, forced, learnt
from .guard import fallen
from .policy import adapted, forced_weight, k3, policy_loss
from .variance import components, paired, split


class Advantages(unittest.TestCase):
    def test_sum_to_zero_and_order_is_kept(self):
        r = {"a": torch.tensor([0.1, 0.9, 0.4, 0.4]), "b": torch.tensor([1.0, 0.0, 0.5, 1.0])}
        a = advantages(r, {"a": 1.0, "b": 0.5}, 0.05)
        self.assertAlmostEqual(a.sum().item(), 0, places=5)
        self.assertEqual(a.argmax().item(), 1)

    def test_no_reward_wins_by_its_scale(self):
        small, large = torch.tensor([0.0, 1e-2, 0.0, 1e-2]), torch.tensor([100.0, 0.0, 0.0, 100.0])
        a = advantages({"a": small, "b": large}, {"a": 1.0, "b": 1.0}, 1e-9)
        self.assertTrue(torch.allclose(a, torch.tensor([0.0, 0.0, -1.0, 1.0]), atol=1e-4))

    def test_a_group_without_spread_is_dropped(self):
        self.assertIsNone(advantages({"a": torch.ones(4)}, {"a": 1.0}, 0.05))
        self.assertIsNone(advantages({"a": torch.tensor([0.0, 1.0])}, {"b": 1.0}, 0.05))

    def test_supervision_takes_one_member(self):
        self.assertEqual(best({"a": torch.tensor([0.0, 3.0, 1.0])}, {"a": 1.0}, 0.05).tolist(), [0, 1, 0])


class Policy(unittest.TestCase):
    def test_divergence_is_zero_only_where_both_agree(self):
        x = torch.tensor([-1.0, -2.0])
        self.assertEqual(k3(x, x).tolist(), [0, 0])
        self.assertTrue((k3(x, x + torch.tensor([0.3, -0.3])) > 0).all())

    def test_divergence_is_unbiased(self):
        p, q = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.5, 0.3, 0.2])
        kl = (p * (p / q).log()).sum()
        self.assertAlmostEqual((p * k3(p.log(), q.log())).sum().item(), kl.item(), places=6)

    def test_a_forced_code_counts_no_more_than_a_drawn_one(self):
        w = forced_weight(torch.tensor([0.9, 0.01]), torch.tensor([0.5, 0.5]))
        self.assertTrue(torch.allclose(w, torch.tensor([1.0, 0.02])))

    def test_on_policy_the_gradient_is_the_policy_gradient(self):
        logits = torch.tensor([0.2, -0.4, 1.0], requires_grad=True)
        logp = logits.log_softmax(0)[1:2]
        (g,) = torch.autograd.grad(policy_loss(logp, torch.tensor([2.0]), torch.ones(1)), logits)
        want = -2 * (torch.tensor([0.0, 1.0, 0.0]) - logits.softmax(0))
        self.assertTrue(torch.allclose(g, want.detach(), atol=1e-6))

    def test_a_rewarded_code_rises_in_ten_updates(self):
        g, logits = torch.Generator().manual_seed(1), torch.zeros(4, requires_grad=True)
        optimiser = torch.optim.AdamW([logits], lr=0.1, eps=1e-12, weight_decay=0)
        for _ in range(10):
            codes = torch.multinomial(logits.softmax(0).detach(), 8, replacement=True, generator=g)
            a = advantages({"pay": (codes == 2).float()}, {"pay": 1.0}, 0.05)
            if a is None:
                continue
            loss = policy_loss(logits.log_softmax(0)[codes], a, torch.ones(8)) / 8
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        self.assertGreater(logits.softmax(0)[2].item(), 0.4)

    def test_the_pull_doubles_and_halves(self):
        self.assertEqual([adapted(0.02, kl, 0.02) for kl in (0.1, 0.02, 0.001)], [0.04, 0.02, 0.01])
        self.assertEqual(adapted(0.0, 0.001, 0.02), 0.0)


class Branches(unittest.TestCase):
    def test_the_likeliest_cells_are_taken(self):
        self.assertEqual(deciding(np.array([0.0, 0.4, 0.001, 0.2, 0.05]), 0.003, 2), [1, 3])

    def test_no_branch_twice_and_never_the_code_that_was_served(self):
        tops, p = np.array([[5, 6, 7, 8]] * 3), np.array([[0.6, 0.3, 0.09, 0.01]] * 3)
        found = forced(random.Random(0), [2, 0], [5, 5, 6], tops, p, 7)
        self.assertEqual(len({q[:2] for q in found}), len(found))
        self.assertEqual(len(found), 6)
        self.assertTrue(all(code != (6 if cell == 2 else 5) for cell, code, _ in found))
        for cell in (0, 2):
            self.assertAlmostEqual(sum(q[2] for q in found if q[0] == cell), 1)

    def test_shared_cells_teach_nothing(self):
        codes = [np.array([1, 2, 3, 4]), np.array([1, 9, 3, 5]), np.array([1, 2, 3, 6])]
        chosen = learnt([Member(codes[0], 1, 0.0), Member(codes[1], 1, 0.5), Member(codes[2], 3, 0.5)])
        self.assertEqual(
            chosen.tolist(), [[False, True, False, True], [False, True, False, True], [False, False, False, True]]
        )


class Flow(unittest.TestCase):
    def setUp(self):
        g = torch.Generator().manual_seed(3)
        self.x, self.v = torch.randn(4, 2, 3, 3, generator=g), torch.randn(4, 2, 3, 3, generator=g)

    def test_without_noise_both_are_the_ode(self):
        want = flow.ode(self.x, self.v, 0.7, 0.5)
        self.assertTrue(torch.allclose(flow.cps_mean(self.x, self.v, 0.7, 0.5, 0.0), want, atol=1e-6))
        self.assertTrue(torch.allclose(flow.sde_mean(self.x, self.v, 0.7, 0.5, 0.0), want, atol=1e-6))

    def test_the_times_are_the_pipeline_s(self):
        self.assertEqual(flow.times(2), [1.0, 0.5, 0.0])

    def test_the_sde_has_the_marginals_of_the_ode(self):
        """x_0 is a Gaussian of spread .5; the velocity that is meant is known."""
        g, n, spread = torch.Generator().manual_seed(0), 40_000, 0.5
        var = lambda t: (1 - t) ** 2 * spread**2 + t * t
        velocity = lambda x, t: x * (t - (1 - t) * spread**2) / var(t)
        ts = np.linspace(0.98, 0.1, 200)
        x = torch.randn(n, generator=g) * math.sqrt(var(ts[0]))
        for t, u in pairwise(ts):
            s = flow.sde_noise(t, 0.7, ts[1])
            mean = flow.sde_mean(x, velocity(x, t), t, u, s)
            x = mean + s * math.sqrt(t - u) * torch.randn(n, generator=g)
        self.assertAlmostEqual(x.var().item(), var(ts[-1]), delta=0.03 * var(ts[-1]))

    def test_cps_keeps_the_amount_of_noise(self):
        """Where x_0 is known, x at u has exactly the noise u, whatever part of it is new."""
        g, n, t, u = torch.Generator().manual_seed(0), 100_000, 0.8, 0.55
        eps = torch.randn(n, generator=g)
        q = flow.cps_noise(u, 0.8)
        x = (1 - t) * 2.0 + t * eps
        after = flow.cps_mean(x, eps - 2.0, t, u, q) + q * torch.randn(n, generator=g)
        self.assertAlmostEqual(after.mean().item(), (1 - u) * 2.0, delta=0.01)
        self.assertAlmostEqual(after.std().item(), u, delta=0.01)

    def test_the_ratio_is_exactly_one_on_policy(self):
        q = flow.cps_noise(0.5, 0.8)
        mean = flow.cps_mean(self.x, self.v, 0.7, 0.5, q)
        after = mean + q * torch.randn(mean.shape, generator=torch.Generator().manual_seed(5))
        self.assertEqual(flow.guarded_ratio(after, mean, mean.clone(), q).tolist(), [1.0] * 4)
        self.assertEqual(flow.clipped_loss(torch.ones(4), torch.tensor([1.0, -1.0, 2.0, -2.0])).item(), 0)

    def test_the_guarded_ratio_has_no_bias_and_the_plain_one_has(self):
        g, rows = torch.Generator().manual_seed(1), 4000
        old = torch.zeros(rows, 1, 4, 4)
        q, mean = 0.3, old + 0.2
        after = old + q * torch.randn(old.shape, generator=g)
        guarded = flow.guarded_ratio(after, mean, old, q).log().mean().item()
        plain = (flow.cps_log(after, mean) - flow.cps_log(after, old)).mean().item() / q
        self.assertAlmostEqual(guarded, 0, delta=0.01)
        self.assertLess(plain, -0.1)

    def test_log_probability_is_a_gaussian_s(self):
        mean, x, s, dt = torch.zeros(1, 1, 1, 1), torch.full((1, 1, 1, 1), 0.4), 0.7, -0.25
        want = torch.distributions.Normal(0.0, s * 0.5).log_prob(torch.tensor(0.4)).item()
        self.assertAlmostEqual(flow.sde_log(x, mean, s, dt).item(), want, places=5)

    def test_a_step_towards_what_was_paid_raises_its_ratio(self):
        q, old = 0.3, torch.zeros(2, 1, 2, 2)
        after = q * torch.randn(old.shape, generator=torch.Generator().manual_seed(2))
        v = torch.zeros_like(old, requires_grad=True)
        loss = flow.clipped_loss(flow.guarded_ratio(after, v, old, q), torch.tensor([1.0, -1.0]))
        (g,) = torch.autograd.grad(loss, v)
        self.assertTrue(((-g[0]) * after[0]).sum() > 0 > ((-g[1]) * after[1]).sum())


class Variance(unittest.TestCase):
    def test_each_source_gets_its_share(self):
        r = np.random.default_rng(0)
        grid, seed = r.normal(size=(50, 4, 1)), r.normal(size=(50, 1, 4))
        self.assertGreater(split(grid + 0 * seed)["grid"], 0.999)
        self.assertGreater(split(seed + 0 * grid)["seed"], 0.999)
        self.assertAlmostEqual(split(grid + seed)["both"], 0, places=6)
        self.assertAlmostEqual(sum(split(r.normal(size=(5, 3, 3))).values()), 1)
        self.assertIsNone(split(np.ones((3, 2, 2))))

    def test_noise_alone_is_no_source(self):
        found = components(np.random.default_rng(1).normal(size=(400, 4, 4)))
        self.assertLess(found["grid"], 0.05)
        self.assertLess(found["seed"], 0.05)
        self.assertAlmostEqual(found["both"], 1, delta=0.05)

    def test_intervals_hold_the_difference(self):
        before = np.random.default_rng(2).normal(size=200)
        mean, low, high = paired(before, before + 0.3)
        self.assertAlmostEqual(mean, 0.3)
        self.assertTrue(low <= 0.3 + 1e-9 and high >= 0.3 - 1e-9)


class Guards(unittest.TestCase):
    def test_a_fall_beyond_its_interval_is_told(self):
        start = {"whole": [1.0] * 100, "words": [1.0, 0.0] * 50}
        now = {"whole": [1.0] * 80 + [0.0] * 20, "words": [0.0, 1.0] * 50}
        self.assertEqual(fallen(start, now, {}), ["whole"])
        self.assertEqual(fallen(start, now, {"whole": 0.5}), [])
        self.assertEqual(fallen({"whole": [1.0]}, {"whole": [0.0]}, {}), [])  # one prompt says nothing


if __name__ == "__main__":
    unittest.main()
