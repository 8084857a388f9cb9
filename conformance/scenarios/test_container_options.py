"""What a container is created with, and tells of itself in every view."""

import base64
import io
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.checks import agreement, values
from conformance.checks.status import refused, succeeded
from conformance.errors import Failure, NotApplicable, Signal, Unsupported, Untestable
from conformance.evidence.exchange import shown

cost = pytest.mark.cost
requirement = pytest.mark.requirement

SECRET = "conformance-secret-0123456789"  # noqa: S105 - made up, to be looked for in answers

#: Letters outside ASCII, spaces, quotes and signs.
UNICODE = "ü 名前 🎉 \"a\" 'b' & %41+"

LISTED = "container.list.fields-agree-with-retrieval"


#: For each option the requirements that its creation and its retrieval speak for.
KEPT = {
    "expires_after": (
        "container.create.echoes-expires-after",
        "container.retrieve.expires-after-is-as-created",
    ),
    "memory_limit": (
        "container.create.echoes-the-memory-limit",
        "container.retrieve.memory-limit-is-as-created",
    ),
    "network_policy": (
        "container.create.echoes-the-disabled-network",
        "container.retrieve.network-policy-is-as-created",
    ),
}


@dataclass
class Views:
    """One container as its creation, its retrieval and the list show it."""

    created: Any
    retrieved: Any
    listed: Any  # the item of the list; ... where no list showed it
    label: str = ""


@pytest.fixture
def views(api, eventually):
    """``views(label, **options)`` creates a container and looks at it from every side."""

    def look(label, **options):
        created = api.create_container(name=api.name(label), **options)
        if not created.ok or not isinstance(created.get("id"), str):
            return Views(created, created, ..., label)
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
        return Views(created, retrieved, listed, label)

    return look


@pytest.fixture
def agrees(holds):
    """``agrees(views, field, sent, create=…, retrieve=…)`` books a field on the view at fault."""

    def judge(seen, field, sent=..., *, create=None, retrieve=None):
        def of(item):
            return agreement.restricted(agreement.field(item, field), sent)

        created = of(seen.created.json)
        retrieved = of(seen.retrieved.json) if seen.retrieved.ok else ...
        listed = ... if seen.listed is ... else of(seen.listed)
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


def given_id(created):
    """The id of what was made.

    Raises:
        Untestable: if nothing was.
    """
    if not created.ok or not isinstance(created.get("id"), str):
        raise Untestable(created.told(), blame="container.create.succeeds")
    return created["id"]


def _told(value):
    return "no such field" if value is agreement.ABSENT else shown(value)


@requirement(
    "container.retrieve.name-is-as-created",
    "container.retrieve.created-at-is-as-created",
    "container.retrieve.status-is-alive",
    "container.retrieve.is-repeatable",
    "container.retrieve.last-active-at-is-not-before-creation",
    "container.create.default-memory-limit-is-1g",
    "container.create.expires-after-defaults-to-20-minutes",
    "container.create.keeps-unicode-names",
    "container.create.created-at-is-now",
    "container.create.keeps-what-it-made",
    LISTED,
)
@cost(requests=5, containers=("1g",))
def test_plain_container_is_the_same_everywhere(api, holds, views, agrees):
    seen = views(UNICODE)
    with holds("container.create.keeps-unicode-names"):
        succeeded(seen.created)
    if not isinstance(seen.created.get("id"), str):
        seen = views("plain one")
        given_id(seen.created)
    with holds("container.create.keeps-what-it-made"):
        if not seen.retrieved.ok and seen.listed is ...:
            got = f"neither retrieved ({seen.retrieved.told()}) nor listed"
            raise Failure("a container that exists", got, seen.created.id)
    agrees(
        seen,
        "name",
        api.name(UNICODE) if seen.label == UNICODE else api.name("plain one"),
        create="container.create.keeps-unicode-names",
        retrieve="container.retrieve.name-is-as-created",
    )
    with holds("container.create.created-at-is-now"):
        values.is_now(seen.created)
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
@cost(requests=1)
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
    "container.create.echoes-the-memory-limit",
    "container.retrieve.memory-limit-is-as-created",
    "container.create.echoes-the-disabled-network",
    "container.retrieve.network-policy-is-as-created",
    LISTED,
)
@cost(requests=12, containers=("1g", "4g"))
def test_options_are_kept(holds, together, agrees):
    options = {
        "expires_after": {"anchor": "last_active_at", "minutes": 15},
        "memory_limit": "4g",
        "network_policy": {"type": "disabled"},
    }
    seen = together("options", options)
    for option, (create, retrieve) in KEPT.items():
        why = objection(seen[option], option)
        if why is None:
            agrees(seen[option], option, options[option], create=create, retrieve=retrieve)
            continue
        with holds(create):
            raise why
        with holds(retrieve):
            raise why if isinstance(why, Signal) else Untestable(str(why), blame=create)
    with holds(LISTED):
        return


