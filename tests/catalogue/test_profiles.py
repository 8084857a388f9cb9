"""The catalogue and its profiles keep the promises that the design makes about levels."""

import fnmatch
import re
from pathlib import Path

import pytest

from conformance.catalogue import OPERATIONS, Level, load

SPEC = Path(__file__).parents[2] / "spec"
CATALOGUE = load()
CORE = CATALOGUE.profiles["core"]
OBSERVED = {"recorded-exchanges", "public-reports"}
OF_EVERY_OPERATION = (
    "is-implemented",
    "succeeds",
    "success-is-200",
    "is-never-a-server-error",
    "is-not-redirected",
    "answer-is-complete",
    "errors-have-the-envelope",
    "key-is-required",
    "wrong-key-is-refused",
    "sdk-headers-are-accepted",
    "is-closed-to-other-tenants",
)


def test_the_profiles_are_those_of_the_interface():
    """The five names that the option --profile documents are there, and no others."""
    assert set(CATALOGUE.profiles) == {"smoke", "core", "openai", "azure", "litellm-proxy"}


def test_what_was_only_observed_is_no_must_in_core():
    """Every MUST of core is stated by a document, a standard or a rule of the clients."""
    musts = [
        row
        for row in map(CATALOGUE.requirements.__getitem__, CORE.requirements)
        if CORE.levels.get(row.id, row.level) is Level.MUST
    ]
    assert len(musts) > 200
    assert [row.id for row in musts if {s.document for s in row.sources} <= OBSERVED] == []


def test_core_asks_for_nothing_of_one_gateway():
    """The choice of a provider is asked only of the gateway that documents it."""
    chosen = [CATALOGUE.requirements[key].feature for key in CORE.requirements]
    assert "provider-selection" not in chosen
    gateway = CATALOGUE.profiles["litellm-proxy"]
    assert gateway.features == {"provider-selection": True}
    assert set(gateway.requirements) > set(CORE.requirements)


def test_smoke_is_a_part_of_core():
    """What the short run shows is asked by the long one, too."""
    assert set(CATALOGUE.profiles["smoke"].requirements) < set(CORE.requirements)


@pytest.mark.parametrize("name", CATALOGUE.profiles)
def test_a_raised_level_is_of_the_profile(name):
    """A profile raises only what it holds, and only upwards."""
    profile = CATALOGUE.profiles[name]
    assert set(profile.levels) <= set(profile.requirements)
    rank = list(reversed(Level)).index
    for key, level in profile.levels.items():
        assert rank(level) >= rank(CATALOGUE.requirements[key].level)


def test_lists_may_lag_on_the_real_service():
    """A deleted container that is still listed for minutes fails nothing of openai."""
    assert "container.list.omits-the-deleted" not in CATALOGUE.profiles["openai"].levels


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_what_holds_for_all_is_asked_of_each(operation):
    """There is one requirement an operation for what no operation is free of."""
    lacking = [
        word
        for word in OF_EVERY_OPERATION
        if f"{operation.prefix}.{word}" not in CATALOGUE.requirements
    ]
    # A list of containers, and a creation, name no container; their isolation is that of lists.
    assert lacking in ([], ["is-closed-to-other-tenants"])


def test_every_requirement_says_what_its_breach_costs():
    """A reader of a failure learns who suffers."""
    assert [row.id for row in CATALOGUE.requirements.values() if not row.reason] == []


def test_the_openapi_document_marks_known_features_only():
    """What x-feature names is in features.yaml."""
    text = (SPEC / "openapi.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"x-feature: ([\w-]+)", text)) <= set(CATALOGUE.features)


def test_decisions_name_requirements_that_exist():
    """Every id, or glob of ids, in decisions.md is in the catalogue."""
    text = (SPEC / "decisions.md").read_text(encoding="utf-8")
    named = [
        name for line in re.findall(r"(?m)^- `[*cf].*", text) for name in line.split("`")[1::2]
    ]
    assert len(named) > len(re.findall(r"(?m)^### ", text))
    assert [name for name in named if not fnmatch.filter(CATALOGUE.requirements, name)] == []


def test_places_of_the_openapi_description_begin_with_what_it_has():
    """They name one of the nine routes, or a schema, a header or a list of the description."""
    routes = {f"{operation.method} {operation.path}" for operation in OPERATIONS}
    places = {
        source.place.rpartition(" / ")[0]
        for row in CATALOGUE.requirements.values()
        for source in row.sources
        if source.document == "openai-openapi" and source.place != "paths"
    }
    assert {place for place in places if " " in place} == routes
    assert all(re.fullmatch(r"\w+", place) for place in places - routes)
