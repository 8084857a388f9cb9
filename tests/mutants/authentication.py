"""Lies about who may ask."""

from __future__ import annotations

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, handling, refusal
from tests.mutants.memory import tenant_of
from tests.mutants.registry import PREFIXES, each_operation, mutants

_BY_CONTAINER = [each for each in PREFIXES if each not in ("listContainers", "createContainer")]


def _presented(authorization: str) -> str:
    """What a caller shows: nothing, an empty key, or a key."""
    if not authorization:
        return "nothing"
    return "a key" if authorization.partition(" ")[2].strip() else "an empty key"


class _Doorman:
    """Remembers the key that was last let in, to let others in with it."""

    def __init__(self, admitted: str) -> None:
        self._admitted = admitted
        self.key = ""

    async def __call__(self, request: Request, ask: Ask) -> Answer:
        key = request.headers.get("authorization", "")
        answer = await ask(request)
        if answer.status != 401:
            self.key = self.key or key
            return answer
        if _presented(key) != self._admitted or not self.key:
            return answer
        request.headers["authorization"] = self.key
        return await ask(request)


def _letting_in(app: ASGIApp, operation: str, admitted: str) -> ASGIApp:
    doorman = _Doorman(admitted)

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == operation:
            return await doorman(request, ask)
        answer = await ask(request)
        if answer.is_good and not doorman.key:
            doorman.key = request.headers.get("authorization", "")
        return answer

    return handling(app, "*", handle)


@mutants(
    *each_operation("key-is-required", ["missing-key-is-401", "refused-deletions*", "removes-*"])
)
def lets_anybody_in_without_a_key(app: ASGIApp, operation: str) -> ASGIApp:
    """Serves one operation to callers without a key."""
    return _letting_in(app, operation, "nothing")


@mutants(
    *each_operation("key-is-required", ["missing-key-is-401", "refused-deletions*", "removes-*"])
)
def takes_an_empty_key(app: ASGIApp, operation: str) -> ASGIApp:
    """Serves one operation to callers whose key has no letter."""
    return _letting_in(app, operation, "an empty key")


@mutants(*each_operation("key-is-required", ["*"], only=["deleteContainer", "retrieveContainer"]))
def takes_an_empty_key_and_refuses_strange_ids(app: ASGIApp, operation: str) -> ASGIApp:
    """Serves callers whose key has no letter, and answers 400 to ids that it does not know."""

    def alter(answer: Answer, _: Request) -> None:
        if answer.status == 404:
            answer.status = 400

    return answering(_letting_in(app, operation, "an empty key"), operation, alter, good=False)


@mutants(
    *each_operation("wrong-key-is-refused", ["wrong-key-is-401", "refused-deletions*", "removes-*"])
)
def takes_any_key(app: ASGIApp, operation: str) -> ASGIApp:
    """Serves one operation to callers whose key it never issued."""
    return _letting_in(app, operation, "a key")


def _refusing(app: ASGIApp, operation: str, status: int, *, with_key: bool) -> ASGIApp:
    def alter(answer: Answer, request: Request) -> None:
        if answer.status == 401 and bool(request.headers.get("authorization")) is with_key:
            answer.status = status

    return answering(app, operation, alter, good=False)


@mutants(
    *each_operation("missing-key-is-401", given=(403,), label="403"),
    *each_operation("missing-key-is-401", only=["createContainer"], given=(400,), label="400"),
    *each_operation("missing-key-is-401", only=["retrieveContainer"], given=(404,), label="404"),
)
def answers_another_status_without_a_key(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    """Refuses callers without a key with another status than 401."""
    return _refusing(app, operation, status, with_key=False)


@mutants(*each_operation("wrong-key-is-refused", ["wrong-key-is-401", "*-remove-nothing"]))
def compares_no_more_than_the_right_key_has(app: ASGIApp, operation: str) -> ASGIApp:
    """Takes every key that begins with one of its own."""
    own: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        key = request.headers.get("authorization", "")
        answer = await ask(request.copy())
        if answer.is_good:
            own[:] = own or [key]
        elif answer.status == 401 and request.operation == operation and own:
            is_longer = key.startswith(own[0])
            return await ask(request.signed(own[0])) if is_longer else answer
        return answer

    return handling(app, "*", handle)


@mutants(
    *each_operation("wrong-key-is-401", given=(403,), label="403"),
    *each_operation("wrong-key-is-401", only=["deleteContainer"], given=(404,), label="404"),
)
def answers_another_status_to_a_wrong_key(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    """Refuses callers with an unknown key with another status than 401."""
    return _refusing(app, operation, status, with_key=True)


@mutants(
    *each_operation(
        "is-never-a-server-error",
        ["key-is-required", "missing-key-is-401", "refused-deletions*"],
    )
)
def crashes_without_a_key(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 500 to callers without a key."""

    async def crash(request: Request, ask: Ask) -> Answer:
        if request.headers.get("authorization"):
            return await ask(request)
        return refusal(500, "No auth.", "server_error")

    return handling(app, operation, crash)


@mutants(
    *each_operation("sdk-headers-are-accepted", ["*"], given=("x-stainless-",), label="stainless"),
    *each_operation(
        "sdk-headers-are-accepted",
        ["*"],
        only=["createContainerFile", "retrieveContainerFileContent"],
        given=("sec-fetch-",),
        label="sec-fetch",
    ),
)
def refuses_the_headers_of_clients(app: ASGIApp, operation: str, start: str) -> ASGIApp:
    """Answers 400 to headers that the official clients send."""

    async def refuse(request: Request, ask: Ask) -> Answer:
        if any(name.startswith(start) for name in request.headers):
            return refusal(400, "Unknown header.")
        return await ask(request)

    return handling(app, operation, refuse)


@mutants(
    *each_operation("default-limit-is-20", ["*"], only=["listContainers"]),
    *each_operation(
        "answers-the-one-asked-for", ["*"], only=["retrieveContainer", "retrieveContainerFile"]
    ),
    *each_operation("succeeds", ["*"], only=["deleteContainerFile"]),
    *each_operation("bytes-are-identical", ["*"], only=["retrieveContainerFileContent"]),
)
def refuses_who_accepts_anything(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 406 to callers that accept whatever they get, as curl and httpx do."""

    async def refuse(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good and request.headers.get("accept") == "*/*":
            return refusal(406, "Not acceptable.")
        return answer

    return handling(app, operation, refuse)


@mutants(
    *each_operation(
        ["refused-deletions-remove-nothing"],
        ["removes-*"],
        only=["deleteContainer", "deleteContainerFile"],
    )
)
def deletes_what_it_refuses(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 401 to a deletion with a wrong key or none, after having done it."""
    owners: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        key = request.headers.get("authorization", "")
        answer = await ask(request)
        if answer.is_good:
            owners[:] = owners or [key]
        elif answer.status == 401 and request.operation == operation and owners:
            await ask(request.to("DELETE", request.path.removeprefix("/v1")).signed(owners[0]))
        return answer

    return handling(app, "*", handle)


@mutants(*each_operation("missing-key-is-401", ["wrong-key-is-401"], only=_BY_CONTAINER))
def looks_for_the_container_before_the_key(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 404 to callers without a key where there is no such container."""

    def alter(answer: Answer, request: Request) -> None:
        if answer.status == 401 and tenant_of(app, request.ids[0]) is None:
            answer.status = 404

    return answering(app, operation, alter, good=False)
