"""The fixed evaluation set: cases.json, reference and ground-truth pictures, recognisers' tables.

    PALIMPSEST_RUNS=... python -m eval.make_cases      -> eval/cases/

Scenes come from test seeds (950,000,000 and up) and the held-out splits of training/splits.json. A case tells what its prompt
determines and nothing more: a background that is not said is not judged. References are lossless WebP, ground truths WebP of quality 92.
"""
from __future__ import annotations

import io
import json
import random
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from training import background as bg
from training import caption as cap
from training import place, style
from training.render import _atlas, atlas_index, render
from training.scene import HELD_PAIRS, SPLITS, TRAIN_WORDS, random_scene
from training.subject import INDEX, NAMES
from training.task import task
from training.vae import Vae
from training.word import cells as word_cells

FIRST = 950_000_000
HERE = Path(__file__).resolve().parent
OUT = HERE / "cases"
EDITS = {"add": 20, "remove": 20, "replace": 20, "background": 20, "recolour": 16, "move": 20, "text": 24, "style": 20}
T2I, WORDS, IDENTITY, MULTI, PAIRS = 80, 40, 20, 16, 3
THUMBS = 1000


class Said:
    """Whether the caption made last says its background."""

    ground = True


def _listen(make):
    def wrapped(r, scene, say_style, say_ground, say_place, *more):
        Said.ground = say_ground
        return make(r, scene, say_style, say_ground, say_place, *more)

    return wrapped


cap.english, cap.chinese = _listen(cap.english), _listen(cap.chinese)


def names() -> list[str]:
    """Atlas rows: the subjects, the held-out ones, the others."""
    return [s["name"] for s in _atlas()[1]["subjects"]]


def facts(scene: dict, ground: bool = True) -> dict:
    """What can be seen in a scene, in words."""
    t = scene["text"]
    return {
        "items": [{"subject": names()[i["subject"]], "place": i["place"], "style": scene["style"]} for i in scene["items"]],
        "background": [scene["kind"], scene["colour"]] if ground else None,
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

    def add(self, kind: str, prompt: str, target: dict, references=(), quick=False, ground=True, **more):
        id = f"{kind}-{sum(c['kind'] == kind for c in self.cases):03d}"
        refs, truth = [render(s) for s in references], render(target)
        case = {
            "id": id, "kind": kind, "quick": quick, "prompt": prompt, "seed": len(self.cases),
            "language": "zh" if any(ord(c) > 0x3000 for c in prompt) else "en",
            "references": [self.picture(im, f"{id}-ref{k}.webp", True) for k, im in enumerate(refs)],
            "truth": self.picture(truth, f"{id}.webp", False), "expect": facts(target, ground), **more,
        }
        if kind in EDITS:
            case["before"] = facts(references[0])
            case["changed"] = changed(refs[0], truth)
            case["roundTripPsnr"] = self.round_trip(refs[0], case["changed"])
        self.cases.append(case)


def with_words(r: random.Random, words: list[str], count: int):
    """Scenes with one of these words each."""
    for k in range(count):
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
        assert kind == "-" or kind in bg.KINDS and (not colour or colour in bg.COLOURS), line
        k = sum(c["kind"] == "free" for c in writer.cases)
        writer.cases.append({
            "id": f"free-{k:03d}", "kind": "free", "quick": k % 3 == 0, "prompt": prompt, "seed": len(writer.cases), "language": "zh" if any(ord(c) > 0x3000 for c in prompt) else "en",
            "references": [], "truth": None, "beyond": note == "beyond",
            "expect": {"items": items, "background": None if kind == "-" else [kind, colour or "blue"], "word": {"text": word, "row": None, "ink": None} if word else None},
        })


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


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.webp"):
        old.unlink()
    torch.set_num_threads(1)
    w = Writer(Vae(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "models/mini"))
    k = made = 0
    while made < T2I:
        t, k = task(FIRST + k, "t2i"), k + 1
        if t["target"]["text"] or not t["target"]["items"]:
            continue
        w.add("t2i", t["text"], t["target"], quick=made < 32, ground=Said.ground)
        made += 1
    for kind, words in (("words-seen", [x for x in TRAIN_WORDS if 3 <= len(x) <= 6]), ("words-unseen", SPLITS["words"])):
        r = random.Random(f"eval {kind}")
        for k, scene in enumerate(with_words(r, r.sample(words, WORDS), WORDS)):
            text, meant = cap.spoken(r, scene)
            w.add(kind, text, meant, quick=k < 14, ground=Said.ground, unseen="word" if kind == "words-unseen" else None)
    for kind, n in EDITS.items():
        for k in range(n):
            t = task(FIRST + k, kind)
            w.add(kind, t["text"], t["target"], t["references"], quick=k < 7)
    for k in range(IDENTITY):
        t = task(FIRST + k, "identity")
        w.add("identity-seen", t["text"], t["target"], t["references"], quick=k < 7, candidates=None)
    r = random.Random("eval unseen identity")
    for k, name in enumerate(SPLITS["subjects"]):
        scene = random_scene(r, 1, 0)
        scene["items"][0]["subject"] = atlas_index(name)
        before = {"style": scene["style"], "kind": "plain", "colour": r.choice(("white", "gray", "blue")), "items": [{"subject": atlas_index(name), "place": "center"}], "text": None}
        at = cap.where(r, scene["items"][0]["place"]) + " " if scene["items"][0]["place"] != "center" else ""
        who = r.choice(("the subject from the picture", "this subject", "the same subject", f"this {'animal' if k < 5 else 'thing'}", "the subject from image 1"))
        w.add("identity-unseen", f"{r.choice(('', '', 'draw ', 'put '))}{who} {at}{cap.ground(r, scene['kind'], scene['colour'])}", scene, [before], quick=k % 2 == 0, unseen="subject")
    for k in range(MULTI):
        t = task(FIRST + k, "multi")
        w.add("multi", t["text"], t["target"], t["references"], quick=k < 6)
    r = random.Random("eval held-out pairs")
    for k in range(PAIRS):
        for name, st in sorted(HELD_PAIRS):
            scene = random_scene(r, 1, 0, st)
            scene["items"][0]["subject"] = INDEX[name]
            text, meant = cap.spoken(r, scene)
            w.add("pairs", text, meant, quick=k == 0, ground=Said.ground, unseen="pair")
    free(w)
    seen = random.Random("eval candidates").sample(NAMES, 64)
    for c in w.cases:
        if c["kind"] == "identity-seen":
            mine = c["expect"]["items"][0]["subject"]
            c["candidates"] = [mine] + [n for n in seen if n != mine][:19]
        elif c["kind"] == "identity-unseen":
            c["candidates"] = SPLITS["subjects"]
    out = {"note": "Made by python -m eval.make_cases; do not edit.", "names": names(), "subjects": NAMES, "styles": list(style.STYLES), "places": {p: list(c) for p, c in place.CELL.items()},
           "textRows": place.TEXT_ROW, "backgrounds": tables(), "thumbs": {"count": THUMBS, "columns": 40, "size": 24}, "cases": w.cases}
    text = json.dumps({**out, "cases": []}, ensure_ascii=False)[:-2]
    (OUT / "cases.json").write_text(text + "\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in w.cases) + "\n]}\n", encoding="utf8")
    print(len(w.cases), "cases,", sum(c["quick"] for c in w.cases), "quick,", len(w.files), "pictures,", round(w.bytes / 1e6, 1), "MB")


if __name__ == "__main__":
    main()
