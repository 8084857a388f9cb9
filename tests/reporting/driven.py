"""A run of real clients, told by hand."""

from conformance.reporting import clients
from conformance.verdicts import clients as verdicts

HOSTILE = "<script>alert(1)</script> \x1b[2J | `x` @all \u202e"


def report():
    """A run in which everything that a stranger can write is hostile."""
    message = {
        "headers": [["x", HOSTILE]],
        "body": {"size": 3, "text": HOSTILE, "sha256": "", "truncated": False},
    }
    exchange = {
        "id": "httpx-1",
        "operation": "createContainer",
        "trouble": None,
        "request": {"method": "POST", "url": f"http://127.0.0.1/{HOSTILE}", **message},
        "response": {"status": 500, "http_version": "HTTP/1.1", "flaw": None, **message},
    }
    finding = {
        "operation": "createContainer",
        "title": "creates a container",
        "verdict": "fails",
        "says": HOSTILE * 20,
        "guilt": "target",
        "exchanges": ["httpx-1"],
        "document": f"Guide {HOSTILE}",
    }
    client = {
        "name": "httpx",
        "version": "1",
        "mode": "",
        "runtime": "",
        "title": "httpx 1",
        "state": "driven",
        "says": "",
        "operations": [verdicts.cell(each, [finding]) for each in clients.HEADS],
        "documents": verdicts.documents([finding]),
    }
    missing = {**client, "title": "litellm 1", "state": "not-installed", "says": "pip install it"}
    del missing["operations"], missing["documents"]
    left = {"kind": "container", "id": HOSTILE, "name": "", "command": f"curl {HOSTILE}"}
    return {
        "schema_version": "1",
        "verdict": "breaks",
        "suite": {"version": "0"},
        "target": {"base_url": f"http://127.0.0.1/{HOSTILE}", "name": HOSTILE},
        "run": {
            "id": "r",
            "started_at": "2026-11-25T00:00:00+00:00",
            "duration_s": 1.0,
            "requests": 1,
            "containers_created": 1,
            "containers_left": 1,
            "interrupted": True,
            "limit": "--max-requests",
        },
        "clients": [client, missing],
        "left": [left],
        "exchanges": [exchange],
    }
