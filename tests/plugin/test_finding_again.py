"""What was made without a word is found again, and nothing else is taken for it."""

import json
import time
from types import SimpleNamespace

import pytest

from conformance.drivers import Api, Credential, Wire, caution
from conformance.drivers.patience import IN_A_ROW
from conformance.errors import Unreachable
from conformance.evidence import Request, Response
from conformance.ledger import Ledger, Limits
from conformance.plugin import cleaning, leftovers, searching

OWN, SECOND = (Credential(kind, (("Authorization", kind),)) for kind in ("own", "second"))


class Target:
    """A target in this process: its containers by id, whose they are, and what it was asked."""

    def __init__(self):
        """Nothing is there, and every answer comes."""
        self.there = {}  # id: name, tenant
        self.asked = []
        self.shown_after = 0  # looks at the list
        self.silent = set()
        self.refusing = {"DELETE": 404}
        self.lying = 0  # deletions that are answered and not done

    def request(self, method, url, headers, content, **_):
        """Answer as a provider does, but for the vices that are set."""
        tenant, path = dict(headers)["Authorization"], url.partition("?")[0]
        self.asked.append((method, path, tenant))
        request = Request(method, url, headers, content or b"")
        if method in self.silent:
            return request, None, "ReadTimeout"
        status, body = getattr(self, method.lower())(path.split("/")[2:], tenant, content)
        return request, Response(status, (), json.dumps(body).encode()), None

    def post(self, _, tenant, content):
        """Make one of the name."""
        id_ = f"cntr_{len(self.there)}"
        self.there[id_] = json.loads(content)["name"], tenant
        return 200, {"id": id_, "name": self.there[id_][0]}

    def get(self, rest, tenant, _):
        """One, or all, to those whose it is."""
        mine = [
            {"id": key, "name": name, "filename": name}
            for key, (name, whose) in self.there.items()
            if whose == tenant
        ]
        if rest:
            return next(((200, each) for each in mine if each["id"] == rest[0]), (404, {}))
        self.shown_after -= 1
        return 200, {"data": [] if self.shown_after >= 0 else mine, "has_more": False}

    def delete(self, rest, tenant, _):
        """Delete it, if it is the tenant's."""
        if self.there.get(rest[0], ("", ""))[1] != tenant:
            return self.refusing["DELETE"], {}
        self.lying -= 1
        if self.lying < 0:
            del self.there[rest[0]]
        return 200, {}

    def looks(self):
        """How often the list was read."""
        return sum(each[:2] == ("GET", "/containers") for each in self.asked)


@pytest.fixture
def target():
    """A target of this test alone."""
    return Target()


@pytest.fixture
def api(target, tmp_path, monkeypatch):
    """The API of the target; nobody sleeps, and no path is looked at but for its container."""
    ledger = Ledger(tmp_path / "ledger.sqlite", Limits(100, 1000, 900.0))
    ledger.note("run", "run1")
    connection = SimpleNamespace(request=target.request, timeout_s=0.0)
    wire = Wire(base_url="", connection=connection, ledger=ledger, case="a", credential=OWN)
    monkeypatch.setattr(searching.time, "sleep", lambda _: None)
    yield Api(wire, OWN, {"own": OWN, "second": SECOND})
    ledger.close()


def lose(target, api, name="lost"):
    """Create a container whose answer never comes."""
    made = api.wire.ledger.ask("container", name, "a", "own")
    target.there[f"lost_{made}"] = name, "own"
    return made


def states(api):
    """What has become of everything."""
    rows = api.wire.ledger.entries("asked", "unseen", "held", "doubtful", "refused", "deleted")
    return [each.state for each in rows]


def test_creation_that_shows_late_is_found_at_the_end(api, target):
    """It stays asked for at the end of its case, keeps its room, and costs one look there."""
    lose(target, api)
    target.shown_after = 3

    assert cleaning.clean(api, api.wire.ledger.owed(case="a")) == []
    assert (states(api), target.looks()) == (["asked"], 1)
    assert api.wire.ledger.count("containers") == 1

    assert cleaning.clean_up(api, 0.3) == []
    assert (states(api), target.there) == (["deleted"], {})
    assert target.looks() == 4


