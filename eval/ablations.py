"""Ablations that need surgery, through the torch copy of the pipeline (training/draw.py). Draws pictures; `npm run
eval -- --reuse` judges them.

    python -m eval.ablations OUT [model=models/mini] [limit=10] [only=preview,glyph,prior,references] [edits=add,…]
    npm run eval -- --reuse --limit 10 --only t2i --out OUT/preview-model --json     (one folder per row of the tables)

What is taken away was there in training, so a row without it says how much the trained model leans on it, not how
well a model trained without it would do.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import DynamicCache

from training.draw import Mini

HERE = Path(__file__).resolve().parent
WORDS = ("words-seen", "words-unseen")
EDITS = ("add", "remove", "replace", "background", "move", "style", "identity-unseen")


class Cut(Mini):
    """Mini with parts that can be taken away."""

    @torch.no_grad()
    def sample(self, text, references=(), seed=0, preview=None, temperature=0.7, top_p=0.9):
        """All generated ids. `preview`: ids that stand in for the sampled preview grid; "none": it is left out."""
        g = torch.Generator().manual_seed(seed)
        ids, at, cur = self.seq.prompt(text, references)
        plan, cache, out = self.seq.schedule(cur, len(references)), DynamicCache(), []
        first = len(plan) - 64
        if isinstance(preview, str):
            plan, first, preview = self.seq.schedule(cur, 1), 0, None  # the large grid stands where the preview would
        lm, x, p = self.ar.model.language_model, torch.tensor([ids]), torch.tensor(at).T[:, None]
        for j in range(len(plan)):
            h = lm(input_ids=x, position_ids=p, past_key_values=cache, use_cache=True)[0][:, -1]
            if preview is not None and j < first:
                t = int(preview[j])
            else:
                q, o = (self.ar.lm_head(h)[0].float() / temperature).softmax(-1).sort(descending=True)
                q = q * ((q.cumsum(0) - q) < top_p)
                t = o[torch.multinomial(q / q.sum(), 1, generator=g)].item()
            out.append(t)
            x, p = torch.tensor([[t]]), torch.tensor(plan[j]).view(3, 1, 1)
        return torch.tensor(out)

    @torch.no_grad()
    def decode(self, text, ids, references=(), seed=0, glyphs=True, prior=True, keys=True, steps=8):
        """The picture of these ids, without the glyph features, the prior tokens or the references' keys and values."""
        paint, glyph = self.paint, self.glyph
        if not glyphs:
            self.glyph = lambda _: glyph("")
        forward = self.dit.forward
        if not prior:
            # the second and third arguments of the decoder after the latent: ids, and where they are dropped
            self.dit.forward = lambda x, g, i, drop, *a, **k: forward(x, g, i, torch.ones_like(drop), *a, **k)
        try:
            return paint(text, ids, references if keys else (), steps=steps, seed=seed)
        finally:
            self.glyph, self.dit.forward = glyph, forward


class Ablations:
    """Cases of the evaluation, drawn with and without a part; every row of the tables is a folder of pictures."""

    def __init__(self, model: Cut, out: Path, limit: int):
        self.m, self.out, self.limit = model, out, limit
        self.cases = json.loads((HERE / "cases/cases.json").read_text())["cases"]
        self.r = np.random.default_rng(0)

    def some(self, kind: str) -> list[dict]:
        return [c for c in self.cases if c["kind"] == kind and c["quick"]][: self.limit]

    @staticmethod
    def picture(name: str) -> Image.Image:
        return Image.open(HERE / "cases" / name).convert("RGB")

    def keep(self, row: str, case: dict, ids, *references, **parts):
        """Draws a case and keeps the picture in the folder of its row."""
        folder = self.out / row / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        self.m.decode(case["prompt"], ids, *references, seed=case["seed"], **parts).save(folder / f"{case['id']}.png")

    def truth(self, case: dict) -> torch.Tensor:
        """The codes of the picture that was asked for."""
        return self.m.read([self.picture(case["truth"])])[0]

    def preview(self, case: dict):
        """The preview grid: the model's own, the right one, another, none."""
        sample = lambda **given: self.m.sample(case["prompt"], seed=case["seed"], **given)[-64:]
        right = self.truth(case).view(8, 8)[1::2, 1::2].reshape(16)
        self.keep("preview-model", case, sample())
        self.keep("preview-oracle", case, sample(preview=right))
        self.keep("preview-other", case, sample(preview=self.r.permutation(self.m.meta["codes"])[:16]))
        self.keep("preview-none", case, sample(preview="none"))

    def prior(self, case: dict):
        """The prior tokens: sampled, right, shuffled, dropped."""
        free = self.m.sample(case["prompt"], seed=case["seed"])[-64:]
        order = torch.randperm(64, generator=torch.Generator().manual_seed(case["seed"]))
        self.keep("prior-sampled", case, free)
        self.keep("prior-oracle", case, self.truth(case))
        self.keep("prior-shuffled", case, free[order])
        self.keep("prior-none", case, free, prior=False)

    def glyph(self, case: dict):
        """The glyph features, with sampled and with right codes."""
        ids = self.m.sample(case["prompt"], seed=case["seed"])[-64:]
        for name, given in (("glyph", ids), ("glyph-oracle", self.truth(case))):
            self.keep(f"{name}-with", case, given)
            self.keep(f"{name}-without", case, given, glyphs=False)

    def references(self, case: dict):
        """The keys and values of the references."""
        pictures = [self.picture(n) for n in case["references"]]
        codes = [self.m.read([i])[0] for i in pictures]
        ids = self.m.sample(case["prompt"], [k.tolist() for k in codes], case["seed"])[-64:]
        latents = [(self.m.vae.encode([i]), k[None]) for i, k in zip(pictures, codes)]
        self.keep("references-with", case, ids, latents)
        self.keep("references-without", case, ids, latents, keys=False)


def main():
    given = dict(a.split("=", 1) for a in sys.argv[2:])
    torch.set_num_threads(1)
    model = Cut(given.get("model", HERE.parent / "models/mini"))
    ablations = Ablations(model, Path(sys.argv[1]), int(given.get("limit", 10)))
    edits = given.get("edits", ",".join(EDITS)).split(",")
    kinds = {"preview": ("t2i",), "prior": ("t2i",), "glyph": WORDS, "references": edits}
    for part in given.get("only", ",".join(kinds)).split(","):
        for kind in kinds[part]:
            for case in ablations.some(kind):
                getattr(ablations, part)(case)
                print(part, case["id"], flush=True)


if __name__ == "__main__":
    main()
