"""Command line of every stage: --config FILE (JSON), then key=value overrides."""

import argparse
import json
from pathlib import Path
from types import SimpleNamespace

from .paths import HERE, RUNS


def settings(stage: str) -> SimpleNamespace:
    p = argparse.ArgumentParser(prog=f"python -m training.{stage}")
    p.add_argument("--config", default=str(HERE / "config" / f"{stage}.json"))
    p.add_argument("override", nargs="*", help="key=value")
    a = p.parse_args()
    values = json.loads(Path(a.config).read_text())
    for pair in a.override:
        key, value = pair.split("=", 1)
        values[key] = (
            json.loads(value)
            if value and (value[0] in '-0123456789[{"' or value in ("true", "false", "null"))
            else value
        )
    s = SimpleNamespace(**values)
    s.folder = RUNS / values.get("run", stage)
    s.folder.mkdir(parents=True, exist_ok=True)
    s.start = (HERE.parent / values["start"]).resolve() if values.get("start") else None
    return s
