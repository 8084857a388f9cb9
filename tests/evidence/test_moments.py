"""A moment is written in one way, wherever it is written."""

import ast
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from conformance.evidence import moments

ROOM = Path(moments.__file__).parents[1]


def test_moment_is_told_in_utc_to_the_millisecond():
    """Whatever zone it was taken in."""
    there = datetime(2026, 11, 22, 1, 2, 3, 4_567, timezone(timedelta(hours=2)))

    assert moments.told(there) == "2026-11-21T23:02:03.004Z"


def test_name_of_a_run_tells_when_it_began():
    """And two of the same second differ."""
    before = datetime.now(UTC).replace(microsecond=0)
    first, second = moments.new_id(), moments.new_id()

    assert first != second
    began = datetime.strptime(first.partition("-")[0], "%y%m%d%H%M%S").replace(tzinfo=UTC)
    assert before <= began <= datetime.now(UTC)
    assert re.fullmatch(r"\d{12}-[0-9a-f]{6}", first)


def _calls_with_a_timespec():
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            named = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "isoformat"
            if named and (node.args or node.keywords):
                yield str(path.relative_to(ROOM))


def test_only_one_place_writes_moments():
    """So that nobody has to read two ways."""
    assert set(_calls_with_a_timespec()) == {"evidence/moments.py"}
