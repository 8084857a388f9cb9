"""A target that echoes the key wherever a text is cut short gets no part of it into a report."""

import itertools
import json

import pytest

from conformance.evidence.exchange import SHOWN_CHARACTERS
from conformance.reference.server import running

#: No run of letters in it is long enough to be told from other words.
KEY = "k!e@y#o$f^m&a*n(y)m:a;r<k>s?a|n'd`w,o[r]d{s}"

#: More of it than any other text holds by chance.
TELLING = 6

#: What must stand nowhere, plainly or as JSON has it.
PARTS = {KEY[at : at + TELLING] for at in range(len(KEY) - TELLING + 1)}
PARTS |= {json.dumps(each)[1:-1] for each in PARTS}


def echoing():
    """An application that answers with the caller's key, each time a little further on."""
    sizes = itertools.cycle(range(SHOWN_CHARACTERS - 90, SHOWN_CHARACTERS + 1, 7))

    async def app(scope, _receive, send):
        if scope["type"] != "http":
            return
        key = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        text = "x " * (next(sizes) // 2) + key + " and more" * 40
        bodies = ({"data": text}, {"error": text}, [text], {"id": text, "data": [{"id": text}]})
        body = json.dumps(bodies[next(sizes) % len(bodies)]).encode()
        headers = [(b"content-type", b"application/json"), (b"x-token", key.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.mark.end_to_end
@pytest.mark.parametrize("workers", ["0", "2"])
def test_no_part_of_an_echoed_key_is_written(run, workers):
    """Neither by the process that keeps the evidence nor by workers, who make the failures."""
    with running(echoing()) as url:
        ran = run(
            *("--base-url", url, "--fuzz", "off", "-n", workers, "--consistency", "0"),
            CONFORMANCE_API_KEY=KEY,
        )

    assert ran.status == 1, ran.out
    assert [each for each in PARTS if each in ran.out] == []
    for name in ran.written:
        text = (ran.directory / name).read_text("utf-8")
        assert [each for each in PARTS if each in text or json.dumps(each)[1:-1] in text] == [], (
            name
        )
    assert "failed" in {each["outcome"] for each in ran.report["requirements"]}
