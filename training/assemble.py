"""Put the trained parts into the upstream folder layout: `python -m training.assemble out=DIR` (bf16, strict names)."""
from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, GlmImagePipeline
from transformers import ByT5Tokenizer, GenerationConfig, GlmImageProcessor, PreTrainedTokenizerFast
from transformers.models.glm_image.image_processing_glm_image import GlmImageImageProcessor

from .models import decoder, glyph_encoder, load_meta, vision_language
from .paths import RUNS
from .settings import settings


def main():
    s = settings("assemble")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    meta = load_meta(RUNS / "processor")
    start, end = meta["start"], meta["end"]
    dit, t5 = decoder(meta["codes"]), glyph_encoder()
    parts = torch.load(RUNS / s.dit)
    dit.load_state_dict({k[4:]: v.float() for k, v in parts.items() if k.startswith("dit.")})
    t5.load_state_dict({k[3:]: v.float() for k, v in parts.items() if k.startswith("t5.")})
    ar = vision_language(meta, s.theta)
    state = {**torch.load(RUNS / s.ar), **torch.load(RUNS / s.vit)}
    missing, extra = ar.load_state_dict({k: v.float() for k, v in state.items()}, strict=False)
    assert not missing and not extra, (missing, extra)
    ar.generation_config = GenerationConfig(do_sample=True, temperature=s.temperature, top_p=s.top_p, top_k=meta["visual"], eos_token_id=end, pad_token_id=meta["image"])
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(RUNS / "processor/tokenizer.json"), bos_token=f"<|dit_token_{start}|>", eos_token=f"<|dit_token_{end}|>", pad_token="<|endoftext|>",
                                        padding_side="left", extra_special_tokens={"image_token": "<|image|>", "grid_bos_token": "<sop>", "grid_eos_token": "<eop>"})
    template = ("{% for message in messages %}{% for item in message['content'] %}{% if item['type'] == 'image' %}<|dit_token_START|><|image|><|dit_token_END|>"
                "{% else %}{{ item['text'] }}{% endif %}{% endfor %}{% endfor %}").replace("START", str(start)).replace("END", str(end))
    images = GlmImageImageProcessor(min_pixels=256 * 256, max_pixels=1024 * 1024, patch_size=16, temporal_patch_size=1, merge_size=1, image_mean=[0.5] * 3, image_std=[0.5] * 3,
                                    rescale_factor=1 / 255, resample=3, do_convert_rgb=True)
    processor = GlmImageProcessor(image_processor=images, tokenizer=tokenizer, chat_template=template)
    scheduler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, use_dynamic_shifting=True, time_shift_type="linear", base_shift=0.25, max_shift=0.75,
                                                base_image_seq_len=256, max_image_seq_len=4096, shift=1.0)
    vae = AutoencoderKL.from_pretrained(s.start, subfolder="vae", torch_dtype=torch.float32)
    out = Path(s.out)
    if out.exists():
        shutil.rmtree(out)
    for part in (vae, t5, ar, dit):
        part.to(torch.bfloat16)
    GlmImagePipeline(scheduler=scheduler, vae=vae, text_encoder=t5, tokenizer=ByT5Tokenizer(extra_ids=0), processor=processor, vision_language_encoder=ar, transformer=dit).save_pretrained(out)
    file = out / "vae/config.json"  # no path of this machine
    file.write_text(json.dumps({k: v for k, v in json.loads(file.read_text()).items() if k != "_name_or_path"}, indent=2) + "\n")
    # settings of the mini that upstream's classes ignore
    for file, more in (("processor/processor_config.json", {"preview_cells": meta["preview_cells"]}),
                       ("scheduler/scheduler_config.json", {"default_num_inference_steps": s.steps, "default_guidance_scale": s.guidance})):
        d = json.loads((out / file).read_text())
        (out / file).write_text(json.dumps({**d, **more}, indent=2) + "\n")
    (out / "training").mkdir()
    shutil.copy(RUNS / "codebook/codebook.npz", out / "training/codebook-full.npz")
    z = dict(np.load(out / "training/codebook-full.npz"))
    np.savez_compressed(out / "training/codebook.npz", **z)
    (out / "training/codebook-full.npz").unlink()
    (out / "training/meta.json").write_text(json.dumps(meta) + "\n")
    for f in sorted(out.rglob("*")):
        if f.is_file():
            print(f"{f.stat().st_size:>10} {f.relative_to(out)}")
    print("total MB", sum(f.stat().st_size for f in out.rglob("*") if f.is_file()) / 1e6)


if __name__ == "__main__":
    main()
