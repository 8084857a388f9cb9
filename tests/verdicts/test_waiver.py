"""A waiver file is understood, or refused in a sentence."""

from datetime import date

import pytest

from conformance.errors import UsageError
from conformance.verdicts import Waiver, WaiverFile

KNOWN = [("a.b.c", "createContainer"), ("a.b.d", "createContainer"), ("x.y.z", "deleteContainer")]


@pytest.fixture
def read(tmp_path):
    """Reads a waiver file of the given text."""

    def from_text(text):
        path = tmp_path / "waivers.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return WaiverFile.from_yaml(path, KNOWN).waivers

    return from_text


def test_waivers_are_read(read):
    """With all that may be said."""
    (one,) = read(
        "- requirement: a.b.c\n  operation: createContainer\n  reason: r\n"
        "  issue: https://a.example/1\n  until: 2026-12-31\n"
    )

    assert one == Waiver("a.b.c", "r", "createContainer", "https://a.example/1", date(2026, 12, 31))
    assert Waiver.from_json(one.to_json()) == one


def test_file_without_waivers_is_empty(read):
    """An empty list is one."""
    assert read("[]") == ()


COVERS = [
    ("a.b.c", None, True),
    ("a.b.*", None, True),
    ("*", None, True),
    ("a.b.[cd]", None, True),
    ("A.B.C", None, False),
    ("a.b", None, False),
    ("a.b.c", "createContainer", True),
    ("a.b.c", "deleteContainer", False),
]


@pytest.mark.parametrize(("pattern", "operation", "covers"), COVERS)
def test_waiver_covers_by_glob_and_operation(pattern, operation, covers):
    """An operation that is not named is any."""
    assert Waiver(pattern, "r", operation).covers("a.b.c", "createContainer") is covers


@pytest.mark.parametrize(
    ("until", "expired"), [(None, False), ((2026, 6, 15), False), ((2026, 6, 14), True)]
)
def test_waiver_expires_after_its_day(until, expired):
    """Without a day it never does."""
    waiver = Waiver("a", "r", until=until and date(*until))

    assert waiver.is_expired(date(2026, 6, 15)) is expired


BAD = {
    "empty": ("", "must be a list"),
    "object": ("requirement: a.b.c", "must be a list"),
    "text": ("hello", "must be a list"),
    "broken": ("- requirement: [", r"line \d+: broken YAML"),
    "tab": ("-\trequirement: a\n\t- b", "broken YAML"),
    "binary": (b"\xff\xfe\x00", "broken YAML"),
    "control character": ("- requirement: a\x00b", "broken YAML"),
    "tag": ("- !!python/object/apply:os.system ['true']", "broken YAML"),
    "too deep": ("[" * 5000, "broken YAML"),
    "row a text": ("- a.b.c", "waiver 1: must have"),
    "second row null": ("- {requirement: a.b.c, reason: r}\n-\n", "waiver 2: must have"),
    "no reason": ("- requirement: a.b.c", "needs reason as a text"),
    "empty reason": ("- {requirement: a.b.c, reason: ''}", "needs reason as a text"),
    "reason a number": ("- {requirement: a.b.c, reason: 1}", "needs reason as a text"),
    "no requirement": ("- reason: r", "needs requirement as a text"),
    "key twice": (
        "- requirement: a.b.c\n  reason: r\n- requirement: a.b.d\n  reason: r\n  reason: s\n",
        r"line 5: broken YAML \(the key 'reason' stands twice\)",
    ),
    "key twice in a row": ("- {requirement: a.b.c, requirement: a.b.d, reason: r}", "stands twice"),
    "key twice, quoted": (
        "- {reason: r, 'reason': s, requirement: a.b.c}",
        "'reason' stands twice",
    ),
    "unknown key": ("- {requirement: a.b.c, reason: r, untill: 1}", "unknown key 'untill'"),
    "key no text": ("- {requirement: a.b.c, reason: r, 1: 2}", "unknown key '1'"),
    "until a text": ("- {requirement: a.b.c, reason: r, until: soon}", "until must be a date"),
    "until a time": (
        "- {requirement: a.b.c, reason: r, until: 2026-12-31 10:00:00}",
        "until must be a date",
    ),
    "until no date": ("- {requirement: a.b.c, reason: r, until: 2026-13-45}", "broken YAML|date"),
    "unknown requirement": ("- {requirement: a.b.e, reason: r}", "no requirement matches 'a.b.e'"),
    "wrong operation": (
        "- {requirement: a.b.c, reason: r, operation: deleteContainer}",
        "no requirement matches 'a.b.c' of deleteContainer",
    ),
    "operation a list": ("- {requirement: a.b.c, reason: r, operation: [a]}", "no requirement"),
}


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD)
def test_bad_waiver_file_is_refused(read, text, told):
    """With the file, and what is wrong in it."""
    with pytest.raises(UsageError, match=told) as caught:
        read(text)
    assert "waivers.yaml" in str(caught.value)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_waiver_file_that_cannot_be_read_is_refused(tmp_path, name):
    """As well as what is no file."""
    with pytest.raises(UsageError, match="can't be read"):
        WaiverFile.from_yaml(tmp_path / name, KNOWN)
