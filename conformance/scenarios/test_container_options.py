"""What a container is created with, and tells of itself in every view."""

import base64
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.checks import agreement, values
from conformance.checks.status import refused, succeeded
from conformance.errors import Failure, NotApplicable, Unsupported, Untestable
from conformance.evidence.exchange import shown

requirement = pytest.mark.requirement

SECRET = "conformance-secret-0123456789"  # noqa: S105 - made up, to be looked for in answers

LISTED = "container.list.fields-agree-with-retrieval"


@dataclass
class Views:
    """One container as its creation, its retrieval and the list show it."""

    created: Any
    retrieved: Any
    listed: Any  # the item of the list; ... where no list showed it


@pytest.fixture
def views(api, eventually):
    """``views(label, **options)`` creates a container and looks at it from every side."""

    def look(label, **options):
        created = api.create_container(name=api.name(label), **options)
        if not created.ok or not isinstance(created.get("id"), str):
            return Views(created, None, ...)
        retrieved = api.retrieve_container(created["id"])

        def item():
            page = succeeded(api.list_containers(limit=100, order="desc"))
            found = [each for each in page.data if each.get("id") == created["id"]]
            if not found:
                raise Failure("the container on the newest page", "not there", page.id)
            return found[0]

        try:
            listed = eventually(item, about="container.list.shows-the-created")
        except Failure:
            listed = ...
        return Views(created, retrieved, listed)

    return look


@pytest.fixture
def agrees(holds):
    """``agrees(views, field, sent, create=…, retrieve=…)`` books a field on the view at fault."""

    def judge(seen, field, sent=..., *, create=None, retrieve=None):
        created = agreement.field(seen.created.json, field)
        retrieved = agreement.field(seen.retrieved.json, field) if seen.retrieved.ok else ...
        listed = ... if seen.listed is ... else agreement.field(seen.listed, field)
        wrong = agreement.at_fault(sent, created, retrieved, listed)
        wanted = f"{field}: {shown(sent if sent is not ... else _told(created))}"
        if create:
            with holds(create):
                if "create" in wrong:
                    seen_as = created if created != sent else retrieved
                    raise Failure(wanted, _told(seen_as), seen.created.id)
        if retrieve:
            with holds(retrieve):
                if not seen.retrieved.ok:
                    raise Untestable(seen.retrieved.told(), blame="container.retrieve.succeeds")
                if "retrieve" in wrong:
                    raise Failure(wanted, _told(retrieved), seen.retrieved.id)
        with holds(LISTED):
            if listed is ...:
                raise Untestable("no list showed it", blame="container.list.shows-the-created")
            if "list" in wrong:
                raise Failure(wanted, _told(listed))

    return judge


def _told(value):
    return "no such field" if value is agreement.ABSENT else shown(value)


@requirement(
    "container.create.echoes-the-name",
    "container.retrieve.name-is-as-created",
    "container.retrieve.created-at-is-as-created",
    "container.retrieve.status-is-alive",
    "container.retrieve.is-repeatable",
    "container.retrieve.last-active-at-is-not-before-creation",
    "container.create.default-memory-limit-is-1g",
    "container.create.expires-after-defaults-to-20-minutes",
    LISTED,
)
def test_plain_container_is_the_same_everywhere(api, holds, views, agrees):
    seen = views("plain one")
    if not isinstance(seen.created.get("id"), str):
        raise Untestable(seen.created.told(), blame="container.create.succeeds")
    agrees(
        seen,
        "name",
        api.name("plain one"),
        create="container.create.echoes-the-name",
        retrieve="container.retrieve.name-is-as-created",
    )
    agrees(seen, "created_at", retrieve="container.retrieve.created-at-is-as-created")
    for field in ("memory_limit", "expires_after", "network_policy"):
        agrees(seen, field)
    with holds("container.create.default-memory-limit-is-1g"):
        limit = seen.created.get("memory_limit")
        if limit is None:
            raise Unsupported("no answer tells a memory limit")
        values.same("memory_limit", "1g", limit, seen.created.id)
    with holds("container.create.expires-after-defaults-to-20-minutes"):
        default = {"anchor": "last_active_at", "minutes": 20}
        values.within("expires_after", default, seen.created["expires_after"], seen.created.id)
    with holds("container.retrieve.status-is-alive"):
        if seen.retrieved["status"] in ("deleted", "expired"):
            raise Failure("the status of a living container", shown(seen.retrieved["status"]))
    with holds("container.retrieve.last-active-at-is-not-before-creation"):
        active = seen.retrieved.get("last_active_at")
        if isinstance(active, int) and active < seen.created["created_at"]:
            raise Failure("last_active_at at or after created_at", shown(active))
    with holds("container.retrieve.is-repeatable"):
        again = succeeded(api.retrieve_container(seen.created["id"]))
        for field in ("id", "name", "created_at", "memory_limit", "expires_after"):
            values.same(field, seen.retrieved.get(field), again.get(field), again.id)


