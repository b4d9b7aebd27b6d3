"""One JSON object per line, and a curve drawn from it."""

import json
import time
from pathlib import Path

from PIL import Image, ImageDraw


class Journal:
    def __init__(self, folder: Path, name: str = "log.jsonl"):
        self.path, self.begin, self.cpu = folder / name, time.time(), time.process_time()

    def write(self, **entry):
        entry = {"wall": round(time.time() - self.begin, 1), "cpu": round(time.process_time() - self.cpu, 1), **entry}
        with self.path.open("a") as f:
            f.write(json.dumps(entry) + "\n")
        print(json.dumps(entry), flush=True)


def curve(path: Path, x: str, ys: list[str], out: Path, log: bool = True):
    """Draws fields `ys` of a journal over field `x`."""
    import math

    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    W, H, M = 720, 360, 44
    im = Image.new("RGB", (W, H), "white")
    d = ImageDraw.Draw(im)
    f = (lambda v: math.log10(max(v, 1e-6))) if log else (lambda v: v)
    series = {y: [(r[x], f(r[y])) for r in rows if x in r and y in r] for y in ys}
    points = [p for s in series.values() for p in s]
    if not points:
        return
    x1, lo, hi = max(p[0] for p in points) or 1, min(p[1] for p in points), max(p[1] for p in points)
    for k, (name, s) in enumerate(series.items()):
        colour = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b")[k % 6]
        xy = [(M + (W - 2 * M) * a / x1, H - M - (H - 2 * M) * (b - lo) / ((hi - lo) or 1)) for a, b in s]
        if len(xy) > 1:
            d.line(xy, fill=colour, width=2)
        d.text(
            (W - M - 150, 8 + 12 * k), f"{name} {10 ** s[-1][1] if log else s[-1][1]:.4g}" if s else name, fill=colour
        )
    d.rectangle((M, M, W - M, H - M), outline="#888")
    for v in (lo, hi):
        d.text((2, H - M - (H - 2 * M) * (v - lo) / ((hi - lo) or 1) - 6), f"{10**v if log else v:.3g}", fill="black")
    d.text((W - M - 60, H - M + 6), f"{x} {x1:.4g}", fill="black")
    im.save(out)
