"""What is held out of training: subjects, (subject, style) pairs, words, fonts, seeds, and the typed prompts of the
evaluation.

`splits.json` was written before any training and only ever grows: twenty subjects, eight pairs and forty words belong
to the first world of 64 subjects, twenty subjects and 24 pairs to the second.
"""

import json

from .paths import HERE

FILE = HERE / "splits.json"


def load() -> dict:
    return json.loads(FILE.read_text())
