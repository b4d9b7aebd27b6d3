"""The decoder: DiT and glyph encoder together, with the shared embedding of the codes."""

from __future__ import annotations

import torch
import torch.nn as nn
from diffusers.models.transformers.transformer_glm_image import GlmImageKVCache

from .codebook import Codebook
from .models import GLYPH, LAYERS, Informed, decoder, glyph_encoder, look_features

SIZE = torch.tensor([[256.0, 256.0]])


def glyphs(t5, words: list[str]):
    """Features of words of equal length."""
    ids = torch.tensor([[b + 3 for b in w.encode()] + [1] for w in words], device=t5.device)
    return t5(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state


def up(ids):
    """[B, h, w] -> [B, 4hw]: every code covers 2 x 2 tokens."""
    return ids.repeat_interleave(2, 1).repeat_interleave(2, 2).flatten(1)


class Decoder(nn.Module):
    def __init__(self, book: Codebook):
        super().__init__()
        self.dit, self.t5 = decoder(book.size), glyph_encoder()
        self.dit.prior_token_embedding = Informed(look_features(book), 256, 0.5)

    def velocity(self, x, ids, words, t, corner, drop, cache=None):
        """The velocity at times t in 0..1 of latents x whose codes are ids; `corner`: where a window lies in its
        picture, in pixels.
        """
        b = x.size(0)
        g = glyphs(self.t5, [""] * b if drop else words)
        prior = up(ids)
        return self.dit(
            x,
            g,
            prior,
            torch.full_like(prior, drop, dtype=torch.bool),
            t * 1000 - 1,
            SIZE.to(x.device).expand(b, 2),
            corner,
            kv_caches=cache,
        )[0].float()

    def written(self, references, grad: bool = True):
        """K/V of the references, [(latents, codes[, corners]), ...] of the whole batch, as the pipeline writes them."""
        cache = GlmImageKVCache(LAYERS)
        cache.set_mode("write")
        with torch.set_grad_enabled(grad and torch.is_grad_enabled()):
            for x, ids, *corner in references:
                b, prior, zero = x.size(0), up(ids), torch.zeros(x.size(0), 2, device=x.device)
                at = corner[0] if corner else zero
                self.dit(
                    x,
                    torch.zeros(b, 0, GLYPH, device=x.device),
                    prior,
                    torch.zeros_like(prior, dtype=torch.bool),
                    zero[:, 0],
                    SIZE.to(x.device).expand(b, 2),
                    at,
                    kv_caches=cache,
                )
        cache.set_mode("read")
        return cache

    @torch.no_grad()
    def sample(self, ids, words, references, steps: int = 8, seed: int = 0):
        """Latents of pictures, as the pipeline draws them."""
        x = torch.randn(len(ids), 16, 32, 32, generator=torch.Generator().manual_seed(seed)).to(ids.device)
        cache = self.written(references) if references else None
        ts = [float(int(1000 + k * (-999 / steps))) for k in range(steps)] + [0.0]
        for k in range(steps):
            t = torch.full((len(x),), ts[k] / 1000, device=x.device)
            x = x + (ts[k + 1] - ts[k]) / 1000 * self.velocity(
                x, ids, words, t, torch.zeros(len(x), 2, device=x.device), False, cache
            )
        return x

    def plain(self) -> dict:
        """State dict with the folded code embedding, as upstream's classes load it."""
        sd = {
            k: v
            for k, v in self.state_dict().items()
            if not k.endswith(("prior_token_embedding.project", "prior_token_embedding.weight"))
        }
        sd["dit.prior_token_embedding.weight"] = self.dit.prior_token_embedding.folded()
        return sd
