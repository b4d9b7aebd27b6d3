"""The phrases of captions and edits, from data/phrases.json. Their order is part of what a seed means."""

import json

from .paths import HERE


def _fixed(value):
    """Lists as tuples."""
    if isinstance(value, dict):
        return {key: _fixed(each) for key, each in value.items()}
    return tuple(value) if isinstance(value, list) else value


PHRASES = _fixed(json.loads((HERE / "data/phrases.json").read_text(encoding="utf8")))