@requirement(
    "container.create.large-memory-limits-are-accepted",
    "container.create.echoes-the-allowlist",
    "container.create.never-shows-domain-secrets",
    "container.create.inline-skills-are-accepted",
)
@cost(requests=16, containers=("1g", "1g", "16g", "64g"))
def test_costly_and_secret_options_are_kept(bench, holds, together):
    secret = {"domain": "example.com", "name": "TOKEN", "value": SECRET}
    allowed = {"type": "allowlist", "allowed_domains": ["example.com"]}
    options = {
        "network_policy": {**allowed, "domain_secrets": [secret]},
        "skills": [inline_skill()],
        **({"memory_limit": "16g"} if bench.settings.tries_expensive else {}),
    }
    seen = together("more options", options)
    with holds("container.create.inline-skills-are-accepted"):
        told(seen["skills"], None)
    with holds("container.create.never-shows-domain-secrets"):
        told(seen["network_policy"], None)
        for answer in (seen["network_policy"].created, seen["network_policy"].retrieved):
            if SECRET.encode() in answer.content:
                raise Failure("an answer without the secret", "its value", answer.id)
    with holds("container.create.echoes-the-allowlist"):
        policy = told(seen["network_policy"], "network_policy").created["network_policy"]
        values.within("network_policy", allowed, policy, seen["network_policy"].created.id)
    with holds("container.create.large-memory-limits-are-accepted"):
        if not bench.settings.tries_expensive:
            raise NotApplicable("16g and 64g cost up to US$ 1.92 each (--expensive)")
        values.equal(told(seen["memory_limit"], "memory_limit").created, "memory_limit", "16g")
        more = together("64g", {"memory_limit": "64g"})["memory_limit"]
        values.equal(told(more, "memory_limit").created, "memory_limit", "64g")


@pytest.fixture
def together(views):
    """``together(label, options)`` tries all in one container, and each alone if that is refused.

    Returns for each option the container that shows it.
    """

    def look(label, options):
        seen = views(label, **options)
        if seen.created.refused and len(options) > 1:
            return {
                name: views(f"{label} {name}", **{name: value}) for name, value in options.items()
            }
        return dict.fromkeys(options, seen)

    return look


def objection(seen, field):
    """Why the option can't be judged, or how it failed; None where it was taken."""
    try:
        told(seen, field)
    except (Failure, Signal) as why:
        return why
    return None


def told(seen, field):
    """The option was taken; where a *field* tells of it, some answer has that field."""
    if seen.created.refused:
        raise Unsupported(f"the option is refused: {seen.created.told()}")
    succeeded(seen.created)
    if not isinstance(seen.created.get("id"), str):
        raise Untestable("no id", blame="container.create.id-is-a-string")
    views = (seen.created.json, seen.retrieved.json, seen.listed)
    if field and all(agreement.field(each, field) in (agreement.ABSENT, None) for each in views):
        raise Unsupported(f"no answer tells {field}")
    return seen


def inline_skill():
    """A skill of one file, given inline."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SKILL.md", "---\nname: greet\ndescription: Greets.\n---\nSay hello.\n")
    return {
        "type": "inline",
        "name": "greet",
        "description": "Greets.",
        "source": {
            "type": "base64",
            "media_type": "application/zip",
            "data": base64.b64encode(packed.getvalue()).decode(),
        },
    }


@requirement("container.create.minutes-over-20-are-refused")
@cost(requests=2)
def test_minutes_over_20_are_refused(api):
    longer = {"anchor": "last_active_at", "minutes": 21}
    answer = refused(api.create_container(name=api.name("long"), expires_after=longer))
    values.within("error", {"code": "integer_above_max_value"}, answer["error"], answer.id)
