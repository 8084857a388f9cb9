"""LiteLLM and the command openai against targets that lie: `nox -s clients` has them."""

from tests.clients import lies
from tests.clients.conftest import cells
from tests.clients.test_faulty_targets import ignores_the_cursor


def test_silent_deletion_breaks_litellm(drive):
    """It wants the body that the documents show, and raises after the deletion was done."""
    report = drive("litellm", lies.deletes_without_a_word, mode="sync")

    found = cells(report)
    for each in ("deleteContainer", "deleteContainerFile"):
        assert (found[each]["verdict"], found[each]["guilt"]) == ("fails", "target")
        assert "204 without a body" in found[each]["says"]
    assert report["verdict"] == "breaks"
    assert report["run"]["containers_left"] == 0


def test_options_that_litellm_drops_are_its_own_loss(drive):
    """It neither sends memory_limit nor knows file_id; the target is not to blame."""
    report = drive("litellm", mode="async")

    found = cells(report)
    assert report["verdict"] == "works"
    assert found["createContainer"]["guilt"] == "client"
    assert "the client does not send it" in found["createContainer"]["says"]
    assert "file_id" in found["createContainerFile"]["says"]


def test_text_upload_of_the_command_is_its_own_mistake(drive):
    """The reference rightly refuses a file inside JSON."""
    report = drive("openai-cli")

    upload = cells(report)["createContainerFile"]
    assert report["verdict"] == "works"
    assert (upload["verdict"], upload["guilt"]) == ("loses", "client")
    assert "text inside JSON" in upload["says"]


def test_command_leaves_endless_pages(drive):
    """It would ask for ever."""
    report = drive("openai-cli", ignores_the_cursor)

    found = cells(report)["listContainerFiles"]
    assert (found["verdict"], found["guilt"]) == ("fails", "target")
    assert "stopped after" in found["says"]


def test_command_that_would_wait_for_an_hour_is_ended(drive):
    """Retry-After is obeyed without limit by the command, but not by us."""
    report = drive("openai-cli", lies.asks_for_an_hour, CONFORMANCE_TIMEOUT="3")

    found = cells(report)["retrieveContainerFile"]
    assert (found["verdict"], found["guilt"]) == ("fails", "target")
    assert "stopped after 6 s" in found["says"]