def test_creation_that_shows_after_all_looks_is_left_to_a_sweep(api, target):
    """It is taken for never made, and told nowhere, but a later search finds it."""
    lose(target, api)
    target.shown_after = 10**6

    assert cleaning.clean_up(api, 0.01) == []
    assert states(api) == ["unseen"]
    assert api.wire.ledger.count("containers") == 0
    assert api.wire.ledger.owed() == []

    target.shown_after = 0
    assert cleaning.clean_up(api, 0) == []
    assert (states(api), target.there) == (["deleted"], {})
    assert api.wire.ledger.count("containers") == 1


def test_creation_is_told_where_no_list_can_be_read(api, target):
    """With the command that searches."""
    lose(target, api)
    target.silent = {"GET"}

    (left,) = cleaning.clean_up(api, 0)

    assert (left["name"], left["command"]) == ("lost", leftovers.SEARCH)
    assert states(api) == ["asked"]


def test_many_lost_creations_take_one_look(api, target):
    """Each gets an id of its own, also where they share a name."""
    for name in ("one", "two", "one", "three"):
        lose(target, api, name)

    assert cleaning.clean_up(api, 10) == []
    assert (target.there, target.looks()) == ({}, 1)


def test_clean_up_without_lost_creations_looks_at_no_list(api, target):
    """One deletion each, and nothing more."""
    api.create_container(name="a")
    target.asked.clear()

    assert cleaning.clean_up(api, 10) == []
    assert target.asked == [("DELETE", "/containers/cntr_0", "own")]


def test_failed_creation_gives_its_room_back_at_the_end_of_its_case(api):
    """A 5xx made nothing where no list shows it, so that the run goes on."""
    number = api.wire.ledger.ask("container", "a", "a")
    api.wire.ledger.answer(number, 500)

    cleaning.clean(api, api.wire.ledger.owed(case="a"))

    assert (states(api), api.wire.ledger.count("containers")) == (["unseen"], 0)


def test_creation_of_long_ago_is_given_up(api):
    """What no list has shown for an hour need not be looked for again."""
    api.wire.ledger.ask("container", "a", "a")
    api.wire.ledger._run("UPDATE entries SET asked_at = ?", time.time() - 3700)

    assert cleaning.clean_up(api, 0) == []
    assert states(api) == ["refused"]


def test_namesake_whose_id_is_known_is_not_taken_for_the_lost(api, target):
    """One that is deleted and still listed, and one that lives for another case."""
    api.create_container(name="lost")
    api.create_container(name="lost")
    api.delete_container("cntr_0")
    target.there = {"cntr_0": ("lost", "own"), **target.there}
    api.wire.case = "b"
    lose(target, api)

    found = cleaning.clean(api, [each for each in api.wire.ledger.owed() if each.id is None])

    assert found == []
    assert states(api) == ["deleted", "held", "deleted"]
    assert set(target.there) == {"cntr_0", "cntr_1"}
    assert not api.wire.ledger.is_given_again("cntr_0")


def test_anothers_namesake_is_not_taken_for_the_lost(api, target):
    """What was there before the run is nobody's to delete."""
    caution.note_foreign(api.wire.ledger, ["cntr_theirs"])
    target.there["cntr_theirs"] = "lost", "own"
    api.wire.ledger.ask("container", "lost", "a")

    assert cleaning.clean_up(api, 0) == []
    assert "cntr_theirs" in target.there


def test_keyless_creation_has_a_name_of_its_own(api):
    """No search for it finds what the run's own key has made."""
    nobody = Api(api.wire, Credential("none", (("Authorization", ""),)), api.others)

    assert api.ask("createContainer")["name"] != nobody.ask("createContainer")["name"]


def test_container_that_outlives_its_deletion_is_deleted_again(api, target):
    """Where a retrieval of the same case shows that it lives."""
    api.create_container(name="a")
    target.lying = 1
    assert api.delete_container("cntr_0").ok
    assert states(api) == ["deleted"]

    assert api.retrieve_container("cntr_0").ok
    assert states(api) == ["held"]

    assert cleaning.clean(api, api.wire.ledger.owed(case="a")) == []
    assert (states(api), target.there) == (["deleted"], {})


def test_second_tenants_container_is_deleted_with_its_key(api, target):
    """A 404 to the run's own key says nothing of it."""
    other = api.as_other_tenant()
    other.create_container(name="theirs")

    api.delete_container("cntr_0")
    assert states(api) == ["held"]

    assert cleaning.clean_up(api, 0) == []
    assert (states(api), target.there) == (["deleted"], {})


