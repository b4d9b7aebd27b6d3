"""What a checkpoint knows, as its `knows.json` says it: `python -m training.knows FILE`.

Made from the same tables as the training captions. The studio reads messages by it (`studio/known.ts` has the schema).
"""

import json
import re
import sys
from pathlib import Path

from . import background as bg
from . import caption, place, style
from .paths import HERE
from .phrases import PHRASES
from .subject import SUBJECTS
from .word import INKS, LETTERS, MAX

EXAMPLES = [
    "a castle on the left and a unicorn on the right at sunset",
    "a rocket in space",
    "a cat and a dog on a meadow",
    "a palm tree and a sun on the beach",
    "line art style, a guitar on a yellow background",
    "一只熊猫在森林",
]
WORDS = (
    "one word of up to 8 Latin letters or digits, drawn in capitals, at the top, in the middle or at the bottom, "
    "white, black, red, blue or yellow"
)

GROUND_CODES = json.loads((HERE / "config/codebook.json").read_text())["ground"]


def strings(value) -> list[str]:
    """All strings of nested tables."""
    if isinstance(value, str):
        return [value]
    return [text for each in (value.values() if isinstance(value, dict) else value) for text in strings(each)]


def vocabulary() -> dict:
    """Every word that captions are made of, but those that only stand within longer names: "apple" of "apple pie"."""
    names = [name for s in SUBJECTS for name in (*s.english, *s.tags) if " " not in name]
    english = strings([PHRASES, names, [caption.plural(name) for name in names], style.ENGLISH, caption.COLOURS])
    tables = [bg.CHINESE, bg.COLOUR_CHINESE, place.CHINESE, style.CHINESE, [s.chinese for s in SUBJECTS]]
    chinese = {word for word in strings(tables) if "{" not in word and not word.isascii()}
    placeholder = re.compile(r"\{[a-z]+\}")
    words = {word for text in english for word in re.findall("[a-z]+", placeholder.sub(" ", text.lower()))}
    return {"en": sorted(words), "zh": sorted(chinese)}


def pair(english, chinese) -> dict:
    """A name in both languages, and all others of the same."""
    also = dict.fromkeys([*english[1:], *chinese[1:]])
    named = {"en": english[0], "zh": chinese[0]}
    return {**named, "also": [name for name in also if name not in named.values()]}


def grounds() -> list[dict]:
    """Patterns with a colour, and scenes. What a pattern is called otherwise needs its colour too."""
    patterns = [
        {"en": bg.ENGLISH[k][0].format(c="COLOUR"), "zh": bg.CHINESE[k][0].format(c="某色")} for k in bg.PATTERNS
    ]
    short = PHRASES["ground, short"]
    return patterns + [pair([*bg.ENGLISH[k], *bg.NOUN[k], *short[k]], bg.CHINESE[k]) for k in bg.SCENES]


def subjects() -> list[dict]:
    """Names, looser words, emoji, and tags that a subject shares with what is like it."""
    lines = (HERE / "data/kinds.txt").read_text(encoding="utf8").splitlines()
    kinds = dict(line.split(" | ", 1) for line in lines if not line.startswith("#"))
    return [
        {
            **pair(s.english, s.chinese),
            "loose": [*s.tags, *s.chinese_tags],
            "emoji": s.emoji,
            "tags": kinds[s.name].split(", "),
        }
        for s in SUBJECTS
    ]


def main():
    coloured = [(bg.COLOUR_SYNONYMS.get(c, (c,)), (bg.COLOUR_CHINESE[c],)) for c in bg.COLOURS]
    Path(sys.argv[1]).write_text(
        json.dumps(
            {
                "subjects": subjects(),
                "styles": [pair((style.LABEL[s], *style.ENGLISH[s]), style.CHINESE[s]) for s in style.STYLES],
                "backgrounds": grounds(),
                "colours": [pair((c, *names), zh) for c, (names, zh) in zip(bg.COLOURS, coloured)],
                "places": [pair([*place.ENGLISH[p], *place.SHORT[p]], place.CHINESE[p]) for p in place.PLACES],
                "words": WORDS,
                "longestWord": MAX,
                "mostDrawings": 4,
                "mostAlike": 4,
                "colouredThings": False,
                "sizes": [{"widthPx": 256, "heightPx": 256}],
                # Codes of letters stand behind those of grounds, ink by ink.
                "letters": {"first": GROUND_CODES, "characters": LETTERS, "inks": len(INKS)},
                "vocabulary": vocabulary(),
                "examples": EXAMPLES,
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n",
        encoding="utf8",
    )


if __name__ == "__main__":
    main()
