"""Subjects: what can be drawn, how people call it, and where it is at home."""

from __future__ import annotations

from dataclasses import dataclass

from .paths import HERE


@dataclass(frozen=True)
class Subject:
    name: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    measure: str
    homes: tuple[str, ...]
    emoji: str = ""
    tags: tuple[str, ...] = ()  # looser English words that mean no other subject
    chinese_tags: tuple[str, ...] = ()
    alive: bool = False  # an animal or a person


def _rows(file: str) -> list[list[str]]:
    lines = (HERE / "data" / file).read_text(encoding="utf8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


ALIVE = set("只头匹条名")  # measure words of animals and of people by trade
_TAGS = {row[0]: (row[1], _list(row[2]), _list(row[3])) for row in _rows("tags.txt")}
SUBJECTS = [
    Subject(r[0], (r[0], *_list(r[2])), _list(r[3]), r[4], _list(r[5]), *_TAGS[r[0]], alive=r[4] in ALIVE)
    for r in _rows("subjects.txt")
]
OTHERS = [row[0] for row in _rows("others.txt")]
NAMES = [s.name for s in SUBJECTS]
INDEX = {name: i for i, name in enumerate(NAMES)}
HELD = 40  # the first others are held out (splits.json)
STRANGERS = range(len(SUBJECTS) + HELD, len(SUBJECTS) + len(OTHERS))  # rows of the atlas without codes of their own
