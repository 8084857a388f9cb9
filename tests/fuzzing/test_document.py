"""The document that generation reads: pruned to what is claimed, narrowed to what is safe."""

import json

import pytest

from conformance.fuzzing import document


def _text(node):
    return json.dumps(node, sort_keys=True)


def test_unclaimed_features_are_left_out(known):
    """No node of a feature that nobody claims is left, nor examples, links and keys."""
    pruned = document.pruned(known.openapi(), {})
    properties = pruned["components"]["schemas"]["CreateContainerRequest"]["properties"]
    assert set(properties) == {"name"}
    assert list(
        pruned["paths"]["/containers/{container_id}/files"]["post"]["requestBody"]["content"]
    ) == ["multipart/form-data"]
    for word in ("x-feature", "examples", "links", "securitySchemes", "custom_llm_provider"):
        assert f'"{word}"' not in _text(pruned)


def test_claimed_features_stay(known):
    """What the target claims is generated."""
    pruned = document.pruned(known.openapi(), {"expiry": True, "before-cursor": True})
    properties = pruned["components"]["schemas"]["CreateContainerRequest"]["properties"]
    assert set(properties) == {"name", "expires_after"}
    assert "#/components/parameters/Before" in _text(pruned["paths"]["/containers"]["get"])


def test_narrowed_requests_are_cheap_and_name_nothing(known):
    """All features claimed, requests still ask for 1g, at most 20 minutes, and no ids."""
    everything = dict.fromkeys(known.features, True)
    narrow = document.narrowed(document.pruned(known.openapi(), everything))
    properties = narrow["components"]["schemas"]["CreateContainerRequest"]["properties"]
    assert properties["memory_limit"]["enum"] == ["1g"]
    assert not {"file_ids", "skills"} & set(properties)
    minutes = narrow["components"]["schemas"]["ExpiresAfter"]["properties"]["minutes"]
    assert (minutes["minimum"], minutes["maximum"]) == (1, 20)
    assert "parameters/After" not in _text(narrow["paths"])


@pytest.mark.parametrize("claimed", [False, True])
def test_what_is_left_is_still_valid(known, claimed):
    """Both documents load, with all nine operations."""
    claims = dict.fromkeys(known.features, claimed)
    pruned = document.pruned(known.openapi(), claims)
    for text in (pruned, document.narrowed(pruned)):
        for operation in known.operations:
            found = document.operation(text, operation.id)
            assert found.label == f"{operation.method} {operation.path}"


def test_given_document_stays_as_it_is(known):
    """Neither pruning nor narrowing changes what it is given."""
    given = known.openapi()
    before = _text(given)
    document.narrowed(document.pruned(given, {"expiry": True}))
    assert _text(given) == before
