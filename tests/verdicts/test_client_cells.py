"""What findings make of a cell, and cells of a run."""

import pytest

from conformance.verdicts import clients


def finding(verdict, guilt=None, title="does it", document=None, operation="createContainer"):
    """One finding of a trial."""
    return {
        "operation": operation,
        "title": title,
        "verdict": verdict,
        "says": f"{verdict} it",
        "guilt": guilt,
        "exchanges": [],
        "document": document,
    }


@pytest.mark.parametrize(
    ("findings", "verdict", "guilt", "says"),
    [
        ([], "unreached", None, "not reached"),
        ([finding("works")], "works", None, "works"),
        ([finding("works"), finding("loses", "client")], "loses", "client", "but loses loses it"),
        ([finding("works"), finding("loses", "target")], "loses", "target", "but loses loses it"),
        ([finding("works"), finding("fails", "target")], "fails", "target", "fails: “does it”"),
        ([finding("works"), finding("fails", "client")], "loses", "client", "own mistake"),
        ([finding("fails", "client")], "fails", "client", "own mistake"),
        ([finding("cannot", "client")], "cannot", "client", "the client can't: cannot it"),
        ([finding("works"), finding("cannot", "client")], "loses", "client", "cannot it"),
        ([finding("works"), finding("unreached")], "unreached", None, "not reached: unreached it"),
        ([finding("works"), finding("error", "suite")], "error", "suite", "fault of the suite"),
    ],
)
def test_worst_finding_makes_the_cell(findings, verdict, guilt, says):
    """A client's own mistake only takes from what works; the target's breaks it."""
    cell = clients.cell("createContainer", findings)

    assert (cell["verdict"], cell["guilt"]) == (verdict, guilt)
    assert says in cell["says"]
    assert cell["trials"] == findings


def test_refusals_alone_show_no_working_operation():
    """Where a client can do nothing but be refused, the operation does not work."""
    told = finding("works", title="tells of an unknown file")
    cell = clients.cell("createContainer", [told, finding("fails", "client")])

    assert (cell["verdict"], cell["guilt"]) == ("fails", "client")


def test_example_that_can_not_work_is_no_ones_failure():
    """It is told of the document; what the target breaks in it is the target's all the same."""
    asked = [finding("works"), finding("fails", "document", document="Guide / Start")]
    broken = [*asked, finding("fails", "target", document="Guide / End")]

    assert clients.cell("createContainer", asked)["verdict"] == "works"
    assert clients.cell("createContainer", broken)["verdict"] == "fails"
    assert [each["document"] for each in clients.documents(broken)] == [
        "Guide / Start",
        "Guide / End",
    ]
    assert "fails it" in clients.documents(asked)[0]["says"]


def entry(state="driven", **cells):
    """One client of a run; *cells* are verdicts by whose fault."""
    operations = [{"verdict": verdict, "guilt": guilt} for guilt, verdict in cells.items()]
    return {"state": state, "operations": operations} if state == "driven" else {"state": state}


@pytest.mark.parametrize(
    ("entries", "cut_short", "verdict"),
    [
        ([entry(nobody="works")], False, "works"),
        ([entry(target="loses")], False, "works"),
        ([entry(client="fails")], False, "works"),
        ([entry(target="fails")], True, "breaks"),
        ([entry(target="fails", suite="error")], False, "error"),
        ([entry(nobody="works")], True, "inconclusive"),
        ([entry(nobody="works"), entry("not-installed")], False, "works"),
        ([entry(nobody="works"), entry("broken")], False, "inconclusive"),
        ([entry("not-installed")], False, "inconclusive"),
        ([entry(nobody="unreached")], False, "inconclusive"),
        ([], False, "inconclusive"),
    ],
)
def test_run_is_what_its_gravest_cell_is(entries, cut_short, verdict):
    """Only the target's fault breaks; nothing that was not driven counts as working."""
    assert clients.verdict_of(entries, cut_short=cut_short) == verdict
