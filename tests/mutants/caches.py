"""Lies of caches in front of a provider: keyed too coarsely, or kept for whom they are not."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around, handling, key_of
from tests.mutants.detours import copied
from tests.mutants.memory import files_of, rows, tenant_of
from tests.mutants.registry import each_operation, mutant, mutants

_BY_ID = (
    "retrieveContainer",
    "listContainerFiles",
    "retrieveContainerFile",
    "retrieveContainerFileContent",
)


_OF_FILES = _BY_ID[1:]


def _address(request: Request) -> tuple[str, tuple[tuple[str, str], ...]]:
    return request.path, tuple(sorted(request.query.items()))


#: What is asked for twice by one address.
_KEPT = (
    "listContainers",
    "retrieveContainer",
    "listContainerFiles",
    "retrieveContainerFileContent",
)


@mutants(*each_operation("succeeds", ["*"], only=_BY_ID))
def keeps_a_404_for_everybody(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 404 to all once it has answered 404 to one."""
    kept: dict[object, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        address = _address(request)
        if address not in kept:
            answer = await ask(request)
            if answer.status != 404:
                return answer
            kept[address] = copied(answer)
        return copied(kept[address])

    return handling(app, operation, handle)


def _keeping_pages(app: ASGIApp, place_of: Callable[[Request], object]) -> ASGIApp:
    """Pages of one place are the first of them, until something changes."""
    kept: dict[object, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.method != "GET":
            kept.clear()
        answer = await ask(request)
        if request.operation != "listContainers" or not answer.is_good:
            return answer
        return copied(kept.setdefault(place_of(request), copied(answer)))

    return around(app, handle)


@mutant(
    breaks=["container.list.name-filter-omits-other-names"],
    also=["container.list.*name*", "container.list.*"],
)
def keeps_pages_of_all_names(app: ASGIApp) -> ASGIApp:
    """Answers a filtered list with the unfiltered page, until something changes."""

    def place_of(request: Request) -> object:
        query = sorted((key, value) for key, value in request.query.items() if key != "name")
        return key_of(request), tuple(query)

    return _keeping_pages(app, place_of)


@mutant(breaks=["container.list.is-closed-to-other-tenants"], also=["container.list.*"])
def keeps_pages_for_all_tenants(app: ASGIApp) -> ASGIApp:
    """Answers a page to whoever asks for the same, until something changes."""
    return _keeping_pages(app, _address)


@mutants(*each_operation("encoding-was-asked-for", ["*"], only=_KEPT))
def keeps_pages_compressed(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers a page compressed to all, once it has compressed it for one."""
    kept: dict[object, bytes] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        accepts = "gzip" in request.headers.get("accept-encoding", "")
        answer = await ask(request)
        answer.settle()
        place = (key_of(request), _address(request))
        if not answer.is_good or not (accepts or kept.get(place) == answer.body):
            return answer
        kept[place] = answer.body
        headers = {**answer.headers, "content-encoding": "gzip"}
        return replace(answer, headers=headers, body=gzip.compress(answer.body))

    return handling(app, operation, handle)


@mutant(breaks=["container.retrieve.forgets-the-deleted"], also=["container.retrieve.*"])
def retrieves_containers_from_memory(app: ASGIApp) -> ASGIApp:
    """Answers the retrieval of a deleted container as it was answered before."""
    kept: dict[str, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            kept[request.path] = copied(answer)
        return copied(kept[request.path]) if request.path in kept else answer

    return handling(app, "retrieveContainer", handle)


@mutants(*each_operation("is-gone-with-the-container", ["unknown-*"], only=_OF_FILES))
def keeps_what_was_read_of_a_deleted_container(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers from a cache what was read before when its container is deleted."""
    kept: dict[object, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        address = key_of(request), _address(request)
        answer = await ask(request)
        if answer.is_good:
            kept[address] = copied(answer)
        if address not in kept or tenant_of(app, request.ids[0]):
            return answer
        return copied(kept[address])

    return handling(app, operation, handle)


@mutant(breaks=["file.list.omits-the-deleted"], also=["file.list.*"])
def keeps_lists_until_the_next_upload(app: ASGIApp) -> ASGIApp:
    """Keeps each page of a list of files until a file is uploaded, whatever is deleted."""
    kept: dict[object, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == "createContainerFile" and answer.is_good:
            kept.clear()
        if request.operation == "listContainerFiles" and answer.is_good:
            address = key_of(request), *_address(request)
            return copied(kept.setdefault(address, copied(answer)))
        return answer

    return handling(app, ["listContainerFiles", "createContainerFile"], handle)


@mutants(*each_operation("shows-the-created", ["*"], only=["listContainers", "listContainerFiles"]))
def keeps_lists_of_as_many(app: ASGIApp, operation: str) -> ASGIApp:
    """Keeps each page of a list as long as there are as many things as before."""
    kept: dict[object, tuple[int, Answer]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if not answer.is_good:
            return answer
        if request.ids:
            number = len(files_of(app, request.ids[0]))
        else:
            number = len(rows(app, "SELECT id FROM containers WHERE deleted = 0"))
        address = key_of(request), *_address(request)
        if kept.get(address, (-1, answer))[0] != number:
            kept[address] = number, copied(answer)
        return copied(kept[address][1])

    return handling(app, operation, handle)
