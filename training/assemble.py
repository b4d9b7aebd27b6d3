"""Puts the trained parts into a copy of the folder they started from: `python -m training.assemble out=DIR`.

bf16 and the same names. A part that was not trained stays; tables with a row for every code or token may have other
lengths, and the settings follow them. `share` below 1 keeps that much less of the trained weights and the rest of those
they started from.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from .codebook import packed
from .paths import RUNS
from .sequence import LEAD
from .settings import settings

DIT, T5 = "transformer/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors"
AR = "vision_language_encoder/model.safetensors"
VAE = "vae/diffusion_pytorch_model.safetensors"
FILES = {"dit.": DIT, "t5.": T5, "vae.": VAE, "model.": AR, "lm_head.": AR}
OWN_PREFIX = ("dit.", "t5.", "vae.")  # names of a stage that are not in the file
TABLES = (
    "prior_token_embedding",
    "embed_tokens",
    "lm_head",
    "quantize.embedding",
)  # a row for every code or token


def mixed(name: str, old: torch.Tensor, new: torch.Tensor, share: float) -> torch.Tensor:
    """`share` of the new weights and the rest of the old ones."""
    table = any(t in name for t in TABLES) and old.shape[1:] == new.shape[1:]
    if old.shape != new.shape and not table:
        raise ValueError(f"{name}: {tuple(new.shape)} trained, {tuple(old.shape)} in the folder")
    if share == 1 or old.shape != new.shape:
        return new.to(torch.bfloat16).contiguous()
    return (old.float() * (1 - share) + new.float() * share).to(torch.bfloat16).contiguous()


def place(folder: Path, weights: dict, share: float):
    """Writes the weights over those of the same names."""
    per_file: dict[str, dict] = {}
    for name, w in weights.items():
        prefix = next(p for p in FILES if name.startswith(p))
        own = name[len(prefix) :] if prefix in OWN_PREFIX else name
        if own != "encoder.embed_tokens.weight":  # T5 ties it to `shared`
            per_file.setdefault(FILES[prefix], {})[own] = w
    for file, new in per_file.items():
        old = load_file(folder / file)
        if unknown := set(new) - set(old):
            raise ValueError(f"{file} has no {sorted(unknown)}")
        save_file(
            {k: mixed(k, v, new[k], share) if k in new else v for k, v in old.items()},
            folder / file,
            metadata={"format": "pt"},
        )


def change(file: Path, **values):
    """Sets fields of a JSON file; a table is merged into the one that is there."""
    old = json.loads(file.read_text())
    for key, value in values.items():
        old[key] = {**old[key], **value} if isinstance(value, dict) else value
    file.write_text(json.dumps(old, indent=2) + "\n")


def frame(template: Path, meta: dict):
    """The tokens round a reference, which stand behind the codes: other numbers when there are more of these; and what
    stands before every text, as in training.
    """
    text, times = re.subn(
        r"<\|dit_token_\d+\|>(<\|image\|>)<\|dit_token_\d+\|>",
        rf"<|dit_token_{meta['start']}|>\1<|dit_token_{meta['end']}|>",
        template.read_text(),
    )
    if times != 1:
        raise ValueError(f"{template}: expected one picture in the template, found {times}")
    text, times = re.subn(r"\{\{ (?:'[^']*' ~ )?item\['text'\] \}\}", f"{{{{ '{LEAD}' ~ item['text'] }}}}", text)
    if times != 1:
        raise ValueError(f"{template}: expected one text in the template, found {times}")
    template.write_text(text)


def describe(out: Path, meta: dict, s):
    """Settings that follow from the vocabulary, and how the model is to be used."""
    tower = out / "vision_language_encoder"
    change(
        tower / "config.json",
        image_token_id=meta["image"],
        image_start_token_id=meta["start"],
        image_end_token_id=meta["end"],
        text_config={
            "vocab_size": meta["vocab"],
            "vision_vocab_size": meta["visual"],
            "pad_token_id": meta["pad"],
            "eos_token_id": meta["end"],
        },
        vq_config={"num_embeddings": meta["codes"]},
    )
    change(
        tower / "generation_config.json",
        eos_token_id=meta["end"],
        pad_token_id=meta["image"],
        top_k=meta["visual"],
        temperature=s.temperature,
        top_p=s.top_p,
    )
    frame(out / "processor/chat_template.jinja", meta)
    change(out / "transformer/config.json", prior_vq_quantizer_codebook_size=meta["codes"])
    change(
        out / "processor/tokenizer_config.json",
        bos_token=f"<|dit_token_{meta['start']}|>",
        eos_token=f"<|dit_token_{meta['end']}|>",
    )
    change(
        out / "scheduler/scheduler_config.json", default_num_inference_steps=s.steps, default_guidance_scale=s.guidance
    )


def main():
    s = settings("assemble")
    final, out = Path(s.out), Path(f"{s.out}.tmp")
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(s.start, out)
    for part in (s.dit, s.ar, s.vit, s.vae):
        if (RUNS / part).exists():
            place(out, torch.load(RUNS / part), s.share)
    if (RUNS / "processor").exists():  # post-training keeps the codes and the vocabulary of its start
        describe(out, json.loads((RUNS / "processor/meta.json").read_text()), s)
        np.savez_compressed(out / "training/codebook.npz", **packed(dict(np.load(RUNS / "codebook/codebook.npz"))))
        shutil.copy(RUNS / "processor/meta.json", out / "training/meta.json")
        shutil.copy(RUNS / "processor/tokenizer.json", out / "processor/tokenizer.json")
    shutil.rmtree(final, ignore_errors=True)
    out.rename(final)
    print("MB", sum(f.stat().st_size for f in final.rglob("*") if f.is_file()) / 1e6)


if __name__ == "__main__":
    main()