@requirement("container.retrieve.last-active-at-moves")
def test_use_moves_last_active_at(api, eventually, flock):
    def moved():
        active = succeeded(api.retrieve_container(flock[0].id)).get("last_active_at")
        if active is None:
            raise Unsupported("no answer tells last_active_at")
        if active <= flock[0].created["created_at"]:
            raise Failure("last_active_at later than created_at", shown(active))

    eventually(moved, about="container.retrieve.last-active-at-moves")


@requirement(
    "container.create.echoes-expires-after",
    "container.retrieve.expires-after-is-as-created",
    LISTED,
)
def test_expires_after_is_kept(views, agrees, kept):
    sent = {"anchor": "last_active_at", "minutes": 15}
    seen = kept(views("expiry", expires_after=sent), "expires_after")
    agrees(
        seen,
        "expires_after",
        sent,
        create="container.create.echoes-expires-after",
        retrieve="container.retrieve.expires-after-is-as-created",
    )


@requirement(
    "container.create.echoes-the-memory-limit",
    "container.retrieve.memory-limit-is-as-created",
    LISTED,
)
def test_memory_limit_is_kept(views, agrees, kept):
    seen = kept(views("memory", memory_limit="4g"), "memory_limit")
    agrees(
        seen,
        "memory_limit",
        "4g",
        create="container.create.echoes-the-memory-limit",
        retrieve="container.retrieve.memory-limit-is-as-created",
    )


@requirement("container.create.large-memory-limits-are-accepted")
def test_large_memory_limits_are_kept(bench, api, kept, views):
    if not bench.settings.tries_expensive:
        raise NotApplicable("16g and 64g cost up to US$ 1.92 each (--expensive)")
    for limit in ("16g", "64g"):
        seen = kept(views("large memory", memory_limit=limit), "memory_limit")
        values.equal(seen.created, "memory_limit", limit)


@requirement(
    "container.create.echoes-the-disabled-network",
    "container.create.echoes-the-allowlist",
    "container.create.never-shows-domain-secrets",
    "container.retrieve.network-policy-is-as-created",
    LISTED,
)
def test_network_policy_is_kept(holds, views, agrees, kept):
    with holds("container.create.echoes-the-disabled-network"):
        disabled = kept(views("offline", network_policy={"type": "disabled"}), "network_policy")
        agrees(
            disabled,
            "network_policy",
            {"type": "disabled"},
            create="container.create.echoes-the-disabled-network",
            retrieve="container.retrieve.network-policy-is-as-created",
        )
    secret = {"domain": "example.com", "name": "TOKEN", "value": SECRET}
    policy = {"type": "allowlist", "allowed_domains": ["example.com"], "domain_secrets": [secret]}
    seen = views("online", network_policy=policy)
    with holds("container.create.never-shows-domain-secrets"):
        _not_refused(seen.created)
        for answer in (seen.created, seen.retrieved):
            if SECRET.encode() in answer.content:
                raise Failure("an answer without the secret", "its value", answer.id)
    with holds("container.create.echoes-the-allowlist"):
        told = kept(seen, "network_policy").created["network_policy"]
        wanted = {"type": "allowlist", "allowed_domains": ["example.com"]}
        values.within("network_policy", wanted, told, seen.created.id)


def _not_refused(created):
    if created.refused:
        raise Unsupported(f"the option is refused: {created.told()}")
    succeeded(created)


@pytest.fixture
def kept():
    """``kept(views, field)``: the option was taken, and some answer tells of it."""

    def judge(seen, field):
        _not_refused(seen.created)
        if not isinstance(seen.created.get("id"), str):
            raise Untestable("no id", blame="container.create.id-is-a-string")
        told = [agreement.field(each, field) for each in (seen.created.json, seen.retrieved.json)]
        told.append(agreement.field(seen.listed, field))
        if all(each in (agreement.ABSENT, None) for each in told):
            raise Unsupported(f"no answer tells {field}")
        return seen

    return judge


@requirement("container.create.inline-skills-are-accepted")
def test_inline_skill_is_accepted(api, accepts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SKILL.md", "---\nname: greet\ndescription: Greets.\n---\nSay hello.\n")
    skill = {
        "type": "inline",
        "name": "greet",
        "description": "Greets.",
        "source": {
            "type": "base64",
            "media_type": "application/zip",
            "data": base64.b64encode(packed.getvalue()).decode(),
        },
    }
    accepts(api.create_container(name=api.name("skilled"), skills=[skill]), "an inline skill")


@requirement("container.create.minutes-over-20-are-refused")
def test_minutes_over_20_are_refused(api):
    longer = {"anchor": "last_active_at", "minutes": 21}
    answer = refused(api.create_container(name=api.name("long"), expires_after=longer))
    values.within("error", {"code": "integer_above_max_value"}, answer["error"], answer.id)
