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

#: For a process whose memory is counted: all of it comes from the C library, which has one heap
#: for all threads. Each of up to eight a processor would keep what some thread took at most.
COUNTED = {"MALLOC_ARENA_MAX": "1", "PYTHONMALLOC": "malloc"}


def held_mib() -> float:
    """The memory of this process once garbage, bounded caches and freed memory are gone.

    What a cache with a bound holds grows from run to run until it is full, and the C library keeps
    of the largest run what has been freed since. A cache without a bound is not emptied.

    Where `COUNTED` is in the environment, it is what is allocated and not freed; elsewhere what is
    resident, of which some is free but lies between pieces that are not.
    """
    for each in gc.get_objects():
        _empty(each)
    re.purge()
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # where the C library has it
        trim(0)
    is_counted = all(os.environ.get(name) == value for name, value in COUNTED.items())
    return (is_counted and allocated_mib()) or resident_mib()


def _empty(held: Any) -> None:
    kind = type(held)
    if kind is functools._lru_cache_wrapper:
        if held.cache_parameters()["maxsize"] is not None:
            held.cache_clear()
    elif kind.__module__ == OF_HYPOTHESIS and hasattr(held, "max_size"):
        (held.clear if hasattr(held, "clear") else held.cache.clear)()


class _Mallinfo2(ctypes.Structure):
    """Of malloc.h; all in bytes, but for three numbers of pieces."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks")),
        *((name, ctypes.c_size_t) for name in ("hblkhd", "usmblks", "fsmblks")),
        *((name, ctypes.c_size_t) for name in ("uordblks", "fordblks", "keepcost")),
    )


def allocated_mib() -> float | None:
    """What the C library has given and not got back; None if it can't tell (glibc 2.33 can)."""
    tell = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if tell is None:
        return None
    tell.restype = _Mallinfo2
    told = tell()
    return float(told.uordblks + told.hblkhd) / 1024 / 1024


def resident_mib() -> float:
    """The memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
