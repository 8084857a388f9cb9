"""Prints what a run against each vice comes to: ``python -m tests.hostile.table [PATTERN]``."""

import sys
import tempfile
import traceback
from fnmatch import fnmatchcase
from pathlib import Path

from tests.hostile import test_hostile_targets as tests
from tests.hostile.registry import VICES
from tests.hostile.trial import attempt


def main(patterns: list[str]) -> None:
    """Try the vices that match any of *patterns*, one after the other."""
    for name in VICES:
        if patterns and not any(fnmatchcase(name, each) for each in patterns):
            continue
        with tempfile.TemporaryDirectory() as directory:
            kept = []

            def keep(*given, kept=kept):
                kept.append(attempt(*given))
                return kept[0]

            tests.attempt = keep
            wrong = ""
            try:
                tests.test_hostile_target_gets_a_verdict_and_nothing_else(name, Path(directory))
            except AssertionError as error:
                line = traceback.extract_tb(error.__traceback__)[-1].line
                wrong = f"  WRONG {line} {str(error)[-1500:]}"
            tried = kept[0]
            sys.stdout.write(
                f"{name:60} {tried.verdict:15} exit {tried.status} {tried.spent_s:5.1f} s "
                f"{tried.peak_mib:4.0f} MiB {len(tried.target.heard):4} requests"
                f"{wrong}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
