"""Byte-level BPE of the AR: visual ids first, then text. Case is folded (words are always drawn in capitals). Quoted
words are left out of its training, and are cut into single letters, so that a word is spelt and not recalled.

    python -m training.vocabulary      -> RUNS/processor/tokenizer.json, RUNS/processor/meta.json
"""

import json
import re

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from .settings import settings
from .task import task

# A word in quotes, of up to eight letters, or several words in double quotes; then single letters of a piece
# that this cut out.
QUOTED = " ?(?:[\"“「‘][a-z0-9]+(?: [a-z0-9]+){0,3}[\"”」’]|'[a-z0-9]{1,8}')"
LETTER_IN_QUOTES = "[a-z0-9](?=[a-z0-9 ]*[\"'”」’]$)"
SPECIAL = [
    "<|endoftext|>",
    "[MASK]",
    "[gMASK]",
    "[sMASK]",
    "<sop>",
    "<eop>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|observation|>",
    "<|begin_of_image|>",
    "<|end_of_image|>",
    "<|begin_of_video|>",
    "<|end_of_video|>",
    "<|image|>",
]


def main():
    s = settings("vocabulary")
    visual = s.codes + 128
    quoted = re.compile("[\"'“「‘][A-Za-z0-9]*[\"'”」’]")
    texts = [quoted.sub('""', task(10_000_000 + i)["text"]) for i in range(s.captions)]
    tk = Tokenizer(models.BPE())
    # Case and full width mean nothing. The final sigma is the one letter whose lower case depends on its neighbours
    # in some libraries and not in others.
    tk.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace("ς", "σ")])
    tk.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QUOTED), "isolated"),
            pre_tokenizers.Split(Regex(LETTER_IN_QUOTES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tk.decoder = decoders.ByteLevel()
    tk.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=s.pieces, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
        ),
    )
    d = json.loads(tk.to_str())
    pieces = sorted(d["model"]["vocab"], key=d["model"]["vocab"].get)
    ids = {f"<|dit_token_{k}|>": k for k in range(visual)}
    for token in pieces + SPECIAL:
        ids[token] = len(ids)
    d["model"]["vocab"] = ids
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    added = lambda t: {"id": ids[t], "content": t, **plain}
    d["added_tokens"] = [added(f"<|dit_token_{k}|>") for k in range(visual)] + [added(t) for t in SPECIAL]
    (s.folder / "tokenizer.json").write_text(json.dumps(d, ensure_ascii=False))
    meta = {
        "codes": s.codes,
        "visual": visual,
        "vocab": (len(ids) + 63) // 64 * 64,
        "start": s.codes,
        "end": s.codes + 1,
        "image": ids["<|image|>"],
        "pad": ids["<|endoftext|>"],
        "preview_cells": s.preview_cells,
    }
    (s.folder / "meta.json").write_text(json.dumps(meta))
    t = Tokenizer.from_file(str(s.folder / "tokenizer.json"))
    n = sorted(len(t.encode(task(20_000_000 + i)["text"]).ids) for i in range(4000))
    print(
        json.dumps(
            {
                **meta,
                "tokens per prompt": sum(n) / len(n),
                "99 %": n[int(len(n) * 0.99)],
                "most": n[-1],
                "example": t.encode('a fox with the text "HELLO"<sop>8 8<eop>').tokens,
            }
        )
    )


if __name__ == "__main__":
    main()
