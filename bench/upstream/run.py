"""Upstream's own pipeline, timed: one JSON request a line in, one line of figures in milliseconds out.

Same work as the engine: the same number of prior tokens, steps and threads, fp32, PNG in and PNG out.
"""

import argparse
import base64
import io
import json
import math
import os
import statistics
import sys
import time

import diffusers
import torch
import transformers
from diffusers import GlmImagePipeline
from PIL import Image
from transformers import StoppingCriteria, StoppingCriteriaList


def milliseconds():
    return time.perf_counter() * 1000


class TokenClock(StoppingCriteria):
    """Notes when each token was sampled; stops nothing."""

    def __init__(self):
        self.times = []

    def __call__(self, input_ids, scores, **kwargs):
        self.times.append(milliseconds())
        return torch.zeros(input_ids.shape[0], dtype=torch.bool)


def load(folder, dtype):
    pipeline = GlmImagePipeline.from_pretrained(folder, dtype=getattr(torch, dtype))
    pipeline.set_progress_bar_config(disable=True)
    model = pipeline.vision_language_encoder
    inner = model.model.get_image_tokens

    # diffusers 0.42 passes the features of all references joined on the channel axis, transformers 5.23 reads a list.
    def get_image_tokens(features, grid=None):
        if torch.is_tensor(features):
            width = model.config.vision_config.hidden_size
            features = list(features.view(-1, width, *features.shape[-2:]))
        return inner(features, grid)

    model.get_image_tokens = get_image_tokens
    return pipeline


def compile_blocks(pipeline):
    """The decoder's blocks and the VAE's decoder compiled; what the compiler refuses stays eager.

    The language model stays eager: its cache grows with every token, and a compiled layer is compiled again for it.
    """
    torch._dynamo.config.suppress_errors = True
    for block in pipeline.transformer.transformer_blocks:
        block.compile(dynamic=True)
    pipeline.vae.decoder.compile()


class EncodeClock:
    """Adds up what the reference costs: features, ids, latents, keys and values."""

    def __init__(self, pipeline):
        self.total = 0
        model, transformer = pipeline.vision_language_encoder, pipeline.transformer
        model.get_image_features = self.timed(model.get_image_features)
        model.get_image_tokens = self.timed(model.get_image_tokens)
        pipeline.vae.encode = self.timed(pipeline.vae.encode)
        plain, written = transformer.forward, self.timed(transformer.forward)

        def forward(*args, kv_caches=None, **kwargs):
            # Only the pass over a reference has no text.
            run = written if kwargs["encoder_hidden_states"].shape[1] == 0 else plain
            return run(*args, kv_caches=kv_caches, **kwargs)

        transformer.forward = forward

    def timed(self, function):
        def run(*args, **kwargs):
            start = milliseconds()
            result = function(*args, **kwargs)
            self.total += milliseconds() - start
            return result

        return run


def preview_like_ours(processor, folder):
    """The preview grid that the checkpoint asks for; upstream's processor always takes 256 cells."""
    with open(os.path.join(folder, "processor", "processor_config.json")) as file:
        cells = json.load(file).get("preview_cells", 256)
    shape = processor._get_target_shape

    def get_target_shape(height, width):
        large_height, large_width, *_ = shape(height, width)
        ratio, side = large_height / large_width, math.sqrt(cells)
        preview = [max(1, int(math.sqrt(part) * side)) for part in (ratio, 1 / ratio)]
        return large_height, large_width, *preview

    processor._get_target_shape = get_target_shape


def equalize(pipeline, clock):
    """No token beyond the codebook, so no early end; no end token after the last; the clock listens."""
    config = pipeline.vision_language_encoder.config
    beyond = list(range(config.vq_config.num_embeddings, config.text_config.vision_vocab_size))
    generate = pipeline.vision_language_encoder.generate

    def run(*args, max_new_tokens, **kwargs):
        return generate(
            *args,
            max_new_tokens=max_new_tokens - 1,
            suppress_tokens=beyond,
            stopping_criteria=StoppingCriteriaList([clock]),
            **kwargs,
        )

    pipeline.vision_language_encoder.generate = run


def measure(pipeline, tokens, encode, request):
    tokens.times, encode.total, steps = [], 0, []

    def stepped(pipeline, index, sigma, kwargs):
        steps.append(milliseconds())
        return kwargs

    start = milliseconds()
    references = [Image.open(io.BytesIO(base64.b64decode(png))) for png in request["references"]]
    picture = pipeline(
        request["prompt"],
        image=references or None,
        height=request["heightPx"],
        width=request["widthPx"],
        num_inference_steps=request["steps"],
        guidance_scale=request["guidanceScale"],
        generator=torch.Generator().manual_seed(request["seed"]),
        callback_on_step_end=stepped,
    ).images[0]
    picture.save(io.BytesIO(), "PNG")
    end = milliseconds()
    times = tokens.times
    return {
        "whole": end - start,
        **({"encode": encode.total} if references else {}),
        "token": (times[-1] - times[0]) / (len(times) - 1),
        "step": statistics.median(b - a for a, b in zip(steps, steps[1:])),
        "vaeDecode": end - steps[-1],
        "tokens": len(times),
        "steps": len(steps),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    diffusers.logging.set_verbosity_error()
    diffusers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    pipeline = load(options.model, options.dtype)
    if options.compile:
        compile_blocks(pipeline)
    tokens, encode = TokenClock(), EncodeClock(pipeline)
    equalize(pipeline, tokens)
    preview_like_ours(pipeline.processor, options.model)
    modules = (torch, transformers, diffusers)
    print(json.dumps({module.__name__: module.__version__ for module in modules}), flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(pipeline, tokens, encode, json.loads(line))), flush=True)


main()
