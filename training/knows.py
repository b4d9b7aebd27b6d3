"""What the page may say the model knows: `python -m training.knows FILE`. Made from the same tables as the training captions."""
import json
import sys
from pathlib import Path

from . import background as bg
from . import place, style
from .subject import SUBJECTS

EXAMPLES = ["a castle on the left and a unicorn on the right at sunset", "a rocket in space", "a cat and a dog on a meadow", "a palm tree and a sun on the beach", "line art style, a guitar on a yellow background", "一只熊猫在森林"]


def main():
    pair = lambda e, z: {"en": e, "zh": z}
    Path(sys.argv[1]).write_text(json.dumps({
        "subjects": [pair(s.name, s.chinese[0]) for s in SUBJECTS],
        "styles": [pair(style.LABEL[s], style.CHINESE[s][0]) for s in style.STYLES],
        "backgrounds": [pair(bg.ENGLISH[k][0].format(c="COLOUR"), bg.CHINESE[k][0].format(c="某色")) for k in bg.PATTERNS] + [pair(bg.ENGLISH[k][0], bg.CHINESE[k][0]) for k in bg.SCENES],
        "colours": [pair(c, bg.COLOUR_CHINESE[c]) for c in bg.COLOURS],
        "places": [pair(place.ENGLISH[p][0], place.CHINESE[p][0]) for p in place.PLACES],
        "words": "one word of up to 8 Latin letters or digits, drawn in capitals, at the top, in the middle or at the bottom, white, black, red, blue or yellow; about half come out spelt right",
        "examples": EXAMPLES,
    }, ensure_ascii=False, indent=1) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
