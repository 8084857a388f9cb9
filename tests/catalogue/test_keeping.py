"""What was made of files is kept for the next process, and believed only where it may be."""

import dataclasses
import json
import os

import pytest

from conformance.catalogue import keeping, load, loading, plain


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Where things are kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "containers-conformance"


@pytest.fixture
def anew():
    """Loads the catalogue as a new process would."""
    loading._load.cache_clear()
    yield load
    loading._load.cache_clear()


def test_what_is_kept_is_found_again(place):
    """By its name and the checksum of what it was made of; only its owner can read it."""
    keeping.keep("thing", "abc", {"a": [1]})
    assert keeping.kept("thing", "abc") == {"a": [1]}
    assert (place / "thing.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["", "[", "[]", "7", '{"of": "abc"}', "[" * 100_000])
def test_what_is_damaged_or_stale_is_not_believed(place, damage):
    """It is as if nothing had been kept."""
    keeping.keep("thing", "abc", {"a": [1]})
    assert keeping.kept("thing", "abd") is None
    (place / "thing.json").write_text(damage)
    assert keeping.kept("thing", "abc") is None


def test_what_others_may_write_is_not_believed(place):
    """Nor is what belongs to somebody else."""
    keeping.keep("thing", "abc", 7)
    (place / "thing.json").chmod(0o666)
    assert keeping.kept("thing", "abc") is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path, monkeypatch):
    """And nobody is troubled by it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    keeping.keep("thing", "abc", 7)
    assert keeping.kept("thing", "abc") is None


def test_kept_catalogue_equals_the_one_that_was_read(place, anew):
    """In every value of every field, and of the same types."""
    read = anew()
    kept = json.loads((place / "catalogue.json").read_text())["made"]
    loading._load.cache_clear()
    again = anew()
    assert again is not read
    assert repr(again) == repr(read)
    assert len(kept["requirements"]) == len(read.requirements) > 400


def test_kept_catalogue_that_is_nonsense_is_read_anew(place, anew):
    """Also where it has the right checksum."""
    read = anew()
    kept = json.loads((place / "catalogue.json").read_text())
    kept["made"]["requirements"] = [[1, 2], {}]
    (place / "catalogue.json").write_text(json.dumps(kept))
    loading._load.cache_clear()
    assert anew() == read


def test_every_part_of_a_catalogue_is_kept(anew):
    """None is forgotten when one is added."""
    names = {each.name for each in dataclasses.fields(loading.Contents)}
    assert set(plain.to_json(anew())) == names


def test_checksum_of_code_follows_its_modules(tmp_path):
    """Whatever is changed, added or renamed, and whatever it was asked with."""
    (tmp_path / "room").mkdir()
    module = tmp_path / "room" / "one.py"
    seen = set()
    for text, changed_s in (("a = 1", 1), ("a = 2", 2), ("a = 22", 2)):
        module.write_text(text)
        os.utime(module, (changed_s, changed_s))  # a clock may not see two changes at one time
        seen.add(keeping.checksum_of_code(tmp_path, "x"))
    module.rename(tmp_path / "room" / "two.py")
    seen.add(keeping.checksum_of_code(tmp_path, "x"))
    seen.add(keeping.checksum_of_code(tmp_path, "y"))
    assert len(seen) == 5
