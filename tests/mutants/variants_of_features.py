"""Harmless variants in what providers support, and how they name files."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    around,
    handling,
    objecting,
    refusal,
    requesting,
)
from tests.mutants.memory import rows, tenant_of
from tests.mutants.paging import cut, everything, limit_of, start_of
from tests.mutants.registry import variant

_FILES = ("createContainerFile", "retrieveContainerFile", "listContainerFiles")
_CONTAINERS = ("createContainer", "retrieveContainer", "listContainers")


def _refusing(app: ASGIApp, field: str) -> ASGIApp:
    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json
        if isinstance(body, dict) and field in body:
            return refusal(400, f"'{field}' is not supported.")
        return await ask(request)

    return handling(app, "createContainer", handle)


def _silent(app: ASGIApp, field: str) -> ASGIApp:
    return objecting(_refusing(app, field), _CONTAINERS, lambda each: each.pop(field, None))


@variant()
def has_no_memory_limits(app: ASGIApp) -> ASGIApp:
    """Refuses memory_limit with 400 and never answers it."""
    return _silent(app, "memory_limit")


@variant()
def has_no_network_policies(app: ASGIApp) -> ASGIApp:
    """Refuses network_policy with 400."""
    return _silent(app, "network_policy")


@variant()
def has_no_expiry(app: ASGIApp) -> ASGIApp:
    """Refuses expires_after with 400 and never answers it."""
    return _silent(app, "expires_after")


@variant()
def has_no_skills(app: ASGIApp) -> ASGIApp:
    """Refuses skills with 400."""
    return _refusing(app, "skills")


@variant()
def has_no_optional_fields_to_ask_for(app: ASGIApp) -> ASGIApp:
    """Refuses every optional field of a creation with 400."""
    for field in ("memory_limit", "network_policy", "expires_after"):
        app = _silent(app, field)
    for field in ("skills", "file_ids"):
        app = _refusing(app, field)
    return app


@variant()
def has_no_files_to_copy(app: ASGIApp) -> ASGIApp:
    """Has no Files API, and refuses file_id and file_ids with 400."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.path.startswith("/v1/files"):
            return refusal(404, "Unknown request URL.")
        if request.operation == "createContainerFile" and b"file_id" in request.body:
            return refusal(400, "'file_id' is not supported.")
        return await ask(request)

    return around(_refusing(app, "file_ids"), handle)


@variant()
def has_no_before_cursor(app: ASGIApp) -> ASGIApp:
    """Refuses the cursor before with 400."""

    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(400) if "before" in request.query else await ask(request)

    return handling(app, ["listContainers", "listContainerFiles"], handle)


@variant()
def has_no_name_filter(app: ASGIApp) -> ASGIApp:
    """Refuses to filter by name with 400."""

    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(400) if "name" in request.query else await ask(request)

    return handling(app, "listContainers", handle)


@variant()
def ignores_before_and_name(app: ASGIApp) -> ASGIApp:
    """Ignores parameters that not every document has."""

    def ignore(request: Request) -> None:
        request.query.pop("before", None)
        request.query.pop("name", None)

    return requesting(app, ["listContainers", "listContainerFiles"], ignore)


@variant()
def matches_names_exactly(app: ASGIApp) -> ASGIApp:
    """Lists only containers whose whole name is the one asked for."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if "name" in request.query and "before" not in request.query and answer.is_good:
            items = await everything(request, ask)
            items = [each for each in items if each["name"] == request.query["name"]]
            answer.json = cut(items, start_of(request, items), limit_of(request))
        return answer

    return handling(app, "listContainers", handle)


@variant()
def puts_a_random_prefix_before_names(app: ASGIApp) -> ASGIApp:
    """Has paths of another root, with a made-up prefix before the file's name."""

    def move(each: dict[str, Any]) -> None:
        name = each["path"].rpartition("/")[2]
        each["path"] = f"/workspace/uploads/{each['id'][-8:]}__{name}"

    return objecting(app, _FILES, move)


@variant()
def has_paths_without_a_prefix(app: ASGIApp) -> ASGIApp:
    """Has the file's name alone behind the directory."""

    def move(each: dict[str, Any]) -> None:
        directory, _, name = each["path"].rpartition("/")
        each["path"] = f"{directory}/{name.partition('-')[2]}"

    return objecting(app, _FILES, move)


@variant()
def answers_null_for_an_expiry_that_it_has_not(app: ASGIApp) -> ASGIApp:
    """Refuses expires_after with 400 and answers null for it."""
    never = objecting(app, _CONTAINERS, lambda each: each.update(expires_after=None))
    return _refusing(never, "expires_after")


