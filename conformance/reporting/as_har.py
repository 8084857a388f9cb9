"""traffic.har: every exchange as HAR 1.2, for browsers' network tools."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from conformance.evidence.bodies import header_in

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report

#: Stands for a response that never came.
NO_ANSWER: dict[str, Any] = {
    "status": 0,
    "http_version": "",
    "headers": [],
    "flaw": None,
    "body": {"size": 0},
}


def render(report: Report, evidence: Evidence) -> str:
    """All exchanges in the order of their beginning; binary bodies as base64."""
    entries = [
        _entry(exchange, record.get("case", "clean-up"))
        for record in (*evidence.records, *evidence.cleaning)
        for exchange in record["exchanges"]
    ]
    entries.sort(key=lambda entry: str(entry["startedDateTime"]))
    log = {
        "version": "1.2",
        "creator": {"name": "containers-conformance", "version": str(report.suite["version"])},
        "comment": f"run {report.run['id']}; keys are masked",
        "pages": [],
    }
    # A line an entry: indented, JSON is written many times slower.
    head = json.dumps({"log": log}).removesuffix("}}")
    return f'{head}, "entries": [\n' + ",\n".join(map(json.dumps, entries)) + "\n]}}\n"


def _entry(exchange: dict[str, Any], case: str) -> dict[str, Any]:
    entry = {
        "startedDateTime": exchange["started_at"],
        "time": exchange["elapsed_ms"],
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": exchange["elapsed_ms"], "receive": 0},
        "_id": exchange["id"],
        "_operation": exchange["operation"],
        "_credential": exchange["credential"],
        "_case": case,
    }
    if exchange["trouble"]:
        entry["comment"] = entry["response"]["_error"] = exchange["trouble"]
    return entry


def _request(exchange: dict[str, Any]) -> dict[str, Any]:
    request = exchange["request"]
    answer = exchange["response"]
    told = {
        "method": request["method"],
        "url": request["url"],
        "httpVersion": answer["http_version"] if answer else "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request["headers"]),
        "queryString": _query(request["url"]),
        "headersSize": -1,
        "bodySize": request["body"]["size"],
    }
    if request["body"]["size"]:
        told["postData"] = _post_data(request)
    return told


def _query(url: str) -> list[dict[str, str]]:
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []
    return [{"name": name, "value": value} for name, value in pairs]


def _post_data(request: dict[str, Any]) -> dict[str, Any]:
    body = request["body"]
    posted = {
        "mimeType": header_in(request["headers"], "content-type") or "application/octet-stream",
        "text": body.get("text", body.get("base64", "")),
        "params": [],
        **_cut(body),
    }
    if "text" not in body:
        posted["_encoding"] = "base64"  # HAR has no word for it in a request
    return posted


def _response(exchange: dict[str, Any]) -> dict[str, Any]:
    answer = exchange["response"]
    if not answer:
        answer = NO_ANSWER
    told = {
        "status": answer["status"],
        "statusText": _phrase(answer["status"]),
        "httpVersion": answer["http_version"],
        "cookies": [],
        "headers": _headers(answer["headers"]),
        "content": _content(answer),
        "redirectURL": header_in(answer["headers"], "location") or "",
        "headersSize": -1,
        "bodySize": -1,
    }
    return {**told, "comment": answer["flaw"]} if answer["flaw"] else told


def _content(answer: dict[str, Any]) -> dict[str, Any]:
    body = answer["body"]
    content = {
        "size": body["size"],
        "mimeType": header_in(answer["headers"], "content-type") or "",
        **_cut(body),
    }
    if "base64" in body:
        return {**content, "text": body["base64"], "encoding": "base64"}
    return {**content, "text": body.get("text", "")}


def _cut(body: dict[str, Any]) -> dict[str, str]:
    """Tells that the body was not kept whole."""
    if not body.get("truncated"):
        return {}
    return {
        "comment": f"only its beginning was kept; {body['size']} bytes, SHA-256 {body['sha256']}",
        "_sha256": body["sha256"],
    }


def _headers(headers: list[list[str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
