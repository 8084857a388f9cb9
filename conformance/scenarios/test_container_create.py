"""Creating a container: POST /containers."""

import json
from typing import Any

import pytest

from conformance.catalogue import facts
from conformance.checks.status import refused, succeeded
from conformance.checks.witness import lives, named, newest, shows_only
from conformance.errors import Failure, NotApplicable, Unsupported, Untestable
from conformance.evidence.exchange import shown

cost = pytest.mark.cost
requirement = pytest.mark.requirement

NOT_THERE = "the list does not show it"

ITSELF = "container.create.answers-the-object-itself"
KEPT = "container.create.keeps-what-it-made"
FOUND = "container.list.name-filter-finds-the-name"

#: A sign that JSON without other letters than ASCII escapes as a pair of surrogates.
PARTY = "🎉"

#: Letters of a long name: more than 255, where databases cut, and what is tried if that is refused;
#: both are more than 255 bytes.
LONG = (300, 200)

#: JSON as several clients declare it.
CHARSET = {"Content-Type": "application/json; charset=utf-8"}

#: Query keys that no document has.
ODD_QUERY = {"conformance": "1", "timezone": "Europe/Zürich"}


#: What is wrong with a body, the requirement that says so, and the body.
WRONG_BODIES: tuple[tuple[str, Any], ...] = (
    ("container.create.name-is-required", {}),
    ("container.create.name-must-be-a-string", {"name": 7}),
    ("container.create.name-must-be-a-string", {"name": None}),
    ("container.create.name-must-be-a-string", {"name": ["conformance"]}),
    ("container.create.name-must-be-a-string", {"name": {"conformance": 1}}),
    ("container.create.body-must-be-an-object", ["name"]),
    ("container.create.body-must-be-an-object", "name"),
)

OPTIONAL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("container.create.unknown-memory-limit-is-refused", {"memory_limit": "2g"}),
    ("container.create.unknown-memory-limit-is-refused", {"memory_limit": 4}),
    ("container.create.allowlist-needs-domains", {"network_policy": {"type": "allowlist"}}),
    (
        "container.create.allowlist-needs-domains",
        {"network_policy": {"type": "allowlist", "allowed_domains": []}},
    ),
    ("container.create.unknown-network-policy-is-refused", {"network_policy": {"type": "open"}}),
    ("container.create.unknown-network-policy-is-refused", {"network_policy": "disabled"}),
    ("container.create.malformed-skills-are-refused", {"skills": [{"type": "unheard-of"}]}),
    (
        "container.create.malformed-skills-are-refused",
        {"skills": [{"type": "inline", "name": "n", "description": "d"}]},
    ),
    (
        "container.create.skills-by-reference-are-judged",
        {"skills": [{"type": "skill_reference", "skill_id": "skill_" + "0" * 90}]},
    ),
    ("container.create.expires-after-needs-an-anchor", {"expires_after": {"minutes": 10}}),
    (
        "container.create.expires-after-needs-minutes",
        {"expires_after": {"anchor": "last_active_at"}},
    ),
    (
        "container.create.unknown-anchor-is-refused",
        {"expires_after": {"anchor": "created_at", "minutes": 10}},
    ),
    (
        "container.create.minutes-must-be-a-whole-number",
        {"expires_after": {"anchor": "last_active_at", "minutes": "ten"}},
    ),
    (
        "container.create.minutes-must-be-a-whole-number",
        {"expires_after": {"anchor": "last_active_at", "minutes": 1.5}},
    ),
    (
        "container.create.minutes-below-1-are-refused",
        {"expires_after": {"anchor": "last_active_at", "minutes": 0}},
    ),
    (
        "container.create.minutes-below-1-are-refused",
        {"expires_after": {"anchor": "last_active_at", "minutes": -5}},
    ),
)


@requirement(
    *dict.fromkeys(id_ for id_, _ in WRONG_BODIES),
    "container.create.malformed-json-is-refused",
    "container.create.other-media-types-are-refused",
    "container.create.refused-creations-leave-nothing",
)
@cost(requests=13)
def test_wrong_bodies_are_refused_and_make_nothing(api, holds, record):
    for requirement_id, body in WRONG_BODIES:
        if record.has_failed(requirement_id):
            continue  # every one that is accepted costs a container
        with holds(requirement_id):
            refused(api.send("POST", "/containers", json_body=body))
    as_json = {"Content-Type": "application/json"}
    for broken in (b'{"name": "conformance', b"", b"name=conformance"):
        if record.has_failed("container.create.malformed-json-is-refused"):
            break
        with holds("container.create.malformed-json-is-refused"):
            refused(api.send("POST", "/containers", content=broken, headers=as_json))
    name = api.name("as plain text")
    text = f'{{"name": "{name}"}}'.encode()
    with holds("container.create.other-media-types-are-refused"):
        refused(
            api.send("POST", "/containers", content=text, headers={"Content-Type": "text/plain"})
        )
    unfinished = api.name("refused")
    wrong = api.create_container(name=unfinished, expires_after="soon", memory_limit=[])
    with holds("container.create.refused-creations-leave-nothing"):
        if wrong.refused and named(newest(api), unfinished):
            raise Failure("nothing made by a refused creation", f"a container {unfinished!r}")


