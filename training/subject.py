"""Subjects: what can be drawn, how people call it, and where it is at home."""
from dataclasses import dataclass

from .paths import HERE


@dataclass(frozen=True)
class Subject:
    name: str
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    measure: str
    homes: tuple[str, ...]


def _rows(file: str) -> list[list[str]]:
    lines = (HERE / "data" / file).read_text(encoding="utf8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


SUBJECTS = [Subject(r[0], (r[0], *_list(r[2])), _list(r[3]), r[4], _list(r[5])) for r in _rows("subjects.txt")]
OTHERS = [row[0] for row in _rows("others.txt")]
NAMES = [s.name for s in SUBJECTS]
INDEX = {name: i for i, name in enumerate(NAMES)}
HELD = 40  # the first others are held out (splits.json)
STRANGERS = range(len(SUBJECTS) + HELD, len(SUBJECTS) + len(OTHERS))  # rows of the atlas without codes of their own
