"""Places on the 8 x 8 grid of 32-pixel cells. Every drawing fills one block of 4 x 4 cells."""

from .phrases import PHRASES

BLOCK = 4
CELL = {
    "left": (2, 0),
    "right": (2, 4),
    "center": (2, 2),
    "top": (0, 2),
    "bottom": (4, 2),
    "top left": (0, 0),
    "top right": (0, 4),
    "bottom left": (4, 0),
    "bottom right": (4, 4),
}
PLACES = tuple(CELL)
PAIRS = (
    ("left", "right"),
    ("top", "bottom"),
    ("top left", "bottom right"),
    ("top right", "bottom left"),
    ("top left", "top right"),
    ("bottom left", "bottom right"),
)
TRIPLES = (
    ("top left", "top right", "bottom"),
    ("top", "bottom left", "bottom right"),
    ("bottom left", "bottom right", "top"),
)
CORNERS = ("top left", "top right", "bottom left", "bottom right")
OPPOSITE = {
    "left": "right",
    "right": "left",
    "top": "bottom",
    "bottom": "top",
    "top left": "bottom right",
    "bottom right": "top left",
    "top right": "bottom left",
    "bottom left": "top right",
}
ENGLISH = PHRASES["place"]
SHORT = PHRASES["place, short"]
CHINESE = PHRASES["place, Chinese"]
TEXT_ROW = {"top": 1, "middle": 3, "bottom": 6}


def rows(place: str) -> range:
    """Grid rows that a block at this place covers."""
    return range(CELL[place][0], CELL[place][0] + BLOCK)


def overlap(a: str, b: str) -> bool:
    """Whether two blocks share a cell."""
    return all(abs(CELL[a][k] - CELL[b][k]) < BLOCK for k in (0, 1))
