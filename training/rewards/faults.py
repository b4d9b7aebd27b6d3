"""Pictures of a scene with a fault, in growing strength: what rewards are fitted and calibrated on."""

from __future__ import annotations

import copy
import random

from PIL import Image, ImageFilter, ImageOps

from .. import word
from ..background import background, is_dark
from ..codebook import drawing
from ..place import CELL
from ..render import block, render
from ..scene import ALLOWED, free_places, random_background, random_text
from ..style import STYLES

PX = 32
STRENGTHS = (1, 2, 3)


def part(scene: dict, item: dict, style: str | None = None) -> Image.Image:
    """A drawing in its block, RGBA."""
    look = style or scene["style"]
    return block(item["subject"], look, is_dark(scene["kind"], scene["colour"]) and look == "line").convert("RGBA")


def corner(item: dict) -> tuple[int, int]:
    row, col = CELL[item["place"]]
    return col * PX, row * PX


def faded(picture: Image.Image, alpha: float) -> Image.Image:
    out = picture.copy()
    out.putalpha(picture.getchannel("A").point(lambda v: int(v * alpha)))
    return out


def without(scene: dict, item: dict) -> dict:
    return {**scene, "items": [i for i in scene["items"] if i is not item]}


def ghost(scene, item, r, strength):
    """Another drawing shines through."""
    im = render(scene)
    other = part(scene, {"subject": r.choice(ALLOWED[scene["style"]])})
    x, y = corner(item)
    im.paste(over := faded(other, (0.25, 0.45, 0.7)[strength - 1]), (x + r.choice((-12, 12)), y), over)
    return im


def smear(scene, item, r, strength):
    im = render(scene)
    x, y = corner(item)
    box = (x, y, x + 128, y + 128)
    im.paste(im.crop(box).filter(ImageFilter.GaussianBlur((1.5, 3, 6)[strength - 1])), box)
    return im


def cut(scene, item, r, strength):
    """A part of the drawing is missing."""
    im, bare = render(scene), render(without(scene, item))
    x, y = corner(item)
    n = (32, 64, 96)[strength - 1]
    box = r.choice(((x, y, x + n, y + 128), (x + 128 - n, y, x + 128, y + 128), (x, y + 128 - n, x + 128, y + 128)))
    im.paste(bare.crop(box), box)
    return im


def doubled(scene, item, r, strength):
    im = render(scene)
    x, y = corner(item)
    im.paste(over := faded(part(scene, item), (0.35, 0.6, 0.9)[strength - 1]), (x + r.choice((-14, 14)), y + 6), over)
    return im


def two_looks(scene, item, r, strength):
    """A part of the drawing in another look."""
    im = render(scene)
    other = r.choice([s for s in STYLES if s != scene["style"] and item["subject"] in ALLOWED[s]] or [scene["style"]])
    bare = render(without(scene, item))
    x, y = corner(item)
    bare.paste(look := part(scene, item, other), (x, y), look)
    n = (32, 64, 96)[strength - 1]
    box = (x, y + 128 - n, x + 128, y + 128)
    im.paste(bare.crop(box), box)
    return im


def shifted(scene, item, r, strength):
    """A part of the drawing stands beside where it belongs."""
    im = render(scene)
    x, y = corner(item)
    box = (x, y + 64, x + 128, y + 128)
    far = (6, 12, 20)[strength - 1] * r.choice((-1, 1))
    lower, bare = im.crop(box), render(without(scene, item))
    im.paste(bare.crop(box), box)
    im.paste(lower, (max(0, min(128, x + far)), y + 64))
    return im


def mirrored(scene, item, r, strength):
    """Cells of the drawing are turned over: 1, 3 or 6 of them."""
    im = render(scene)
    x, y = corner(item)
    cells = [int(k) for k in drawing(item["subject"], scene["style"])[1].nonzero()[0]]
    for k in r.sample(cells, min(len(cells), (1, 3, 6)[strength - 1])):
        left, top = x + k % 4 * PX, y + k // 4 * PX
        box = (left, top, left + PX, top + PX)
        im.paste(ImageOps.mirror(im.crop(box)), box)
    return im


def swapped(scene, item, r, strength):
    """Cells of another drawing in the place of its own: 1, 3 or 6 of them."""
    im = render(scene)
    other = copy.deepcopy(scene)
    next(i for i in other["items"] if i == item)["subject"] = r.choice(ALLOWED[scene["style"]])
    foreign, (x, y) = render(other), corner(item)
    cells = [int(k) for k in drawing(item["subject"], scene["style"])[1].nonzero()[0]]
    for k in r.sample(cells, min(len(cells), (1, 3, 6)[strength - 1])):
        left, top = x + k % 4 * PX, y + k // 4 * PX
        box = (left, top, left + PX, top + PX)
        im.paste(foreign.crop(box), box)
    return im


