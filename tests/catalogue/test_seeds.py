"""Everything that the seed documents state is in the catalogue, and nothing is copied from them.

The documents themselves belong to others and are not part of this project. Their inventory is:
headings and terms, in seed_inventory.json. Where the documents lie beside the project, the
inventory is proved against them; elsewhere these tests are skipped and say so.
"""

import hashlib
import json
import re
from itertools import chain
from pathlib import Path

import pytest
from seed_places import PLACES

from conformance.catalogue import load

HERE = Path(__file__).parent
SPEC = HERE.parents[1] / "spec"
SEEDS = HERE.parents[2] / "shared" / "seeds"
INVENTORY = json.loads((HERE / "seed_inventory.json").read_text(encoding="utf-8"))
CATALOGUE = load()
LONGEST_SHARED_RUN = 7  # words

cited = {
    (source.document, source.place)
    for row in chain(CATALOGUE.requirements.values(), CATALOGUE.untested)
    for source in row.sources
}
with_seeds = pytest.mark.skipif(
    not SEEDS.is_dir(),
    reason="the seed documents are not at hand: only their inventory is checked",
)


def seed(name):
    """The text of a seed document."""
    return (SEEDS / f"{name}.txt").read_text(encoding="utf-8")


def runs(text):
    """Every run of words that is longer than what may be shared."""
    words = re.findall(r"[a-z0-9_]+", text.lower())
    size = LONGEST_SHARED_RUN + 1
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}


def own_words():
    """Everything that the catalogue says, with where it says it."""
    for row in CATALOGUE.requirements.values():
        yield row.id, f"{row.sentence} \n {row.reason or ''}"
    for row in CATALOGUE.untested:
        yield row.sentence, f"{row.sentence} \n {row.untested}"
    for name, document in CATALOGUE.documents.items():
        yield name, document.what
        yield from ((f"{name}: {place}", text) for place, text in document.places.items())
    for path in (SPEC / "decisions.md", SPEC / "features.yaml"):
        yield path.name, path.read_text(encoding="utf-8")


def test_the_inventory_names_the_three_documents():
    """There is an inventory and a checksum for each seed document, and for no other."""
    hashed = {name for name, document in CATALOGUE.documents.items() if document.sha256}
    assert set(INVENTORY) == set(PLACES) == hashed


@pytest.mark.parametrize("name", INVENTORY)
def test_every_place_of_a_seed_is_cited(name):
    """Each parameter, field, value, status, function and note has a requirement or a reason."""
    assert [place for place in INVENTORY[name] if (name, place) not in cited] == []


@pytest.mark.parametrize("name", INVENTORY)
def test_every_cited_place_of_a_seed_exists(name):
    """No citation points into the void."""
    known = set(INVENTORY[name])
    assert (
        sorted(place for document, place in cited if document == name and place not in known) == []
    )


@with_seeds
@pytest.mark.parametrize("name", INVENTORY)
def test_the_checksum_is_that_of_the_document(name):
    """The document that was read is the one that sources.yaml names."""
    content = (SEEDS / f"{name}.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest() == CATALOGUE.documents[name].sha256


@with_seeds
@pytest.mark.parametrize("name", INVENTORY)
def test_the_inventory_is_that_of_the_document(name):
    """The inventory has all that the document holds, in its order."""
    assert list(dict.fromkeys(PLACES[name](seed(name)))) == INVENTORY[name]


@with_seeds
@pytest.mark.parametrize("name", INVENTORY)
def test_no_wording_is_copied(name):
    """No sentence of ours shares eight words in a row with a document."""
    theirs = runs(seed(name))
    assert {
        where: " ".join(run) for where, text in own_words() for run in runs(text) & theirs
    } == {}


def test_every_citation_can_be_followed():
    """Each document, and each place that we describe, is cited somewhere."""
    described = {
        (name, place) for name, document in CATALOGUE.documents.items() for place in document.places
    }
    assert sorted(described - cited) == []
    assert sorted(set(CATALOGUE.documents) - {document for document, _ in cited}) == []
