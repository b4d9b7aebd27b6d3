"""What the page may say the model knows: `python -m training.knows FILE`. Made from the same tables as the training captions."""
import json
import re
import sys
from pathlib import Path

from . import background as bg
from . import caption, place, style
from .subject import SUBJECTS
from .task import KINDS, task
from .word import MAX

EXAMPLES = ["a castle on the left and a unicorn on the right at sunset", "a rocket in space", "a cat and a dog on a meadow", "a palm tree and a sun on the beach", "line art style, a guitar on a yellow background", "一只熊猫在森林"]
CAPTIONS = 1500  # of every kind
QUOTED = re.compile("\"[^\"]*\"|“[^”]*”|'[^']*'")


def vocabulary() -> dict:
    """Every word of the captions, without slips of the finger and without the words to be drawn."""
    caption.typo = lambda r, word: word
    texts = [QUOTED.sub(" ", task(k, kind)["text"]).lower() for kind in KINDS for k in range(CAPTIONS)]
    tables = [bg.CHINESE.values(), bg.COLOUR_CHINESE.values(), place.CHINESE.values(), style.CHINESE.values(), (s.chinese for s in SUBJECTS)]
    chinese = {word for table in tables for entry in table for word in ((entry,) if isinstance(entry, str) else entry) if "{" not in word and not word.isascii()}
    return {"en": sorted({word for text in texts for word in re.findall("[a-z]+", text)}), "zh": sorted(chinese)}


def main():
    pair = lambda e, z: {"en": e, "zh": z}
    Path(sys.argv[1]).write_text(json.dumps({
        "subjects": [{**pair(s.name, s.chinese[0]), "also": [*s.english[1:], *s.chinese[1:]]} for s in SUBJECTS],
        "styles": [pair(style.LABEL[s], style.CHINESE[s][0]) for s in style.STYLES],
        "backgrounds": [pair(bg.ENGLISH[k][0].format(c="COLOUR"), bg.CHINESE[k][0].format(c="某色")) for k in bg.PATTERNS] + [pair(bg.ENGLISH[k][0], bg.CHINESE[k][0]) for k in bg.SCENES],
        "colours": [pair(c, bg.COLOUR_CHINESE[c]) for c in bg.COLOURS],
        "places": [pair(place.ENGLISH[p][0], place.CHINESE[p][0]) for p in place.PLACES],
        "words": "one word of up to 8 Latin letters or digits, drawn in capitals, at the top, in the middle or at the bottom, white, black, red, blue or yellow; about half come out spelt right",
        "longestWord": MAX,
        "mostDrawings": 3,
        "sizes": [{"widthPx": 256, "heightPx": 256}],
        "vocabulary": vocabulary(),
        "examples": EXAMPLES,
    }, ensure_ascii=False, indent=1) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
