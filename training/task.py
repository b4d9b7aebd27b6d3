"""Tasks from seeds: text-to-image and every edit, as (references, target, instruction).

python -m training.task 5        prints the task of seed 5
"""

from __future__ import annotations

import copy
import random
import sys

from . import background as bg
from . import caption as cap
from . import place, style
from .background import COLOURS, PATTERNS
from .phrases import PHRASES
from .scene import ALLOWED, TRAIN_WORDS, free_places, random_background, random_scene, random_text
from .subject import HELD, OTHERS, STRANGERS, SUBJECTS, Subject
from .word import INKS

KINDS = {
    "t2i": 0.48,
    "add": 0.07,
    "remove": 0.05,
    "replace": 0.06,
    "background": 0.08,
    "style": 0.06,
    "move": 0.05,
    "text": 0.04,
    "recolour": 0.03,
    "identity": 0.06,
    "multi": 0.03,
    "like": 0.04,
    "absent": 0.03,
}
PLEASE = PHRASES["edit, politely"]
CHINESE_PLEASE = PHRASES["edit, politely, Chinese"]
POLITE = 0.3  # share of edits that are wrapped in one of these
HELD_NAMES = {word for name in OTHERS[:HELD] for word in name.upper().split()}
KNOWN_NAMES = {word for s in SUBJECTS for name in s.english for word in name.upper().split()}
ANY_NAME = [w.lower() for w in TRAIN_WORDS if len(w) > 2 and w not in HELD_NAMES | KNOWN_NAMES]


def who(item) -> Subject:
    """The subject of a drawing; a stranger is called what its task calls it."""
    return (
        Subject(item["called"], (item["called"],), ("它", "主体", "那个东西"), "个", ())
        if "called" in item
        else SUBJECTS[item["subject"]]
    )


def some_scene(r, strange: float, *shape, upload: float = 0.0) -> dict:
    """A random scene to be edited; each drawing may be a stranger, known to the model from the reference only, and
    the ground a natural picture.
    """
    scene = random_scene(r, *shape)
    if strange and r.random() < upload:
        scene["kind"], scene["colour"] = bg.NATURAL, r.randrange(bg.NATURALS)
    for item in scene["items"]:
        if strange and r.random() < strange:
            item["subject"] = r.choice(STRANGERS)
            q = r.random()
            item["called"] = (
                OTHERS[item["subject"] - len(SUBJECTS)]
                if q < 0.5
                else r.choice(("subject", "thing", "object", "picture", "drawing"))
                if q < 0.65
                else r.choice(ANY_NAME)
            )
    return scene


def open_parts(ground: bool, place_: bool) -> dict:
    """What of the target the text leaves open, from what it says."""
    return {"ground": not ground, "place": not place_}


def the(r, item):
    """A drawing that is there: 'the fox'."""
    return "the " + cap.name(r, who(item))


def zh(r, item):
    s = who(item)
    return s.chinese[0] if r.random() < 0.7 else r.choice(s.chinese)


def _t2i(r, strange):
    said = cap.spoken(r, random_scene(r, alike=0.12))
    return [], said.scene, said.text, open_parts(said.ground, said.place)


def _add(r, strange):
    """One more drawing. A drawing in the middle makes room for a neighbour."""
    after = some_scene(r, strange, r.choices((1, 2, 3), (15, 70, 15))[0], 0.1, upload=0.35)
    if len(after["items"]) == 1:
        after["style"] = style.DEFAULT  # an empty picture has no style
    before = copy.deepcopy(after)
    new = before["items"].pop(r.randrange(len(before["items"])))
    if "called" in new or new["subject"] not in ALLOWED[after["style"]]:
        return _add(r, strange)
    said = True
    if len(after["items"]) == 2 and r.random() < 0.55:
        # a single drawing in the middle, the new one beside it
        before["items"][0]["place"] = "center"
        a, b = r.choice(
            (
                ("left", "right"),
                ("right", "left"),
                ("left", "right"),
                ("right", "left"),
                ("top", "bottom"),
                ("bottom", "top"),
            )
        )
        if after["text"] and a in ("top", "bottom"):
            a, b = "left", "right"
        mine = next(i for i in after["items"] if i == new)
        old = next(i for i in after["items"] if i is not mine)
        old["place"], mine["place"] = a, b
        new = mine
        said = b != "right" or r.random() < 0.7
    n, z, p = cap.noun(r, SUBJECTS[new["subject"]]), cap.chinese_noun(r, SUBJECTS[new["subject"]]), new["place"]
    if r.random() < 0.16:
        return (
            [before],
            after,
            r.choice(("在{w}加{z}", "在{w}添加{z}", "{w}加上{z}") if said else ("加{z}", "添加{z}", "再加{z}")).format(
                w=cap.chinese_where(r, p), z=z
            ),
        )
    verb = r.choice(PHRASES["add"])
    if said:
        return (
            [before],
            after,
            f"{verb} {n} {cap.where(r, p)}" if r.random() < 0.88 else f"{cap.where(r, p)} {verb} {n}",
        )
    beside = r.choice(PHRASES["beside"]) if before["items"] else ""
    return [before], after, f"{verb} {n}{beside}"


