"""Places on the 8 x 8 grid of 32-pixel cells. Every drawing fills one block of 4 x 4 cells."""
BLOCK = 4
CELL = {
    "left": (2, 0), "right": (2, 4), "center": (2, 2), "top": (0, 2), "bottom": (4, 2),
    "top left": (0, 0), "top right": (0, 4), "bottom left": (4, 0), "bottom right": (4, 4),
}
PLACES = tuple(CELL)
PAIRS = (("left", "right"), ("top", "bottom"), ("top left", "bottom right"), ("top right", "bottom left"),
         ("top left", "top right"), ("bottom left", "bottom right"))
TRIPLES = (("top left", "top right", "bottom"), ("top", "bottom left", "bottom right"),
           ("bottom left", "bottom right", "top"))
CORNERS = ("top left", "top right", "bottom left", "bottom right")
OPPOSITE = {"left": "right", "right": "left", "top": "bottom", "bottom": "top", "top left": "bottom right",
            "bottom right": "top left", "top right": "bottom left", "bottom left": "top right"}
ENGLISH = {
    "left": ("on the left", "on the left side", "to the left"), "right": ("on the right", "on the right side", "to the right"),
    "center": ("in the middle", "in the center", "in the centre"), "top": ("at the top", "up top"), "bottom": ("at the bottom", "down below"),
    "top left": ("in the top left", "in the top left corner", "in the upper left"), "top right": ("in the top right", "in the top right corner", "in the upper right"),
    "bottom left": ("in the bottom left", "in the bottom left corner", "in the lower left"), "bottom right": ("in the bottom right", "in the bottom right corner", "in the lower right"),
}
SHORT = {"left": ("left", "left side"), "right": ("right", "right side"), "center": ("center", "middle", "centre"), "top": ("top", "up", "upper part"), "bottom": ("bottom", "down", "lower part"),
         "top left": ("top left", "upper left", "top left corner"), "top right": ("top right", "upper right", "top right corner"),
         "bottom left": ("bottom left", "lower left", "bottom left corner"), "bottom right": ("bottom right", "lower right", "bottom right corner")}
CHINESE = {"left": ("左边", "左侧"), "right": ("右边", "右侧"), "center": ("中间", "中央"), "top": ("上方", "上面"), "bottom": ("下方", "下面"),
           "top left": ("左上角", "左上"), "top right": ("右上角", "右上"), "bottom left": ("左下角", "左下"), "bottom right": ("右下角", "右下")}
TEXT_ROW = {"top": 1, "middle": 3, "bottom": 6}


def rows(place: str) -> range:
    """Grid rows that a block at this place covers."""
    return range(CELL[place][0], CELL[place][0] + BLOCK)


def overlap(a: str, b: str) -> bool:
    """Whether two blocks share a cell."""
    return all(abs(CELL[a][k] - CELL[b][k]) < BLOCK for k in (0, 1))
