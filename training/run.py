"""Runs the stages of a plan one after the other, each from its newest checkpoint, and copies what they leave to a
second place.

    python -m training.run [plan=training/config/plan.json] [copy=FOLDER]

Kill it at any moment and start it again with the same line: stages that are done are skipped, the one that was
interrupted goes on. A stage is done when RUNS/done/NAME exists; remove that file to run it again. A stage that fails
is tried three times, then the plan stops.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from .paths import HERE, RUNS

TRIES = 3
COPY_SECONDS = 600
NOT_COPIED = ("atlas", "inductor")  # made again by one command


class Stopped(Exception):
    """The plan was asked to stop."""


def note(**entry):
    entry = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **entry}
    with (RUNS / "plan.jsonl").open("a") as f:
        f.write(json.dumps(entry) + "\n")
    print(json.dumps(entry), flush=True)


def mirror(to: Path):
    """Copies new and changed files; an index goes last, so that a copied `last.json` never names parts that are not
    there yet. Old parts stay until their index has changed.
    """
    files = [f for f in RUNS.rglob("*") if f.is_file() and f.relative_to(RUNS).parts[0] not in NOT_COPIED]
    for file in sorted(files, key=lambda f: f.name == "last.json"):
        goal = to / file.relative_to(RUNS)
        try:
            at = file.stat()
            if goal.exists() and goal.stat().st_mtime >= at.st_mtime and goal.stat().st_size == at.st_size:
                continue
            goal.parent.mkdir(parents=True, exist_ok=True)
            part = goal.with_name(goal.name + ".copying")
            shutil.copy2(file, part)
            part.replace(goal)
        except FileNotFoundError:
            continue  # a checkpoint was replaced meanwhile: the next round copies the new one
    for index in to.rglob("last.json"):
        parts = json.loads(index.read_text())["parts"]
        if all((index.parent / p).exists() for p in parts):
            for old in set(index.parent.glob("last-*.pt")) - {index.parent / p for p in parts}:
                old.unlink()


def run_stage(stage: dict, to: Path | None):
    """One stage as a process of its own; what it prints goes to RUNS/NAME.out."""
    with (RUNS / f"{stage['name']}.out").open("a") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", f"training.{stage['module']}", *stage.get("arguments", [])],
            cwd=HERE.parent,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        copied = time.monotonic()
        try:
            while child.poll() is None:
                time.sleep(2)
                if to and time.monotonic() - copied > COPY_SECONDS:
                    mirror(to)
                    copied = time.monotonic()
        except Stopped:
            child.terminate()
            child.wait()
            raise
    return child.returncode


def alone():
    """The lock of the runs folder; waits for a plan that is just stopping."""
    lock = (RUNS / "plan.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def following(plan: Path, done: Path) -> dict | None:
    """The first stage that is not done; the plan is read anew, so that it may be changed while a stage runs."""
    return next((s for s in json.loads(plan.read_text())["stages"] if not (done / s["name"]).exists()), None)


def stop(*_):
    raise Stopped


def main():
    given = dict(a.split("=", 1) for a in sys.argv[1:])
    file = Path(given.get("plan", HERE / "config/plan.json"))
    to = Path(given["copy"]) if "copy" in given else None
    done = RUNS / "done"
    done.mkdir(parents=True, exist_ok=True)
    lock = alone()
    (RUNS / "plan.pid").write_text(str(os.getpid()))
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while stage := following(file, done):
            for attempt in range(1, TRIES + 1):
                note(stage=stage["name"], began=attempt)
                code = run_stage(stage, to)
                note(stage=stage["name"], ended=code)
                if to:
                    mirror(to)
                if code == 0:
                    (done / stage["name"]).touch()
                    break
            else:
                sys.exit(f"{stage['name']} failed {TRIES} times: see {RUNS / stage['name']}.out")
        note(plan="done")
    except Stopped:
        note(plan="stopped")
    finally:
        if to:
            mirror(to)
        lock.close()


if __name__ == "__main__":
    main()
