"""A one-minute run of the whole chain in a temporary folder: artwork, codes, vocabulary, a few steps of every stage,
a restart, a folder, a picture.

python -m training.smoke      prints {"picture": [256, 256], ...}; leaves nothing behind
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CODES = 1400
OFTEN = ("save_every=1", "validate_every=9")


def run(stage: str, *overrides: str):
    import importlib

    sys.argv = [stage, *overrides]
    importlib.import_module(f"training.{stage}").main()


def main():
    begin, seconds = time.time(), {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PALIMPSEST_RUNS"] = folder
        runs = Path(folder)

        def timed(stage: str, *overrides: str):
            at = time.time()
            run(stage, *overrides)
            seconds[stage] = round(seconds.get(stage, 0) + time.time() - at, 1)

        subprocess.run(
            ["node", str(HERE / "art/atlas.mjs"), str(runs / "atlas")], check=True, stdout=subprocess.DEVNULL
        )
        timed("codebook", f"codes={CODES}", "ground=200", "subjects=12")
        timed("vocabulary", "captions=400", "pieces=600", f"codes={CODES}")
        vit, ar = ["batch=8", "held=4", *OFTEN], ["batch=16", "compile=false", "held=1", 'judged=["t2i"]', *OFTEN]
        dit = ["scenes=4", "strips=4", "fresh=1", "held=1", "pool=20", 'steps={"scenes": 1, "patches": 1}', *OFTEN]
        for until in (1, 2):  # the second run goes on from the first one's checkpoint
            timed("train_vit", f"images={8 * until}", *vit)
            timed("bank", "subjects=4", "naturals=8")
            timed("train_ar", f"samples={16 * until}", *ar)
            timed("train_dit", f"tokens={1024 * until}", *dit)
            timed("train_vae", f"crops={2 * until}", "batch=2", "held=2", *OFTEN)
        timed("assemble", f"out={runs / 'mini'}")
        from .draw import Mini

        mini = Mini(runs / "mini")
        first = mini.draw("a fox", steps=2)
        second = mini.draw("on the beach", [first], steps=2)
        parts = max(f.stat().st_size for f in runs.rglob("last-*.pt"))
        print(
            json.dumps(
                {
                    "picture": first.size,
                    "edit": second.size,
                    "largest part MB": parts / 1e6,
                    "start MB": size(runs / "mini"),
                    "seconds": seconds,
                    "total": round(time.time() - begin, 1),
                    "process time": round(time.process_time(), 1),
                }
            )
        )


def size(folder: Path) -> float:
    return round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6, 1)


if __name__ == "__main__":
    main()
