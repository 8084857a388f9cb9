"""Targets with a fault that shows only for some names, sizes or pages."""

import json
import re
from urllib.parse import parse_qs

from starlette.responses import Response


def altering(change, *, method="GET", path=r".*"):
    """Wraps an application so that *change* may alter the answers to *method* on *path*.

    *change* gets the request (path, query, body) and the answer (status, content), and returns
    the status and the content to answer.
    """

    def wrap(app):
        async def altered(scope, receive, send):
            if scope["type"] != "http" or scope["method"] != method:
                await app(scope, receive, send)
                return
            if not re.fullmatch(r"/v1" + path, scope["path"]):
                await app(scope, receive, send)
                return
            body, more = b"", True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            given = [{"type": "http.request", "body": body, "more_body": False}]

            async def again():
                return given.pop() if given else await receive()

            answer = {"content": b""}

            async def keep(message):
                if message["type"] == "http.response.start":
                    answer.update(status=message["status"], headers=message["headers"])
                else:
                    answer["content"] += message.get("body", b"")

            await app(scope, again, keep)
            asked = {
                "path": scope["path"],
                "query": {k: v[0] for k, v in parse_qs(scope["query_string"].decode()).items()},
                "body": body,
            }
            status, content = change(asked, answer["status"], answer["content"])
            response = Response(content, status)
            response.raw_headers = [
                (key, str(len(content)).encode() if key == b"content-length" else value)
                for key, value in answer["headers"]
            ]
            await response(scope, receive, send)

        return altered

    return wrap


def on_json(change):
    """A change of the JSON of successful answers."""

    def apply(asked, status, content):
        if status != 200:
            return status, content
        return status, json.dumps(change(asked, json.loads(content))).encode()

    return apply
