"""Generated cases hold at the reference, the same for the same seed, and touch nothing else."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from conformance.catalogue import OPERATIONS
from conformance.errors import Failure
from conformance.fuzzing import levels
from conformance.ledger import Limits
from tests.mutants import forms
from tests.mutants.altering import answering, handling, refusal

#: Requests that no case may spend.
BUDGET = 100

OUTCOMES_OF_CONFORMANCE = {"passed", "not-applicable"}


@pytest.mark.parametrize("level", ["quick", "standard"])
@pytest.mark.parametrize("seed", [1, 2])
def test_reference_holds(serve, tester, level, seed):
    """No generated case finds anything at the reference."""
    records = tester(serve(), level=level, seed=seed).run()
    outcomes = {
        claim["requirement"]: claim
        for record in records.values()
        for claim in record.claims.values()
        if claim["outcome"] not in OUTCOMES_OF_CONFORMANCE
    }
    assert outcomes == {}


def _named_in(exchange):
    """The container that a request names, in its path or in its query."""
    split = urlsplit(exchange.request.url)
    path = split.path.partition("/containers/")[2].split("/")[0]
    return {unquote(path), *(value for _, value in exchange.params)}


@pytest.mark.parametrize("level", ["quick", "standard", "deep"])
def test_foreign_containers_are_never_named(serve, tester, level):
    """What was in the account before stays there, unread, whatever is generated."""
    url, key = serve(), "sk-fuzzing"
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}) as stranger:
        foreign = [
            stranger.post("/containers", json={"name": name}).json()["id"]
            for name in ("generated", "0", "conformance-251122190518-abcdef-x")
        ]
        file = stranger.post(f"/containers/{foreign[0]}/files", files={"file": ("a", b"a")}).json()
        of = tester(url, level=level, seed=4, key=key, limits=Limits(500, 2000, 900))
        of.run()
        assert of.sent
        assert not [each for each in of.sent if _named_in(each) & {*foreign, file["id"]}]
        left = {each["id"] for each in stranger.get("/containers?limit=100").json()["data"]}
        assert set(foreign) <= left
        assert stranger.get(f"/containers/{foreign[0]}/files/{file['id']}/content").content == b"a"


def _essence(exchange, ids):
    """A request without the ids that the target chose."""
    text = exchange.request.url.partition("/containers")[2]
    for number, id_ in enumerate(ids):
        text = text.replace(id_, f"<{number}>")
    return exchange.request.method, text, exchange.request.content


@pytest.mark.parametrize("operation", [each.id for each in OPERATIONS if each.method == "POST"])
def test_same_seed_gives_the_same_requests(serve, tester, operation):
    """Two runs of one seed send the same, byte by byte; another seed sends something else."""

    def requests(seed):
        of = tester(serve(), seed=seed)
        of.run(operation)
        ids = [each["id"] for each in of.sent if isinstance(each.get("id"), str) and each.ok]
        return [_essence(each, dict.fromkeys(ids)) for each in of.sent]

    assert requests(5) == requests(5)
    assert requests(5) != requests(6)


@pytest.mark.parametrize("level", ["quick", "standard"])
def test_budget_is_kept(serve, tester, level):
    """No operation spends more than its share, of requests or of containers."""
    of = tester(serve(), level=level)
    for operation in OPERATIONS:
        before = len(of.sent)
        of.run(operation.id)
        share = levels.share(level, operation.id, Limits(500, 9000, 900))
        sent = of.sent[before:]
        assert len(sent) <= share.requests + share.creates
        assert sum(e.operation == "createContainer" and e.ok for e in sent) <= share.creates


def test_budget_begins_where_the_generation_does(serve, tester):
    """A case that has made what all share, a shelf of files, say, generates no less than others."""
    api = tester(serve()).api
    share = levels.share("standard", "retrieveContainer", Limits(500, 9000, 900))
    budget = levels.Budget(api, replace(share, requests=3))
    for _ in range(3):
        api.list_containers()
    assert not budget.allows()

    budget.begin()

    assert budget.allows(requests=3)
    assert not budget.allows(requests=4)


@pytest.mark.parametrize("limits", [Limits(3, 9000, 900), Limits(500, 60, 900)])
def test_low_limits_end_generation_quietly(serve, tester, limits):
    """Where the run's limits leave no room, nothing fails and no limit is reached."""
    of = tester(serve(), limits=limits)
    records = of.run("createContainer", "createContainerFile")
    outcomes = Counter(
        claim["outcome"] for record in records.values() for claim in record.claims.values()
    )
    assert set(outcomes) <= OUTCOMES_OF_CONFORMANCE
    assert all(record.limit is None for record in records.values())