REMOVE = PHRASES["remove"]
CHINESE_REMOVE = PHRASES["remove, Chinese"]


def _remove(r, strange):
    before = some_scene(r, strange, r.choices((1, 2, 3), (20, 60, 20))[0], 0.1)
    after = copy.deepcopy(before)
    x = after["items"].pop(r.randrange(len(after["items"])))
    if r.random() < 0.16:
        return [before], after, r.choice(CHINESE_REMOVE).format(z=zh(r, x))
    return [before], after, r.choice(REMOVE).format(t=the(r, x), n=cap.name(r, who(x)))


REPLACE = PHRASES["replace"]


def _replace(r, strange):
    before = some_scene(r, strange, r.choices((1, 2, 3), (15, 65, 20))[0], 0.12)
    after = copy.deepcopy(before)
    x = r.choice(after["items"])
    used = {i["subject"] for i in after["items"]}
    old = {**x}
    x.pop("called", None)
    x["subject"] = r.choice([i for i in ALLOWED[before["style"]] if i not in used])
    new, z = cap.noun(r, SUBJECTS[x["subject"]]), cap.chinese_noun(r, SUBJECTS[x["subject"]])
    if r.random() < 0.16:
        return [before], after, r.choice(("把{a}换成{z}", "将{a}替换为{z}", "把{a}变成{z}")).format(a=zh(r, old), z=z)
    if len(before["items"]) == 1 and r.random() < 0.25:
        return (
            [before],
            after,
            r.choice(PHRASES["replace the only drawing"]).format(n=new),
        )
    return [before], after, r.choice(REPLACE).format(t=the(r, old), n=new, o=cap.name(r, who(old)))


def _background(r, strange):
    before = some_scene(r, strange, r.choices((1, 2, 3), (55, 35, 10))[0], 0.15)
    after = copy.deepcopy(before)
    while (after["kind"], after["colour"]) == (before["kind"], before["colour"]):
        after["kind"], after["colour"] = random_background(r)
    k, c = after["kind"], after["colour"]
    n, g = cap.ground(r, k, c, bg.NOUN).replace("a orange", "an orange"), cap.ground(r, k, c)
    if r.random() < 0.16:
        return (
            [before],
            after,
            r.choice(("把背景换成{g}", "背景改成{g}", "换成{g}", "改成{g}")).format(
                g=cap.chinese_ground(r, k, c).replace("背景", "") if r.random() < 0.7 else cap.chinese_ground(r, k, c)
            ),
        )
    it = "it" if len(after["items"]) == 1 else "them"
    short = cap.ground(r, k, c, cap.SHORT_GROUND)
    if r.random() < 0.3:
        return (
            [before],
            after,
            r.choice(PHRASES["background in short"]).format(s=short).replace("background background", "background"),
        )
    forms = [
        "change the background to {n}",
        "change the background to {n}",
        "make the background {n}",
        "make it {n}",
        "set the background to {n}",
        "background: {n}",
        "replace the background with {n}",
        f"put {it} {{g}}",
        "now {g}",
        f"place {it} {{g}}",
        "the same {g}",
        "{g}",
        "with {n} in the background",
        "move {it} to {n}",
        "let {it} be {g}",
        "i'd like {n} behind {it}",
        "{n} as the background",
        "use {n} as background",
        "change it to {n}",
    ]
    return [before], after, r.choice(forms).format(n=n, g=g, it=it)


