"""Lies about the status: operations that are missing, refuse, crash, redirect or misname."""

from __future__ import annotations

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, handling, json_answer, refusal
from tests.mutants.registry import PREFIXES, each_operation, mutant, mutants

_READS = (
    "retrieveContainer",
    "listContainerFiles",
    "retrieveContainerFile",
    "retrieveContainerFileContent",
)
_OF_A_CONTAINER = tuple(
    each for each in PREFIXES if each not in ("listContainers", "createContainer")
)


@mutants(*each_operation("is-implemented", ["*"], without=["listContainers"]))
def answers_404_to_everything(app: ASGIApp, operation: str) -> ASGIApp:
    """Does not know the route of one operation."""

    async def refuse(request: Request, _: Ask) -> Answer:
        return refusal(404, f"Unknown request URL: {request.path}.")

    return handling(app, operation, refuse)


@mutants(*each_operation("is-implemented", ["*"], only=["createContainerFile", "deleteContainer"]))
def answers_405_to_everything(app: ASGIApp, operation: str) -> ASGIApp:
    """Does not allow the method of one operation."""

    async def refuse(_: Request, __: Ask) -> Answer:
        return refusal(405, "Method not allowed.")

    return handling(app, operation, refuse)


@mutants(
    *each_operation(
        "is-implemented", ["*"], only=["retrieveContainerFileContent", "deleteContainerFile"]
    )
)
def answers_501_to_everything(app: ASGIApp, operation: str) -> ASGIApp:
    """Has one operation only as a stub."""

    async def refuse(_: Request, __: Ask) -> Answer:
        return refusal(501, "Not implemented.", "server_error")

    return handling(app, operation, refuse)


@mutants(*each_operation("succeeds", ["*"], without=["listContainers"]))
def refuses_everything(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers every request for one operation with 400."""

    async def refuse(_: Request, __: Ask) -> Answer:
        return refusal(400, "You passed in model=None.")

    return handling(app, operation, refuse)


@mutants(
    *each_operation(["is-never-a-server-error", "succeeds"], ["*"], without=["listContainers"])
)
def crashes_always(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers every request for one operation with 500."""

    async def crash(_: Request, __: Ask) -> Answer:
        return refusal(500, "server_error", "server_error")

    return handling(app, operation, crash)


def _status(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    def alter(answer: Answer, _: Request) -> None:
        answer.status = status

    return answering(app, operation, alter)


@mutants(
    *each_operation(
        "success-is-200", ["empty-list-is-*", "empty-file-is-*"], given=(201,), label="201"
    ),
    *each_operation("success-is-200", given=(202,), only=["deleteContainer"], label="202"),
    *each_operation(
        "success-is-200", ["*"], given=(206,), only=["retrieveContainerFileContent"], label="206"
    ),
)
def succeeds_with_another_status(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    """Answers the successes of one operation with another 2xx than 200."""
    return _status(app, operation, status)


@mutants(
    *each_operation(
        ["is-never-a-server-error"],
        ["*"],
        only=["listContainers", "createContainer", "listContainerFiles", "createContainerFile"],
    )
)
def crashes_at_bad_input(app: ASGIApp, operation: str) -> ASGIApp:
    """Turns every 400 of one operation into a 500."""

    async def crash(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        return refusal(500, "Boom.", "server_error") if answer.status == 400 else answer

    return handling(app, operation, crash)


@mutants(
    *each_operation(
        "permanent-errors-are-not-retried",
        ["*-is-404", "error-type-fits-the-status", "*404*", "second-deletion-*"],
        only=_OF_A_CONTAINER,
        given=(404, 409),
        label="409",
    ),
    *each_operation(
        "permanent-errors-are-not-retried",
        ["*-is-404", "error-type-fits-the-status", "*404*", "second-deletion-*"],
        only=_READS,
        given=(404, 408),
        label="408",
    ),
    *each_operation(
        "permanent-errors-are-not-retried",
        ["error-type-fits-the-status"],
        only=["listContainers", "createContainer", "listContainerFiles", "createContainerFile"],
        given=(400, 409),
        label="409 for bad input",
    ),
)
def makes_permanent_errors_look_passing(
    app: ASGIApp, operation: str, before: int, after: int
) -> ASGIApp:
    """Answers what can never succeed with a status that clients try again."""

    def alter(answer: Answer, _: Request) -> None:
        if answer.status == before:
            answer.status = after
            answer.json["error"]["type"] = "conflict"

    return answering(app, operation, alter, good=False)


@mutants(
    *each_operation(
        "error-type-fits-the-status",
        ["*"],
        only=_OF_A_CONTAINER,
        given=(404,),
    ),
    *each_operation(
        "error-type-fits-the-status",
        ["*"],
        only=["listContainers", "createContainer"],
        given=(400,),
    ),
)
def calls_a_conflict_an_invalid_request(app: ASGIApp, operation: str, before: int) -> ASGIApp:
    """Answers 409 with the type invalid_request_error."""

    def alter(answer: Answer, _: Request) -> None:
        if answer.status == before:
            answer.status = 409
            answer.json["error"]["type"] = "invalid_request_error"

    return answering(app, operation, alter, good=False)


@mutants(*each_operation("retry-after-is-short"))
def asks_to_wait_ten_minutes(app: ASGIApp, operation: str) -> ASGIApp:
    """Puts Retry-After: 600 on the refusals of one operation."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["retry-after"] = "600"

    return answering(app, operation, alter, good=False)


def _redirecting(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    async def redirect(request: Request, ask: Ask) -> Answer:
        if request.query.pop("redirected", None):
            return await ask(request)
        query = "&".join(["redirected=1", request.scope["query_string"].decode()])
        answer = json_answer({}, status)
        answer.headers["location"] = f"{request.path}?{query}"
        return answer

    return handling(app, operation, redirect)


@mutants(
    *each_operation(
        "is-not-redirected", ["*"], without=["listContainers"], given=(307,), label="307"
    ),
    *each_operation("is-not-redirected", ["*"], only=["listContainers"], given=(308,), label="308"),
    *each_operation(
        "is-not-redirected", ["*"], only=["deleteContainer"], given=(302,), label="302"
    ),
    *each_operation(
        "is-not-redirected", ["*"], only=["deleteContainerFile"], given=(303,), label="303"
    ),
    *each_operation(
        "is-not-redirected", ["*"], only=["createContainer"], given=(301,), label="301"
    ),
)
def redirects(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    """Answers one operation with a redirect, behind which it is served."""
    return _redirecting(app, operation, status)


@mutant(breaks=["container.list.is-never-a-server-error"], also=["container.list.*"])
def crashes_at_a_limit_of_100(app: ASGIApp) -> ASGIApp:
    """Answers 500 to a list of containers with a limit of 100."""

    async def crash(request: Request, ask: Ask) -> Answer:
        if request.query.get("limit") == "100":
            return refusal(500, "Boom.", "server_error")
        return await ask(request)

    return handling(app, "listContainers", crash)
