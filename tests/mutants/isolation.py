"""Lies about whose is whose: other tenants, other containers, other files."""

from __future__ import annotations

import re
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around, handling, key_of, refusal
from tests.mutants.registry import each_operation, mutant, mutants

_OF_A_FILE = ("retrieveContainerFile", "deleteContainerFile", "retrieveContainerFileContent")
_WITHOUT = ("createContainer", "listContainers")


@mutants(*each_operation("is-closed-to-other-tenants", ["refused-deletions*"], without=_WITHOUT))
def opens_containers_to_other_tenants(app: ASGIApp, operation: str) -> ASGIApp:
    """Serves one operation to every tenant as if it were the owner."""
    owners: dict[str, str] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == operation and request.ids[0] in owners:
            answer = await ask(request.copy())
            if answer.status != 404:
                return answer
            return await ask(request.signed(owners[request.ids[0]]))
        answer = await ask(request)
        if request.operation == "createContainer" and answer.is_good:
            owners[answer.json["id"]] = key_of(request)
        return answer

    return around(app, handle)


@mutant(breaks=["container.list.is-closed-to-other-tenants"])
def lists_the_containers_of_other_tenants(app: ASGIApp) -> ASGIApp:
    """Lists to every tenant what the first one has."""
    first: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if not answer.is_good:
            return answer
        first[:] = first or [key_of(request)]
        if request.operation == "listContainers":
            return await ask(request.signed(first[0]))
        return answer

    return around(app, handle)


