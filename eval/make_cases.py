"""The fixed evaluation set: cases.json, reference and ground-truth pictures, recognisers' tables.

    PALIMPSEST_RUNS=... python -m eval.make_cases [model=DIR] [photos=DIR]      -> eval/cases/

Scenes come from test seeds (950,000,000 and up) and the held-out splits of training/splits.json; prompts as people
type them from typed.json (`eval.make_typed` first). `photos` is the data folder of scikit-image, whose photographs of
no or of free licence (NOTICE.md) stand for uploads. A case tells what its prompt determines and nothing more: a
background that is not said is not judged. References are lossless WebP, photographs and ground truths WebP of quality
92. Ground truths are kept for the first of each kind, and where a judge needs one.
"""

from __future__ import annotations

import io
import json
import random
import sys
from itertools import count, islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from training import background as bg
from training import caption as cap
from training import place, style
from training.render import atlas_index, atlas_names, render
from training.scene import HELD_PAIRS, SPLITS, TRAIN_WORDS, random_background, random_scene
from training.subject import INDEX, NAMES
from training.task import open_parts, task
from training.vae import Vae
from training.word import cells as word_cells

FIRST = 950_000_000
HERE = Path(__file__).resolve().parent
OUT = HERE / "cases"
EDITS = {
    "add": 40,
    "remove": 60,
    "replace": 400,
    "background": 100,
    "recolour": 100,
    "move": 60,
    "text": 160,
    "style": 100,
    "absent": 40,
}
T2I, WORDS, IDENTITY, MULTI, PAIRS, LIKE, CHAINS = 80, 40, 20, 24, 2, 100, 48
TRUTHS = 20  # of each kind, beside those that a judge compares with
COMPARED = ("recolour", "text", "identity-unseen")
PHOTOS = {
    "astronaut.png": 2,
    "brick.png": 1,
    "camera.png": 2,
    "chelsea.png": 3,
    "coffee.png": 3,
    "coins.png": 2,
    "grass.png": 1,
    "gravel.png": 1,
    "hubble_deep_field.jpg": 2,
    "rocket.jpg": 3,
}  # crops of each
THUMBS = 1000
NOTHING_OPEN = open_parts(True, True)
OURSELVES = (
    "the subject from the picture",
    "this subject",
    "the same subject",
    "this thing",
    "the subject from image 1",
)


def facts(scene: dict, open_: dict = NOTHING_OPEN) -> dict:
    """What can be seen in a scene, in words; what its prompt leaves open is null."""
    t, names = scene["text"], atlas_names()
    return {
        "items": [
            {"subject": names[i["subject"]], "place": None if open_["place"] else i["place"], "style": scene["style"]}
            for i in scene["items"]
        ],
        "background": None if open_["ground"] else [scene["kind"], scene["colour"]],
        "word": {"text": t["word"], "row": word_cells(t)[0], "ink": t["ink"]} if t else None,
    }


def changed(before: Image.Image, after: Image.Image) -> list[int]:
    """Cells of the 8 x 8 grid, row-major, in which two renders differ."""
    d = np.abs(np.asarray(before, np.int16) - np.asarray(after, np.int16)).max(2).reshape(8, 32, 8, 32).max((1, 3))
    return np.flatnonzero(d.reshape(-1) > 2).tolist()


