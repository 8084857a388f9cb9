"""What the tests of the evidence share."""

import pytest

from conformance.evidence import Exchange, Request, Response

JSON = (("Content-Type", "application/json"),)


@pytest.fixture
def answered():
    """Makes an exchange whose answer has the given body."""

    def make(content, status=200, headers=JSON, **fields):
        given = {
            "id": "main-1",
            "operation": "retrieveContainer",
            "request": Request("GET", "http://127.0.0.1/v1/containers/cntr_1", (), b""),
            "response": Response(status, headers, content),
            "started_at": "2026-01-01T00:00:00.000Z",
            "elapsed_ms": 1.25,
            **fields,
        }
        return Exchange(**given)

    return make


@pytest.fixture
def unanswered(answered):
    """An exchange to which no answer came."""
    return answered(b"", response=None, trouble="ReadTimeout: timed out")
