"""Lies about memory, network, skills and expiry: taken and then ignored, changed, or unchecked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, handling, objecting, refusal
from tests.mutants.registry import Lie, mutant, mutants

_OPERATION = "createContainer"
_EVERYWHERE = ("createContainer", "retrieveContainer", "listContainers")
_ANY = ("container.create.*",)


def _body(request: Request) -> dict[str, Any]:
    return request.json if isinstance(request.json, dict) else {}


def _ignoring(app: ASGIApp, field: str, instead: Callable[[Any], Any]) -> ASGIApp:
    """What is good to ask for is made of something else, and answered so everywhere."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if field not in _body(request):
            return await ask(request)
        honest = await ask(request.copy())
        if not honest.is_good:
            return honest
        await ask(request.to("DELETE", f"/containers/{honest.json['id']}"))
        value = instead(_body(request)[field])
        if value is None:
            del request.json[field]
        else:
            request.json[field] = value
        return await ask(request)

    return handling(app, _OPERATION, handle)


_DISABLED = {"type": "disabled"}
_MEMORY = ("container.create.echoes-the-memory-limit",)
_LARGE = ("container.create.large-memory-limits-are-accepted",)
_OFF = ("container.create.echoes-the-disabled-network",)
_ALLOW = ("container.create.echoes-the-allowlist",)
_EXPIRY = ("container.create.echoes-expires-after",)


def _lists(change: Callable[[list[str]], list[str]]) -> Callable[[Any], Any]:
    def turn(policy: dict[str, Any]) -> dict[str, Any]:
        domains = policy.get("allowed_domains")
        return {**policy, "allowed_domains": change(domains)} if domains else policy

    return turn


def _minutes(change: Callable[[int], int]) -> Callable[[Any], Any]:
    return lambda value: {**value, "minutes": change(value["minutes"])}


