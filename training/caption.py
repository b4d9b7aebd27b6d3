"""What people type for a picture: English and Chinese, long and short, with gaps, synonyms and typos.

A caption may leave things out; what is left out has a fixed meaning: style 3D, one drawing in the middle, two drawings left and
right, three in a triangle, a background the first drawing is at home on, a white word at the top.
"""
from __future__ import annotations

import random

from . import background as bg
from . import place, style
from .subject import SUBJECTS, Subject
from .word import DEFAULT_INK

ADJECTIVES = ("cute", "little", "happy", "small", "lovely", "big", "nice", "beautiful", "funny", "cool", "sweet", "tiny")
COLOURS = {c: bg.COLOUR_SYNONYMS.get(c, (c,)) for c in bg.COLOURS}


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def typo(r: random.Random, word: str) -> str:
    """One slip of the finger in a word of at least five letters."""
    if len(word) < 5 or not word.isascii():
        return word
    k = r.randrange(1, len(word) - 1)
    return r.choice((word[:k] + word[k + 1:], word[:k] + word[k] + word[k:], word[:k] + word[k + 1] + word[k] + word[k + 2:]))


def name(r: random.Random, s: Subject) -> str:
    n = s.name if r.random() < 0.7 else r.choice(s.english)
    return typo(r, n) if r.random() < 0.04 else n


def noun(r: random.Random, s: Subject) -> str:
    """'a fox', 'fox', 'one fox', 'a cute fox'"""
    n = name(r, s)
    if r.random() < 0.1:
        n = f"{r.choice(ADJECTIVES)} {n}"
    q = r.random()
    return article(n) if q < 0.8 else n if q < 0.92 else f"one {n}" if q < 0.95 else f"the {n}"


def chinese_noun(r: random.Random, s: Subject) -> str:
    n = s.chinese[0] if r.random() < 0.7 else r.choice(s.chinese)
    q = r.random()
    return f"一{s.measure}{n}" if q < 0.7 else n if q < 0.95 else f"一{s.measure}可爱的{n}"


def where(r: random.Random, p: str) -> str:
    return place.ENGLISH[p][0] if r.random() < 0.65 else r.choice(place.ENGLISH[p])


def chinese_where(r: random.Random, p: str) -> str:
    return place.CHINESE[p][0] if r.random() < 0.7 else r.choice(place.CHINESE[p])


def ground(r: random.Random, kind: str, colour: str, table=bg.ENGLISH) -> str:
    phrase = table[kind][0] if r.random() < 0.6 else r.choice(table[kind])
    return phrase.format(c=r.choice(COLOURS[colour])).replace("a orange", "an orange")


def chinese_ground(r: random.Random, kind: str, colour: str) -> str:
    return r.choice(bg.CHINESE[kind]).format(c=bg.COLOUR_CHINESE[colour])


def default_places(items: list[dict]) -> bool:
    p = tuple(i["place"] for i in items)
    return p in ((), ("center",), place.PAIRS[0], place.TRIPLES[0])


def quoted(r: random.Random, word: str) -> str:
    """The word as typed: mostly capitals, in one of the quotes that are recognised."""
    q = r.random()
    w = word if q < 0.6 else word.lower() if q < 0.8 else word.capitalize()
    a, b = ('"', '"') if r.random() < 0.8 else r.choice((("'", "'"), ("“", "”")))
    return a + w + b


def default_text_place(scene: dict) -> str:
    return "top" if scene["items"] else "middle"


def body(r: random.Random, items: list[dict], places: bool) -> str:
    names = [noun(r, SUBJECTS[i["subject"]]) for i in items]
    ps = [i["place"] for i in items]
    if len(items) == 2 and r.random() < 0.25:
        if ps == ["left", "right"]:
            return f"{names[0]} {r.choice(('next to', 'to the left of', 'beside', 'left of'))} {names[1]}"
        if ps == ["right", "left"]:
            return f"{names[0]} {r.choice(('to the right of', 'right of'))} {names[1]}"
        if ps == ["top", "bottom"]:
            return f"{names[0]} {r.choice(('above', 'over'))} {names[1]}"
    if places:
        names = [f"{n} {where(r, p)}" for n, p in zip(names, ps)]
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return f"{names[0]} {r.choice(('and', 'and', 'and', 'with'))} {names[1]}" if not places else f"{names[0]} and {names[1]}"
    return f"{names[0]}, {names[1]} and {names[2]}"


