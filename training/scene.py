"""The scene graph: a background, up to three drawings in named places, at most one word. Made from a seed."""

from __future__ import annotations

import random

from . import place as places
from .background import COLOURS, KINDS, LAYOUTS, PATTERNS
from .splits import load
from .style import DEFAULT, STYLES
from .subject import SUBJECTS
from .word import ALL_WORDS, DEFAULT_INK, INKS, invented

SPLITS = load()
HELD_WORDS = set(SPLITS["words"])
TRAIN_WORDS = [w for w in ALL_WORDS if w not in HELD_WORDS]
HELD_PAIRS = {(n, s) for n, s in SPLITS["pairs"]}
ALLOWED = {s: [i for i, x in enumerate(SUBJECTS) if (x.name, s) not in HELD_PAIRS] for s in STYLES}
# Scene = {"style", "kind", "colour", "items": [{"subject", "place"}], "text": None | {"word", "place", "ink"}}


def random_background(r: random.Random) -> tuple[str, str]:
    """Scenes a little more often than patterns; the colour of a scene is its layout."""
    kind = r.choice(KINDS[len(PATTERNS) :]) if r.random() < 0.58 else r.choice(PATTERNS)
    return kind, r.choice(list(COLOURS) if kind in PATTERNS else LAYOUTS)


def random_text(r: random.Random, where: str) -> dict:
    word = r.choice(TRAIN_WORDS) if r.random() < 0.55 else invented(r, HELD_WORDS)
    return {"word": word, "place": where, "ink": DEFAULT_INK if r.random() < 0.5 else r.choice(INKS)}


def text_places(items: list[dict]) -> list[str]:
    """Where a word fits beside these drawings."""
    taken = {row for item in items for row in places.rows(item["place"])}
    return [p for p, row in places.TEXT_ROW.items() if row not in taken and (p != "middle" or not items)]


def free_places(items: list[dict], text: dict | None = None) -> list[str]:
    """Places of the grid where one more drawing overlaps nothing."""
    row = places.TEXT_ROW[text["place"]] if text else -1
    return [
        p
        for p in places.PLACES
        if row not in places.rows(p) and all(not places.overlap(p, item["place"]) for item in items)
    ]


SINGLE = ("center",) * 5 + ("left", "right") * 2 + places.PLACES[3:]
SINGLE_WITH_WORD = ("center",) * 4 + ("left", "right", "bottom", "top")


def some_places(r: random.Random, n: int, want: bool) -> tuple[str, ...]:
    """Places of n drawings that leave room for a word if one is wanted."""
    if n == 0:
        return ()
    if n == 1:
        return (r.choice(SINGLE_WITH_WORD if want else SINGLE),)
    if n == 2:
        chosen = places.PAIRS[0] if want else r.choice((places.PAIRS[0],) * 5 + places.PAIRS[1:])
        return chosen[::-1] if r.random() < 0.25 else chosen
    return places.CORNERS if n == 4 else r.choice((places.TRIPLES[0],) * 2 + places.TRIPLES)


def some_subjects(r: random.Random, style: str, n: int, alike: float) -> list[int]:
    """N different subjects, or, with chance `alike`, one n times or one twice beside another. Four are always alike."""
    if n < 2 or (n < 4 and r.random() >= alike):
        return r.sample(ALLOWED[style], n)
    one, other = r.sample(ALLOWED[style], 2)
    return [one, one, other] if n == 3 and r.random() < 0.4 else [one] * n


def random_scene(
    r: random.Random, count: int | None = None, words: float = 0.3, style: str | None = None, alike: float = 0.0
) -> dict:
    """A scene; `words` is the chance of a word where one fits, `alike` that several drawings are of one subject."""
    style = style or (DEFAULT if r.random() < 0.15 else r.choice(STYLES))
    kind, colour = random_background(r)
    n = count if count is not None else r.choices((0, 1, 2, 3, 4), (4, 55, 30, 11, 3 if alike else 0))[0]
    want = n == 0 or r.random() < words
    items = [{"subject": s, "place": p} for s, p in zip(some_subjects(r, style, n, alike), some_places(r, n, want))]
    fits = text_places(items)
    text = random_text(r, r.choice(fits)) if want and fits else None
    return {"style": style, "kind": kind, "colour": colour, "items": items, "text": text}


def scene_of(seed: int) -> dict:
    """The scene of a seed, for the vision tower: every look is equally frequent."""
    r = random.Random(f"scene {seed}")
    return random_scene(r, style=r.choice(STYLES), alike=0.2)
