"""A session with a target, as different clients record it."""

import base64
import itertools
import json
from datetime import UTC, datetime, timedelta

import httpx

KEY = "sk-recorded-0123456789"

#: A file with bytes that are no text.
BYTES = bytes(range(256)) * 3


def visit(base_url):
    """What a client does: create, list, upload, read, delete, and look whether it is gone."""
    heard, clock = [], itertools.count()

    def hear(response):
        response.read()
        heard.append((next(clock), response.request, response))

    headers = {"Authorization": f"Bearer {KEY}", "Cookie": "session=cookie-0123456789"}
    with httpx.Client(
        base_url=base_url,
        headers=headers,
        event_hooks={"request": [httpx.Request.read], "response": [hear]},
    ) as client:
        made = client.post("/containers", json={"name": "Notes"}).json()
        client.post("/containers", json={"name": "others"})
        client.get("/containers", params={"limit": 1})
        client.get("/containers", params={"limit": 20, "order": "asc"})
        container = f"/containers/{made['id']}"
        file = client.post(f"{container}/files", files={"file": ("a.bin", BYTES)}).json()
        client.get(container)
        client.get(f"{container}/files")
        client.get(f"{container}/files/{file['id']}")
        client.get(f"{container}/files/{file['id']}/content")
        client.delete(f"{container}/files/{file['id']}")
        client.get(f"{container}/files/{file['id']}")
        client.delete(container)
        client.get(container)
    return heard


def _pairs(headers):
    return [{"name": name, "value": value} for name, value in headers]


def _plain(number, request, response):
    """An entry with everything in it, a second after the one before."""
    began = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    entry = {
        "startedDateTime": began.isoformat().replace("+00:00", "Z"),
        "time": 12.5,
        "request": {
            "method": request.method,
            "url": str(request.url),
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(request.headers.items()),
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(request.content),
        },
        "response": {
            "status": response.status_code,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(response.headers.items()),
            "cookies": [],
            "content": {
                "size": len(response.content),
                "mimeType": response.headers.get("content-type", ""),
                "text": base64.b64encode(response.content).decode(),
                "encoding": "base64",
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(response.content),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12.5, "receive": 0},
    }
    if request.content:
        entry["request"]["postData"] = {
            "mimeType": request.headers["content-type"],
            "text": base64.b64encode(request.content).decode(),
            "encoding": "base64",
        }
    return entry


def _as_text(part, content):
    """A body as a client writes it that knows only text."""
    part.pop("encoding", None)
    part["text"] = content.decode("utf-8", "replace")


def chrome(number, request, response):
    """HTTP/2, text as text, uploads without their bytes, and no credentials."""
    entry = _plain(number, request, response)
    asked, answered = entry["request"], entry["response"]
    asked["httpVersion"] = answered["httpVersion"] = "http/2.0"
    kept = [each for each in asked["headers"] if each["name"] not in ("authorization", "cookie")]
    asked["headers"] = [
        {"name": ":method", "value": request.method},
        {"name": ":authority", "value": request.url.host},
        {"name": ":path", "value": request.url.raw_path.decode()},
        *kept,
    ]
    answered["headers"].insert(0, {"name": ":status", "value": str(response.status_code)})
    answered["bodySize"] = -1
    if "octet-stream" not in answered["content"]["mimeType"]:
        _as_text(answered["content"], response.content)
    if request.content:
        if b"form-data" in request.content:
            asked["postData"] = {"mimeType": asked["postData"]["mimeType"], "params": []}
        else:
            _as_text(asked["postData"], request.content)
    return {**entry, "_resourceType": "fetch", "_priority": "High", "serverIPAddress": "::1"}


def mitmproxy(number, request, response):
    """Bodies of requests as text, whatever they are; answers as text or base64."""
    entry = _plain(number, request, response)
    if request.content:
        _as_text(entry["request"]["postData"], request.content)
    if "json" in entry["response"]["content"]["mimeType"]:
        _as_text(entry["response"]["content"], response.content)
    return entry


def bodiless(number, request, response):
    """Sizes, but no bodies."""
    entry = _plain(number, request, response)
    entry["request"].pop("postData", None)
    for key in ("text", "encoding"):
        entry["response"]["content"].pop(key)
    return entry


def bare(number, request, response):
    """Nothing that HAR does not demand: no headers, no bodies, no times."""
    entry = bodiless(number, request, response)
    for side in ("request", "response"):
        entry[side]["headers"] = []
    del entry["startedDateTime"], entry["time"]
    return entry


def lossy(number, request, response):
    """Every body as text, also what is none."""
    entry = mitmproxy(number, request, response)
    _as_text(entry["response"]["content"], response.content)
    return entry


STYLES = {
    "whole": _plain,
    "chrome": chrome,
    "mitmproxy": mitmproxy,
    "bodiless": bodiless,
    "bare": bare,
    "lossy": lossy,
}


def har(entries, creator="a client"):
    """A HAR of *entries* as text."""
    log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": entries}
    return json.dumps({"log": log})
