"""What makes a generated request invalid beyond doubt, and what leaves a doubt."""

import pytest

from conformance.drivers import Part, multipart
from conformance.fuzzing import blame, document
from conformance.fuzzing.sending import Written


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({}, None),
        ({"limit": "1"}, None),
        ({"limit": "100"}, None),
        ({"limit": "0"}, "limit-out-of-range-is-refused"),
        ({"limit": "-7"}, "limit-out-of-range-is-refused"),
        ({"limit": "101"}, "limit-out-of-range-is-refused"),
        ({"limit": "many"}, "limit-that-is-no-number-is-refused"),
        ({"limit": "1.0"}, None),
        ({"limit": "1e2"}, None),
        ({"limit": ""}, None),
        ({"limit": "true"}, None),
        ({"limit": "null"}, None),
        ({"limit": "-inf"}, None),
        ({"limit": "٣"}, None),
        ({"order": "asc"}, None),
        ({"order": "ASC"}, None),
        ({"order": ""}, None),
        ({"order": "\x04"}, None),
        ({"order": "sideways"}, "unknown-order-is-refused"),
        ({"limit": "5", "order": "up"}, "unknown-order-is-refused"),
        ({"nobody": "knows"}, None),
    ],
)
def test_only_certain_faults_of_a_query_count(params, fault):
    """A query that some reader could take is in doubt, and not judged."""
    assert blame.of_list(list(params.items())) == fault


def test_repeated_parameter_is_in_doubt():
    """Which of two values counts is the reader's business."""
    assert blame.of_list([("limit", "0"), ("limit", "5")]) is None


OPTIONS = {"expiry": True, "memory-limit": True, "network-policy": True, "file-copy": True}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('{"name": "a"}', None),
        ('{"name": "a", "anything": []}', None),
        ("", "body-must-be-an-object"),
        ("[]", "body-must-be-an-object"),
        ("7", "body-must-be-an-object"),
        ("{", "malformed-json-is-refused"),
        ('{"name": NaN}', None),
        ("{}", "name-is-required"),
        ('{"name": null}', "name-must-be-a-string"),
        ('{"name": "a", "memory_limit": "2g"}', "unknown-memory-limit-is-refused"),
        ('{"name": "a", "memory_limit": null}', None),
        ('{"name": "a", "file_ids": "x"}', "file-ids-must-be-an-array"),
        ('{"name": "a", "expires_after": []}', blame.GENERAL),
        ('{"name": "a", "expires_after": {"minutes": 5}}', "expires-after-needs-an-anchor"),
        (
            '{"name": "a", "expires_after": {"anchor": "x", "minutes": 5}}',
            "unknown-anchor-is-refused",
        ),
        (
            '{"name": "a", "expires_after": {"anchor": "last_active_at"}}',
            "expires-after-needs-minutes",
        ),
        (
            '{"name": "a", "expires_after": {"anchor": "last_active_at", "minutes": 0}}',
            "minutes-below-1-are-refused",
        ),
        (
            '{"name": "a", "expires_after": {"anchor": "last_active_at", "minutes": "5"}}',
            "minutes-must-be-a-whole-number",
        ),
        ('{"name": "a", "network_policy": {"type": "open"}}', "unknown-network-policy-is-refused"),
        ('{"name": "a", "network_policy": {"type": "allowlist"}}', "allowlist-needs-domains"),
    ],
)
def test_fault_of_a_creation_is_named(known, body, fault):
    """Each fault has the requirement that speaks of it; null is as good as nothing."""
    openapi = document.pruned(known.openapi(), OPTIONS)
    assert blame.of_creation(body.encode(), openapi) == fault


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("{}", "empty-request-is-refused"),
        ("[1]", "empty-request-is-refused"),
        ("{", "malformed-bodies-are-refused"),
        ('{"file_id": 7}', "file-id-must-be-a-string"),
        ('{"file_id": "file-1"}', None),
        ('{"file": "text"}', None),
        ('{"file_id": NaN}', None),
    ],
)
def test_fault_of_a_copy_is_named(body, fault):
    """A body of JSON needs an id that is text; what holds a file is in doubt."""
    assert blame.of_upload(Written([], body.encode(), "application/json")) == fault


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([], "empty-request-is-refused"),
        ([Part.text("other", "x")], "empty-request-is-refused"),
        ([Part.text("file", "x")], None),
        ([Part.text("file_id", "x")], None),
    ],
)
def test_form_without_either_is_refused(parts, fault):
    """A form that has neither a file nor an id of one is invalid; others are in doubt."""
    what = Written([], multipart(parts), "multipart/form-data; boundary=0")
    assert blame.of_upload(what) == fault


def test_every_fault_has_a_requirement(known):
    """What a fault is booked on stands in the catalogue."""
    suffixes = {
        "container.create": [*blame._OPTIONS.values(), blame.GENERAL],
        "container.list": ["limit-out-of-range-is-refused", "unknown-order-is-refused"],
        "file.list": ["limit-that-is-no-number-is-refused", "unknown-order-is-refused"],
        "file.create": ["empty-request-is-refused", "malformed-bodies-are-refused"],
    }
    for prefix, names in suffixes.items():
        for name in names:
            assert f"{prefix}.{name}" in known.requirements