class Writer:
    """Collects cases and writes each distinct picture once."""

    def __init__(self, vae):
        self.vae, self.cases, self.files, self.bytes = vae, [], {}, 0

    def picture(self, im: Image.Image, name: str, lossless: bool) -> str:
        """The name of a file with this picture."""
        key = (im.tobytes(), lossless)
        if key not in self.files:
            buffer = io.BytesIO()
            im.save(buffer, "WEBP", lossless=lossless, quality=100 if lossless else 92, method=6)
            (OUT / name).write_bytes(buffer.getvalue())
            self.files[key] = name
            self.bytes += len(buffer.getvalue())
        return self.files[key]

    def round_trip(self, im: Image.Image, cells: list[int]) -> float:
        """PSNR in dB of the VAE's own round trip outside the mask: what no edit can exceed by much."""
        with torch.no_grad():
            back = self.vae.decode(self.vae.encode([im]))[0]
        keep = np.ones((8, 8), bool)
        keep.reshape(-1)[cells] = False
        keep = keep.repeat(32, 0).repeat(32, 1)
        d = (np.asarray(im, np.float64) - np.asarray(back, np.float64))[keep]
        return round(float(10 * np.log10(255**2 / max(1e-9, (d**2).mean()))), 2) if d.size else None

    def add_task(self, t: dict, quick: bool, **more):
        """A case from a task of the generator."""
        self.add(t["kind"], t["text"], t["target"], t["references"], quick, t["open"], **more)

    def add_caption(self, kind: str, said: cap.Caption, quick: bool, **more):
        """A case from a caption."""
        self.add(kind, said.text, said.scene, quick=quick, open_=open_parts(said.ground, said.place), **more)

    def add(self, kind: str, prompt: str, target: dict, references=(), quick=False, open_=NOTHING_OPEN, **more):
        id = f"{kind}-{sum(c['kind'] == kind for c in self.cases):03d}"
        refs, truth = [render(s) for s in references], render(target)
        k = sum(c["kind"] == kind for c in self.cases)
        case = {
            "id": id,
            "kind": kind,
            "quick": quick,
            "prompt": prompt,
            "seed": len(self.cases),
            "language": "zh" if any(ord(c) > 0x3000 for c in prompt) else "en",
            "references": [self.picture(im, f"{id}-ref{k}.webp", True) for k, im in enumerate(refs)],
            "truth": self.picture(truth, f"{id}.webp", False) if k < TRUTHS or kind in COMPARED else None,
            "expect": facts(target, open_),
            **more,
        }
        if kind in EDITS:
            case["before"] = facts(references[0])
            case["changed"] = changed(refs[0], truth)
            case["roundTripPsnr"] = self.round_trip(refs[0], case["changed"])
        self.cases.append(case)


def with_words(r: random.Random, words: list[str], n: int):
    """Scenes with one of these words each."""
    for k in range(n):
        while True:
            scene = random_scene(r, r.choices((0, 1, 2), (20, 60, 20))[0], 1.0)
            if scene["text"]:
                break
        scene["text"]["word"] = words[k % len(words)]
        yield scene


