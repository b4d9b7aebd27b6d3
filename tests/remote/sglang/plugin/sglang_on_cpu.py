"""SGLang-Diffusion on a machine without a GPU, with a small GLM-Image: two operators in plain PyTorch, one repair, one preview rule."""
import math
import os

import torch
import torch.nn.functional as F

GLM = "sglang.multimodal_gen.runtime.pipelines_core.stages.model_specific_stages.glm_image"
PROCESSOR = "transformers.models.glm_image.processing_glm_image.GlmImageProcessor"
library = None


def modulated(x, weight, bias, scale, shift, kind, eps):
    y, w = x.float(), None if weight is None else weight.float()
    if kind == "layer":
        y = F.layer_norm(y, y.shape[-1:], w, None if bias is None else bias.float(), eps)
    else:
        y = F.rms_norm(y, y.shape[-1:], w, eps)
    return (y * (1 + scale.float()) + shift.float()).to(x.dtype)


def residual_modulated(residual, x, gate, weight, bias, scale, shift, kind, eps):
    total = residual + (x if gate is None else x * gate)
    return modulated(total, weight, bias, scale, shift, kind, eps), total


def define_operators():
    """What the compiled CPU kernels bring; they are in no published wheel."""
    global library
    if hasattr(torch.ops.sgl_kernel, "fused_norm_scale_shift_cpu"):
        return
    library = torch.library.Library("sgl_kernel", "FRAGMENT")
    tail = "Tensor? w, Tensor? b, Tensor scale, Tensor shift, str kind, float eps)"
    library.define(f"fused_norm_scale_shift_cpu(Tensor x, {tail} -> Tensor")
    library.define(f"fused_scale_residual_norm_scale_shift_cpu(Tensor r, Tensor x, Tensor? gate, {tail} -> (Tensor, Tensor)")
    library.impl("fused_norm_scale_shift_cpu", modulated, "CompositeExplicitAutograd")
    library.impl("fused_scale_residual_norm_scale_shift_cpu", residual_modulated, "CompositeExplicitAutograd")


def features_by_picture(original, features):
    """SGLang 0.5.23 joins the pictures' features along channels, so every edit ends in HTTP 500; the tokenizer takes the list."""
    pooled = getattr(features, "pooler_output", None)
    return features if pooled is None else pooled


def target_shape(original, self, height, width):
    """Previews of PREVIEW_SIDE x PREVIEW_SIDE cells at square sizes: 16 for the published model, 4 for models/mini."""
    rows, columns, _, _ = original(self, height, width)
    side, ratio = int(os.environ.get("PREVIEW_SIDE", 16)), rows / columns
    return rows, columns, int(math.sqrt(ratio) * side), int(math.sqrt(1 / ratio) * side)


def register():
    from sglang.multimodal_gen.runtime.platforms.plugins import HookRegistry, HookType

    define_operators()
    HookRegistry.register(f"{GLM}.pooled_image_features_to_tensor", features_by_picture, HookType.AROUND)
    HookRegistry.register(f"{PROCESSOR}._get_target_shape", target_shape, HookType.AROUND)
