"""What a container is created with, and tells of itself in every view."""

import json

import pytest

from conformance.checks import values
from conformance.checks.agreement import told_of
from conformance.checks.status import refused, succeeded
from conformance.checks.views import IN_FULL, LISTED, is_listed, objection, told
from conformance.errors import Failure, NoRoom, NotApplicable, Signal, Unsupported, Untestable
from conformance.evidence.exchange import shown
from conformance.scenarios.policies import DOMAIN, DOMAINS, tells_ours
from conformance.scenarios.skills import NEEDS, inline_skill

cost = pytest.mark.cost
requirement = pytest.mark.requirement

SECRET = "conformance-secret-0123456789"  # noqa: S105 - made up, to be looked for in answers

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


#: The longest idle time that any document knows.
LONGEST = {"anchor": "last_active_at", "minutes": 20}

LARGE = "container.create.large-memory-limits-are-accepted"
SHOWN = "container.list.shows-the-created"
LONGER = "container.create.minutes-over-20-are-kept-or-refused"
SKILLS = "container.create.inline-skills-are-accepted"
SECRETS = "never-shows-domain-secrets"


@requirement(
    *(claim for claims in KEPT.values() for claim in claims),
    LARGE,
    LONGER,
    "container.create.echoes-the-allowlist",
    *(f"container.{view}.{SECRETS}" for view in ("create", "retrieve", "list")),
    SKILLS,
    SHOWN,
    LISTED,
    IN_FULL,
)
@cost(requests=27, containers=("1g", "1g", "1g", "4g", "16g", "64g"), kib=110)
def test_options_are_kept(bench, holds, together, agrees):
    options = {
        "expires_after": {"anchor": "last_active_at", "minutes": 3},
        "memory_limit": "4g",
        "network_policy": {"type": "disabled"},
    }
    secret = {"domain": "example.com", "name": "TOKEN", "value": SECRET}
    more = {
        "expires_after": LONGEST,
        "network_policy": {**DOMAINS, "domain_secrets": [secret]},
        "skills": [inline_skill(NEEDS)],
        **({"memory_limit": "16g"} if bench.settings.tries_expensive else {}),
    }
    options, more = without_disclaimed(bench, options), without_disclaimed(bench, more)
    # The lifetime that is not the usual one last: what sticks shows in what is made next.
    second, first = together("more options", more), together("options", options)
    everything = (*first.values(), *second.values())
    for seen in everything:
        if seen.is_made:
            with holds(SHOWN):
                is_listed(seen)
    judge_neighbours(bench, holds)
    judge_longest(holds, first, second)
    for option, sent in options.items():
        judge_option(holds, agrees, first[option], option, sent, among=everything)
    if "skills" in more:
        judge_skills(bench.api, holds, second["skills"])
    if "network_policy" in more:
        judge_secrets(holds, second["network_policy"])
        judge_domains(holds, agrees, second["network_policy"], everything)
    judge_largest(holds, agrees, lambda: largest(bench, together), second, among=everything)
    if "expires_after" in first and len(set(map(id, first.values()))) == 1:  # made together
        judge_longer(bench.api, holds, first["expires_after"])


def judge_neighbours(bench, holds):
    """The last page tells of the flock, made without options, no policy that is another's."""
    pages = [each for each in bench.api.wire.exchanges if each.operation == "listContainers"]
    flock = {each["id"] for each in (bench.shared.peek("stock") or {"flock": []})["flock"]}
    with holds(LISTED):
        items = [each for each in pages[-1].data if each.get("id") in flock] if pages else []
        if not items:
            raise NotApplicable("no page has shown others beside them")
        for item in filter(tells_ours, items):
            retrieved = bench.api.retrieve_container(item["id"])
            if not retrieved.ok:
                raise Untestable(retrieved.told(), blame="container.retrieve.succeeds")
            if not tells_ours(retrieved.json):
                told = shown(item["network_policy"])
                raise Failure("no network policy, as its retrieval", told, pages[-1].id)


def largest(bench, together):
    """The container of 64g, and how it shows one domain: that is judged wherever an answer does.

    Raises:
        NoRoom: if there is none for so much memory; so the case comes again, behind all others.
        NotApplicable: if there is none then, either.
    """
    options = without_disclaimed(bench, {"memory_limit": "64g", "network_policy": DOMAIN})
    try:
        return together("64g", options)
    except NoRoom as full:
        if bench.ledger.noted(CROWDED) is None:
            bench.ledger.note(CROWDED, "yes")
            raise
        raise NotApplicable("the account has no room for 64g") from full


