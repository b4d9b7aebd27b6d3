"""The rewards of both modules, with what they need loaded once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..codebook import Codebook
from ..paths import RUNS
from ..rewards import distance, parts
from ..rewards.checker import Checker
from ..rewards.fit import tower_of
from ..rewards.letters import reward_reader
from ..rewards.tidiness import WIDTH, Tidiness, tower_cells


def fitted(name: str, model):
    """A reward with weights of its own, as `training.rewards.fit` left it."""
    file = RUNS / f"rewards/{name}.pt"
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there: run python -m training.rewards.fit first")
    model.load_state_dict(torch.load(file))
    return model.eval()


class Rewards:
    """Rewards by codes and by pixels; all lie in 0..1 and are 1 for the render. What reads pixels is loaded when it
    is first needed.
    """

    def __init__(self, folder: Path, book: Codebook):
        self.folder, self.book = folder, book
        self.checker, self.from_pixels = Checker(book), Checker(book, pixels=True)

    @cached_property
    def tower(self):
        return tower_of(self.folder)

    @cached_property
    def reader(self):
        return reward_reader()

    @cached_property
    def tidiness(self) -> Tidiness:
        return fitted("tidiness", Tidiness(WIDTH))

    @cached_property
    def distance(self) -> distance.Distance:
        return fitted("distance", distance.Distance())

    def by_codes(self, grids: list[np.ndarray], task: dict) -> np.ndarray:
        return np.array([self.checker.score(ids, task) for ids in grids])

    def of_grids(self, pictures: list[Image.Image], task: dict) -> dict[str, np.ndarray]:
        """What the AR is paid for in pictures: the word as it is read, and tidiness."""
        text = task["target"]["text"]
        out = {"tidiness": self.tidiness.score(tower_cells(self.tower, pictures))}
        if text:
            out["letters"] = np.array([self.reader.read(p, text)[0] for p in pictures])
        return out

    def of_pixels(self, pictures: list[Image.Image], truth: Image.Image, scene: dict, ids, cells) -> dict:
        """What the decoder is paid for: distance to the render in the cells that are drawn, the reader's sureness of
        the word's letters, and the parts of the drawings. `ids` [64]: the codes of the picture that is meant.
        """
        masks = np.broadcast_to(cells, (len(pictures), 8, 8))
        d = distance.parts(self.tower, pictures, [truth] * len(pictures), masks)
        out = {"distance": self.distance.score(d)}
        if scene["text"]:
            out["letters"] = np.array([self.reader.read(p, scene["text"])[1] for p in pictures])
        meant = np.broadcast_to(np.where(cells.reshape(64), ids, 0), (len(pictures), 64))
        if (meant >= self.book.first_drawing).any():
            out["parts"] = parts.score(self.tower, pictures, truth, meant, self.book.first_drawing)
        return out
