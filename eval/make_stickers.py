"""The prompts and renders of the stickers, the in-domain counterparts of published benchmarks. Same seeds, same bytes.

    PALIMPSEST_RUNS=... python -m eval.make_stickers      -> eval/cases/stickers.json and eval/cases/sticker-*.webp

Seeds are above those of the other cases; nothing is trained on them.
"""

from __future__ import annotations

import io
import json
import random
from itertools import count, islice

from training import background as bg
from training import caption as cap
from training import place, style
from training.render import render
from training.scene import ALLOWED, SPLITS, TRAIN_WORDS, random_background, random_scene, random_text
from training.subject import SUBJECTS
from training.task import open_parts, task

from .make_cases import FIRST, OUT, facts

SEED = FIRST + 5_000_000
WORDS, FIVE_ENGLISH, FIVE_CHINESE, SEVERAL, DENSE, INSTRUCTIONS = 60, 40, 24, 12, 24, 8
WHOLE = open_parts(True, True)


class Writer:
    """Collects stickers and writes their renders."""

    def __init__(self):
        self.stickers: list[dict] = []

    def add(self, set_: str, prompt: str, scene: dict, open_: dict, **more):
        k = sum(s["set"] == set_ for s in self.stickers)
        id_, buffer = f"{set_}-{k:03d}", io.BytesIO()
        render(scene).save(buffer, "WEBP", quality=90, method=6)
        (OUT / f"sticker-{id_}.webp").write_bytes(buffer.getvalue())
        self.stickers.append(
            {
                "id": id_,
                "set": set_,
                "prompt": prompt,
                "seed": 20_000 + len(self.stickers),
                "language": "zh" if any(ord(c) > 0x3000 for c in prompt) else "en",
                "truth": f"sticker-{id_}.webp",
                "expect": facts(scene, open_),
                **more,
            }
        )


def noun(item: dict) -> str:
    return cap.article(SUBJECTS[item["subject"]].name)


def at(p: str) -> str:
    return place.ENGLISH[p][0]


def grounded(scene: dict) -> str:
    return bg.ENGLISH[scene["kind"]][0].format(c=scene["colour"]).replace("a orange", "an orange")


def listed(scene: dict) -> str:
    each = [f"{noun(i)} {at(i['place'])}" for i in scene["items"]]
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"


def word_phrase(t: dict) -> str:
    return f'the word "{t["word"]}" in {t["ink"]} {"in the" if t["place"] == "middle" else "at the"} {t["place"]}'