PROBE = """
import sys
import conformance.scenarios.test_generated
import conformance.fuzzing.levels
print("schemathesis" in sys.modules, "hypothesis" in sys.modules)
"""


def test_nothing_heavy_is_imported_before_a_case_runs():
    """Collecting the cases imports neither schemathesis nor hypothesis."""
    said = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split() == ["False", "False"]


def test_no_directory_is_left_where_the_user_stands(serve, tester, tmp_path, monkeypatch):
    """Hypothesis writes its tables into a cache of the user's, not into the working directory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    there = tmp_path / "there"
    there.mkdir()
    before = Path.cwd()
    os.chdir(there)
    try:
        tester(serve()).run("createContainerFile")
    finally:
        os.chdir(before)
    assert list(there.iterdir()) == []


def test_list_that_lags_longer_than_the_budget_lasts_is_not_blamed(serve, tester):
    """Whoever spends all requests on waiting has not seen that a file never comes."""

    def keeps_old_pages(app):
        async def handle(request, ask):
            answer = await ask(request)
            page = answer.json
            page.update(data=page["data"][:0], first_id=None, last_id=None, has_more=False)
            return answer

        return handling(app, "listContainerFiles", handle)

    def patiently(check, *, about):
        for _ in range(2 * BUDGET):
            try:
                return check()
            except Failure as failure:
                last = failure
        raise last

    target = tester(serve(keeps_old_pages))
    target.eventually = patiently

    assert target.broken("deleteContainerFile") == []


def test_list_that_shows_late_what_came_and_went_is_not_blamed(serve, tester):
    """A list that lags may lack a file for a while, be right by chance, and show it then."""

    def lags(app):
        gone, asked = {}, Counter()

        async def handle(request, ask):
            if request.operation == "deleteContainerFile":
                gone[request.ids[1]] = (await ask(request.to("GET", request.path[3:]))).json
                return await ask(request)
            answer = await ask(request)
            asked["list"] += 1
            if asked["list"] % 3 == 0 and gone and not answer.json["data"]:
                late = list(gone.values())[-1]
                answer.json.update(data=[late], first_id=late["id"], last_id=late["id"])
            return answer

        return handling(app, ["listContainerFiles", "deleteContainerFile"], handle)

    assert "file.list.shows-only-its-container" not in tester(serve(lags)).broken(
        "deleteContainerFile"
    )


def test_content_without_a_type_is_not_blamed(serve, tester):
    """Who doesn't know the type of some bytes leaves it out."""

    def omits_the_type(app):
        async def handle(request, ask):
            answer = await ask(request)
            if answer.is_good:
                answer.settle()
                answer.headers.pop("content-type", None)
            return answer

        return handling(app, "retrieveContainerFileContent", handle)

    assert tester(serve(omits_the_type)).broken("retrieveContainerFileContent") == []


def test_expiry_without_its_anchor_is_not_blamed(serve, tester):
    """There is one anchor only: an answer need not tell it."""

    def omits_the_anchor(app):
        def alter(answer, _):
            (answer.json.get("expires_after") or {}).pop("anchor", None)

        return answering(app, ["createContainer", "retrieveContainer"], alter)

    assert tester(serve(omits_the_anchor)).broken("createContainer") == []


@pytest.mark.parametrize("status", [400, 409])
def test_second_file_of_a_name_may_be_refused(serve, tester, status):
    """No document says what becomes of it; a case that somebody wrote asks for it."""

    def takes_names_once(app):
        taken = set()

        async def handle(request, ask):
            place = *request.ids, forms.name_of(request)
            if place in taken:
                return refusal(status, "There is a file of that name.")
            answer = await ask(request)
            if answer.is_good:
                taken.add(place)
            return answer

        return handling(app, "createContainerFile", handle)

    broken = tester(serve(takes_names_once)).broken("createContainerFile", "deleteContainerFile")
    kinds = {each.removeprefix("file.create.") for each in broken}
    assert kinds <= {"error-type-fits-the-status", "permanent-errors-are-not-retried"}
