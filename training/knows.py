"""What the page may say the model knows: `python -m training.knows FILE`. Made from the same tables as the training
captions.
"""

import json
import re
import sys
from pathlib import Path

from . import background as bg
from . import caption, place, style
from .phrases import PHRASES
from .subject import SUBJECTS
from .word import MAX

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


def strings(value) -> list[str]:
    """All strings of nested tables."""
    if isinstance(value, str):
        return [value]
    return [text for each in (value.values() if isinstance(value, dict) else value) for text in strings(each)]


def vocabulary() -> dict:
    """Every word that captions are made of."""
    names = [name for s in SUBJECTS for name in (*s.english, *s.tags)]
    english = strings([PHRASES, names, [caption.plural(name) for name in names], style.ENGLISH, caption.COLOURS])
    tables = [bg.CHINESE, bg.COLOUR_CHINESE, place.CHINESE, style.CHINESE, [s.chinese for s in SUBJECTS]]
    chinese = {word for word in strings(tables) if "{" not in word and not word.isascii()}
    placeholder = re.compile(r"\{[a-z]+\}")
    words = {word for text in english for word in re.findall("[a-z]+", placeholder.sub(" ", text.lower()))}
    return {"en": sorted(words), "zh": sorted(chinese)}


def main():
    pair = lambda e, z: {"en": e, "zh": z}
    Path(sys.argv[1]).write_text(
        json.dumps(
            {
                "subjects": [
                    {**pair(s.name, s.chinese[0]), "also": [*s.english[1:], *s.chinese[1:]]} for s in SUBJECTS
                ],
                "styles": [pair(style.LABEL[s], style.CHINESE[s][0]) for s in style.STYLES],
                "backgrounds": [
                    pair(bg.ENGLISH[k][0].format(c="COLOUR"), bg.CHINESE[k][0].format(c="某色")) for k in bg.PATTERNS
                ]
                + [pair(bg.ENGLISH[k][0], bg.CHINESE[k][0]) for k in bg.SCENES],
                "colours": [pair(c, bg.COLOUR_CHINESE[c]) for c in bg.COLOURS],
                "places": [pair(place.ENGLISH[p][0], place.CHINESE[p][0]) for p in place.PLACES],
                "words": WORDS,
                "longestWord": MAX,
                "mostDrawings": 3,
                "sizes": [{"widthPx": 256, "heightPx": 256}],
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
