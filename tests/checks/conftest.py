"""What the tests of the checks share."""

import json

import pytest

from conformance.evidence import Exchange, Request, Response

HEADERS = {"Content-Type": "application/json", "x-request-id": "req_1"}
URL = "http://127.0.0.1/v1/containers"


@pytest.fixture
def exchange():
    """Makes an exchange of an operation, its answer as given; a body that is no bytes is JSON."""

    def make(  # noqa: PLR0917 - what an exchange is made of
        operation="retrieveContainer", body=b"", status=200, url=URL, params=(), asked=(), **headers
    ):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        answer = Response(
            status, tuple((k, v) for k, v in {**HEADERS, **named}.items() if v is not None), content
        )
        return Exchange(
            "main-1", operation, Request("GET", url, asked, b""), answer, "", 1.0, params=params
        )

    return make