def words(r: random.Random, scene: dict) -> str:
    t = scene["text"]
    say_place = t["place"] != default_text_place(scene) or r.random() < 0.5
    at = {"top": "at the top", "middle": "in the middle", "bottom": "at the bottom"}[t["place"]] if say_place else ""
    ink = f"in {t['ink']}" if t["ink"] != DEFAULT_INK or r.random() < 0.1 else ""
    if ink and r.random() < 0.6:
        ink += r.choice((" letters", " text"))
    head = r.choice(("the text {q}", "the word {q}", "{q}", "{q} written", "text {q}", "the words {q}", "a sign that says {q}", "saying {q}", "text saying {q}"))
    return " ".join(x for x in (head.format(q=quoted(r, t["word"])), ink, at) if x)


def english(r: random.Random, scene: dict, say_style: bool, say_ground: bool, say_place: bool) -> str:
    st = r.choice(style.ENGLISH[scene["style"]]) if r.random() < 0.5 else style.LABEL[scene["style"]]
    g = ground(r, scene["kind"], scene["colour"])
    if scene["items"]:
        b = body(r, scene["items"], say_place)
        if scene["text"]:
            w = words(r, scene)
            b = f"{b} {r.choice(('with', 'and', 'with'))} {w}" if r.random() < 0.5 else b
            tail = "" if w in b else r.choice((f", with {w}", f", {w}", f" and {w}"))
        else:
            tail = ""
    else:
        b, tail = words(r, scene), ""
    forms = ["{b}{g}"] * 4 + ["draw {b}{g}", "a picture of {b}{g}", "{b}{g}", "an image of {b}{g}", "please draw {b}{g}", "I want {b}{g}", "make {b}{g}", "show me {b}{g}"]
    out = r.choice(forms).format(b=b, g=(r.choice((" ", " ", ", ")) + g) if say_ground else "")
    if say_ground and r.random() < 0.08 and b:
        out = f"{g}, {b}"
    if say_style:
        out = r.choice(("{st} style, {o}", "{o}, {st} style", "{o} in {st} style", "{o}, {st}", "{st} {o}", "a {st} picture of {o}", "{o} as {st}", "{st}: {o}", "a {st} drawing of {o}",
                        "{o}, {st} style", "{o} in {st} style")).format(st=st, o=out)
    out += tail
    if r.random() < 0.15:
        out = out[0].upper() + out[1:]
    return out + ("." if r.random() < 0.08 else "")


def chinese(r: random.Random, scene: dict, say_style: bool, say_ground: bool, say_place: bool) -> str:
    g = chinese_ground(r, scene["kind"], scene["colour"])
    names = [chinese_noun(r, SUBJECTS[i["subject"]]) for i in scene["items"]]
    if say_place:
        names = [(f"{chinese_where(r, i['place'])}{r.choice(('', '有', '是'))}{n}" if r.random() < 0.75 else f"{n}在{chinese_where(r, i['place'])}") for n, i in zip(names, scene["items"])]
        b = "，".join(names)
    else:
        b = names[0] if len(names) == 1 else "和".join(names) if len(names) == 2 else "、".join(names[:2]) + "和" + names[2] if names else ""
    parts = []
    if b:
        parts.append(b)
    if say_ground:
        if b and r.random() < 0.35 and scene["kind"] in bg.SCENES:
            parts = [f"{b}在{g}"] if r.random() < 0.6 else [f"{g}{r.choice(('里的', '上的', '的'))}{b}"]
        else:
            parts.insert(0 if r.random() < 0.3 else len(parts), g)
    t = scene["text"]
    if t:
        at = {"top": "上方", "middle": "中间", "bottom": "下方"}[t["place"]] if t["place"] != default_text_place(scene) or r.random() < 0.4 else ""
        ink = bg.COLOUR_CHINESE[t["ink"]] if t["ink"] != DEFAULT_INK else ""
        parts.append(f"{at}{r.choice(('写着', '文字', '写上'))}{ink}{'文字' if ink else ''}{quoted(r, t['word'])}".replace("文字红色文字", "红色文字"))
    out = r.choice(("，", "，", ",")).join(parts)
    if say_style:
        st = r.choice(style.CHINESE[scene["style"]])
        out = r.choice((f"{st}风格，{out}", f"{out}，{st}风格", f"{st}风格的{out}"))
    return r.choice(("", "", "", "画", "请画")) + out


def spoken(r: random.Random, scene: dict) -> tuple[str, dict]:
    """A caption and the scene it means: what the caption leaves out is set to its default."""
    scene = {**scene}
    say_style = scene["style"] != style.DEFAULT or r.random() < 0.35
    say_ground = not scene["items"] or r.random() < 0.78
    if not say_ground:
        homes = SUBJECTS[scene["items"][0]["subject"]].homes
        scene["kind"], scene["colour"] = r.choice(homes), "blue"
    say_place = not default_places(scene["items"]) or r.random() < 0.35
    make = chinese if r.random() < 0.16 else english
    return make(r, scene, say_style, say_ground, say_place), scene
