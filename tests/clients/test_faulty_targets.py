"""What a target gets wrong is in the cell of the client that it breaks, and in no other."""

import pytest

from tests.clients import lies
from tests.clients.conftest import cells
from tests.mutants import collection
from tests.mutants.registry import MUTANTS

collection.load()

ignores_the_cursor = MUTANTS["ignores_the_cursor[listContainerFiles]"].wrap


def assert_broken(report, operation, *says):
    """The cell of *operation* fails by the target's fault, telling *says*; all others work."""
    found = cells(report)
    broken = found.pop(operation)
    assert (broken["verdict"], broken["guilt"]) == ("fails", "target")
    assert broken["says"].startswith("fails: ")
    for each in says:
        assert each in broken["says"]
    red = [each for each in broken["trials"] if each["verdict"] == "fails"]
    kept = {each["id"] for each in report["exchanges"]}
    assert red
    assert all(set(each["exchanges"]) & kept for each in red)
    assert {each["guilt"] for each in found.values()} <= {None, "client"}
    assert report["verdict"] == "breaks"
    assert report["run"]["containers_left"] == 0


def assert_works(report, *, loses=()):
    """Every cell works, but for what some of them lose."""
    found = {name: each["verdict"] for name, each in cells(report).items()}
    assert found == {name: "loses" if name in loses else "works" for name in found}
    assert report["verdict"] == "works"
    assert report["run"]["containers_left"] == 0


@pytest.mark.parametrize(
    ("client", "mode"),
    [("httpx", ""), ("openai-python", "sync"), ("openai-python", "async"), ("openai-node", "")],
)
def test_reference_works_with_client(drive, client, mode):
    """On every operation; the further clients are asked by the session clients."""
    assert_works(drive(client, mode=mode))


@pytest.mark.parametrize("client", ["httpx", "openai-python", "openai-node"])
def test_endless_pages_are_left_after_a_while(drive, client):
    """A client that would walk for ever is stopped, and the pages are to blame."""
    report = drive(client, ignores_the_cursor)

    assert_broken(report, "listContainerFiles", "twice", "stopped after", "items again")


def test_list_as_text_is_empty_for_node(drive):
    """The client for Node shows nothing and says nothing, the one for Python does not care."""
    report = drive("openai-node", lies.lists_as_text)

    assert_broken(report, "listContainerFiles", "Content-Type is text/plain")
    assert_works(drive("openai-python", lies.lists_as_text))


def test_list_without_has_more_ends_for_node(drive):
    """After the first page, without a word; Python's client goes on."""
    report = drive("openai-node", lies.forgets_has_more)

    found = cells(report)
    for each in ("listContainerFiles", "listContainers"):
        assert found[each]["says"].startswith("fails: ")
        assert " of 5 items" in found[each]["says"]
        assert "has no has_more" in found[each]["says"]
    assert "2 of 5 items" in found["listContainerFiles"]["says"]
    assert_works(drive("openai-python", lies.forgets_has_more))


def test_list_that_ends_too_early_is_the_targets_fault(drive):
    """No client can know that there were more; we do."""
    report = drive("httpx", lies.says_that_there_is_no_more)

    assert_broken(report, "listContainerFiles", "2 of 5 items", "3 more were to be listed")


def test_silent_deletion_is_enough_for_the_official_clients(drive):
    """They look at no body: what was deleted is gone, and that is what counts."""
    assert_works(drive("openai-python", lies.deletes_without_a_word))


def test_pretended_deletion_is_seen(drive):
    """The client believes it, but what was deleted can still be retrieved."""
    report = drive("openai-python", lies.pretends_to_delete)

    assert_broken(report, "deleteContainerFile", "still there")


def test_lost_byte_is_the_targets_fault(drive):
    """Fewer bytes crossed the wire than were uploaded."""
    report = drive("httpx", lies.drops_a_byte)

    assert_broken(report, "retrieveContainerFileContent", "1023 bytes crossed the wire")


def test_lost_field_is_no_break(drive):
    """The client works, but loses what the target does not answer."""
    report = drive("httpx", lies.forgets_the_memory_limit)

    assert_works(report, loses={"createContainer"})
    lost = cells(report)["createContainer"]
    assert lost["guilt"] == "target"
    assert lost["says"].startswith("works, but loses memory_limit")


def test_hidden_reason_is_lost(drive):
    """Whoever asks for an unknown file is not told why there is none."""
    report = drive("openai-python", lies.hides_the_reason)

    assert_works(report, loses={"retrieveContainerFile"})
    assert "no error object" in cells(report)["retrieveContainerFile"]["says"]


def test_target_without_an_answer_ends_a_call_in_time(drive):
    """The client is ended, the reason is told, and the journey goes on."""
    report = drive("openai-python", lies.never_answers, CONFORMANCE_TIMEOUT="2")

    found = cells(report)["retrieveContainerFile"]
    assert (found["verdict"], found["guilt"]) == ("fails", "target")
    assert "no answer" in found["says"]
    assert cells(report)["retrieveContainerFileContent"]["verdict"] == "works"
    assert cells(report)["deleteContainer"]["verdict"] == "works"


def test_limit_of_the_run_makes_it_inconclusive(drive):
    """What was not reached is said, and what was made is deleted."""
    report = drive("httpx", CONFORMANCE_MAX_REQUESTS="30")

    assert report["run"]["limit"] == "--max-requests"
    assert report["verdict"] == "inconclusive"
    assert cells(report)["deleteContainer"]["says"] == "not reached"
    assert report["run"]["containers_left"] == 0


def test_key_is_in_no_report(drive):
    """Neither the target's nor any of the recorder's."""
    report = drive("openai-python")

    assert_works(report)
    assert "Bearer sk" not in str(report)
    assert "sk-of-the-tenant" not in str(report)
