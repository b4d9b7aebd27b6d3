"""What people type for a picture: English and Chinese, sentences, wishes, fragments and single words, with gaps,
synonyms, emoji and typos.

What a caption leaves out is open, and its pictures differ in it: the ground, and the side on which a drawing stands.
Only these have a fixed meaning when they are not said: the look is 3D, two drawings stand left and right, three in a
triangle, and a word is white and at the top. The case of letters means nothing: the tokenizer folds it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import background as bg
from . import place, style
from .phrases import PHRASES
from .subject import SUBJECTS, Subject
from .word import DEFAULT_INK

CHINESE_SHARE = 0.16
ADJECTIVES = PHRASES["adjectives"]
DOING = PHRASES["doing"]
BEING = PHRASES["being"]
COLOURS = {c: bg.COLOUR_SYNONYMS.get(c, (c,)) for c in bg.COLOURS}
NUMBERS = {2: ("two", "2", "a pair of", "two"), 3: ("three", "3", "three"), 4: ("four", "4", "four")}
CHINESE_NUMBERS = {1: "一", 2: "两", 3: "三", 4: "四"}
IRREGULAR = PHRASES["irregular plurals"]
WISHES = PHRASES["wishes"]
ENDINGS = PHRASES["endings"]
CHINESE_WISHES = PHRASES["wishes, Chinese"]
CHINESE_ENDINGS = PHRASES["endings, Chinese"]
SHORT_GROUND = PHRASES["ground, short"]
STYLE_FORMS = PHRASES["look in a sentence"]
BEFORE_NOUN = PHRASES["look before a noun"]
OF_NOUN = PHRASES["look of a noun"]
KEYS = PHRASES["neighbouring keys"]


@dataclass(frozen=True)
class Caption:
    """A text, the scene that it means, and what of the scene it says."""

    text: str
    scene: dict
    style: bool
    ground: bool
    place: bool


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def plural(noun: str) -> str:
    """'foxes', 'mice', 'cups of tea'"""
    head, of, rest = noun.partition(" of ")
    first, _, last = head.rpartition(" ")
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif last.endswith(("s", "x", "sh", "ch")):
        last = last if last.endswith("s") and not last.endswith(("ss", "us")) else last + "es"
    elif last.endswith("y") and last[-2:-1] not in tuple("aeiou"):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return (f"{first} {last}" if first else last) + of + rest


def typo(r: random.Random, word: str) -> str:
    """One slip of the finger in a word of at least four letters: dropped, doubled, exchanged, or the key beside."""
    if len(word) < 4 or not word.isascii():
        return word
    k = r.randrange(1, len(word) - 1)
    beside = r.choice(KEYS.get(word[k].lower(), word[k]))
    return r.choice(
        (
            word[:k] + word[k + 1 :],
            word[: k + 1] + word[k:],
            word[:k] + word[k + 1] + word[k] + word[k + 2 :],
            word[:k] + beside + word[k + 1 :],
        )
    )


def name(r: random.Random, s: Subject) -> str:
    """What the subject is called, without an article."""
    q = r.random()
    n = s.name if q < 0.62 else r.choice(s.tags) if q > 0.965 and s.tags else r.choice(s.english)
    return typo(r, n) if r.random() < 0.05 else n


def noun(r: random.Random, s: Subject) -> str:
    """'a fox', 'fox', 'one fox', 'a cute fox', 'foxes', the emoji, or the Chinese name."""
    q = r.random()
    if q < 0.025 and s.emoji:
        return s.emoji if r.random() < 0.6 else article(s.name)[:2].strip() + f" {s.emoji}"
    if q < 0.045:
        return r.choice(("", "a ")) + s.chinese[0]
    n = name(r, s)
    if q < 0.07 and n.isascii():
        return plural(n)
    if r.random() < 0.12:
        n = f"{r.choice(ADJECTIVES)} {n}"
    q = r.random()
    return (
        article(n)
        if q < 0.66
        else n
        if q < 0.9
        else f"one {n}"
        if q < 0.92
        else f"the {n}"
        if q < 0.96
        else f"some {n}"
        if q < 0.97
        else f"my {n}"
    )


def several(r: random.Random, s: Subject, n: int) -> str:
    """'two foxes'"""
    return noun(r, s) if n == 1 else f"{r.choice(NUMBERS[n])} {plural(name(r, s))}"


def chinese_noun(r: random.Random, s: Subject, n: int = 1) -> str:
    q = r.random()
    called = (
        s.chinese[0] if q < 0.7 else r.choice(s.chinese_tags) if q > 0.96 and s.chinese_tags else r.choice(s.chinese)
    )
    if q < 0.02:
        called = s.name
    count = CHINESE_NUMBERS[n]
    if n > 1:
        return f"{count}{s.measure}{called}"
    q = r.random()
    return (
        f"{count}{s.measure}{called}"
        if q < 0.55
        else called
        if q < 0.9
        else f"一{s.measure}可爱的{called}"
        if q < 0.95
        else f"{r.choice(('可爱的', '小', '漂亮的', '一个'))}{called}"
    )


def where(r: random.Random, p: str) -> str:
    q = r.random()
    return place.ENGLISH[p][0] if q < 0.5 else r.choice(place.ENGLISH[p]) if q < 0.85 else r.choice(place.SHORT[p])


def chinese_where(r: random.Random, p: str) -> str:
    return place.CHINESE[p][0] if r.random() < 0.7 else r.choice(place.CHINESE[p])


def ground(r: random.Random, kind: str, colour: str, table=bg.ENGLISH) -> str:
    phrase = table[kind][0] if r.random() < 0.5 else r.choice(table[kind])
    return phrase.format(c=r.choice(COLOURS.get(colour, ("",)))).replace("a orange", "an orange")


def chinese_ground(r: random.Random, kind: str, colour: str) -> str:
    return r.choice(bg.CHINESE[kind]).format(c=bg.COLOUR_CHINESE.get(colour, ""))


def default_places(items: list[dict]) -> bool:
    """Whether the drawings stand where they stand when nothing is said."""
    p = tuple(i["place"] for i in items)
    return p in ((), ("center",), place.PAIRS[0], place.TRIPLES[0], place.CORNERS)


def quoted(r: random.Random, word: str) -> str:
    """The word as typed, mostly in capitals, in one of the quotes that are recognised."""
    q = r.random()
    typed = word if q < 0.6 else word.lower() if q < 0.85 else word.capitalize()
    a, b = ('"', '"') if r.random() < 0.7 else r.choice((("'", "'"), ("“", "”"), ("「", "」"), ("‘", "’")))
    return a + typed + b


def default_text_place(scene: dict) -> str:
    return "top" if scene["items"] else "middle"


def grouped(items: list[dict]) -> list[tuple[int, int]]:
    """(subject, count), in the order of mention."""
    counts: dict[int, int] = {}
    for i in items:
        counts[i["subject"]] = counts.get(i["subject"], 0) + 1
    return list(counts.items())


def body(r: random.Random, items: list[dict], places: bool) -> str:
    """The drawings as a phrase of a sentence."""
    ps = [i["place"] for i in items]
    groups = grouped(items)
    if not places or len(groups) < len(items):
        names = [several(r, SUBJECTS[k], n) for k, n in groups]
        if len(items) == 1 and r.random() < 0.1:
            names[0] += " " + r.choice(DOING if SUBJECTS[groups[0][0]].alive else BEING)
    else:
        names = [noun(r, SUBJECTS[i["subject"]]) for i in items]
    if len(items) == 2 and len(groups) == 2 and places and r.random() < 0.35:
        a, b = names
        if ps == ["left", "right"]:
            return f"{a} {r.choice(('to the left of', 'left of'))} {b}"
        if ps == ["right", "left"]:
            return f"{a} {r.choice(('to the right of', 'right of'))} {b}"
        if ps == ["top", "bottom"]:
            return f"{a} {r.choice(('above', 'over'))} {b}"
        if ps == ["bottom", "top"]:
            return f"{a} {r.choice(('below', 'under'))} {b}"
    if places and len(groups) == len(items):
        front = r.random() < 0.12
        names = [f"{where(r, p)} {n}" if front else f"{n} {where(r, p)}" for n, p in zip(names, ps)]
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        joint = r.choice((" and ", " and ", " and ", ", ", " & ", " + ")) if places else r.choice(PHRASES["joints"])
        return joint.join(names)
    return r.choice(
        ("{0}, {1} and {2}", "{0}, {1} and {2}", "{0}, {1}, {2}", "{0} and {1} and {2}", "{0} with {1} and {2}")
    ).format(*names)


def words(r: random.Random, scene: dict) -> str:
    """The word that is to be drawn, as a phrase."""
    t = scene["text"]
    say_place = t["place"] != default_text_place(scene) or r.random() < 0.4
    at = (
        {
            "top": r.choice(("at the top", "on top", "above")),
            "middle": "in the middle",
            "bottom": r.choice(("at the bottom", "below")),
        }[t["place"]]
        if say_place
        else ""
    )
    ink = f"in {t['ink']}" if t["ink"] != DEFAULT_INK or r.random() < 0.1 else ""
    if ink and r.random() < 0.6:
        ink += r.choice((" letters", " text"))
    head = r.choice(PHRASES["a word in the picture"])
    return " ".join(x for x in (head.format(q=quoted(r, t["word"])), ink, at) if x)


def styled(r: random.Random, st: str, o: str) -> str:
    """A phrase with the look said somewhere in it."""
    q = r.random()
    bare = o.split(" ", 1)[1] if o.startswith(("a ", "an ")) else o
    if q < 0.18:
        return f"{article(r.choice(BEFORE_NOUN[st])) if bare != o else r.choice(BEFORE_NOUN[st])} {bare}"
    if q < 0.3:
        return f"{r.choice(OF_NOUN[st])} {o}".replace("glossy 3d a ", "glossy 3d ").replace(
            "glossy 3d an ", "glossy 3d "
        )
    said = r.choice(style.ENGLISH[st]) if r.random() < 0.5 else style.LABEL[st]
    return r.choice(STYLE_FORMS).format(st=said, o=o)


def sentence(r: random.Random, scene: dict, say_style: bool, say_ground: bool, say_place: bool) -> str:
    g = ground(r, scene["kind"], scene["colour"])
    tail = ""
    if scene["items"]:
        b = body(r, scene["items"], say_place)
        if scene["text"]:
            w = words(r, scene)
            if r.random() < 0.5:
                b = f"{b} {r.choice(('with', 'and', 'with'))} {w}"
            else:
                tail = r.choice((f", with {w}", f", {w}", f" and {w}"))
    else:
        b = words(r, scene)
    if say_style and r.random() < 0.5:
        b, say_style = styled(r, scene["style"], b), False
    out = b
    if say_ground:
        out = f"{g}{r.choice((', ', ' ', ': '))}{b}" if r.random() < 0.12 else b + r.choice((" ", " ", " ", ", ")) + g
    if r.random() < 0.3:
        out = r.choice(WISHES).format(o=out)
    if say_style:
        out = styled(r, scene["style"], out)
    return out + tail


def fragments(r: random.Random, scene: dict, say_style: bool, say_ground: bool, say_place: bool) -> str:
    """Parts without grammar: 'fox, forest, flat'."""
    if say_place and len(grouped(scene["items"])) == len(scene["items"]):
        parts = [
            r.choice(("{n} {w}", "{w} {n}", "{w}: {n}", "{n} {w}")).format(
                n=noun(r, SUBJECTS[i["subject"]]), w=r.choice((*place.SHORT[i["place"]], where(r, i["place"])))
            )
            for i in scene["items"]
        ]
    else:
        parts = [several(r, SUBJECTS[k], n) for k, n in grouped(scene["items"])]
    separator = r.choice(PHRASES["separators"])
    lead = separator.join(parts)
    rest = []
    if say_ground:
        rest.append(
            ground(r, scene["kind"], scene["colour"], SHORT_GROUND)
            if r.random() < 0.75
            else ground(r, scene["kind"], scene["colour"])
        )
    if say_style:
        st = r.choice((*BEFORE_NOUN[scene["style"]], style.LABEL[scene["style"]]))
        rest.append(
            r.choice(("{st}", "{st}", "{st} style", "style {st}", "in {st}"))
            .format(st=st)
            .replace("style style", "style")
        )
    if scene["text"]:
        rest.append(words(r, scene))
    r.shuffle(rest)
    parts = [lead, *rest] if lead else rest
    if len(parts) > 1 and r.random() < 0.2:
        parts = [parts[1], parts[0], *parts[2:]]
    return separator.join(parts)


def english(r: random.Random, scene: dict, say_style: bool, say_ground: bool, say_place: bool) -> str:
    out = (fragments if r.random() < 0.3 else sentence)(r, scene, say_style, say_ground, say_place)
    return out + (r.choice(ENDINGS) if r.random() < 0.2 else "")


def chinese_body(r: random.Random, scene: dict, say_place: bool) -> str:
    groups = grouped(scene["items"])
    if not say_place or len(groups) < len(scene["items"]):
        names = [chinese_noun(r, SUBJECTS[k], n) for k, n in groups]
        return (
            names[0]
            if len(names) == 1
            else r.choice(("和", "和", "跟", "与")).join(names)
            if len(names) == 2
            else "、".join(names[:2]) + "和" + names[2]
            if names
            else ""
        )
    names = [chinese_noun(r, SUBJECTS[i["subject"]]) for i in scene["items"]]
    return "，".join(
        f"{chinese_where(r, i['place'])}{r.choice(('', '有', '是'))}{n}"
        if r.random() < 0.75
        else f"{n}在{chinese_where(r, i['place'])}"
        for n, i in zip(names, scene["items"])
    )


def chinese(r: random.Random, scene: dict, say_style: bool, say_ground: bool, say_place: bool) -> str:
    g = chinese_ground(r, scene["kind"], scene["colour"])
    if say_ground and r.random() < 0.06:
        g = ground(r, scene["kind"], scene["colour"])  # both languages in one sentence
    b = chinese_body(r, scene, say_place)
    if say_style and b and r.random() < 0.3:
        b, say_style = f"{r.choice(style.CHINESE[scene['style']])}{r.choice(('风格的', '风的', '的'))}{b}", False
    parts = [b] if b else []
    if say_ground:
        if b and r.random() < 0.45 and scene["kind"] in bg.SCENES:
            parts = [f"{b}在{g}"] if r.random() < 0.5 else [f"{g}{r.choice(('里的', '上的', '的', '中的'))}{b}"]
        else:
            parts.insert(0 if r.random() < 0.35 else len(parts), g)
    t = scene["text"]
    if t:
        at = (
            {"top": "上方", "middle": "中间", "bottom": "下方"}[t["place"]]
            if t["place"] != default_text_place(scene) or r.random() < 0.4
            else ""
        )
        ink = bg.COLOUR_CHINESE[t["ink"]] if t["ink"] != DEFAULT_INK else ""
        head = r.choice(("写着", "文字", "写上", "上面写着")) if not ink else r.choice(("写着", "写上"))
        parts.append(f"{at}{head}{ink}{'文字' if ink else ''}{quoted(r, t['word'])}")
    out = r.choice(("，", "，", ",", " ")).join(parts)
    if say_style:
        st = r.choice(style.CHINESE[scene["style"]])
        out = r.choice(
            (
                f"{st}风格，{out}",
                f"{out}，{st}风格",
                f"{st}风格的{out}",
                f"{out}，{st}",
                f"用{st}风格画{out}",
                f"{out} {st}风",
            )
        )
    if r.random() < 0.28:
        out = r.choice(CHINESE_WISHES).format(o=out)
    return out + (r.choice(CHINESE_ENDINGS) if r.random() < 0.12 else "")


def open_ground(r: random.Random, subject: int) -> tuple[str, str]:
    """A ground for a caption that says none: mostly where the subject is at home, sometimes any other."""
    q = r.random()
    kind = (
        r.choice(SUBJECTS[subject].homes)
        if q < 0.55
        else r.choice(bg.SCENES)
        if q < 0.8
        else r.choice(("plain", "plain", "gradient", "dots", "stripes", "checks"))
    )
    return kind, r.choice(list(bg.COLOURS) if kind in bg.PATTERNS else bg.LAYOUTS)


def with_open_parts(r: random.Random, scene: dict, say_ground: bool, say_place: bool) -> dict:
    """The scene with what is not said chosen anew."""
    scene = {**scene, "items": [{**i} for i in scene["items"]]}
    if not say_ground:
        scene["kind"], scene["colour"] = open_ground(r, scene["items"][0]["subject"])
    if not say_place and len(scene["items"]) == 1 and not scene["text"]:
        scene["items"][0]["place"] = r.choices(("center", "left", "right"), (4, 3, 3))[0]
    if not say_place and len(scene["items"]) == 2 and r.random() < 0.3:
        a, b = scene["items"]
        a["place"], b["place"] = b["place"], a["place"]
    return scene


def spoken(r: random.Random, scene: dict) -> Caption:
    """A caption, with a scene that it means."""
    say_style = scene["style"] != style.DEFAULT or r.random() < 0.25
    say_ground = not scene["items"] or r.random() < 0.62
    say_place = not default_places(scene["items"]) or (len(scene["items"]) in (1, 2) and r.random() < 0.3)
    scene = with_open_parts(r, scene, say_ground, say_place)
    make = chinese if r.random() < CHINESE_SHARE else english
    return Caption(make(r, scene, say_style, say_ground, say_place), scene, say_style, say_ground, say_place)
