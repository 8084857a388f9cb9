"""A provider that tells one lie: it says that a file is deleted, and keeps it."""

import signal
import sys

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from conformance.reference.app import create_app
from conformance.reference.server import running


def lying(honest: ASGIApp) -> ASGIApp:
    """*honest*, but for the deletion of files."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "DELETE" and "/files/" in scope["path"]:
            id_ = scope["path"].rpartition("/")[2]
            said = {"id": id_, "object": "container.file.deleted", "deleted": True}
            await JSONResponse(said, headers={"x-request-id": "req_1"})(scope, receive, send)
        else:
            await honest(scope, receive, send)

    return app


with running(lying(create_app()), port=int(sys.argv[1])) as base_url:
    sys.stdout.write(f"{base_url}\n")
    sys.stdout.flush()
    signal.pause()
