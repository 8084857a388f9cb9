"""The requests of a recording by bare httpx: ``python -m tests.bench.replaying HAR BASE_URL``.

On one keep-alive connection, one after the other, nothing looked at but the ids: one that an
answer of the recording gave stands for the one that is given now. It is the least that these
requests can cost a Python program that waits for each answer.
"""

import base64
import json
import os
import re
import sys
from pathlib import Path

import httpx

ID = re.compile(r"\b(?:cntr|cfile|file)_?-?[0-9a-f]{20,}\b")


def body_of(request):
    """What was sent, as far as it was kept."""
    told = request.get("postData", {})
    text = told.get("text", "")
    return base64.b64decode(text) if told.get("_encoding") == "base64" else text.encode()


def replay(entries, base_url, key):
    """Send every request of *entries* to *base_url*; returns how many there were."""
    now: dict[str, str] = {}

    def renamed(text):
        return ID.sub(lambda found: now.get(found[0], found[0]), text)

    with httpx.Client(timeout=60) as client:
        for entry in entries:
            request = entry["request"]
            path = request["url"].partition("/v1")[2]
            headers = {
                each["name"]: each["value"].replace("[masked]", key)
                for each in request["headers"]
                if each["name"].lower() not in ("host", "connection", "content-length")
            }
            content = renamed(body_of(request).decode("latin-1")).encode("latin-1")
            answer = client.request(
                request["method"], base_url + renamed(path), headers=headers, content=content
            )
            before = ID.findall(entry["response"]["content"].get("text") or "")
            now.update(zip(before, ID.findall(answer.text), strict=False))
    return len(entries)


if __name__ == "__main__":
    recorded = json.loads(Path(sys.argv[1]).read_text("utf-8"))["log"]["entries"]
    replay(recorded, sys.argv[2], os.environ["CONFORMANCE_API_KEY"])