@mutant(breaks=["file.retrieve.is-closed-to-other-tenants"])
def shows_metadata_to_who_knows_both_ids(app: ASGIApp) -> ASGIApp:
    """Retrieves a file for whoever knows its id, wherever it was seen before."""
    seen: dict[str, dict[str, Any]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == "createContainerFile" and answer.is_good:
            seen[answer.json["id"]] = answer.json
        if request.operation == "retrieveContainerFile" and answer.status == 404:
            stranger = seen.get(request.ids[1])
            if stranger and stranger["container_id"] == request.ids[0]:
                store = app.state.store
                if store.containers._storage.connection.execute(
                    "SELECT 1 FROM files WHERE id = ? AND deleted = 0", (request.ids[1],)
                ).fetchone():
                    answer.json, answer.status = stranger, 200
        return answer

    return around(app, handle)


@mutants(
    *each_operation(
        "file-of-another-container-is-refused",
        ["unknown-container-*", "is-gone-with-the-container*", "container-id-is-the-container*"],
        only=_OF_A_FILE,
    )
)
def finds_files_by_their_own_id_alone(app: ASGIApp, operation: str) -> ASGIApp:
    """Finds a file by its id, whatever container the address names."""
    homes: dict[str, str] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == operation:
            container, file = request.ids
            answer = await ask(request.copy())
            home = homes.get(file)
            if answer.status != 404 or not home or home == container:
                return answer
            if not (await ask(request.to("GET", f"/containers/{container}"))).is_good:
                return answer
            request.path = request.path.replace(container, home)
            return await ask(request)
        answer = await ask(request)
        if request.operation == "createContainerFile" and answer.is_good:
            homes[answer.json["id"]] = request.ids[0]
        return answer

    return around(app, handle)


@mutants(*each_operation("is-closed-to-other-tenants", ["*"], only=_OF_A_FILE))
def finds_files_of_other_tenants_through_a_container(app: ASGIApp, operation: str) -> ASGIApp:
    """Finds a file of whichever tenant for who has any container."""
    homes: dict[str, tuple[str, str]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if request.operation == "createContainerFile" and answer.is_good:
            homes[answer.json["id"]] = request.ids[0], key_of(request)
        if request.operation != operation or request.ids[1] not in homes:
            return answer
        home, owner = homes[request.ids[1]]
        if answer.status != 404 or owner == key_of(request):
            return answer
        if not (await ask(request.to("GET", f"/containers/{request.ids[0]}"))).is_good:
            return answer
        request.path = request.path.replace(request.ids[0], home)
        return await ask(request.signed(owner))

    return around(app, handle)


@mutant(breaks=["file.content.belongs-to-its-file"], also=["file.content.*"])
def answers_the_content_of_another_tenants_namesake(app: ASGIApp) -> ASGIApp:
    """Answers the content of a file of the same name that another tenant has."""
    places: dict[bytes, list[tuple[str, str]]] = {}
    names: dict[str, bytes] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if request.operation == "createContainerFile" and answer.is_good:
            name = re.search(rb'filename="([^"]*)"', request.body)
            if name:
                path = f"/containers/{request.ids[0]}/files/{answer.json['id']}/content"
                names[answer.json["id"]] = name[1]
                places.setdefault(name[1], []).append((key_of(request), path))
        if request.operation == "retrieveContainerFileContent" and answer.is_good:
            for owner, path in places.get(names.get(request.ids[1], b""), ()):
                if owner != key_of(request):
                    return await ask(request.to("GET", path).signed(owner))
        return answer

    return around(app, handle)


@mutant(
    breaks=["file.list.shows-only-its-container", "file.list.container-id-is-the-container"],
    also=["file.list.*"],
)
def lists_the_files_of_all_containers(app: ASGIApp) -> ASGIApp:
    """Lists the newest file of another container with those of the one asked for."""
    latest: dict[str, dict[str, Any]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == "createContainerFile" and answer.is_good:
            latest[request.ids[0]] = answer.json
        if request.operation == "listContainerFiles" and answer.is_good:
            others = [each for home, each in latest.items() if home != request.ids[0]]
            if others and not answer.json["has_more"] and "after" not in request.query:
                body = answer.json
                body["data"] = [*body["data"], others[-1]]
                body["first_id"], body["last_id"] = body["data"][0]["id"], body["data"][-1]["id"]
        return answer

    return around(app, handle)


@mutant(breaks=["file.list.shows-only-its-container"], also=["file.list.*"])
def lists_files_of_another_container_as_its_own(app: ASGIApp) -> ASGIApp:
    """Lists a neighbour's file under the container_id of the one asked for."""
    latest: dict[str, dict[str, Any]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == "createContainerFile" and answer.is_good:
            latest[request.ids[0]] = answer.json
        if request.operation == "listContainerFiles" and answer.is_good:
            others = [each for home, each in latest.items() if home != request.ids[0]]
            if others and not answer.json["has_more"] and "after" not in request.query:
                body = answer.json
                alien = {**others[-1], "container_id": request.ids[0]}
                body["data"] = [*body["data"], alien]
                body["first_id"], body["last_id"] = body["data"][0]["id"], alien["id"]
        return answer

    return around(app, handle)


@mutant(
    breaks=["file.list.unknown-container-is-refused"],
    also=["file.list.unknown-container-is-404", "file.list.is-gone-with-the-container",
          "file.list.ids-are-decoded-once", "file.list.is-closed-to-other-tenants",
          "file.list.ids-keep-their-case"],
)  # fmt: skip
def lists_nothing_for_a_missing_container(app: ASGIApp) -> ASGIApp:
    """Answers an empty list of files where there is no such container."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.status == 404 and "Container with id" in answer.body.decode():
            answer.status = 200
            answer.json = {
                "object": "list",
                "data": [],
                "first_id": None,
                "last_id": None,
                "has_more": False,
            }
        return answer

    return handling(app, "listContainerFiles", handle)


@mutant(
    breaks=["file.content.belongs-to-its-file"],
    also=["file.content.*"],
)
def answers_the_content_of_the_latest_file(app: ASGIApp) -> ASGIApp:
    """Answers the content of the newest file of the container, whichever was asked for."""

    async def handle(request: Request, ask: Ask) -> Answer:
        honest = await ask(request.copy())
        if not honest.is_good:
            return honest
        listed = await ask(request.to("GET", f"/containers/{request.ids[0]}/files", limit="1"))
        request.path = request.path.replace(request.ids[1], listed.json["data"][0]["id"])
        return await ask(request)

    return handling(app, "retrieveContainerFileContent", handle)


@mutant(
    breaks=["file.retrieve.answers-the-one-asked-for"],
    also=["file.retrieve.*"],
)
def retrieves_the_oldest_file(app: ASGIApp) -> ASGIApp:
    """Retrieves the oldest file of the container, whichever was asked for."""

    async def handle(request: Request, ask: Ask) -> Answer:
        honest = await ask(request)
        if not honest.is_good:
            return honest
        path = f"/containers/{request.ids[0]}/files"
        listed = await ask(request.to("GET", path, limit="1", order="asc"))
        honest.json = listed.json["data"][0]
        return honest

    return handling(app, "retrieveContainerFile", handle)


@mutant(
    breaks=["container.retrieve.answers-the-one-asked-for"],
    also=["container.retrieve.*"],
)
def retrieves_the_newest_container(app: ASGIApp) -> ASGIApp:
    """Retrieves the newest container, whichever was asked for."""

    async def handle(request: Request, ask: Ask) -> Answer:
        honest = await ask(request)
        if honest.is_good:
            listed = await ask(request.to("GET", "/containers", limit="1"))
            honest.json = listed.json["data"][0]
        return honest

    return handling(app, "retrieveContainer", handle)


@mutant(breaks=["container.create.names-of-other-tenants-are-free"], also=["container.create.*"])
def refuses_the_names_of_other_tenants(app: ASGIApp) -> ASGIApp:
    """Answers 409 to the name of a container that another tenant has."""
    owners: dict[str, set[str]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        name = request.json.get("name") if isinstance(request.json, dict) else None
        if isinstance(name, str) and owners.get(name, set()) - {key_of(request)}:
            return refusal(409, "That name is taken.")
        answer = await ask(request)
        if answer.is_good and isinstance(name, str):
            owners.setdefault(name, set()).add(key_of(request))
        return answer

    return handling(app, "createContainer", handle)
