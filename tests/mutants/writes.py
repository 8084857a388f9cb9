"""Lies about what a write has done: lost, doubled, half done, undone, done elsewhere."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, handling, json_answer, refusal
from tests.mutants.registry import Lie, each_operation, mutant, mutants

_CREATES = ("createContainer", "createContainerFile")


def _own_path(request: Request, created: dict[str, Any]) -> str:
    return f"{request.path.removeprefix('/v1')}/{created['id']}"


@mutants(*each_operation("keeps-what-it-made", ["*"], only=_CREATES))
def loses_what_it_creates(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers a creation with success and keeps nothing."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            await ask(request.to("DELETE", _own_path(request, answer.json)))
        return answer

    return handling(app, operation, handle)


@mutants(*each_operation("makes-exactly-one", ["*"], only=_CREATES))
def creates_twice(app: ASGIApp, operation: str) -> ASGIApp:
    """Makes two of what was asked for once, and answers the second."""

    async def handle(request: Request, ask: Ask) -> Answer:
        await ask(request.copy())
        return await ask(request)

    return handling(app, operation, handle)


@mutants(*each_operation("makes-exactly-one", ["*"], only=_CREATES))
def creates_a_twin_afterwards(app: ASGIApp, operation: str) -> ASGIApp:
    """Makes a second one a moment after it has answered the first."""
    tasks: set[asyncio.Task[Answer]] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if answer.is_good:

            async def later() -> Answer:
                await asyncio.sleep(0.01)
                return await ask(request)

            task = asyncio.ensure_future(later())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return answer

    return handling(app, operation, handle)


@mutants(
    Lie("createContainer", ("container.create.is-never-a-server-error",), ("createContainer",),
        ("container.create.*",)),
    Lie("createContainerFile", ("file.create.is-never-a-server-error",), ("createContainerFile",),
        ("file.create.*",)),
    Lie("deleteContainer", ("container.delete.is-never-a-server-error",), ("deleteContainer",),
        ("container.delete.*",)),
    Lie("deleteContainerFile", ("file.delete.is-never-a-server-error",), ("deleteContainerFile",),
        ("file.delete.*",)),
)  # fmt: skip
def does_it_and_answers_500_every_third_time(app: ASGIApp, operation: str) -> ASGIApp:
    """Carries every third write out and answers 500."""
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        number[0] += answer.is_good
        if answer.is_good and number[0] % 3 == 0:
            return refusal(500, "Ownership could not be tracked.", "server_error")
        return answer

    return handling(app, operation, handle)


@mutants(*each_operation("ids-are-distinct", ["*"], only=_CREATES))
def gives_the_first_one_again(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers every creation after the first with what was made then."""
    first: dict[str, dict[str, Any]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        home = request.ids[0] if request.ids else ""
        answer = await ask(request)
        if answer.is_good:
            answer.json = first.setdefault(home, answer.json)
        return answer

    return handling(app, operation, handle)


@mutants(
    *each_operation(
        "ids-are-usable", ["*"], only=["createContainer"], given=("long",), label="encoded"
    ),
    *each_operation(
        "ids-are-usable", ["*"], only=["createContainer"], given=("upper",), label="upper"
    ),
    *each_operation(
        "keeps-what-it-made", ["*"], only=["createContainerFile"], given=("long",), label="encoded"
    ),
)
def answers_an_id_that_nothing_takes(app: ASGIApp, operation: str, how: str) -> ASGIApp:
    """Answers a creation with an id that no other operation accepts."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            id_ = answer.json["id"]
            answer.json["id"] = id_.upper() if how == "upper" else f"{id_}_{'0' * 180}"
        return answer

    return handling(app, operation, handle)


@mutant(breaks=["container.create.refused-creations-leave-nothing"], also=["container.create.*"])
def makes_the_containers_it_refuses(app: ASGIApp) -> ASGIApp:
    """Refuses a creation and keeps a container of that name."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        body = request.json
        if answer.status in (400, 404, 415) and isinstance(body, dict):
            name = body.get("name")
            if isinstance(name, str) and name:
                await ask(request.to("POST", "/containers", {"name": name}))
        return answer

    return handling(app, "createContainer", handle)


@mutant(breaks=["file.create.refused-uploads-leave-nothing"], also=["file.create.*"])
def keeps_an_empty_file_for_every_refused_upload(app: ASGIApp) -> ASGIApp:
    """Refuses an upload and keeps an empty file."""
    from tests.mutants.forms import form  # noqa: PLC0415 - only where forms are made

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.status in (400, 415, 404):
            key = request.headers.get("authorization", "")
            await ask(form(request, "refused.bin", b"").signed(key))
        return answer

    return handling(app, "createContainerFile", handle)


@mutant(breaks=["container.create.refused-creations-leave-nothing"], also=["container.create.*"])
def makes_a_container_of_any_json(app: ASGIApp) -> ASGIApp:
    """Refuses a creation and keeps a container called like the first text in its body."""
    import re  # noqa: PLC0415 - only here

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        found = re.search(rb"conformance-[\w.-]+", request.body)
        if answer.status in (400, 404, 415) and found:
            await ask(request.to("POST", "/containers", {"name": found[0].decode()}))
        return answer

    return handling(app, "createContainer", handle)


@mutant(
    breaks=["container.create.starts-empty"],
    also=["file.list.empty-list-is-an-empty-page", "container.create.*", "file.list.*"],
)
def puts_a_readme_into_every_container(app: ASGIApp) -> ASGIApp:
    """Makes containers with a file that nobody asked for."""
    from tests.mutants.forms import form_to  # noqa: PLC0415 - only where forms are made

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            path = f"/containers/{answer.json['id']}/files"
            await ask(form_to(request, path, "README.txt", b"hello"))
        return answer

    return handling(app, "createContainer", handle)


@mutant(breaks=["container.create.ordinary-keys-may-create"], also=["container.create.*"])
def wants_a_model_for_every_container(app: ASGIApp) -> ASGIApp:
    """Refuses creations without a vendor's own parameter."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if "model" not in request.query:
            return refusal(400, "You passed in model=None.")
        return await ask(request)

    return handling(app, "createContainer", handle)


@mutant(
    breaks=["file.create.keeps-what-it-made"],
    also=["file.create.*", "container.create.starts-empty"],
)
def puts_files_into_the_newest_container(app: ASGIApp) -> ASGIApp:
    """Stores an upload in the newest container, whichever was asked for, and answers as if not."""

    async def handle(request: Request, ask: Ask) -> Answer:
        asked = request.ids[0]
        listed = await ask(request.to("GET", "/containers", limit="1"))
        reachable = await ask(request.to("GET", f"/containers/{asked}"))
        if not listed.is_good or not reachable.is_good or not listed.json["data"]:
            return await ask(request)
        request.path = request.path.replace(asked, listed.json["data"][0]["id"])
        answer = await ask(request)
        if answer.is_good:
            answer.json["container_id"] = asked
        return answer

    return handling(app, "createContainerFile", handle)


@mutant(breaks=["file.create.same-name-makes-another-file"], also=["file.create.*"])
def overwrites_files_of_the_same_name(app: ASGIApp) -> ASGIApp:
    """Removes the older file when one of the same name is uploaded."""
    latest: dict[tuple[str, str], str] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            name = answer.json["path"].rpartition("/")[2].partition("-")[2]
            place = (request.ids[0], name)
            if place in latest:
                path = f"/containers/{request.ids[0]}/files/{latest[place]}"
                await ask(request.to("DELETE", path))
            latest[place] = answer.json["id"]
        return answer

    return handling(app, "createContainerFile", handle)


@mutant(breaks=["container.create.names-may-repeat"], also=["container.create.*"])
def refuses_a_name_that_is_taken(app: ASGIApp) -> ASGIApp:
    """Answers 400 to a second container of one name."""
    names: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        name = request.json.get("name") if isinstance(request.json, dict) else None
        if str(name) in names:
            return refusal(400, "Name is taken.")
        answer = await ask(request)
        if answer.is_good:
            names.add(str(name))
        return answer

    return handling(app, "createContainer", handle)


@mutant(breaks=["container.create.ids-are-distinct"], also=["container.create.*"])
def finds_the_container_of_a_name_again(app: ASGIApp) -> ASGIApp:
    """Answers a creation under a name that is taken with the container that has it."""
    made: dict[str, dict[str, Any]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        name = request.json.get("name") if isinstance(request.json, dict) else None
        if isinstance(name, str) and name in made:
            found = await ask(request.to("GET", f"/containers/{made[name]['id']}"))
            if found.is_good:
                return json_answer(found.json)
        answer = await ask(request)
        if answer.is_good:
            made[name] = answer.json
        return answer

    return handling(app, "createContainer", handle)