def _style(r, strange):
    before = random_scene(r, r.choices((1, 2, 3), (50, 35, 15))[0], 0.12)
    after = copy.deepcopy(before)
    ok = [s for s in style.STYLES if s != before["style"] and all(i["subject"] in ALLOWED[s] for i in before["items"])]
    if not ok:
        return _style(r, strange)
    after["style"] = r.choice(ok)
    st = r.choice(style.ENGLISH[after["style"]]) if r.random() < 0.5 else style.LABEL[after["style"]]
    if r.random() < 0.16:
        st = r.choice(style.CHINESE[after["style"]])
        return (
            [before],
            after,
            r.choice(
                (
                    f"改成{st}风格",
                    f"变成{st}风格",
                    f"换成{st}风格",
                    f"用{st}风格重画",
                    f"改成{st}",
                    f"{st}风格",
                    f"用{st}风格",
                    f"变成{st}的",
                )
            ),
        )
    return (
        [before],
        after,
        r.choice(PHRASES["another look"]).format(s=st),
    )


def _move(r, strange):
    before = some_scene(r, strange, r.choices((1, 2), (75, 25))[0], 0.08)
    after = copy.deepcopy(before)
    k = r.randrange(len(after["items"]))
    x = after["items"][k]
    if len(after["items"]) == 2 and r.random() < 0.5:
        a, b = after["items"]
        a["place"], b["place"] = b["place"], a["place"]
        return (
            [before],
            after,
            r.choice(PHRASES["swap"]).format(a=the(r, a), b=the(r, b)),
        )
    old = x["place"]
    ok = [p for p in free_places([i for j, i in enumerate(after["items"]) if j != k], after["text"]) if p != old]
    if not ok:
        return _move(r, strange)
    x["place"] = p = r.choice(ok)
    to = {
        "left": "to the left",
        "right": "to the right",
        "center": "to the middle",
        "top": "to the top",
        "bottom": "to the bottom",
    }.get(p, f"to the {p}")
    if p in place.ENGLISH and len(p.split()) == 2 and r.random() < 0.4:
        to += " corner"
    t = "it" if len(after["items"]) == 1 and r.random() < 0.35 else the(r, x)
    if r.random() < 0.16:
        return (
            [before],
            after,
            r.choice(("把{z}移到{w}", "把{z}放到{w}", "{z}移到{w}")).format(z=zh(r, x), w=cap.chinese_where(r, p)),
        )
    short, bare = r.choice(place.SHORT[p]), cap.name(r, who(x))
    forms = [
        f"move {t} {to}",
        f"move {t} {to}",
        f"shift {t} {to}",
        f"put {t} {cap.where(r, p)}",
        f"place {t} {cap.where(r, p)}",
        f"move {t} {short}",
        f"{t} {to}",
        f"{t} {cap.where(r, p)}",
        f"move {bare} {short}",
        f"bring {t} {to}",
        f"i want {t} {cap.where(r, p)}",
        f"{t} should be {cap.where(r, p)}",
        f"let {t} be {cap.where(r, p)}",
        f"{bare} {short}",
    ]
    return (
        [before],
        after,
        r.choice(forms + ([short, f"{to}", f"move {to}", f"more {short}"] if len(after["items"]) == 1 else [])),
    )


REMOVE_TEXT = PHRASES["remove the word"]


def _text(r, strange):
    while True:
        after = some_scene(r, strange, r.choices((0, 1, 2), (8, 64, 28))[0], 1.0, upload=0.35)
        if after["text"]:
            break
    before = copy.deepcopy(after)
    t, mode = after["text"], r.choice(("write", "write", "change", "remove"))
    ink = f" in {t['ink']}" if t["ink"] != "white" else ""
    if mode == "write":
        before["text"] = None
        say = t["place"] != cap.default_text_place(after) or r.random() < 0.4
        at = f" {'in' if t['place'] == 'middle' else 'at'} the {t['place']}" if say else ""
        if r.random() < 0.16:
            zi = bg.COLOUR_CHINESE[t["ink"]] if ink else ""
            return (
                [before],
                after,
                f"{r.choice(('写上', '加上', '加文字', '添加文字'))}{cap.quoted(r, t['word'])}"
                + (f"，在{ {'top': '上方', 'middle': '中间', 'bottom': '下方'}[t['place']] }" if say else "")
                + (f"，{zi}" if zi else ""),
            )
        return (
            [before],
            after,
            r.choice(PHRASES["write"]).format(q=cap.quoted(r, t["word"]), p=at, i=ink),
        )
    if mode == "change":
        before["text"] = {**t, "word": random_text(r, "top")["word"]}
        if r.random() < 0.16:
            return [before], after, f"把文字改成{cap.quoted(r, t['word'])}"
        return (
            [before],
            after,
            r.choice(PHRASES["change the word"]).format(q=cap.quoted(r, t["word"])),
        )
    after["text"] = None
    return [before], after, r.choice(REMOVE_TEXT)