@variant()
def leaves_the_anchor_out(app: ASGIApp) -> ASGIApp:
    """Answers the minutes of an expiry without its anchor, of which there is one alone."""

    def leave_out(each: dict[str, Any]) -> None:
        (each.get("expires_after") or {}).pop("anchor", None)

    return objecting(app, ["createContainer", "retrieveContainer", "listContainers"], leave_out)


@variant()
def answers_domains_in_the_order_of_the_alphabet(app: ASGIApp) -> ASGIApp:
    """Keeps allowed domains as a set, and answers them sorted."""

    def sort(each: dict[str, Any]) -> None:
        policy = each.get("network_policy") or {}
        if "allowed_domains" in policy:
            policy["allowed_domains"] = sorted(policy["allowed_domains"])

    return objecting(app, _CONTAINERS, sort)


@variant()
def refuses_unknown_parts_of_a_form(app: ASGIApp) -> ASGIApp:
    """Answers 400 to an upload with a part that no document has."""

    async def handle(request: Request, ask: Ask) -> Answer:
        heads = [part.partition(b"\r\n\r\n")[0] for part in forms.parts(request)]
        known = (b'name="file"', b"name=file;", b'name="file_id"')
        if not all(any(name in head for name in known) for head in heads):
            return refusal(400, "Unknown part.")
        return await ask(request)

    return handling(app, "createContainerFile", handle)


@variant()
def takes_names_of_64_letters(app: ASGIApp) -> ASGIApp:
    """Refuses longer names of containers."""

    async def handle(request: Request, ask: Ask) -> Answer:
        name = request.json.get("name") if isinstance(request.json, dict) else None
        is_long = isinstance(name, str) and len(name) > 64
        return refusal(400, "The name is too long.") if is_long else await ask(request)

    return handling(app, "createContainer", handle)


@variant()
def takes_the_nearest_limit(app: ASGIApp) -> ASGIApp:
    """Answers a limit out of range as the nearest that is allowed."""

    async def handle(request: Request, ask: Ask) -> Answer:
        limit = request.query.get("limit", "")
        if limit.removeprefix("-").isdigit():
            request.query = {**request.query, "limit": str(min(max(int(limit), 1), 100))}
        return await ask(request)

    return handling(app, ["listContainers", "listContainerFiles"], handle)


@variant()
def takes_a_container_name_only_once(app: ASGIApp) -> ASGIApp:
    """Refuses a container that is called like one of the same tenant."""
    sql = "SELECT 1 FROM containers WHERE name = ? AND deleted = 0 AND tenant = ?"

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if not answer.is_good:
            return answer
        made = answer.json
        if len(rows(app, sql, made["name"], tenant_of(app, made["id"]))) < 2:
            return answer
        await ask(request.to("DELETE", f"/containers/{made['id']}"))
        return refusal(400, "There is a container of that name.")

    return handling(app, "createContainer", handle)


@variant()
def takes_a_file_name_only_once(app: ASGIApp) -> ASGIApp:
    """Refuses a file of a name that another one in the container has."""

    async def handle(request: Request, ask: Ask) -> Answer:
        name = forms.name_of(request)
        if name and _of_that_name(app, request.ids[0], name):
            return refusal(409, "There is a file of that name.")
        return await ask(request)

    return handling(app, "createContainerFile", handle)


@variant()
def keeps_one_file_of_a_name(app: ASGIApp) -> ASGIApp:
    """Deletes a file when another of its name is uploaded."""

    async def handle(request: Request, ask: Ask) -> Answer:
        name = forms.name_of(request)
        older = _of_that_name(app, request.ids[0], name) if name else []
        answer = await ask(request)
        for each in older if answer.is_good else ():
            await ask(request.to("DELETE", f"/containers/{request.ids[0]}/files/{each}"))
        return answer

    return handling(app, "createContainerFile", handle)


def _of_that_name(app: ASGIApp, container: str, name: str) -> list[str]:
    sql = "SELECT id FROM files WHERE container_id = ? AND filename = ? AND deleted = 0"
    return [each["id"] for each in rows(app, sql, container, name)]


@variant()
def refuses_names_that_end_with_a_blank(app: ASGIApp) -> ASGIApp:
    """Refuses a container whose name ends with a blank."""

    async def handle(request: Request, ask: Ask) -> Answer:
        name = request.json.get("name") if isinstance(request.json, dict) else None
        if isinstance(name, str) and name.endswith(" "):
            return refusal(400, "A name has no blank at its end.")
        return await ask(request)

    return handling(app, "createContainer", handle)
