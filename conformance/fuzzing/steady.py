"""Hypothesis made steady: the same seed gives the same requests, whatever else is loaded.

Hypothesis mixes constants of the modules that happen to be loaded into what it draws, and
keeps files in the working directory. Neither may be: both are set aside while we generate,
and put back for whoever else uses Hypothesis in this process.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis import settings


def cache_directory() -> Path:
    """Where Hypothesis keeps its tables of Unicode, which take a second to make."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "containers-conformance" / "hypothesis"


@contextmanager
def steadied() -> Iterator[None]:
    """Let Hypothesis draw from nothing but the seed, and write into no working directory."""
    from hypothesis import configuration  # noqa: PLC0415 - only generated cases need it
    from hypothesis.internal.conjecture import providers  # noqa: PLC0415 - slow to import
    from hypothesis.internal.constants_ast import Constants  # noqa: PLC0415 - as above

    home = "__hypothesis_home_directory"
    before: dict[str, Any] = {
        "_get_local_constants": providers._get_local_constants,  # noqa: SLF001 - no public way
        "CONSTANTS_CACHE": providers.CONSTANTS_CACHE,
    }
    home_before = getattr(configuration, home)
    nothing = Constants()
    replaced: dict[str, Any] = {
        "_get_local_constants": lambda: nothing,
        "CONSTANTS_CACHE": type(providers.CONSTANTS_CACHE)(1024),
    }
    vars(providers).update(replaced)
    configuration.set_hypothesis_home_dir(cache_directory())
    try:
        yield
    finally:
        vars(providers).update(before)
        configuration.set_hypothesis_home_dir(home_before)


def settings_of(examples: int) -> settings:
    """The settings of one search over *examples* examples."""
    from hypothesis import HealthCheck, Phase, Verbosity, settings  # noqa: PLC0415 - slow to import

    return settings(
        max_examples=examples,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        backend="hypothesis",
    )
