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


def main():
    out = Path(sys.argv[1])
    given = dict(a.split("=", 1) for a in sys.argv[2:])
    limit, only = int(given.get("limit", 10)), given.get("only", "preview,glyph,prior,references").split(",")
    torch.set_num_threads(1)
    m = Cut(given.get("model", HERE.parent / "models/mini"))
    cases = json.loads((HERE / "cases/cases.json").read_text())["cases"]
    of = lambda kind: [c for c in cases if c["kind"] == kind and c["quick"]][:limit]
    picture = lambda name: Image.open(HERE / "cases" / name).convert("RGB")

    def keep(name, case, im):
        (out / name / "pictures").mkdir(parents=True, exist_ok=True)
        im.save(out / name / "pictures" / f"{case['id']}.png")

    r = np.random.default_rng(0)
    for c in of("t2i") if {"preview", "prior"} & set(only) else []:
        truth = m.read([picture(c["truth"])])[0]
        grid = truth.view(8, 8)[1::2, 1::2].reshape(16)
        free = m.sample(c["prompt"], seed=c["seed"])
        if "preview" in only:
            rows = {
                "preview-model": free,
                "preview-oracle": m.sample(c["prompt"], seed=c["seed"], preview=grid),
                "preview-other": m.sample(c["prompt"], seed=c["seed"], preview=r.permutation(m.meta["codes"])[:16]),
                "preview-none": m.sample(c["prompt"], seed=c["seed"], preview="none"),
            }
            for name, ids in rows.items():
                keep(name, c, m.decode(c["prompt"], ids[-64:], seed=c["seed"]))
        if "prior" in only:
            keep("prior-sampled", c, m.decode(c["prompt"], free[-64:], seed=c["seed"]))
            keep("prior-oracle", c, m.decode(c["prompt"], truth, seed=c["seed"]))
            keep(
                "prior-shuffled",
                c,
                m.decode(
                    c["prompt"],
                    free[-64:][torch.randperm(64, generator=torch.Generator().manual_seed(c["seed"]))],
                    seed=c["seed"],
                ),
            )
            keep("prior-none", c, m.decode(c["prompt"], free[-64:], seed=c["seed"], prior=False))
        print(c["id"], flush=True)
    for kind in WORDS if "glyph" in only else ():
        for c in of(kind):
            ids = m.sample(c["prompt"], seed=c["seed"])[-64:]
            truth = m.read([picture(c["truth"])])[0]
            keep("glyph-with", c, m.decode(c["prompt"], ids, seed=c["seed"]))
            keep("glyph-without", c, m.decode(c["prompt"], ids, seed=c["seed"], glyphs=False))
            keep("glyph-oracle-with", c, m.decode(c["prompt"], truth, seed=c["seed"]))
            keep("glyph-oracle-without", c, m.decode(c["prompt"], truth, seed=c["seed"], glyphs=False))
            print(c["id"], flush=True)
    for kind in given.get("edits", ",".join(EDITS)).split(",") if "references" in only else ():
        for c in of(kind):
            ims = [picture(n) for n in c["references"]]
            codes = [m.read([i])[0] for i in ims]
            ids = m.sample(c["prompt"], [k.tolist() for k in codes], c["seed"])[-64:]
            refs = [(m.vae.encode([i]), k[None]) for i, k in zip(ims, codes)]
            keep("references-with", c, m.decode(c["prompt"], ids, refs, seed=c["seed"]))
            keep("references-without", c, m.decode(c["prompt"], ids, refs, seed=c["seed"], keys=False))
            print(c["id"], flush=True)


if __name__ == "__main__":
    main()
