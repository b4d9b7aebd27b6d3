"""Prompts and edits as people type them: from the lines of typed.txt and typed_edits.txt, and by rules, to
eval/cases/typed.json and eval/cases/same.json.

    python -m eval.make_typed

Nothing here is ever trained on, and none of the rules is shared with the captions of the training. A case tells what
its prompt determines and nothing more. `same.json` holds pairs of prompts that mean the same picture: one prompt in
two cases, or in two wordings that say everything.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from training import background as bg
from training import place
from training.style import STYLES
from training.subject import NAMES, SUBJECTS

HERE = Path(__file__).resolve().parent
FIRST_SEED = 0
RULES = 60  # prompts made by rules
PAIRS = 100  # of each kind in same.json


def language(text: str) -> str:
    return "zh" if any("\u3000" <= c <= "\u9fff" for c in text) else "en"


def lines(file: str) -> list[str]:
    return [
        line
        for line in (HERE / file).read_text(encoding="utf8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


def items(text: str) -> list[dict]:
    """'flat: fox@left, owl' -> drawings with look and place; what is not said is null."""
    look, _, drawings = text.rpartition(":")
    look = look.strip() or None
    assert look is None or look in STYLES, text
    out = []
    for part in drawings.split(","):
        who, _, where = (x.strip() for x in part.partition("@"))
        if who and who != "-":
            assert who in NAMES and (not where or where in place.PLACES), text
            out.append({"subject": who, "place": where or None, "style": look})
    return out


def ground(text: str) -> list[str] | None:
    """'plain red' -> [kind, colour]; a scene has no colour."""
    if not text:
        return None
    kind, _, colour = text.partition(" ")
    assert kind in bg.KINDS and (not colour or colour in bg.COLOURS), text
    return [kind, colour or "blue"]


def word(text: str) -> dict | None:
    return {"text": text, "row": None, "ink": None} if text and text != "-" else None


def prompt_case(line: str) -> dict:
    prompt, seen, where, text = ([part.strip() for part in line.split("|")] + ["", "", ""])[:4]
    return {"prompt": prompt, "expect": {"items": items(seen), "background": ground(where), "word": word(text)}}


def scene(text: str) -> dict:
    """'3d: fox@left / hills / COLD' -> the scene graph of a reference."""
    drawings, where, text = ([part.strip() for part in text.split("/")] + ["", ""])[:3]
    seen, (kind, colour) = items(drawings), ground(where)
    drawn = {"word": text, "place": "top", "ink": "white"} if text else None
    return {
        "style": seen[0]["style"],
        "kind": kind,
        "colour": colour,
        "items": [{"subject": NAMES.index(i["subject"]), "place": i["place"]} for i in seen],
        "text": drawn,
    }


def facts(graph: dict) -> dict:
    text = graph["text"]
    return {
        "items": [
            {"subject": NAMES[i["subject"]], "place": i["place"], "style": graph["style"]} for i in graph["items"]
        ],
        "background": [graph["kind"], graph["colour"]],
        "word": word(text["word"]) if text else None,
    }


def edit_case(line: str) -> dict:
    before, _, after = line.partition("=>")
    graph = scene(before)
    prompt, seen, where, text = ([part.strip() for part in after.split("|")] + ["", "", ""])[:4]
    was = facts(graph)
    expect = {
        "items": was["items"] if seen == "=" else items(seen),
        "background": was["background"] if where == "=" else ground(where),
        "word": None if text == "-" else word(text) or was["word"],
    }
    return {"prompt": prompt, "scene": graph, "before": was, "expect": expect, "nothing": expect == was}


def by_rules(r: random.Random, count: int) -> list[dict]:
    """Names and synonyms in a hand's habits: capitals, no article, haste, politeness, a slip of the finger."""
    habits = (
        lambda n: n.upper(),
        lambda n: n.title(),
        lambda n: n + "???",
        lambda n: f"umm {n}",
        lambda n: f"hello! {n} pls",
        lambda n: f"plz {n}",
        lambda n: f"i would really like to have {n}",
        lambda n: f"could i see {n} maybe",
        lambda n: f"{n} {n}",
        lambda n: f"a nice {n} thx",
        lambda n: f"what about a {n}?",
        lambda n: f"one {n} only",
        lambda n: n.replace(n[len(n) // 2], "", 1) if len(n) > 5 else n,
        lambda n: f"DRAW {n.upper()}",
        lambda n: f"{n}.jpg",
        lambda n: f"the best {n} ever",
        lambda n: f"{n}, high quality",
        lambda n: f"picture: {n}",
    )
    out = []
    for k in range(count):
        s = r.choice(SUBJECTS)
        called = s.name if r.random() < 0.6 else r.choice(s.english)
        out.append(
            {
                "prompt": habits[k % len(habits)](called),
                "expect": {
                    "items": [{"subject": s.name, "place": None, "style": None}],
                    "background": None,
                    "word": None,
                },
                "rule": True,
            }
        )
    return out


def same_case(r: random.Random, prompts: list[str], count: int) -> list[dict]:
    """One prompt in two cases. Letters to be drawn are capitals in any case."""
    forms = (str.upper, str.title, str.capitalize, lambda s: s.swapcase())
    some = [p for p in prompts if any(c.isascii() and c.isalpha() for c in p)]
    return [
        {"kind": "case", "a": p, "b": forms[k % len(forms)](p)}
        for k, p in enumerate(r.sample(some, min(count, len(some))))
    ]


def same_meaning(r: random.Random, count: int) -> list[dict]:
    """Two wordings that say subject, look, place and ground, so that one picture is meant."""
    grounds = [
        ("forest", "in the forest"),
        ("beach", "at the beach"),
        ("night sky", "under the night sky"),
        ("snow", "in the snow"),
        ("red background", "on a red background"),
        ("blue background", "on a blue background"),
        ("desert", "in the desert"),
        ("city", "in the city"),
        ("space", "in space"),
        ("meadow", "on a meadow"),
    ]
    looks = [("3d", "3D"), ("flat", "flat"), ("line art", "line art"), ("cartoon", "cartoon")]
    out = []
    for _ in range(count):
        s, (short, long), (look, label), where = (
            r.choice(SUBJECTS).name,
            r.choice(grounds),
            r.choice(looks),
            r.choice(("left", "right", "middle")),
        )
        at = "in the middle" if where == "middle" else f"on the {where}"
        a = f"a {s} {at} {long}, {label} style"
        b = r.choice(
            (
                f"{s}, {where}, {short}, {look}",
                f"please draw a {s} {at}, {long} in {label} style",
                f"{look} style: {s} {at} {long}",
                f"I'd like a {s} {at} {long}. {label} style, thanks",
                f"{long}: {s} {at}, {look} style",
            )
        )
        out.append({"kind": "meaning", "a": a, "b": b})
    return out


def numbered(kind: str, cases: list[dict]) -> list[dict]:
    return [
        {"id": f"{kind}-{k:03d}", "kind": kind, "seed": FIRST_SEED + k, "language": language(c["prompt"]), **c}
        for k, c in enumerate(cases)
    ]


def write(name: str, tables: dict[str, list[dict]]):
    """JSON with a case a line."""
    line = lambda case: json.dumps(case, ensure_ascii=False)
    parts = [f"{json.dumps(key)}: [\n" + ",\n".join(map(line, cases)) + "\n]" for key, cases in tables.items()]
    (HERE / "cases" / name).write_text("{" + ",\n".join(parts) + "}\n", encoding="utf8")


def main():
    r = random.Random("eval typed 1")
    prompts = [prompt_case(line) for line in lines("typed.txt")] + by_rules(r, RULES)
    edits = [edit_case(line) for line in lines("typed_edits.txt")]
    same = same_case(r, [c["prompt"] for c in prompts], PAIRS) + same_meaning(r, PAIRS)
    write("typed.json", {"typed": numbered("typed", prompts), "typedEdits": numbered("typed-edit", edits)})
    write("same.json", {"pairs": [{"id": f"same-{k:03d}", "seed": k, **p} for k, p in enumerate(same)]})
    print(
        json.dumps(
            {
                "typed": len(prompts),
                "typedEdits": len(edits),
                "changes nothing": sum(c["nothing"] for c in edits),
                "chinese": sum(language(c["prompt"]) == "zh" for c in prompts + edits),
                "pairs": len(same),
            }
        )
    )


if __name__ == "__main__":
    main()
