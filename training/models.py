"""Upstream classes in mini sizes, and code embeddings that share what is known about the codes."""

from __future__ import annotations

import json

import torch
import torch.nn as nn
import torch.nn.functional as F
from diffusers import GlmImageTransformer2DModel
from transformers import GlmImageConfig, GlmImageForConditionalGeneration, T5Config, T5EncoderModel

GLYPH = 192  # width of the glyph encoder
LAYERS = 8


def decoder(codes: int = 16384) -> GlmImageTransformer2DModel:
    """The DiT: 8 blocks of width 256."""
    return GlmImageTransformer2DModel(
        patch_size=2,
        in_channels=16,
        out_channels=16,
        num_layers=LAYERS,
        attention_head_dim=64,
        num_attention_heads=4,
        text_embed_dim=GLYPH,
        time_embed_dim=128,
        condition_dim=64,
        prior_vq_quantizer_codebook_size=codes,
    )


def glyph_encoder() -> T5EncoderModel:
    """Two layers over bytes."""
    return T5EncoderModel(
        T5Config(
            vocab_size=384,
            d_model=GLYPH,
            d_kv=64,
            d_ff=384,
            num_layers=2,
            num_heads=3,
            feed_forward_proj="gated-gelu",
            dropout_rate=0.0,
            layer_norm_epsilon=1e-6,
            relative_attention_num_buckets=32,
            relative_attention_max_distance=128,
            is_encoder_decoder=False,
            tie_word_embeddings=False,
        )
    )


def vision_language(
    meta: dict, theta: float, width: int = 256, layers: int = 6, inner: int = 768
) -> GlmImageForConditionalGeneration:
    """AR model with its vision tower and VQ."""
    sections = {"partial_rotary_factor": 0.5, "mrope_section": [4, 6, 6]}
    rope = {"rope_type": "default", "rope_theta": float(theta), **sections}
    c = GlmImageConfig(
        text_config={
            "vocab_size": meta["vocab"],
            "hidden_size": width,
            "intermediate_size": inner,
            "num_hidden_layers": layers,
            "num_attention_heads": width // 64,
            "num_key_value_heads": 2,
            "max_position_embeddings": 8192,
            "vision_vocab_size": meta["visual"],
            "attention_bias": True,
            "rms_norm_eps": 1e-5,
            "pad_token_id": meta["pad"],
            "eos_token_id": meta["end"],
            "bos_token_id": None,
            "rope_parameters": rope,
        },
        vision_config={
            "depth": 4,
            "hidden_size": 256,
            "num_heads": 4,
            "intermediate_size": 1024,
            "image_size": 128,
            "patch_size": 16,
            "spatial_merge_size": 1,
            "in_channels": 3,
        },
        vq_config={"embed_dim": 64, "num_embeddings": meta["codes"], "latent_channels": 256},
        image_token_id=meta["image"],
        image_start_token_id=meta["start"],
        image_end_token_id=meta["end"],
        tie_word_embeddings=False,
    )
    c._attn_implementation = "sdpa"
    return GlmImageForConditionalGeneration._from_config(c)


class Informed(nn.Module):
    """Code embedding = free vector + features x trained matrix; `folded()` is the plain table that is saved."""

    def __init__(self, features: torch.Tensor, width: int, rms: float, free: float = 0.2):
        super().__init__()
        self.scale = features.norm(dim=1).mean().clamp(min=1e-6).item()
        f = features / self.scale
        self.register_buffer("features", f, persistent=False)
        self.weight = nn.Parameter(torch.randn(f.size(0), width) * rms * free)
        self.project = nn.Parameter(torch.randn(f.size(1), width) * rms)

    def forward(self, ids):
        return F.embedding(ids, self.weight) + F.embedding(ids, self.features) @ self.project

    def folded(self) -> torch.Tensor:
        return (self.weight + self.features @ self.project).detach()


def look_features(book) -> torch.Tensor:
    """Standardised appearance features for the decoder."""
    x = torch.from_numpy(book.dit).clone()
    used = torch.from_numpy(book.used)
    x[:, :256] = (x[:, :256] - x[used, :256].mean(0)) / x[used, :256].std(0).clamp(min=0.05)
    x[:, :256] *= 0.7
    x[:, 320:] *= 4
    x[~used] = 0
    return x


def look_names(book) -> list[str]:
    """Names of the columns of `look_features`."""
    return [f"look:{i}" for i in range(book.dit.shape[1])]


def meaning_features(book) -> torch.Tensor:
    """Features of what a code means, for the AR: names weigh, pixels little."""
    x = torch.from_numpy(book.ar).clone()
    first = book.names.index("thumb:0")
    used = torch.from_numpy(book.used)
    x[:, first:] = (x[:, first:] - x[used, first:].mean(0)) * 0.35
    x[~used] = 0
    return x


def load_meta(folder) -> dict:
    return json.loads((folder / "meta.json").read_text())
