"""Checkpoints in parts below 16 MB: `last.json` names the parts of the newest one, so that a kill between two files
harms nothing.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import torch

PART = 15_000_000


def save(folder: Path, state: dict, name: str = "last"):
    buffer = io.BytesIO()
    torch.save(state, buffer)
    data, index = buffer.getvalue(), folder / f"{name}.json"
    old = json.loads(index.read_text())["parts"] if index.exists() else []
    turn = "b" if old and old[0].startswith(f"{name}-a") else "a"
    parts = []
    for k in range(0, len(data), PART):
        parts.append(f"{name}-{turn}{k // PART}.pt")
        (folder / parts[-1]).write_bytes(data[k : k + PART])
    fresh = folder / f"{name}.json.tmp"
    fresh.write_text(json.dumps({"parts": parts}))
    fresh.replace(index)
    for part in old:
        (folder / part).unlink(missing_ok=True)


def load(folder: Path, name: str = "last") -> dict | None:
    """The newest checkpoint of a stage, or None."""
    index = folder / f"{name}.json"
    if not index.exists():
        return None
    data = b"".join((folder / part).read_bytes() for part in json.loads(index.read_text())["parts"])
    return torch.load(io.BytesIO(data), weights_only=False, map_location="cpu")
