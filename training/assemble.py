"""Put the trained parts into a copy of the folder they started from: `python -m training.assemble out=DIR` (bf16, the
same names and shapes; a part that was not trained stays). `share` below 1 keeps that much less of the trained
weights and the rest of those they started from.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from .paths import RUNS
from .settings import settings

FILES = {
    "dit.": "transformer/diffusion_pytorch_model.safetensors",
    "t5.": "text_encoder/model.safetensors",
    "model.": "vision_language_encoder/model.safetensors",
    "lm_head.": "vision_language_encoder/model.safetensors",
}
OWN_PREFIX = ("dit.", "t5.")  # names of a stage that are not in the file


def place(folder: Path, weights: dict, share: float):
    """Writes the weights over those of the same names, or the mean of both with `share` of the new."""
    per_file: dict[str, dict] = {}
    for name, w in weights.items():
        first = next(p for p in FILES if name.startswith(p))
        per_file.setdefault(FILES[first], {})[name[len(first) :] if first in OWN_PREFIX else name] = w.to(
            torch.bfloat16
        ).contiguous()
    for file, new in per_file.items():
        old = load_file(folder / file)
        new = {k: v for k, v in new.items() if k in old or k != "encoder.embed_tokens.weight"}  # T5 ties it to `shared`
        assert all(k in old and old[k].shape == v.shape for k, v in new.items()), [
            k for k, v in new.items() if k not in old or old[k].shape != v.shape
        ]
        mixed = {
            k: (old[k].float() * (1 - share) + v.float() * share).bfloat16() if share < 1 else v for k, v in new.items()
        }
        save_file({k: mixed.get(k, v) for k, v in old.items()}, folder / file, metadata={"format": "pt"})


def change(file: Path, **values):
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}, indent=2) + "\n")


def main():
    s = settings("assemble")
    final, out = Path(s.out), Path(f"{s.out}.tmp")
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(s.start, out)
    for part in (s.dit, s.ar, s.vit):
        if (RUNS / part).exists():
            place(out, torch.load(RUNS / part), s.share)
    change(out / "vision_language_encoder/generation_config.json", temperature=s.temperature, top_p=s.top_p)
    change(
        out / "scheduler/scheduler_config.json", default_num_inference_steps=s.steps, default_guidance_scale=s.guidance
    )
    np.savez_compressed(out / "training/codebook.npz", **np.load(RUNS / "codebook/codebook.npz"))
    shutil.copy(RUNS / "processor/meta.json", out / "training/meta.json")
    shutil.rmtree(final, ignore_errors=True)
    out.rename(final)
    print("MB", sum(f.stat().st_size for f in final.rglob("*") if f.is_file()) / 1e6)


if __name__ == "__main__":
    main()
