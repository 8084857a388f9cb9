"""What the cases declare is read from their modules once, and kept for the next process."""

import json
from dataclasses import astuple

from conformance.plugin import declarations


def test_kept_declarations_equal_those_that_were_read(tmp_path, monkeypatch):
    """Every case with its requirements and costs, although no module is loaded for them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    declarations.planned.cache_clear()
    read = declarations.planned()
    declarations.planned.cache_clear()
    monkeypatch.setattr(declarations, "read", lambda: ())
    kept = declarations.planned()
    declarations.planned.cache_clear()
    assert len(read) > 50
    assert json.dumps([*map(astuple, kept)]) == json.dumps([*map(astuple, read)])


def test_declarations_that_are_nonsense_are_read_anew(tmp_path, monkeypatch):
    """Also where they have the right checksum."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(declarations.keeping, "kept", lambda *_: [[1], 2])
    declarations.planned.cache_clear()
    found = declarations.planned()
    declarations.planned.cache_clear()
    assert len(found) > 50