def empty(scene, item, r, strength):
    """The ground loses its pattern and colour."""
    ground = background(scene["kind"], scene["colour"])
    flat = Image.new("RGB", ground.size, ground.resize((1, 1), Image.BOX).getpixel((0, 0)))
    im = Image.blend(ground, flat, (0.4, 0.7, 1.0)[strength - 1])
    for one in scene["items"]:
        im.paste(look := part(scene, one), corner(one), look)
    return im


DRAWING_FAULTS = {
    "ghost": ghost, "smear": smear, "cut": cut, "doubled": doubled, "two looks": two_looks, "shifted": shifted,
    "mirrored": mirrored, "swapped": swapped, "empty ground": empty,
}  # fmt: skip


def wrong_letters(scene, r, strength):
    """One, two or four letters of the word are others."""
    q = copy.deepcopy(scene)
    letters = list(q["text"]["word"])
    for k in r.sample(range(len(letters)), min(len(letters), (1, 2, 4)[strength - 1])):
        letters[k] = r.choice([c for c in word.LETTERS if c != letters[k]])
    q["text"]["word"] = "".join(letters)
    return render(q)


def smeared_letters(scene, r, strength):
    im = render(scene)
    row, col, n = word.cells(scene["text"])
    box = (col * PX, row * PX, (col + n) * PX, (row + 1) * PX)
    im.paste(im.crop(box).filter(ImageFilter.GaussianBlur((2, 4, 7)[strength - 1])), box)
    return im


def extra_letters(scene, r, strength):
    """One to three letters follow that nobody asked for, as far as the row has room."""
    q = copy.deepcopy(scene)
    q["text"]["word"] = (q["text"]["word"] + "".join(r.choice(word.LETTERS) for _ in range(strength)))[: word.MAX]
    return render(q)


WORD_FAULTS = {"wrong letters": wrong_letters, "smeared letters": smeared_letters, "letters too many": extra_letters}


def faulty(name: str, scene: dict, seed: int, strength: int) -> Image.Image:
    """The picture of a scene with a fault. The same seed has the same choices in every strength."""
    r = random.Random(f"fault {name} {seed}")
    if name in WORD_FAULTS:
        return WORD_FAULTS[name](scene, r, strength)
    return DRAWING_FAULTS[name](scene, r.choice(scene["items"]), r, strength)


def other_look(scene, r):
    """All drawings in another look."""
    looks = [s for s in STYLES if s != scene["style"] and all(i["subject"] in ALLOWED[s] for i in scene["items"])]
    return {**scene, "style": r.choice(looks)} if looks else None


def other_subject(scene, r):
    """One drawing is of another subject."""
    q = copy.deepcopy(scene)
    one = r.choice(q["items"])
    one["subject"] = r.choice([s for s in ALLOWED[scene["style"]] if s != one["subject"]])
    return q


def other_place(scene, r):
    """One drawing stands elsewhere."""
    q = copy.deepcopy(scene)
    one = r.choice(q["items"])
    free = [p for p in free_places([i for i in q["items"] if i is not one], q["text"]) if p != one["place"]]
    if not free:
        return None
    one["place"] = r.choice(free)
    return q


def one_missing(scene, r):
    q = copy.deepcopy(scene)
    q["items"].pop(r.randrange(len(q["items"])))
    return q


def one_too_many(scene, r):
    q = copy.deepcopy(scene)
    free = free_places(q["items"], q["text"])
    if not free:
        return None
    q["items"].append({"subject": r.choice(ALLOWED[q["style"]]), "place": r.choice(free)})
    return q


def other_ground(scene, r):
    q = copy.deepcopy(scene)
    while (q["kind"], q["colour"]) == (scene["kind"], scene["colour"]):
        q["kind"], q["colour"] = random_background(r)
    return q


def other_word(scene, r):
    if not scene["text"]:
        return None
    q = copy.deepcopy(scene)
    while q["text"]["word"] == scene["text"]["word"]:
        q["text"] = {**random_text(r, q["text"]["place"]), "ink": q["text"]["ink"]}
    return q


SCENE_FAULTS = {
    "another look": other_look, "another subject": other_subject, "another place": other_place,
    "one missing": one_missing, "one too many": one_too_many, "another ground": other_ground,
    "another word": other_word,
}  # fmt: skip
