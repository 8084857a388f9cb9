"""Lies about what is not there, and about methods that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, handling, json_answer, refusal
from tests.mutants.registry import PREFIXES, Lie, each_operation, mutants

_OF_A_CONTAINER = tuple(
    each for each in PREFIXES if each not in ("listContainers", "createContainer")
)
_OF_A_FILE = ("retrieveContainerFile", "deleteContainerFile", "retrieveContainerFileContent")


@mutants(
    *each_operation(
        ["is-never-a-server-error"],
        [
            "*unknown*",
            "*gone*",
            "*deleted*",
            "*another*",
            "*refus*",
            "*error*",
            "*ids-*",
            "*other-tenants*",
        ],
        only=_OF_A_CONTAINER,
    )
)
def crashes_at_unknown_ids(app: ASGIApp, operation: str) -> ASGIApp:
    """Turns every 404 of one operation into a 500, as a gateway does with upstream errors."""

    async def crash(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        return refusal(500, "Boom.", "server_error") if answer.status == 404 else answer

    return handling(app, operation, crash)


#: What is deleted is not there either.
_DELETED = ("deleted-is-404*", "second-deletion-*")


@mutants(
    *each_operation(
        "unknown-container-is-404", _DELETED, only=_OF_A_CONTAINER, given=(400,), label="400"
    ),
    *each_operation(
        "unknown-container-is-404", _DELETED, only=["retrieveContainer"], given=(403,), label="403"
    ),
    *each_operation(
        "unknown-container-is-404", _DELETED, only=["deleteContainer"], given=(410,), label="410"
    ),
)
def answers_another_status_for_a_missing_container(
    app: ASGIApp, operation: str, status: int
) -> ASGIApp:
    """Refuses a container that does not exist with another status than 404."""

    def alter(answer: Answer, _: Request) -> None:
        if answer.status == 404 and "Container with id" in answer.body.decode():
            answer.status = status

    return answering(app, operation, alter, good=False)


@mutants(
    *each_operation("unknown-file-is-404", _DELETED, only=_OF_A_FILE, given=(400,), label="400"),
    *each_operation("unknown-file-is-404", _DELETED, only=_OF_A_FILE, given=(403,), label="403"),
)
def answers_another_status_for_a_missing_file(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    """Refuses a file that does not exist with another status than 404."""

    def alter(answer: Answer, _: Request) -> None:
        if answer.status == 404 and "Container with id" not in answer.body.decode():
            answer.status = status

    return answering(app, operation, alter, good=False)


_ABSENT = {
    "retrieveContainer": {"id": "cntr_0", "object": "container", "created_at": 1760000000,
                          "status": "running", "name": "x"},
    "deleteContainer": {"id": "cntr_0", "object": "container.deleted", "deleted": True},
    "listContainerFiles": {"object": "list", "data": [], "first_id": None, "last_id": None,
                           "has_more": False},
    "createContainerFile": {"id": "cfile_0", "object": "container.file", "created_at": 1760000000,
                            "bytes": 3, "path": "/mnt/data/x", "source": "user"},
    "retrieveContainerFile": {"id": "cfile_0", "object": "container.file", "bytes": 3,
                              "created_at": 1760000000, "path": "/mnt/data/x", "source": "user"},
    "deleteContainerFile": {"id": "cfile_0", "object": "container.file.deleted", "deleted": True},
    "retrieveContainerFileContent": {"error": {"message": "File not found.", "type": "x",
                                               "param": None, "code": None}},
}  # fmt: skip


def _made_up(operation: str, request: Request) -> dict[str, Any]:
    body = dict(_ABSENT[operation])
    if "id" in body:
        body["id"] = request.ids[-1] if operation != "createContainerFile" else "cfile_0"
    if body.get("object") == "container.file":
        body["container_id"] = request.ids[0]
    return body


#: What a retrieval still shows was not deleted, as far as anybody can tell.
_SHOWN = {
    "retrieveContainer": ("container.delete.removes-the-container", "container.delete.*-accepted"),
    "retrieveContainerFile": ("file.delete.removes-the-file", "file.delete.*-accepted"),
}


@mutants(
    *(
        replace(lie, also=(*lie.also, *_SHOWN.get(lie.given[0], ())))
        for lie in (
            *each_operation(
                "unknown-container-is-refused",
                [
                    "unknown*",
                    "*gone*",
                    "*deleted*",
                    "*second*",
                    "ids-*",
                    "removes-*",
                    "is-closed-to-other-*",  # whose containers are not there for this one
                ],
                only=_OF_A_CONTAINER,
                given=("Container with id",),
                label="container",
            ),
            *each_operation(
                "unknown-file-is-refused",
                [
                    "unknown*",
                    "*deleted*",
                    "*second*",
                    "*another*",
                    "ids-*",
                    "removes-*",
                    "is-closed-to-other-*",
                ],
                only=_OF_A_FILE,
                given=("not found on container",),
                label="file",
            ),
        )
    )
)
def answers_200_for_what_is_not_there(app: ASGIApp, operation: str, about: str) -> ASGIApp:
    """Answers a request for something that does not exist as if it did."""

    async def pretend(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.status == 404 and about in answer.body.decode():
            return json_answer(_made_up(operation, request))
        return answer

    return handling(app, operation, pretend)


@mutants(
    *(
        Lie(
            f"{method} {path.replace('.*', 'X')}",
            (f"{PREFIXES[found]}.other-methods-are-refused",),
            (method, path),
            tuple(f"{PREFIXES[each]}.other-methods-are-refused" for each in beside),
        )
        for method, path, found, *beside in (
            ("PUT", "/v1/containers", "listContainers", "createContainer"),
            ("PATCH", "/v1/containers", "createContainer", "listContainers"),
            ("PATCH", "/v1/containers/[^/]*", "deleteContainer", "retrieveContainer"),
            ("PUT", "/v1/containers/[^/]*", "retrieveContainer", "deleteContainer"),
            ("PATCH", "/v1/containers/[^/]*/files", "createContainerFile", "listContainerFiles"),
            ("PUT", "/v1/containers/[^/]*/files", "listContainerFiles", "createContainerFile"),
            (
                "PATCH",
                "/v1/containers/[^/]*/files/[^/]*",
                "deleteContainerFile",
                "retrieveContainerFile",
            ),
            (
                "PUT",
                "/v1/containers/[^/]*/files/[^/]*",
                "retrieveContainerFile",
                "deleteContainerFile",
            ),
            ("PUT", "/v1/containers/[^/]*/files/[^/]*/content", "retrieveContainerFileContent"),
        )
    )
)
def takes_a_method_that_nobody_knows(app: ASGIApp, method: str, path: str) -> ASGIApp:
    """Answers a method that the contract does not know with 200."""
    from tests.mutants.unrouted import unrouted  # noqa: PLC0415 - only for this family

    return unrouted(app, method, path, lambda _: json_answer({}))
