"""Lies about whose is whose that show only by a detour: a cursor, a name, a copy, a cache."""

from __future__ import annotations

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, around, handling, key_of
from tests.mutants.memory import rows
from tests.mutants.registry import Lie, each_operation, mutants

_READS = ("listContainers", "retrieveContainer", "listContainerFiles", "retrieveContainerFile",
          "retrieveContainerFileContent")  # fmt: skip


def copied(answer: Answer) -> Answer:
    """An answer as it came, or was altered, to be kept or sent again."""
    answer.settle()
    return Answer(dict(answer.headers), answer.body, status=answer.status)


@mutants(
    Lie("after", ("container.list.is-closed-to-other-tenants",), ("after",)),
    Lie("name", ("container.list.is-closed-to-other-tenants",), ("name",)),
)
def forgets_the_tenant_with(app: ASGIApp, parameter: str) -> ASGIApp:
    """Lists the first tenant's containers to whoever asks for a later page, or by a name."""
    first: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if request.operation == "createContainer" and answer.is_good and not first:
            first.append(key_of(request))
        if request.operation == "listContainers" and parameter in request.query and first:
            is_known = answer.status not in (401, 403)
            return await ask(request.signed(first[0])) if is_known else answer
        return answer

    return around(app, handle)


@mutants(
    *each_operation(
        "is-closed-to-other-tenants",
        ["key-is-required", "missing-key-is-401", "wrong-key-is-*"],
        only=_READS,
    )
)
def answers_strangers_from_a_cache(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers strangers what the first tenant has read at that address before."""
    first: list[str] = []
    cache: dict[tuple[str, tuple[tuple[str, str], ...]], Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        place = request.path, tuple(sorted(request.query.items()))
        is_stranger = key_of(request) not in first
        answer = await ask(request.copy())
        if request.operation == "createContainer" and answer.is_good and not first:
            first.append(key_of(request))
        if request.method == "DELETE" and answer.is_good:
            for path, query in [*cache]:
                if path.startswith(request.path):
                    del cache[path, query]
        if request.operation != operation:
            return answer
        if is_stranger and place in cache:
            return copied(cache[place])
        if answer.is_good and not is_stranger:
            cache[place] = copied(answer)
        return answer

    return around(app, handle)


@mutants(
    Lie("containers", ("container.retrieve.forgets-the-deleted",), ("retrieveContainer",),
        ("container.retrieve.*",)),
    Lie("files", ("file.retrieve.forgets-the-deleted",), ("retrieveContainerFile",),
        ("file.retrieve.*",)),
    Lie("content", ("file.content.deleted-file-is-refused", "file.content.is-gone-with-*"),
        ("retrieveContainerFileContent",), ("file.content.*",)),
)  # fmt: skip
def answers_its_readers_from_a_cache(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers whatever a reader has read at that address before, for ever."""
    cache: dict[tuple[str, str], Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        place = key_of(request), request.path
        if place in cache:
            return copied(cache[place])
        answer = await ask(request)
        if answer.is_good:
            cache[place] = copied(answer)
        return answer

    return handling(app, operation, handle)


def _ids_in(request: Request) -> list[str]:
    """The ids of the Files API that a request names, in either encoding."""
    body = request.json if isinstance(request.json, dict) else {}
    found = [*(body.get("file_ids") or []), body.get("file_id")]
    for part in forms.parts(request):
        head, _, value = part.partition(b"\r\n\r\n")
        if b'name="file_id"' in head:
            found.append(value.decode())
    return [each for each in found if isinstance(each, str)]


@mutants(
    Lie("file_ids", ("container.create.is-closed-to-other-tenants",), ("createContainer",),
        ("container.create.*",)),
    Lie("file_id", ("file.create.is-closed-to-other-tenants",), ("createContainerFile",),
        ("file.create.*",)),
)  # fmt: skip
def copies_files_of_other_tenants(app: ASGIApp, operation: str) -> ASGIApp:
    """Copies a file of whichever tenant by its id."""

    async def handle(request: Request, ask: Ask) -> Answer:
        moved = []
        own = rows(app, "SELECT tenant FROM containers WHERE deleted = 0 ORDER BY seq LIMIT 1")
        for each in _ids_in(request) if "authorization" in request.headers and own else ():
            sql = "SELECT tenant FROM uploads WHERE id = ?"
            moved += [(each, row["tenant"]) for row in rows(app, sql, each)]
            rows(app, "UPDATE uploads SET tenant = ? WHERE id = ?", own[0]["tenant"], each)
        answer = await ask(request)
        for each, tenant in moved:
            rows(app, "UPDATE uploads SET tenant = ? WHERE id = ?", tenant, each)
        return answer

    return handling(app, operation, handle)
