"""The scene checker: yes/no questions made from the scene graph, answered by codes. The codes are those of the AR
(exact and free), or those that the vision tower reads in a picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..background import PATTERNS
from ..codebook import Codebook
from ..grid import ENOUGH, GridReader
from ..place import CELL
from ..subject import NAMES

FROM_PIXELS = 0.5  # share of a drawing's cells that have to be read as its own
STRAYS, STRAYS_FROM_PIXELS = 1, 6  # cells of drawings that belong to none
STAYS, STAYS_FROM_PIXELS = 0.985, 0.8  # share of the cells that were to stay


@dataclass(frozen=True)
class Question:
    """`asked` names it, `parent` the question without which it counts as answered with no."""

    asked: str
    right: bool
    parent: str | None = None


class Checker:
    """Questions about a task's target with their answers by a grid."""

    def __init__(self, book: Codebook, pixels: bool = False):
        self.book, self.reader = book, GridReader(book, FROM_PIXELS if pixels else ENOUGH)
        self.strays = STRAYS_FROM_PIXELS if pixels else STRAYS
        self.stays = STAYS_FROM_PIXELS if pixels else STAYS

    def questions(self, ids: np.ndarray, task: dict) -> list[Question]:
        scene, open_ = task["target"], task["open"]
        found = self.reader.drawings(ids)
        out = [
            Question("how many", len(found) == len(scene["items"]) and self.reader.strays(ids, found) <= self.strays)
        ]
        left = list(found)
        for k, item in enumerate(scene["items"]):
            at = None if open_["place"] else item["place"]
            fits = [f for f in left if f[0] == item["subject"] and at in (None, f[2])]
            best = next((f for f in fits if f[1] == scene["style"]), fits[0] if fits else None)
            if best:
                left.remove(best)
            name = f"drawing {k}"
            out += [
                Question(name, best is not None),
                Question(f"look {k}", bool(best) and best[1] == scene["style"], name),
            ]
        if not open_["ground"]:
            kind, colour = self.reader.ground(ids)
            out.append(Question("ground", kind == scene["kind"]))
            if scene["kind"] in PATTERNS:
                out.append(Question("colour", colour == scene["colour"], "ground"))
        out.append(Question("word", self.reader.word(ids) == (scene["text"] or {"word": ""})["word"]))
        stay = self.staying(task)
        if stay is not None:
            share = float((ids[stay] == self.book.ids(task["references"][0])[stay]).mean()) if stay.any() else 1.0
            out.append(Question("the rest stays", share >= self.stays))
        return out

    def staying(self, task: dict) -> np.ndarray | None:
        """Which cells an edit leaves as they are; None where nothing was there, or not by codes."""
        if len(task["references"]) != 1 or task["kind"] in ("identity", "like") or not known(task):
            return None
        return self.book.ids(task["references"][0]) == self.book.ids(task["target"])

    def score(self, ids: np.ndarray, task: dict) -> float:
        """Share of questions that are answered with yes."""
        return share(self.questions(ids, task))


def share(questions: list[Question]) -> float:
    """A child of a question that was answered with no counts as no."""
    right = {q.asked: q.right for q in questions}
    return float(np.mean([q.right and (q.parent is None or right[q.parent]) for q in questions]))


def known(task: dict) -> bool:
    """Whether all drawings of a task have codes, and its grounds too."""
    scenes = [*task["references"], task["target"]]
    return all(q["kind"] != "natural" and all(i["subject"] < len(NAMES) for i in q["items"]) for q in scenes)


def blocks(scene: dict) -> np.ndarray:
    """The cells [8, 8] in which drawings stand."""
    out = np.zeros((8, 8), bool)
    for item in scene["items"]:
        row, col = CELL[item["place"]]
        out[row : row + 4, col : col + 4] = True
    return out
