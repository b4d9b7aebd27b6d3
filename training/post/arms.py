"""The ablation by one command: every arm trained, every arm judged, one table.

    python -m training.post.arms                         all arms, at full length
    python -m training.post.arms scale=0.05 judged=8     the same in small, to see that it runs

A plan (RUNS/post/arms.json) is made of the settings and run by training.run: it may be killed at any moment and started
again with the same line. The last stage writes RUNS/post/table.{json,md}.
"""

from __future__ import annotations

import json
import sys

from .. import run as plan
from ..paths import RUNS
from ..settings import settings


def stage(name: str, module: str, **overrides) -> dict:
    arguments = [f"{k}={v if isinstance(v, str) else json.dumps(v)}" for k, v in overrides.items()]
    return {"name": f"post-{name}", "module": f"post.{module}", "arguments": arguments}


def stages(s) -> list[dict]:
    """Training of the arms, then their judging, then the table."""
    start = str(s.start)
    out = [{"name": "post-rewards", "module": "rewards.fit", "arguments": [f"start={start}"]}] if s.fit else []
    for name, arm in s.arms.items():
        for module, given in arm.items():
            length = max(1, round(given.pop("iterations") * s.scale))
            more = {"save_every": min(10, length)} if module != "decoder" else {"save_every": min(20, 2 * length)}
            run = f"post/{name}/{module}"
            out.append(
                stage(f"{name}-{module}", module, start=start, run=run, iterations=length, **more, **s.all, **given)
            )
    for name, parts in s.judged_arms.items():
        weights = [f"post/{part}/folded.pt" for part in parts]
        out.append(stage(f"judge-{name}", "judge", start=start, name=name, weights=weights, **s.judge))
    return [*out, stage("table", "table", start=start, arms=list(s.judged_arms))]


def main():
    s = settings("post.arms")
    file = RUNS / "post/arms.json"
    file.write_text(json.dumps({"stages": stages(s)}, indent=1))
    sys.argv = ["training.run", f"plan={file}"]
    plan.main()


if __name__ == "__main__":
    main()