@requirement(
    *dict.fromkeys(id_ for id_, _ in OPTIONAL), "container.create.refused-creations-leave-nothing"
)
@cost(requests=20, kib=2)
def test_wrong_options_are_refused(api, holds, record):
    for number, (requirement_id, options) in enumerate(OPTIONAL):
        if record.has_failed(requirement_id) or record.scope.disclaimed(requirement_id):
            continue  # every one that is accepted costs a container
        with holds(requirement_id):
            answer = api.create_container(name=api.name(f"wrong {number}"), **options)
            option = next(iter(options))
            if answer.ok and option in facts.OPTIONAL and answer.get(option) is None:
                raise Unsupported(f"no answer tells {option}: {answer.told()}")
            refused(answer)
    name = api.name("wrong file")
    unknown = api.create_container(name=name, file_ids=[api.made_up("file")])
    with holds("container.create.refused-creations-leave-nothing"):
        if unknown.refused and named(newest(api), name):
            raise Failure("nothing made by a refused creation", f"a container {name!r}")


@requirement(
    "container.create.makes-exactly-one",
    "container.create.keeps-long-names",
    "container.create.keeps-unicode-names",
    "container.create.odd-queries-are-survived",
    "container.create.charset-is-accepted",
    FOUND,
)
@cost(requests=4, containers=("1g",))
def test_one_request_makes_one_container(api, holds, given, eventually, accepts):
    long, name, made = long_or_not(api)
    plain = judge_oddities(api, holds, name, made)
    with holds("container.create.keeps-unicode-names"):
        if plain.ok and PARTY not in str(plain["name"]):
            raise Failure(f"name: {shown(name)}", shown(plain["name"]), plain.id)
    with holds("container.create.keeps-long-names"):
        if not long.refused and not str(succeeded(long)["name"]).endswith(name[-10:]):
            raise Failure(f"name: {shown(name)}", shown(long["name"]), long.id)
    if plain.ok:
        judge_filter(api, holds, eventually, accepts, plain)
    else:
        with holds(FOUND):
            raise NotApplicable(f"no such name is taken: {plain.told()}")
    only = plain["name"] if plain.ok else given.container("only").name
    judge_number(api, holds, eventually, only)


def long_or_not(api):
    """Create under the longest of a few names that is taken, oddly.

    Returns the last answer to a long name, the name that was tried last, and the answer to it.
    """
    name = api.name(f"long {PARTY}") + "0名1二2三3四4五" * 30
    for length in LONG:
        long = create_oddly(api, name[:length])
        if not long.refused:
            return long, name[:length], long
    # Is it so long a name, or what is odd about the request?
    name = api.name(f"only {PARTY}")
    return long, name, create_oddly(api, name)


def create_oddly(api, name):
    """The answer to a creation as some clients and proxies send it."""
    return api.send(
        "POST",
        "/containers",
        params=ODD_QUERY,
        content=json.dumps({"name": name}, ensure_ascii=True).encode(),
        headers=CHARSET,
    )


def judge_oddities(api, holds, name, made):
    """Find out what was odd about a creation that was not taken; returns one that was."""
    with_charset = plain = made
    if not made.ok:
        body = json.dumps({"name": name}, ensure_ascii=False).encode()
        with_charset = plain = api.send("POST", "/containers", content=body, headers=CHARSET)
    if not with_charset.ok:
        plain = api.create_container(name=name)
    with holds("container.create.charset-is-accepted"):
        if not plain.ok:
            raise NotApplicable(f"no such name is taken: {plain.told()}")
        if not with_charset.ok:
            told = with_charset.told()
            raise Failure("the same answer as without a charset", told, with_charset.id)
    with holds("container.create.odd-queries-are-survived"):
        if not plain.ok:
            raise NotApplicable(f"no such name is taken: {plain.told()}")
        if not with_charset.ok:
            raise Untestable("no charset is taken", blame="container.create.charset-is-accepted")
        if not made.ok:
            raise Failure("the same answer as without query and escapes", made.told(), made.id)
    return plain


def judge_number(api, holds, eventually, name):
    """The list shows one container of that name."""

    def listed():
        page = newest(api)
        same = named(page, name)
        if len(same) > 1:
            raise Failure("one container of that name", f"{len(same)}", page.id)
        if not same:
            raise Failure("the container on the newest page", NOT_THERE, page.id)

    with holds("container.create.makes-exactly-one"):
        try:
            eventually(listed, about="container.create.makes-exactly-one")
        except Failure as failure:
            if failure.got != NOT_THERE:
                raise
            raise Untestable(NOT_THERE, blame="container.list.shows-the-created") from failure


def judge_filter(api, holds, eventually, accepts, made):
    """The list finds the container by its name, however long that is."""

    def found():
        page = accepts(api.list_containers(name=name, limit=100), "the filter by name")
        if id_ not in page.ids and not shows_only(page, name):
            raise NotApplicable("the filter does not hold")
        if id_ not in page.ids:
            raise Failure(f"the container called {name!r}", shown(page.ids), page.id)

    with holds(FOUND):
        id_, name = made.get("id"), made.get("name")
        if not isinstance(id_, str) or not isinstance(name, str):
            raise Untestable(
                "its creation tells no id or no name",
                blame=ITSELF,
            )
        try:
            eventually(found, about=FOUND)
        except Failure:
            kept = api.retrieve_container(id_)
            if not lives(kept) or kept.get("name") != name:
                raise Untestable("it was not kept as it was told", blame=KEPT) from None
            raise
