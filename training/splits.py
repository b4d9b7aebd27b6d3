"""Held-out subjects, words, fonts and (subject, style) pairs. `python -m training.splits --write` made splits.json once, before any training."""
import json
import random
import sys

from .paths import HERE
from .style import STYLES
from .subject import NAMES, OTHERS
from .word import ALL_WORDS

FILE = HERE / "splits.json"


def make() -> dict:
    r = random.Random("palimpsest splits 1")
    words = [w for w in ALL_WORDS if 3 <= len(w) <= 6 and w.isalpha()]
    return {
        "note": "Fixed before any training. Nothing named here is ever a training target, a reference or part of the codebook.",
        "subjects": OTHERS[:20],
        "words": sorted(r.sample(words, 40)),
        "pairs": sorted([name, r.choice(STYLES[1:])] for name in r.sample(NAMES, 8)),
        "fonts": ["bangers", "permanent-marker"],
        "seeds": {"train": [0, 899_999_999], "validation": [900_000_000, 949_999_999], "test": [950_000_000, 999_999_999]},
        "counts": "scenes of four subjects are held out",
    }


def load() -> dict:
    return json.loads(FILE.read_text())


if __name__ == "__main__":
    if "--write" in sys.argv and not FILE.exists():
        FILE.write_text(json.dumps(make(), indent=1) + "\n")
    print(json.dumps(load(), indent=1))
