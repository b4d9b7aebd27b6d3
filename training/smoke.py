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
START = HERE.parent / "models/mini"


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
        timed("codebook")
        timed("vocabulary", "captions=400", "pieces=600")
        (runs / "processor/tokenizer.json").write_bytes(
            (START / "processor/tokenizer.json").read_bytes()
        )  # the start's weights speak the start's vocabulary
        (runs / "processor/meta.json").write_bytes((START / "training/meta.json").read_bytes())
        timed("strangers", "subjects=4")
        for until in (1, 2):  # the second run goes on from the first one's checkpoint
            timed(
                "train_ar",
                f"samples={16 * until}",
                "batch=16",
                "compile=false",
                "held=1",
                'judged=["t2i"]',
                "save_every=1",
                "validate_every=9",
            )
            timed(
                "train_dit",
                f"tokens={1024 * until}",
                "scenes=4",
                "strips=4",
                "fresh=1",
                "held=1",
                "save_every=1",
                "pool=20",
                'steps={"scenes": 1}',
            )
            timed("train_vit", f"images={8 * until}", "batch=8", "held=2", "save_every=1")
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
