"""What a process holds that it can't let go of: growth of that is a leak."""

from __future__ import annotations

import ctypes
import functools
import gc
import os
import re
from pathlib import Path
from typing import Any

#: The module of hypothesis with its caches, none of which is without a bound.
OF_HYPOTHESIS = "hypothesis.internal.cache"


def held_mib() -> float:
    """The memory of this process once garbage, bounded caches and freed memory are gone.

    What a cache with a bound holds grows from run to run until it is full, and the C library keeps
    of the largest run what has been freed since. A cache without a bound is not emptied.
    """
    for each in gc.get_objects():
        _empty(each)
    re.purge()
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # where the C library has it
        trim(0)
    return resident_mib()


def _empty(held: Any) -> None:
    kind = type(held)
    if kind is functools._lru_cache_wrapper:
        if held.cache_parameters()["maxsize"] is not None:
            held.cache_clear()
    elif kind.__module__ == OF_HYPOTHESIS and hasattr(held, "max_size"):
        (held.clear if hasattr(held, "clear") else held.cache.clear)()


def resident_mib() -> float:
    """The memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