def add_words(w: Writer):
    """One word a picture, half of them held out; half with ink and place said."""
    words = [x for x in TRAIN_WORDS if 3 <= len(x) <= 8]
    for k in range(WORDS):
        r = random.Random(f"sticker word {k}")
        while not (scene := random_scene(r, r.choices((0, 1, 2), (30, 50, 20))[0], 1.0))["text"]:
            pass
        t = scene["text"]
        t["word"] = r.choice(words) if k % 2 else SPLITS["words"][k // 2 % len(SPLITS["words"])]
        said = k % 4 < 2
        if not said:
            t["ink"], t["place"] = "white", cap.default_text_place(scene)
        what = f"{listed(scene)} with " if scene["items"] else ""
        phrase = word_phrase(t) if said else f'the word "{t["word"]}"'
        w.add("words", f"{what}{phrase}, {grounded(scene)}", scene, WHOLE)


def add_five(w: Writer):
    """Prompts as the training words them, English and Chinese."""
    for language, n in (("en", FIVE_ENGLISH), ("zh", FIVE_CHINESE)):
        tasks = (task(SEED + k, "t2i" if k % 3 else "words") for k in count())
        fits = (
            t for t in tasks if t["target"]["items"] and any(ord(c) > 0x3000 for c in t["text"]) == (language == "zh")
        )
        for k, t in enumerate(islice(fits, n)):
            whole = not t["open"]["ground"] and not t["open"]["place"]
            w.add("five", t["text"], t["target"], t["open"], **({"several": True} if whole and k < 2 * SEVERAL else {}))


def add_dense(w: Writer):
    """Three drawings with look and places, the ground and, where there is room, a word."""
    for k in range(DENSE):
        r = random.Random(f"sticker dense {k}")
        scene = random_scene(r, 3 if k % 2 else 2, 0.0)
        if not k % 2:
            scene["items"] = [{**i, "place": p} for i, p in zip(scene["items"], place.PAIRS[0])]
            scene["text"] = random_text(r, r.choice(("top", "bottom")))
        word = f", and {word_phrase(scene['text'])}" if scene["text"] else ""
        many = f"{len(scene['items'])} drawings"
        look = style.LABEL[scene["style"]]
        w.add("dense", f"{many} in {look} style {grounded(scene)}: {listed(scene)}{word}", scene, WHOLE)


def instructions(r: random.Random, group: str):
    """Scene, short and long wording, what is open, and what must not be there."""
    scene = random_scene(r, 1, 0.0, "3d")
    scene["kind"], scene["colour"] = random_background(r)
    one = scene["items"][0]
    one["place"] = "center"
    n, g, open_place = noun(one), grounded(scene), open_parts(True, False)
    if group == "attribute":
        scene["kind"], scene["colour"] = r.choice(("plain", "dots", "stripes")), r.choice(list(bg.COLOURS))
        g = grounded(scene)
        return scene, f"{n} {g}", f"please draw me {n}, and make sure that it stands {g}", open_place, []
    if group == "relation":
        other = r.choice([s for s in ALLOWED["3d"] if s != one["subject"]])
        scene["items"] = [{**one, "place": "left"}, {"subject": other, "place": "right"}]
        a, b = (noun(i) for i in scene["items"])
        return scene, f"{a} left of {b} {g}", f"i would like {a} on the left and {b} on the right, {g}", WHOLE, []
    if group == "numeracy":
        many = r.choice((2, 3))
        places = place.PAIRS[0] if many == 2 else place.TRIPLES[0]
        scene["items"] = [{"subject": one["subject"], "place": p} for p in places]
        plural, number = cap.plural(SUBJECTS[one["subject"]].name), ("two", "three")[many - 2]
        return scene, f"{number} {plural} {g}", f"please draw a picture with {number} {plural} {g}", open_place, []
    if group == "negation":
        other = SUBJECTS[r.choice([s for s in ALLOWED["3d"] if s != one["subject"]])].name
        gone = r.choice(("text", other))
        short = f"{n} {g}, no {gone}"
        return scene, short, f"please draw {n} {g}, and let there be no {gone} in the picture", open_place, [gone]
    if group == "text":
        scene["text"] = random_text(r, "top")
        scene["text"]["ink"] = "white"
        q = f'"{scene["text"]["word"]}"'
        return scene, f"{n} {g}, {q}", f"please draw {n} {g} with the word {q} at the top", open_place, []
    scene["style"] = r.choice([s for s in style.STYLES if one["subject"] in ALLOWED[s]])
    look = style.LABEL[scene["style"]]
    return scene, f"{n}, {look}, {g}", f"please draw {n} {g}, all of it in {look} style", open_place, []


def add_instructions(w: Writer):
    """Six groups, each scene in a short and a long wording."""
    for group in ("attribute", "relation", "numeracy", "negation", "text", "style"):
        for k in range(INSTRUCTIONS):
            scene, short, long, open_, gone = instructions(random.Random(f"sticker {group} {k}"), group)
            for wording, prompt in (("short", short), ("long", long)):
                more = {"group": group, "wording": wording, **({"without": gone} if gone else {})}
                w.add("instructions", prompt, scene, open_, **more)


def main():
    for old in OUT.glob("sticker-*.webp"):
        old.unlink()
    w = Writer()
    for add in (add_words, add_five, add_dense, add_instructions):
        add(w)
    lines = ",\n".join(json.dumps(s, ensure_ascii=False) for s in w.stickers)
    note = "Made by python -m eval.make_stickers; do not edit."
    (OUT / "stickers.json").write_text(f'{{"note": "{note}", "stickers": [\n{lines}\n]}}\n', encoding="utf8")
    size = sum(f.stat().st_size for f in OUT.glob("sticker-*.webp"))
    print(f"{len(w.stickers)} stickers, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
