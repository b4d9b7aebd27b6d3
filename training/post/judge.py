"""Figures of one arm by judges that are no reward of it, prompt by prompt.

    python -m training.post.judge name=A weights=[\\"post/A/ar/folded.pt\\"]      -> RUNS/post/judged/A.json

Whole chain: prompts of test seeds, the AR's grid by codes, its picture by the evaluation's recogniser, PP-OCRv4 and the
second net of tidiness. Decoder alone, from the right codes: words in edits by PP-OCRv4, distance in EfficientNet's
features, likeness in dB, how much seeds differ.
"""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import torch

from ..codebook import Codebook
from ..dit_check import cell_pixels, psnr
from ..grid import GridReader
from ..paths import RUNS
from ..pool import Pool
from ..reader import read
from ..rewards.judges import FAR_WIDTH, FarEye, Recogniser, judge_reader
from ..rewards.tidiness import Tidiness
from ..settings import settings
from ..vae import Vae
from .ar import Graded, Policy, Prompts, by_references
from .decoder import Cases
from .painter import Painter, load
from .rewarding import Rewards, fitted

TEST = 950_200_000  # seeds that nothing is trained, fitted or guarded on


def put(figures: dict, name: str, key: str, value: float):
    figures.setdefault(name, {})[key] = round(float(value), 5)


def take(policy: Policy, decoder, files: list[str], share: float):
    """Trained weights in the place of the start's; `share` below 1 keeps that much less of them."""
    for file in files:
        found = torch.load(RUNS / file)
        for name, value in found.items():
            place(policy, decoder, name, value.float(), share)


@torch.no_grad()
def place(policy: Policy, decoder, name: str, value: torch.Tensor, share: float):
    """One folded table or weight into the model that it belongs to."""
    ar = policy.model
    tables = {"model.language_model.embed_tokens.weight": ar.input, "lm_head.weight": ar.head}
    if name in tables:
        embedding = tables[name]
        mixed = embedding.folded().lerp(value, share)
        embedding.weight.copy_(mixed - embedding.features @ embedding.project)
        return
    if name == "dit.prior_token_embedding.weight":
        embedding = decoder.dit.prior_token_embedding
        mixed = embedding.folded().lerp(value, share)
        embedding.weight.copy_(mixed - embedding.features @ embedding.project)
        return
    model, key = (ar, "lm." + name[len("model.language_model.") :]) if name.startswith("model.") else (decoder, name)
    own = model.state_dict()[key]
    own.copy_(own.lerp(value, share) if own.is_floating_point() else value)


class Judges:
    def __init__(self, s):
        self.recogniser = Recogniser(s.recogniser) if s.recogniser else Recogniser()
        self.reader, self.eye = judge_reader(), FarEye()
        self.tidiness = fitted("tidiness-judge", Tidiness(FAR_WIDTH))


def whole_chain(policy: Policy, graded: Graded, painter: Painter, judges: Judges, book: Codebook, s) -> dict:
    """Figures by name and prompt."""
    out: dict[str, dict[str, float]] = {}
    judge, prompts = GridReader(book), Prompts(book, policy.seq, SimpleNamespace(mix=dict.fromkeys(s.kinds, 1)))
    for kind in s.kinds:
        found = (prompts.row(TEST + k, kind) for k in range(6 * s.prompts))
        rows = [q for q in found if q][: s.prompts]
        for some in by_references(rows):
            with torch.autocast("cpu", torch.bfloat16):
                grids = policy.grids(policy.model, some)
            for k, ((_, t), ids) in enumerate(zip(some, grids)):
                key = f"{kind} {len(t['references'])} {k}"
                verdict = judge.judge(ids, t["target"], t["open"])
                put(out, f"whole grid, {kind}", key, verdict["whole"])
                put(out, "whole grid", key, verdict["whole"])
                if k < s.pictures:
                    picture(out, key, t, ids, graded, painter, judges)
    return out


def picture(out: dict, key: str, t: dict, ids: np.ndarray, graded: Graded, painter: Painter, judges: Judges):
    """Judges of one picture of the whole chain."""
    case = graded.case(t)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        x, _ = painter.rollout(case, torch.from_numpy(ids).view(1, 8, 8), 7)
    made = painter.pictures(case, x)
    for name, value in judges.recogniser.scene(made[0], case.scene, t["open"]["place"]).items():
        put(out, f"{name} (recogniser)", key, value)
    put(out, "tidiness (second net)", key, judges.tidiness.score(judges.eye.cells(made))[0])
    if case.scene["text"]:
        like = judges.reader.read(made[0], case.scene["text"])[0]
        put(out, "word right (PP-OCRv4)", key, like == 1)
        put(out, "word alike (PP-OCRv4)", key, like)


def decoder_alone(painter: Painter, cases: Cases, judges: Judges, s) -> dict:
    out: dict[str, dict[str, float]] = {}
    for kind in cases.shares:
        found = ((k, cases.case(TEST + k, kind)) for k in range(20 * s.cases))
        some = []
        while len(some) < s.cases:
            k, case = next(found)
            if case:
                some.append((k, case))
        for k, case in some:
            key, grids = f"{kind} {k}", case.ids[None].expand(s.seeds, *case.ids.shape)
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                x, _ = painter.rollout(case, grids, TEST + k)
            made, drawn = painter.pictures(case, x), cell_pixels(case.cells)
            a = np.stack([np.asarray(p, np.float32) for p in made])[:, drawn]
            b = np.asarray(case.truth, np.float32)[drawn]
            put(out, f"dB, {kind}", key, np.mean([psnr((q - b) ** 2) for q in a]))
            put(
                out,
                f"nearness (EfficientNet), {kind}",
                key,
                -judges.eye.distances(made, [case.truth] * len(made)).mean(),
            )
            put(out, f"variety of seeds, {kind}", key, a.std(0).mean())
            if kind == "words":
                like = np.array([judges.reader.read(p, case.scene["text"])[0] for p in made])
                put(out, "word in an edit right (PP-OCRv4)", key, (like == 1).mean())
                put(out, "word in an edit alike (PP-OCRv4)", key, like.mean())
            else:
                seen = [judges.recogniser.scene(p, case.scene, False) for p in made]
                put(out, f"look from right codes (recogniser), {kind}", key, np.mean([q["look"] for q in seen]))
    return out


def main():
    s = settings("post.judge")
    torch.set_num_threads(s.threads)
    book, vae = Codebook(s.start / "training/codebook.npz"), Vae(s.start)
    policy, model = Policy(SimpleNamespace(**vars(s), objective="grpo"), book, s.start), load(book, s.start)
    take(policy, model, s.weights, s.share)
    policy.model.eval()
    rewards, judges = Rewards(s.start, book), Judges(s)
    painter = Painter(model.eval(), vae, s)
    graded = Graded(SimpleNamespace(pixels=True), rewards, painter)
    cases = Cases(Pool(book, vae, lambda pictures: read(rewards.tower, pictures), 1), s)
    figures = whole_chain(policy, graded, painter, judges, book, s) | decoder_alone(painter, cases, judges, s)
    (s.folder / f"{s.name}.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps({name: round(float(np.mean(list(v.values()))), 4) for name, v in figures.items()}))


if __name__ == "__main__":
    main()