def free(writer: Writer):
    """Prompts and labels of free.txt."""
    for line in (HERE / "free.txt").read_text(encoding="utf8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        prompt, seen, ground, word, note = ([part.strip() for part in line.split("|")] + [""])[:5]
        look, _, list_ = seen.rpartition(":")
        items = []
        for part in list_.split(","):
            who, _, where = part.strip().partition("@")
            if who and who != "-":
                assert who in NAMES and (not where or where in place.PLACES), line
                items.append({"subject": who, "place": where or None, "style": look.strip() or None})
        kind, _, colour = ground.partition(" ")
        assert kind == "-" or (kind in bg.KINDS and (not colour or colour in bg.COLOURS)), line
        k = sum(c["kind"] == "free" for c in writer.cases)
        writer.cases.append(
            {
                "id": f"free-{k:03d}",
                "kind": "free",
                "quick": k % 3 == 0,
                "prompt": prompt,
                "seed": len(writer.cases),
                "language": "zh" if any(ord(c) > 0x3000 for c in prompt) else "en",
                "references": [],
                "truth": None,
                "beyond": note == "beyond",
                "expect": {
                    "items": items,
                    "background": None if kind == "-" else [kind, colour or "blue"],
                    "word": {"text": word, "row": None, "ink": None} if word else None,
                },
            }
        )


def tables():
    """The backgrounds and renders of training seeds as small pictures in a strip each."""
    grounds = bg.all_backgrounds()
    strip = Image.new("RGB", (64, 64 * len(grounds)))
    for k, g in enumerate(grounds):
        strip.paste(bg.background(*g).resize((64, 64), Image.BOX), (0, 64 * k))
    strip.save(OUT / "backgrounds.webp", lossless=True, method=6)
    thumbs = Image.new("RGB", (24 * 40, 24 * (THUMBS // 40)))
    for k in range(THUMBS):
        im = render(task(k, "t2i")["target"]).resize((24, 24), Image.BOX)
        thumbs.paste(im, (k % 40 * 24, k // 40 * 24))
    thumbs.save(OUT / "training-thumbs.webp", quality=90, method=6)
    return [list(g) for g in grounds]


def add_pictures(w: Writer):
    """Text to image without a word."""
    fits = (t for t in (task(FIRST + k, "t2i") for k in count()) if t["target"]["items"] and not t["target"]["text"])
    for made, t in enumerate(islice(fits, T2I)):
        w.add_task(t, quick=made < 32)


def add_words(w: Writer):
    """Words of the training, and held-out ones."""
    seen = [x for x in TRAIN_WORDS if 3 <= len(x) <= 6]
    for kind, words, unseen in (("words-seen", seen, None), ("words-unseen", SPLITS["words"], "word")):
        r = random.Random(f"eval {kind}")
        for k, scene in enumerate(with_words(r, r.sample(words, WORDS), WORDS)):
            w.add_caption(kind, cap.spoken(r, scene), k < 14, unseen=unseen)


def add_edits(w: Writer):
    for kind, n in EDITS.items():
        for k in range(n):
            w.add_task(task(FIRST + k, kind), quick=k < 7)


def add_identity(w: Writer):
    """Known drawings, held-out ones, and two at once."""
    for k in range(IDENTITY):
        t = task(FIRST + k, "identity")
        w.add("identity-seen", t["text"], t["target"], t["references"], quick=k < 7, candidates=None)
    r = random.Random("eval unseen identity")
    for k, name in enumerate(SPLITS["subjects"]):
        scene = random_scene(r, 1, 0)
        item = scene["items"][0]
        item["subject"] = atlas_index(name)
        alone = {"subject": item["subject"], "place": "center"}
        colour = r.choice(("white", "gray", "blue"))
        before = {"style": scene["style"], "kind": "plain", "colour": colour, "items": [alone], "text": None}
        at = cap.where(r, item["place"]) + " " if item["place"] != "center" else ""
        who = r.choice(OURSELVES)
        prompt = f"{r.choice(('', '', 'draw ', 'put '))}{who} {at}{cap.ground(r, scene['kind'], scene['colour'])}"
        w.add("identity-unseen", prompt, scene, [before], quick=k % 2 == 0, unseen="subject")
    for k in range(MULTI):
        w.add_task(task(FIRST + k, "multi"), quick=k < 6)


def add_like(w: Writer):
    """Another subject in the look of a reference; half of the references show a drawing that was never seen."""
    r = random.Random("eval like")
    for k in range(LIKE):
        t = task(FIRST + k, "like")
        if k % 2:
            t["references"][0]["items"][0]["subject"] = atlas_index(r.choice(SPLITS["subjects"]))
        w.add_task(t, quick=k < 10, unseen="subject" if k % 2 else None)


def add_typed(w: Writer):
    """Prompts and edits as people type them."""
    tables = json.loads((OUT / "typed.json").read_text(encoding="utf8"))
    for k, c in enumerate(tables["typed"]):
        w.cases.append({**c, "quick": k % 5 == 0, "references": [], "truth": None})
    for k, c in enumerate(tables["typedEdits"]):
        scene = c.pop("scene")
        c["kind"] = "typed-edit"
        w.cases.append(
            {
                **c,
                "quick": k % 4 == 0,
                "references": [w.picture(render(scene), f"{c['id']}-ref0.webp", True)],
                "truth": None,
            }
        )


def add_uploads(w: Writer, photos: Path):
    """A drawing or a word on a photograph."""
    r = random.Random("eval uploads")
    for file, crops in PHOTOS.items():
        whole = ImageOps.exif_transpose(Image.open(photos / file)).convert("RGB")
        for _ in range(crops):
            side = r.randint(min(256, *whole.size), min(whole.size))
            x, y = r.randint(0, whole.width - side), r.randint(0, whole.height - side)
            photo = whole.crop((x, y, x + side, y + side)).resize((256, 256), Image.LANCZOS)
            k = sum(c["kind"] == "upload" for c in w.cases)
            items, word, at = [], None, r.choice(("left", "right", "bottom right", "bottom left"))
            if k % 3:
                name = r.choice(NAMES)
                items = [{"subject": name, "place": at, "style": None}]
                prompt = f"add {cap.article(name)} {name} {cap.where(r, at)}"
                top, left = place.CELL[at]
                cells = [(top + i) * 8 + left + j for i in range(4) for j in range(4)]
            else:
                text = r.choice(SPLITS["words"])
                row = place.TEXT_ROW["top"]
                word = {"text": text, "row": row, "ink": None}
                prompt = f'write "{text}" at the top'
                cells = [row * 8 + j for j in range(8)]
            w.cases.append(
                {
                    "id": f"upload-{k:03d}",
                    "kind": "upload",
                    "quick": k % 4 == 0,
                    "prompt": prompt,
                    "seed": len(w.cases),
                    "language": "en",
                    "references": [w.picture(photo, f"upload-{k:03d}-ref0.webp", False)],
                    "truth": None,
                    "expect": {"items": items, "background": None, "word": word},
                    "before": {"items": [], "background": None, "word": None},
                    "changed": cells,
                    "roundTripPsnr": w.round_trip(photo, cells),
                }
            )


def chains() -> list[dict]:
    """Subjects, grounds and words of chains of ten edits, by lot."""
    r = random.Random("eval chains")
    words = [x for x in TRAIN_WORDS if 3 <= len(x) <= 6]
    out = []
    for _ in range(CHAINS):
        kind, colour = random_background(r)
        five, two = r.sample(NAMES, 5), r.sample(words, 2)
        out.append({"left": five[0], "ground": cap.ground(r, kind, colour), "others": five[1:], "words": two})
    return out


def add_pairs(w: Writer):
    """Known subjects in a look in which they were never seen."""
    r = random.Random("eval held-out pairs")
    for k in range(PAIRS):
        for name, look in sorted(HELD_PAIRS):
            scene = random_scene(r, 1, 0, look)
            scene["items"][0]["subject"] = INDEX[name]
            w.add_caption("pairs", cap.spoken(r, scene), k == 0, unseen="pair")


def add_candidates(cases: list[dict]):
    """Twenty drawings among which the recogniser finds the one of a reference."""
    seen = random.Random("eval candidates").sample(NAMES, 64)
    for c in cases:
        if c["kind"] == "identity-seen":
            mine = c["expect"]["items"][0]["subject"]
            c["candidates"] = [mine, *[n for n in seen if n != mine][:19]]
        elif c["kind"] == "identity-unseen":
            mine = c["expect"]["items"][0]["subject"]
            c["candidates"] = [mine, *[n for n in SPLITS["subjects"] if n != mine][:19]]


def write(w: Writer):
    head = {
        "note": "Made by python -m eval.make_cases; do not edit.",
        "names": atlas_names(),
        "subjects": NAMES,
        "styles": list(style.STYLES),
        "places": {p: list(c) for p, c in place.CELL.items()},
        "textRows": place.TEXT_ROW,
        "backgrounds": tables(),
        "thumbs": {"count": THUMBS, "columns": 40, "size": 24},
        "chains": chains(),
    }
    text = json.dumps({**head, "cases": []}, ensure_ascii=False)[:-2]
    lines = ",\n".join(json.dumps(c, ensure_ascii=False) for c in w.cases)
    (OUT / "cases.json").write_text(f"{text}\n{lines}\n]}}\n", encoding="utf8")


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.webp"):
        old.unlink()
    torch.set_num_threads(1)
    options = dict(a.split("=", 1) for a in sys.argv[1:])
    w = Writer(Vae(options.get("model", HERE.parent / "models/mini")))
    for add in (add_pictures, add_words, add_edits, add_identity, add_pairs, add_like, free, add_typed):
        add(w)
    add_uploads(w, Path(options["photos"]))
    add_candidates(w.cases)
    write(w)
    quick = sum(c["quick"] for c in w.cases)
    print(f"{len(w.cases)} cases, {quick} quick, {len(w.files)} pictures, {w.bytes / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