def _recolour(r, strange):
    if r.random() < 0.4:
        while True:
            before = some_scene(r, strange, r.choice((0, 1, 1, 2)), 1.0)
            if before["text"]:
                break
        after = copy.deepcopy(before)
        after["text"]["ink"] = c = r.choice([i for i in INKS if i != before["text"]["ink"]])
        return (
            [before],
            after,
            r.choice(
                (
                    "make the text {c}",
                    "change the text colour to {c}",
                    "make the letters {c}",
                    "{c} text",
                    "color the text {c}",
                    "文字改成{z}",
                )
            ).format(c=c, z=bg.COLOUR_CHINESE[c]),
        )
    before = some_scene(r, strange, r.choice((1, 1, 2)), 0.1)
    before["kind"], before["colour"] = r.choice(PATTERNS), r.choice(list(COLOURS))
    after = copy.deepcopy(before)
    after["colour"] = c = r.choice([i for i in COLOURS if i != before["colour"]])
    w = r.choice(cap.COLOURS[c])
    return (
        [before],
        after,
        r.choice(PHRASES["recolour the ground"]).format(c=w, z=bg.COLOUR_CHINESE[c]),
    )


def _plain(r, item, st):
    """A reference picture: one drawing on a plain or any other ground."""
    kind, colour = ("plain", r.choice(("white", "gray", "white", "blue"))) if r.random() < 0.7 else random_background(r)
    return {"style": st, "kind": kind, "colour": colour, "items": [{**item, "place": "center"}], "text": None}


def _identity(r, strange):
    after = some_scene(r, strange, 1, 0.12)
    x = after["items"][0]
    if "called" in x and r.random() < 0.5:
        x["place"] = "center"  # most often it stays where it was
    ok = [s for s in style.STYLES if x["subject"] in ALLOWED[s]]
    st = after["style"] if not ok or r.random() < 0.75 else r.choice(ok)
    before = _plain(r, x, st)
    it = r.choice(
        (
            cap.name(r, who(x)),
            "subject",
            "animal" if x["subject"] < len(SUBJECTS) and SUBJECTS[x["subject"]].alive else "thing",
        )
    )
    it = r.choice(PHRASES["the drawing of a reference"]).format(w=it)
    at = cap.where(r, x["place"]) + " " if x["place"] != "center" or r.random() < 0.3 else ""
    s = "" if st == after["style"] else r.choice((", {s} style", " in {s} style")).format(s=style.LABEL[after["style"]])
    text = f"{r.choice(('', '', 'draw ', 'show ', 'put '))}{it} {at}{cap.ground(r, after['kind'], after['colour'])}{s}"
    if after["text"]:
        text += f", with {cap.words(r, after)}"
    return [before], after, text


def _multi(r, strange):
    after = some_scene(r, strange, 2, 0.08)
    refs = [_plain(r, x, after["style"]) for x in after["items"]]
    them = [
        f"the {r.choice((cap.name(r, who(x)), 'subject'))} from image {k + 1}" for k, x in enumerate(after["items"])
    ]
    if not cap.default_places(after["items"]) or r.random() < 0.6:
        them = [f"{w} {cap.where(r, x['place'])}" for w, x in zip(them, after["items"])]
    text = f"{them[0]} and {them[1]}, {cap.ground(r, after['kind'], after['colour'])}"
    if after["text"]:
        text += f", with {cap.words(r, after)}"
    return refs, after, text


def _words(r, strange):
    """Text-to-image with a word."""
    said = cap.spoken(r, random_scene(r, 0 if r.random() < 0.3 else None, 1.0))
    return [], said.scene, said.text, open_parts(said.ground, said.place)


LIKE = PHRASES["in this look"]
CHINESE_LIKE = PHRASES["in this look, Chinese"]