def test_second_tenants_deletion_is_noted(api):
    """By the key that made it; of the run's own containers it is not believed."""
    other = api.as_other_tenant()
    other.create_container(name="theirs")

    assert other.delete_container("cntr_0").ok
    assert states(api) == ["deleted"]


def test_second_tenants_lost_container_is_searched_with_its_key(api, target):
    """In the list that shows it."""
    api.wire.ledger.ask("container", "lost", "a", "second")
    target.there["cntr_lost"] = "lost", "second"

    assert cleaning.clean_up(api, 0) == []
    assert target.there == {}
    assert {tenant for *_, tenant in target.asked} == {"second"}


def test_second_tenants_container_is_left_where_its_key_is_missing(api):
    """And the command names that key."""
    api.as_other_tenant().create_container(name="theirs")
    alone = Api(api.wire, OWN, {"own": OWN})

    (left,) = cleaning.clean_up(alone, 0)

    assert left["id"] == "cntr_0"
    assert "$CONFORMANCE_SECOND_API_KEY" in left["command"]


@pytest.mark.parametrize("refusal", [401, 403, 404])
def test_file_is_deleted_with_the_other_key_where_the_first_is_refused(api, target, refusal):
    """However a target refuses what is another tenant's."""
    api.wire.ledger.hold(api.wire.ledger.ask("file", None, "a"), "file_1")
    target.there["file_1"] = "", "second"
    target.refusing["DELETE"] = refusal

    assert cleaning.clean_up(api, 0) == []
    assert (states(api), target.there) == (["deleted"], {})


def test_file_that_is_refused_to_all_is_left(api, target):
    """What is forbidden to its owner is not gone because another is told so."""
    api.wire.ledger.hold(api.wire.ledger.ask("file", None, "a"), "file_1")
    target.refusing["DELETE"] = 403

    assert [each["id"] for each in cleaning.clean_up(api, 0)] == ["file_1"]


def lose_file(target, api):
    """Upload a file to the Files API whose id never comes."""
    name = "conformance-run1-original-a.bin"
    api.wire.ledger.ask("file", name, "a")
    target.there["file_1"] = name, "own"


def test_lost_file_is_found_by_its_name(api, target):
    """And deleted; what has another name stays."""
    lose_file(target, api)
    target.there["file_2"] = "a.bin", "own"

    assert cleaning.clean_up(api, 0) == []
    assert (states(api), [*target.there]) == (["deleted"], ["file_2"])


def test_lost_file_that_no_list_shows_is_left_to_a_sweep(api, target):
    """It may have been never made, and it may come late."""
    lose_file(target, api)
    target.shown_after = 1

    assert cleaning.clean_up(api, 0) == []
    assert states(api) == ["unseen"]
    assert cleaning.clean_up(api, 0) == []
    assert (states(api), target.there) == (["deleted"], {})


def test_lost_file_is_told_where_no_list_can_be_read(api, target):
    """With the command that looks."""
    lose_file(target, api)
    target.silent = {"GET"}

    (left,) = cleaning.clean_up(api, 0)

    assert (left["id"], left["name"]) == ("", leftovers.UNTOLD)
    assert left["command"].startswith("curl -i /files ")


def test_doubtful_one_is_looked_at_beyond_the_limit(api, target):
    """The look is part of the clean-up, and nothing of ours stays."""
    ledger = api.wire.ledger
    ledger.hold(ledger.ask("container", "a", "a"), "cntr_1", doubtful=True)
    target.there["cntr_1"] = "conformance-run1-a", "own"
    ledger.limits = Limits(100, 1000, 0.0)

    assert cleaning.clean_up(api, 0) == []
    assert target.there == {}


def test_clean_up_is_patient_again(api, target):
    """After a target that was silent until the run's end."""
    api.create_container(name="a")
    target.silent = {"DELETE"}
    for _ in range(IN_A_ROW):
        with pytest.raises(Unreachable):
            api.delete_container("cntr_0")
    assert cleaning.clean(api, api.wire.ledger.owed())
    target.silent = set()

    assert cleaning.clean_up(api, 0) == []
    assert target.there == {}
