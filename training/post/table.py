"""The table of the ablation: every arm's held-out figures less the start's, of the same prompts, with 95 % intervals.

python -m training.post.table arms=[\\"start\\",\\"A\\"]      reads RUNS/post/judged/*.json
"""

from __future__ import annotations

import json

import numpy as np

from ..paths import RUNS
from ..settings import settings
from .variance import paired


def compared(start: dict, arm: dict) -> dict[str, dict]:
    """By figure: the start's mean, the difference and its interval, over prompts that both have."""
    out = {}
    for name, before in start.items():
        keys = [k for k in before if k in arm.get(name, {})]
        if keys:
            a, b = (np.array([q[name][k] for k in keys]) for q in (start, arm))
            mean, low, high = paired(a, b)
            out[name] = {"n": len(keys), "start": float(a.mean()), "gain": mean, "low": low, "high": high}
    return out


def markdown(rows: dict[str, dict[str, dict]]) -> str:
    """A line a figure, a column an arm; what is beyond its interval is bold."""
    arms = list(rows)
    lines = ["| figure | n | start | " + " | ".join(arms) + " |", "| --- | ---: | ---: |" + " ---: |" * len(arms)]
    for name, first in rows[arms[0]].items():
        cells = []
        for arm in arms:
            q = rows[arm].get(name)
            text = f"{q['gain']:+.3f} ({q['low']:+.3f} to {q['high']:+.3f})" if q else ""
            cells.append(f"**{text}**" if q and (q["low"] > 0 or q["high"] < 0) else text)
        lines.append(f"| {name} | {first['n']} | {first['start']:.3f} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main():
    s = settings("post.table")
    read = {arm: json.loads((RUNS / f"post/judged/{arm}.json").read_text()) for arm in s.arms}
    rows = {arm: compared(read["start"], figures) for arm, figures in read.items() if arm != "start"}
    (s.folder / "table.json").write_text(json.dumps(rows, indent=1))
    (s.folder / "table.md").write_text(markdown(rows))
    print(markdown(rows))
    for a, b in s.against:
        if a in read and b in read:
            print(f"{a} less {b}\n", markdown({f"{a} - {b}": compared(read[b], read[a])}))


if __name__ == "__main__":
    main()
