"""Lies that one view of a container tells, and that only more than one of a thing shows."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, handling, objecting
from tests.mutants.memory import files_of, rows
from tests.mutants.registry import Lie, mutant, mutants


def _first_domain_only(each: dict[str, Any]) -> None:
    policy = each.get("network_policy") or {}
    if "allowed_domains" in policy:
        policy["allowed_domains"] = policy["allowed_domains"][:1]


@mutants(
    Lie("retrieval", ("container.retrieve.network-policy-is-as-created",), ("retrieveContainer",),
        ("container.retrieve.*",)),
    Lie("list", ("container.list.fields-agree-with-retrieval",), ("listContainers",),
        ("container.list.*",)),
    Lie("creation", ("container.create.echoes-the-allowlist",), ("createContainer",),
        ("container.create.*",)),
)  # fmt: skip
def shows_the_first_domain_alone(app: ASGIApp, operation: str) -> ASGIApp:
    """Shows one of several allowed domains."""
    return objecting(app, operation, _first_domain_only)


@mutant(breaks=["container.create.echoes-the-allowlist"], also=["container.create.*"])
def keeps_255_letters_of_the_domains(app: ASGIApp) -> ASGIApp:
    """Keeps the allowed domains in a column of 255 letters, commas and all."""

    def cut(each: dict[str, Any]) -> None:
        policy = each.get("network_policy") or {}
        if "allowed_domains" in policy:
            policy["allowed_domains"] = ",".join(policy["allowed_domains"])[:255].split(",")

    return objecting(app, ["retrieveContainer", "listContainers"], cut)


@mutant(
    breaks=["container.retrieve.expires-after-is-as-created"],
    also=["container.retrieve.*"],
)
def resets_the_idle_time_when_retrieved(app: ASGIApp) -> ASGIApp:
    """Gives a container 20 minutes, whatever it was made with, from its first retrieval on."""

    async def handle(request: Request, ask: Ask) -> Answer:
        rows(app, "UPDATE containers SET minutes = 20 WHERE id = ?", request.ids[0])
        return await ask(request)

    return handling(app, "retrieveContainer", handle)


@mutant(
    breaks=["container.retrieve.expires-after-is-as-created"],
    also=["container.retrieve.*"],
)
def tells_the_minutes_left(app: ASGIApp) -> ASGIApp:
    """Tells for expires_after how many whole minutes a container had left when it was asked for."""

    async def handle(request: Request, ask: Ask) -> Answer:
        sql = "SELECT last_active_at FROM containers WHERE id = ?"
        before = [each["last_active_at"] for each in rows(app, sql, request.ids[0])]
        answer = await ask(request)
        if answer.is_good and answer.json["last_active_at"] > before[0]:
            answer.json["expires_after"]["minutes"] -= 1
        return answer

    return handling(app, "retrieveContainer", handle)


@mutant(
    breaks=["file.retrieve.answers-the-one-asked-for"],
    also=["file.retrieve.*"],
)
def retrieves_the_newest_file(app: ASGIApp) -> ASGIApp:
    """Retrieves the newest file of the container, whichever was asked for."""

    async def handle(request: Request, ask: Ask) -> Answer:
        path = f"/containers/{request.ids[0]}/files"
        listed = await ask(request.to("GET", path, limit="1"))
        answer = await ask(request)
        if listed.is_good and listed.json["data"]:
            answer.json, answer.status = listed.json["data"][0], 200
        return answer

    return handling(app, "retrieveContainerFile", handle)


@mutant(breaks=["container.retrieve.changes-nothing"], also=["container.retrieve.*"])
def takes_the_only_file_when_retrieved(app: ASGIApp) -> ASGIApp:
    """Deletes the file of a container that has no other, when the container is retrieved."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        found = files_of(app, request.ids[0])
        if answer.is_good and len(found) == 1:
            path = f"/containers/{request.ids[0]}/files/{found[0]}"
            await ask(request.to("DELETE", path))
        return answer

    return handling(app, "retrieveContainer", handle)


@mutant(breaks=["container.list.fields-agree-with-retrieval"], also=["container.list.*"])
def lists_the_policy_of_the_one_above(app: ASGIApp) -> ASGIApp:
    """Shows a container without a network policy with that of the one above it."""

    def scan(answer: Answer, _: Request) -> None:
        last = None
        for each in answer.objects:
            last = each.get("network_policy", last)
            if last is not None:
                each["network_policy"] = last

    return answering(app, "listContainers", scan)
