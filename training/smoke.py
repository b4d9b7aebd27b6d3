"""A one-minute run of the whole chain in a temporary folder: artwork, codes, vocabulary, a few steps of every stage,
a restart, a folder, a picture.

python -m training.smoke      prints {"picture": [256, 256], ...}; leaves nothing behind
"""

import json
import os
import shutil
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


def post_training(timed, runs: Path):
    """A few steps of both stages of post-training on the assembled folder; a run that was stopped and taken up again
    must end in the bytes of one that was not.
    """
    start = f"start={runs / 'mini'}"
    timed("rewards.fit", start, 'parts=["distance"]', "scenes=3", "faults=1")
    few = [start, "iterations=2", "group=3", "held=1", "save_every=1"]
    ar = [*few, "prompts=3", "pixels=false", 'judged=["t2i"]', 'mix={"t2i": 1}']
    decoder = [*few, "cases=1", "updates=1", "steps=4", 'mix={"strangers": 1}', "seeds=1"]
    for stage, given in (("post.ar", ar), ("post.decoder", decoder)):
        timed(stage, *given, "run=post/whole")
        timed(stage, *given, "run=post/parts", "until=1")
        timed(stage, *given, "run=post/parts")
        whole, parts = ((runs / f"post/{name}/folded.pt").read_bytes() for name in ("whole", "parts"))
        assert whole == parts, f"{stage}: going on gave other weights than not stopping"
        for name in ("whole", "parts"):
            shutil.rmtree(runs / f"post/{name}")


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
        post_training(timed, runs)
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
