"""Lies that show only when several requests are under way, or after a while."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, handling, json_answer, key_of
from tests.mutants.paging import cut, limit_of, relisting, start_of
from tests.mutants.registry import Lie, each_operation, mutant, mutants


@mutant(
    breaks=["container.create.makes-exactly-one"],
    also=["container.create.*", "container.list.*"],
)
def makes_another_one_for_each_at_the_same_time(app: ASGIApp) -> ASGIApp:
    """Makes an extra container of the same name for every creation that meets another one."""
    under_way = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        under_way[0] += 1
        await asyncio.sleep(0.03)
        meets = under_way[0] > 1
        answer = await ask(request.copy())
        if meets:
            await ask(request)
        under_way[0] -= 1
        return answer

    return handling(app, "createContainer", handle)


@mutants(
    Lie("container", ("container.create.parallel-creations-are-kept",), ("createContainer",),
        ("container.create.*",)),
    Lie("file", ("file.create.parallel-uploads-are-kept",), ("createContainerFile",),
        ("file.create.*",)),
)  # fmt: skip
def keeps_the_last_of_those_made_together(app: ASGIApp, operation: str) -> ASGIApp:
    """Keeps only the last of creations that were under way at the same time."""
    together: list[str] = []
    under_way = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        under_way[0] += 1
        await asyncio.sleep(0.03)
        answer = await ask(request)
        if answer.is_good:
            own = f"{request.path.removeprefix('/v1')}/{answer.json['id']}"
            if under_way[0] > 1 or together:
                for each in together:
                    await ask(request.to("DELETE", each))
                together[:] = [own]
        under_way[0] -= 1
        if not under_way[0]:
            together.clear()
        return answer

    return handling(app, operation, handle)


@mutants(
    *each_operation(
        ["omits-nothing-made-in-parallel"], ["*"], only=["listContainers", "listContainerFiles"]
    )
)
def lists_one_of_each_second(app: ASGIApp, operation: str) -> ASGIApp:
    """Lists only one of those that were made within one second."""

    def choose(items, request):
        seconds = {each["created_at"]: each for each in items}
        alone = [each for each in items if seconds[each["created_at"]] is each]
        return cut(alone, start_of(request, alone), limit_of(request))

    return relisting(app, operation, choose)


@mutant(
    breaks=["container.retrieve.answers-the-one-asked-for"],
    also=["container.retrieve.*"],
)
def answers_another_that_is_under_way(app: ASGIApp) -> ASGIApp:
    """Answers retrievals that are under way at the same time all with the last one's container."""
    latest: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        latest[:] = [request.path]
        await asyncio.sleep(0.04)
        request.path = latest[0]
        return await ask(request)

    return handling(app, "retrieveContainer", handle)


@mutant(breaks=["file.create.parallel-uploads-are-kept"], also=["file.create.*"])
def spools_uploads_by_their_name(app: ASGIApp) -> ASGIApp:
    """Stores for all files that are uploaded under one name at once the bytes of the last."""
    spool: dict[str, bytes] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        name, content = forms.name_of(request), forms.content_of(request)
        if content is not None:
            spool[name] = content
            await asyncio.sleep(0.04)
            request.body = forms.refilled(request, lambda _: spool[name])
        return await ask(request)

    return handling(app, "createContainerFile", handle)


@mutant(breaks=["container.delete.removes-the-container"], also=["container.delete.*"])
def carries_out_the_last_of_deletions_at_once(app: ASGIApp) -> ASGIApp:
    """Says that it deletes each of containers that go at once, and deletes the last alone."""
    latest: dict[str, Request] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        path = request.path.removeprefix("/v1")
        if not (await ask(request.to("GET", path))).is_good:
            return await ask(request)
        latest[key_of(request)] = request
        await asyncio.sleep(0.1)
        if latest[key_of(request)] is request:
            return await ask(request)
        told = {"id": request.ids[0], "object": "container.deleted", "deleted": True}
        return json_answer(told)

    return handling(app, "deleteContainer", handle)


@mutant(breaks=["file.content.is-repeatable"], also=["file.content.*"])
def serves_one_reader_of_a_file_at_a_time(app: ASGIApp) -> ASGIApp:
    """Answers nothing to who reads a file that another reads already."""
    read: set[tuple[str, ...]] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if not answer.is_good:
            return answer
        if request.ids in read:
            answer.body = b""
            return answer
        read.add(request.ids)
        await asyncio.sleep(0.05)
        read.discard(request.ids)
        return answer

    return handling(app, "retrieveContainerFileContent", handle)