def judge_option(holds, agrees, seen, option, sent, *, among):
    """The *option* is kept as it was *sent*, where any *among* all that was seen shows it."""
    create, retrieve = KEPT[option]
    why = objection(seen, option, among)
    if why is None:
        agrees(seen, option, told_of(sent), create=create, retrieve=retrieve)
        return
    with holds(create):
        raise why
    with holds(retrieve):
        raise why if isinstance(why, Signal) else Untestable(str(why), blame=create)


def judge_largest(holds, agrees, of_64g, second, *, among):
    """The two largest memory limits are taken and kept, where they may be paid for."""
    seen = []
    with holds(LARGE):
        if "memory_limit" not in second:
            raise NotApplicable("16g and 64g cost up to US$ 1.92 each (--expensive)")
        for limit, look in (("16g", lambda: second), ("64g", of_64g)):
            seen.append((limit, told(look()["memory_limit"], "memory_limit", among)))
    for limit, large in seen:
        retrieve = KEPT["memory_limit"][1]
        agrees(large, "memory_limit", limit, create=LARGE, retrieve=retrieve)


#: Under this the ledger notes that there was no room for 64g once.
CROWDED = "no room for 64g"

#: The feature that each option belongs to.
FEATURES = {
    "expires_after": "expiry",
    "memory_limit": "memory-limit",
    "network_policy": "network-policy",
    "skills": "skills",
}


def without_disclaimed(bench, options):
    """The options but for those whose feature the target's owner disclaims."""
    return {
        name: value
        for name, value in options.items()
        if bench.scope.claims.get(FEATURES[name]) is not False
    }


def judge_secrets(holds, seen):
    """The allowed domains are told, and the secrets are not."""
    listed = None if seen.listed is ... else json.dumps(seen.listed).encode()
    for view, shown_by, exchange in (
        ("create", seen.created.content, seen.created.id),
        ("retrieve", seen.retrieved.content if seen.retrieved.ok else None, seen.retrieved.id),
        ("list", listed, None),
    ):
        with holds(f"container.{view}.{SECRETS}"):
            if view != "create" and not (seen.created.ok or seen.created.refused):
                raise Untestable(seen.created.told(), blame="container.create.succeeds")
            told(seen)
            if shown_by is None:
                raise Untestable("nothing shows the container", blame=f"container.{view}.succeeds")
            if SECRET.encode() in shown_by:
                raise Failure("an answer without the secret", "its value", exchange)


def judge_skills(api, holds, seen):
    """A skill is taken, or none is: documents allow one of 70 MB."""
    with holds(SKILLS):
        if seen.created.refused and takes_small_skills(api):
            size = f"a skill of {NEEDS} bytes taken as a small one is"
            raise Failure(size, seen.created.told(), seen.created.id)
        told(seen)


def takes_small_skills(api):
    """Whether a skill of the same kind, but small, is taken; no, if there is no room for it."""
    try:
        return api.create_container(name=api.name("small skill"), skills=[inline_skill(1)]).ok
    except NoRoom:
        return False


def judge_domains(holds, agrees, seen, others):
    """Every view tells all the allowed domains."""
    echo, kept = "container.create.echoes-the-allowlist", KEPT["network_policy"][1]
    why = objection(seen, "network_policy", others)
    if why is None:
        agrees(seen, "network_policy", DOMAINS, create=echo, retrieve=kept)
        return
    with holds(echo):
        raise why


def judge_longest(holds, first, second):
    """Where another expiry is taken, the longest is."""
    if "expires_after" in second and first["expires_after"].created.ok:
        with holds("container.create.echoes-expires-after"):
            taken = succeeded(second["expires_after"].created)
            if taken.get("expires_after") is not None:
                values.within("expires_after", told_of(LONGEST), taken["expires_after"], taken.id)


def judge_longer(api, holds, taken):
    """Where an expiry is *taken*, one of 60 minutes, as examples have it, is kept or refused."""
    longer = {"anchor": "last_active_at", "minutes": 60}
    with holds(LONGER):
        if not taken.created.ok:
            raise Unsupported(f"no expiry is taken: {taken.created.told()}")
        try:
            answer = api.create_container(name=api.name("longer"), expires_after=longer)
        except NoRoom as full:
            raise NotApplicable("there is no room for another container") from full
        if not answer.refused and succeeded(answer).get("expires_after") is not None:
            values.within("expires_after", told_of(longer), answer["expires_after"], answer.id)


@requirement("container.create.minutes-over-20-are-refused")
@cost(requests=2)
def test_minutes_over_20_are_refused(api):
    longer = {"anchor": "last_active_at", "minutes": 21}
    answer = refused(api.create_container(name=api.name("long"), expires_after=longer))
    values.within("error", {"code": "integer_above_max_value"}, answer["error"], answer.id)
