"""Where things are. Runs live outside the repository: set PALIMPSEST_RUNS (default: ./runs beside the repository)."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNS = Path(os.environ.get("PALIMPSEST_RUNS", HERE.parent.parent / "palimpsest-runs"))
ATLAS = RUNS / "atlas"
FONT = HERE / "art/node_modules/@fontsource/fredoka/files/fredoka-latin-600-normal.woff2"