def _like(r, strange):
    """Another subject in the look that the reference shows. The reference may be a stranger; its ground is not taken
    over unless that is said.
    """
    shown = some_scene(r, strange, r.choices((1, 2), (85, 15))[0], 0.05)
    style_ = shown["style"]
    new = r.choice([i for i in ALLOWED[style_] if i not in {q["subject"] for q in shown["items"]}])
    say_ground = r.random() < 0.5
    kind, colour = random_background(r) if say_ground else cap.open_ground(r, new)
    scene = {
        "style": style_,
        "kind": kind,
        "colour": colour,
        "items": [{"subject": new, "place": "center"}],
        "text": None,
    }
    if r.random() < 0.2:
        z = cap.chinese_noun(r, SUBJECTS[new])
        text = r.choice(CHINESE_LIKE).format(z=z) + (f"，{cap.chinese_ground(r, kind, colour)}" if say_ground else "")
    else:
        n = cap.noun(r, SUBJECTS[new])
        if say_ground and r.random() < 0.6:
            text = r.choice(LIKE).format(n=f"{n} {cap.ground(r, kind, colour)}")
        else:
            text = r.choice(LIKE).format(n=n) + (f", {cap.ground(r, kind, colour)}" if say_ground else "")
    return [shown], scene, text, open_parts(say_ground, False)


def _absent(r, strange):
    """An edit of what is not there changes nothing."""
    before = some_scene(r, strange, r.choices((0, 1, 2), (10, 60, 30))[0], 0.15, upload=0.5)
    there = {i["subject"] for i in before["items"]}
    if not before["text"] and r.random() < 0.25:
        return [before], copy.deepcopy(before), r.choice(REMOVE_TEXT)
    missing = r.choice([i for i in range(len(SUBJECTS)) if i not in there])
    x = {"subject": missing, "place": "center"}
    if r.random() < 0.16:
        return [before], copy.deepcopy(before), r.choice(CHINESE_REMOVE).format(z=zh(r, x))
    if r.random() < 0.25:
        new = cap.noun(r, SUBJECTS[r.choice([i for i in range(len(SUBJECTS)) if i not in there])])
        return [before], copy.deepcopy(before), r.choice(REPLACE[:7]).format(t=the(r, x), n=new, o=cap.name(r, who(x)))
    return [before], copy.deepcopy(before), r.choice(REMOVE).format(t=the(r, x), n=cap.name(r, who(x)))


def _keep(r, strange):
    """An uploaded picture with nothing drawn on it; one drawing or word comes, or nothing."""
    before = {
        "style": r.choice(style.STYLES),
        "kind": bg.NATURAL,
        "colour": r.randrange(bg.NATURALS),
        "items": [],
        "text": None,
    }
    after = copy.deepcopy(before)
    if r.random() < 0.3:
        t = after["text"] = random_text(r, r.choice(("top", "middle", "bottom")))
        ink = f" in {t['ink']}" if t["ink"] != "white" else ""
        at = (
            ""
            if t["place"] == "middle" and r.random() < 0.6
            else {"top": " at the top", "middle": " in the middle", "bottom": " at the bottom"}[t["place"]]
        )
        return (
            [before],
            after,
            r.choice(("add the text {q}{i}{p}", "write {q}{i}{p}", "text {q}{i}{p}", "put the word {q}{i}{p}")).format(
                q=cap.quoted(r, t["word"]), i=ink, p=at
            ),
        )
    after["style"] = style.DEFAULT
    p = r.choice(place.PLACES)
    new = r.choice(ALLOWED[style.DEFAULT])
    after["items"] = [{"subject": new, "place": p}]
    said = p != "center" or r.random() < 0.3
    return (
        [before],
        after,
        r.choice(PHRASES["add to an upload"]).format(
            n=cap.noun(r, SUBJECTS[new]), w=" " + cap.where(r, p) if said else ""
        ),
    )


MAKE = {
    "t2i": _t2i,
    "words": _words,
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "background": _background,
    "style": _style,
    "move": _move,
    "text": _text,
    "recolour": _recolour,
    "identity": _identity,
    "multi": _multi,
    "like": _like,
    "absent": _absent,
    "keep": _keep,
}


def task(seed: int, kind: str | None = None, strange: float = 0.0) -> dict:
    """{kind, references: [scene], target: scene, text, open: {ground, place}}: a pure function of its arguments;
    `strange` is the chance that a drawing of an edit is a stranger.
    """
    r = random.Random(f"task {seed} {kind or ''}")
    kind = kind or r.choices(list(KINDS), list(KINDS.values()))[0]
    references, target, text, *more = MAKE[kind](r, strange)
    if references and r.random() < POLITE:
        text = r.choice(PLEASE if text.isascii() else CHINESE_PLEASE).format(t=text) if "{" not in text else text
    return {
        "kind": kind,
        "references": references,
        "target": target,
        "text": text,
        "open": more[0] if more else open_parts(True, True),
    }


if __name__ == "__main__":
    print(task(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