@mutants(
    Lie("memory", _MEMORY, ("memory_limit", lambda _: None), _ANY),
    Lie("4g as 1g", _MEMORY,
        ("memory_limit", lambda value: "1g" if value == "4g" else value), _ANY),
    Lie("4g as 16g", _MEMORY,
        ("memory_limit", lambda value: "16g" if value == "4g" else value), _ANY),
    Lie("16g and 64g as 4g", _LARGE,
        ("memory_limit", lambda value: "4g" if len(value) == 3 else value), _ANY),
    Lie("64g as 16g", _LARGE,
        ("memory_limit", lambda value: "16g" if value == "64g" else value), _ANY),
    Lie("disabled network", _OFF,
        ("network_policy", lambda value: None if value == _DISABLED else value), _ANY),
    Lie("disabled network as open", _OFF,
        ("network_policy", lambda value: value if value != _DISABLED
         else {"type": "allowlist", "allowed_domains": ["any.example"]}), _ANY),
    Lie("allowlist", _ALLOW,
        ("network_policy", lambda value: None if value != _DISABLED else value), _ANY),
    Lie("allowlist as disabled", _ALLOW, ("network_policy", lambda _: _DISABLED), _ANY),
    Lie("the last domain", _ALLOW, ("network_policy", _lists(lambda it: it[:-1] or it)), _ANY),
    Lie("the first domain", _ALLOW, ("network_policy", _lists(lambda it: it[1:] or it)), _ANY),
    Lie("any domain", _ALLOW, ("network_policy", _lists(lambda it: [*it, "any.example"])), _ANY),
    Lie("subdomains", _ALLOW, ("network_policy", _lists(lambda it: ["*." + e for e in it])), _ANY),
    Lie("expiry", _EXPIRY, ("expires_after", lambda _: None), _ANY),
    Lie("half the minutes", _EXPIRY, ("expires_after", _minutes(lambda it: max(1, it // 2))), _ANY),
    Lie("one minute more", _EXPIRY,
        ("expires_after", _minutes(lambda it: it + 1 if it < 20 else 19)), _ANY),
)  # fmt: skip
def ignores_or_changes(app: ASGIApp, field: str, instead: Callable[[Any], Any]) -> ASGIApp:
    """Takes an option of a container and makes something else of it."""
    return _ignoring(app, field, instead)


@mutants(
    Lie("4g", ("container.create.default-memory-limit-is-1g",), ("4g",), _ANY),
    Lie("64g", ("container.create.default-memory-limit-is-1g",), ("64g",), _ANY),
)
def has_another_default_memory(app: ASGIApp, limit: str) -> ASGIApp:
    """Gives containers more memory than they are asked for with."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if _body(request):
            request.json.setdefault("memory_limit", limit)
        return await ask(request)

    return handling(app, _OPERATION, handle)


def _forgiving(app: ASGIApp, field: str, forgive: Callable[[Any], Any]) -> ASGIApp:
    """What is refused for *field* is tried again with what the liar makes of it; None drops it."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if answer.status != 400 or field not in _body(request):
            return answer
        value = forgive(request.json[field])
        if value is None:
            del request.json[field]
        else:
            request.json[field] = value
        again = await ask(request)
        return again if again.is_good else answer

    return handling(app, _OPERATION, handle)


def _fits(**wanted: Any) -> dict[str, Any]:
    return {"anchor": "last_active_at", "minutes": 20, **wanted}


def _anchored(value: Any) -> Any:
    return _fits(**value) if isinstance(value, dict) and "anchor" not in value else value


def _timed(value: Any) -> Any:
    return _fits(**value) if isinstance(value, dict) and "minutes" not in value else value


def _any_anchor(value: Any) -> Any:
    is_odd = isinstance(value, dict) and "anchor" in value
    return {**value, "anchor": "last_active_at"} if is_odd else value


def _minutes_of(kind: type) -> Callable[[Any], Any]:
    def forgive(value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("minutes"), kind):
            text = str(value["minutes"])
            whole = int(float(text)) if text.strip("-").replace(".", "", 1).isdecimal() else 10
            return {**value, "minutes": min(20, max(1, whole))}
        return value

    return forgive


def _emptied(value: Any) -> Any:
    is_list = isinstance(value, dict) and value.get("type") == "allowlist"
    return _DISABLED if is_list and not value.get("allowed_domains") else value


def _any_policy(value: Any) -> Any:
    is_odd = isinstance(value, dict) and value.get("type") not in ("allowlist", "disabled")
    return _DISABLED if is_odd else value


def _known_skills(value: Any) -> Any:
    return None if isinstance(value, list) else value


@mutants(
    Lie("memory", ("container.create.unknown-memory-limit-is-refused",),
        ("memory_limit", lambda _: None), _ANY),
    Lie("memory in capitals", ("container.create.unknown-memory-limit-is-refused",),
        ("memory_limit", lambda value: "1g" if isinstance(value, str) else value), _ANY),
    Lie("empty allowlist", ("container.create.allowlist-needs-domains",),
        ("network_policy", _emptied), _ANY),
    Lie("unknown policy", ("container.create.unknown-network-policy-is-refused",),
        ("network_policy", _any_policy), _ANY),
    Lie("no anchor", ("container.create.expires-after-needs-an-anchor",),
        ("expires_after", _anchored), _ANY),
    Lie("no minutes", ("container.create.expires-after-needs-minutes",),
        ("expires_after", _timed), _ANY),
    Lie("unknown anchor", ("container.create.unknown-anchor-is-refused",),
        ("expires_after", _any_anchor), _ANY),
    Lie("minutes as text", ("container.create.minutes-must-be-a-whole-number",),
        ("expires_after", _minutes_of(str)), _ANY),
    Lie("fractions of minutes", ("container.create.minutes-must-be-a-whole-number",),
        ("expires_after", _minutes_of(float)), _ANY),
    Lie("minutes out of range", ("container.create.minutes-below-1-are-refused",),
        ("expires_after", _minutes_of(int)), _ANY),
    Lie("malformed skills", ("container.create.malformed-skills-are-refused",),
        ("skills", _known_skills), _ANY),
)  # fmt: skip
def takes_what_it_should_refuse(app: ASGIApp, field: str, forgive: Callable[[Any], Any]) -> ASGIApp:
    """Takes an option that no document has, and forgets it."""
    return _forgiving(app, field, forgive)


@mutants(
    Lie("memory", ("container.create.is-never-a-server-error",), ("memory_limit",), _ANY),
    Lie("network", ("container.create.is-never-a-server-error",), ("network_policy",), _ANY),
    Lie("expiry", ("container.create.is-never-a-server-error",), ("expires_after",), _ANY),
    Lie("skills", ("container.create.is-never-a-server-error",), ("skills",), _ANY),
    Lie("file ids", ("container.create.is-never-a-server-error",), ("file_ids",), _ANY),
)
def crashes_at_an_odd_option(app: ASGIApp, field: str) -> ASGIApp:
    """Answers 500 where an option should be refused."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.status in (400, 404) and field in _body(request):
            return refusal(500, "KeyError", "server_error")
        return answer

    return handling(app, _OPERATION, handle)


_SECRETS = "never-shows-domain-secrets"


@mutants(
    Lie("at creation", (f"container.create.{_SECRETS}",), (("createContainer",),), _ANY),
    Lie("at retrieval", (f"container.retrieve.{_SECRETS}",), (("retrieveContainer",),),
        ("container.retrieve.*",)),
    Lie("in lists", (f"container.list.{_SECRETS}",), (("listContainers",),),
        ("container.list.*",)),
)  # fmt: skip
def shows_domain_secrets(app: ASGIApp, where: tuple[str, ...]) -> ASGIApp:
    """Answers the values of domain secrets."""
    secrets: dict[str, Any] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        policy = _body(request).get("network_policy") if request.method == "POST" else None
        answer = await ask(request)
        if answer.is_good and isinstance(policy, dict) and policy.get("domain_secrets"):
            secrets[answer.json["id"]] = policy["domain_secrets"]
        if request.operation in where:
            for each in answer.objects:
                if each.get("id") in secrets and each.get("network_policy"):
                    each["network_policy"]["domain_secrets"] = secrets[each["id"]]
        return answer

    return handling(app, _EVERYWHERE, handle)


@mutant(breaks=["container.create.inline-skills-are-accepted"], also=_ANY)
def crashes_at_inline_skills(app: ASGIApp) -> ASGIApp:
    """Answers 500 to a skill given inline."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good and _body(request).get("skills"):
            return refusal(500, "Skill failed.", "server_error")
        return answer

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("too long", ("container.create.skills-by-reference-are-judged",), (65,), _ANY),
    Lie("unknown", ("container.create.skills-by-reference-are-judged",), (0,), _ANY),
)
def takes_any_reference_to_a_skill(app: ASGIApp, at_least: int) -> ASGIApp:
    """Takes a skill by an id that can't be one."""

    def forgive(value: Any) -> Any:
        ids = [each.get("skill_id") for each in value] if isinstance(value, list) else []
        fits = ids and all(isinstance(each, str) and len(each) >= at_least for each in ids)
        return None if fits else value

    return _forgiving(app, "skills", forgive)


@mutants(
    Lie("memory", ("container.create.echoes-the-memory-limit",),
        (lambda each: each.update(memory_limit="1g"),),
        (*_ANY, "container.create.default-memory*")),
    Lie("network", ("container.create.echoes-the-disabled-network",
                    "container.create.echoes-the-allowlist"),
        (lambda each: each.pop("network_policy", None),), _ANY),
    Lie("expiry", ("container.create.echoes-expires-after",),
        (lambda each: each.update(expires_after={"anchor": "last_active_at", "minutes": 20}),),
        _ANY),
)  # fmt: skip
def answers_a_creation_with_defaults(app: ASGIApp, change: Callable[[Any], Any]) -> ASGIApp:
    """Keeps an option of a container, and answers its creation without it."""
    return objecting(app, _OPERATION, change)
