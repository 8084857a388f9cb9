"""Self-tests import one another as `tests.…`, from the root of the project."""

import signal
import sys
from pathlib import Path

# Last, so that the suite itself is the one that is installed.
sys.path.append(str(Path(__file__).parents[1]))

# What a shell runs in the background ignores Ctrl-C, and so would what we start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
