"""Self-tests import one another as `tests.…`, from the root of the project."""

import sys
from pathlib import Path

# Last, so that the suite itself is the one that is installed.
sys.path.append(str(Path(__file__).parents[1]))
