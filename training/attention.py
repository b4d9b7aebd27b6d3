"""Explicit attention for training: the CPU flash kernel's backward is very slow in bf16 for short sequences."""

from contextlib import contextmanager

import torch
import torch.nn.functional as F

_flash = F.scaled_dot_product_attention
_masks: dict = {}


def attend(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False, **_):
    """Drop-in for scaled_dot_product_attention; plain matmul-softmax-matmul while gradients are on."""
    if not torch.is_grad_enabled() or query.device.type != "cpu":
        return _flash(
            query,
            key,
            value,
            attn_mask=attn_mask,
            dropout_p=dropout_p,
            is_causal=is_causal,
            scale=scale,
            enable_gqa=enable_gqa,
        )
    if key.size(1) != query.size(1):
        n = query.size(1) // key.size(1)
        key, value = key.repeat_interleave(n, 1), value.repeat_interleave(n, 1)
    a = (query * (scale if scale is not None else query.size(-1) ** -0.5)) @ key.transpose(-1, -2)
    if is_causal:
        shape = a.shape[-2:]
        if shape not in _masks:
            _masks[shape] = torch.full(shape, float("-inf")).triu(1 + shape[1] - shape[0])
        a = a + _masks[shape].to(a.dtype)
    if attn_mask is not None:
        a = a.masked_fill(~attn_mask, float("-inf")) if attn_mask.dtype == torch.bool else a + attn_mask.to(a.dtype)
    return torch.softmax(a, -1).to(value.dtype) @ value


@contextmanager
def explicit():
    """Within it, attention under gradients on the CPU is explicit, in upstream's classes too: they look the function
    up when they run.
    """
    F.scaled_dot_product_attention = attend
    try:
        yield
    finally:
        F.scaled_dot_product_attention = _flash
