"""The machinery of lies: what is declared exists, what is wrapped answers, what is altered is."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from conformance import catalogue
from conformance.reference.app import create_app
from tests.mutants import collection, forms, registry, selection
from tests.mutants.altering import Answer, Request, answering, asking, objecting, requesting

collection.load()

KEY = "sk-test"


def request(method: str, path: str, body: object = None, **query: str) -> Request:
    """A request of the tenant that every application here knows."""
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    empty = Request({}, b"", method=method, path=path, scope=scope)
    return empty.to(method, path, body, **query).signed(f"Bearer {KEY}")


def ask(app: ASGIApp, *requests: Request) -> list[Answer]:
    """The answers of *app* to some requests, one after the other."""

    async def all_() -> list[Answer]:
        return [await asking(app)(each) for each in requests]

    return asyncio.run(all_())


def reference() -> ASGIApp:
    """A fresh provider."""
    return create_app(keys=[KEY])


def test_there_are_enough_of_both():
    """There are at least 200 lies and 40 variants."""
    assert len(registry.MUTANTS) >= 200
    assert len(registry.VARIANTS) >= 40


def test_declared_requirements_exist():
    """Every requirement that a mutant declares is in the catalogue."""
    assert registry.unknown(catalogue.load().requirements) == []


def test_lie_breaks_claims_rather_than_whole_operations():
    """What must fail is said: a day's choice believes that it does."""
    vague = {f"{each}.*" for each in registry.PREFIXES.values()} | {"*"}
    assert [each.name for each in registry.MUTANTS.values() if vague & set(each.breaks)] == []


def test_unknown_requirement_is_named():
    """A mutant that declares what nobody knows is told by its name."""
    assert "file.content.is-nice" not in catalogue.load().requirements
    told = registry.unknown(["container.list.succeeds"])

    assert any("drops_the_last_byte declares file.content.bytes" in each for each in told)


def test_prefixes_are_those_of_the_catalogue():
    """Each requirement's operation is the one that its id begins with."""
    for row in catalogue.load().requirements.values():
        assert row.id.removeprefix("proxy.").startswith(registry.PREFIXES[row.operation] + ".")


@pytest.mark.parametrize("subject", [*registry.MUTANTS.values(), *registry.VARIANTS.values()])
def test_subject_has_a_sentence(subject):
    """Each lie and each variant says what it does, in one sentence."""
    assert subject.sentence.endswith(".")
    assert subject.sentence[0].isupper()


@pytest.mark.parametrize("name", sorted(registry.MUTANTS))
def test_lie_answers_the_list(name):
    """Each lie is still a provider: it answers GET /containers with something."""
    app = registry.MUTANTS[name].wrap(reference())

    answer = ask(app, request("GET", "/containers"))[0]

    assert 200 <= answer.status < 500


def test_field_is_altered_in_every_item():
    """What alters objects alters each of a list, and the length stays right."""
    app = objecting(reference(), "listContainers", lambda each: each.update(name="x"))
    made = request("POST", "/containers", {"name": "a"})

    answer = ask(app, made, made.copy(), request("GET", "/containers"))[2]

    assert [each["name"] for each in answer.json["data"]] == ["x", "x"]
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_number_that_only_changes_its_type_is_altered():
    """A float in place of an equal integer reaches the wire."""
    app = objecting(
        reference(),
        "createContainer",
        lambda each: each.update(created_at=float(each["created_at"])),
    )

    answer = ask(app, request("POST", "/containers", {"name": "a"}))[0]

    assert isinstance(json.loads(answer.body)["created_at"], float)


def test_query_is_altered_before_the_provider_has_it():
    """A dropped parameter is dropped."""
    app = requesting(reference(), "listContainers", lambda each: each.query.pop("limit", None))
    made = request("POST", "/containers", {"name": "a"})

    answer = ask(app, made, made.copy(), request("GET", "/containers", limit="1"))[2]

    assert len(answer.json["data"]) == 2


def test_request_in_parts_is_read_whole():
    """What comes in several parts reaches the liar, and the provider behind it, as one."""
    seen = []
    app = requesting(reference(), "createContainer", lambda each: seen.append(each.body))
    made = request("POST", "/containers", {"name": "a"})
    parts = iter([made.body[:5], made.body[5:9], made.body[9:]])
    came = []

    async def receive() -> dict[str, object]:
        part = next(parts)
        is_last = part == made.body[9:]
        return {"type": "http.request", "body": part, "more_body": not is_last}

    async def send(message: dict[str, object]) -> None:
        came.append(message)

    scope = made.scope | {
        "raw_path": made.path.encode(),
        "path": made.path,
        "method": "POST",
        "headers": [(each.encode(), value.encode()) for each, value in made.headers.items()],
    }
    asyncio.run(app(scope, receive, send))

    assert seen == [made.body]
    assert came[0]["status"] == 200


def test_refusals_are_left_alone_by_what_alters_successes():
    """Without being asked to, nothing alters a refusal."""
    app = answering(reference(), "*", lambda answer, _: setattr(answer, "status", 299))

    assert ask(app, request("GET", "/containers/cntr_0"))[0].status == 404


def test_form_is_refilled():
    """The content of a file in a form is replaced, and nothing else."""
    made = forms.form_to(request("POST", "/x"), "/x", "a.txt", b"abc")
    made.body = forms.refilled(made, lambda content: content + b"\r\n--z")

    assert forms.content_of(made) == b"abc\r\n--z"
    assert forms.name_of(made) == "a.txt"


def test_day_s_choice_breaks_all_that_is_broken():
    """The choice of a day breaks every requirement that any lie breaks."""
    ids = list(catalogue.load().requirements)
    every = list(registry.MUTANTS.values())
    chosen = selection.daily(every, ids)

    def broken(lies: list[registry.Mutant]) -> set[str]:
        return {id_ for id_ in ids for lie in lies if lie.must_fail(id_)}

    assert broken(chosen) == broken(every)
    assert len(chosen) < len(every)


def test_every_module_that_registers_is_collected():
    """No lie is left out because nobody imports its module."""
    here = Path(__file__).parent
    told = {
        each.stem
        for each in here.glob("*.py")
        if re.search(r"^@(mutants?|variant)\(", each.read_text(), re.MULTILINE)
    }
    assert told == set(collection.MODULES)
