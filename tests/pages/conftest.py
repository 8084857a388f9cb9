"""The pages' own machinery, found where it is, beside the pages."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

sys.path[:0] = [str(ROOT), str(ROOT / "docs")]  # for `tests` itself and `generating`
