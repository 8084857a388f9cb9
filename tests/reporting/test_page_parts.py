"""What report.html is put together from: differences, time lines, and what to mend first."""

from __future__ import annotations

from dataclasses import replace

from conftest import a_report, broken, exchange, some_evidence

from conformance.reporting import FORMATS, mending
from conformance.reporting.marking import LONGEST, marked
from conformance.reporting.timeline import MOMENTS, Timeline, timelines


def test_difference_is_marked_in_both():
    """Spaces between two differences belong to them, and a line's end is seen."""
    wanted, got = marked("from the first to the last\n", "from the first to the last")
    assert (wanted, got) == (
        "from the first to the last<del>␊\n</del>",
        "from the first to the last",
    )

    wanted, got = marked("26 bytes with a long name", "26 bytes with no short name")
    assert wanted == "26 bytes with <del>a long</del> name"
    assert got == "26 bytes with <ins>no short</ins> name"


def test_texts_without_much_in_common_are_left_alone():
    """Neither what differs in all, nor what is missing, nor what is too long is marked."""
    for one, other in (("a refusal", "200 {}"), ("", "x"), ("x" * LONGEST + "yz", "x" * LONGEST)):
        assert marked(one, other) == (one, other)


def test_marks_do_not_let_markup_through():
    """What differs and what does not is escaped alike."""
    wanted, got = marked("<b>one</b> & all", "<b>two</b> & all")

    assert wanted == "&lt;b&gt;<del>one</del>&lt;/b&gt; &amp; all"
    assert got == "&lt;b&gt;<ins>two</ins>&lt;/b&gt; &amp; all"


def test_time_line_is_cut_around_what_shows_it():
    """Of a long case those exchanges are shown that lead to the failure and follow it."""
    record = {"case": "c", "attempt": 2, "exchanges": [exchange(each) for each in range(59)]}
    line = Timeline.of(record, ("e40",))

    assert (len(line.moments), line.left_out) == (MOMENTS, 59 - MOMENTS)
    (here,) = [each for each in line.moments if each.is_shown]
    assert here.after_ms == 40_000
    assert here.line == "POST /v1/containers"
    assert line.moments[0].after_ms < here.after_ms < line.moments[-1].after_ms
    assert all(each.start + each.width <= 100.1 for each in line.moments)


def test_time_line_survives_odd_evidence():
    """No exchange, and a time that is none."""
    odd = {"case": "c", "attempt": 1, "exchanges": [exchange(1, started_at="yesterday")]}

    assert Timeline.of({**odd, "exchanges": []}, ()).moments == ()
    assert Timeline.of(odd, ()).moments[0].after_ms == 0


def test_time_line_is_that_of_the_case_which_shows_the_failure():
    """Cases that passed have none."""
    (record,) = some_evidence().records
    claim = {**record["claims"][0], "requirement": "container.create.a", "outcome": "failed"}
    second = {**record, "case": "the second", "claims": [claim]}
    evidence = replace(some_evidence(), records=(record, second))
    found = timelines(evidence, [broken("container.create.a", "x"), broken("a.b", "x")])

    assert list(found) == ["container.create.a"]
    assert found["container.create.a"].case == "the second, attempt 1"


def test_faults_are_ranked_by_what_callers_suffer():
    """Lost data before a cost, a cost before a status; a SHOULD after every MUST."""
    found = (
        broken("container.list.limit-is-honoured", "x", operation="listContainers"),
        broken("container.create.name-is-required", "x"),
        broken("container.create.key-is-required", "x", level="SHOULD"),
        broken("file.content.is-repeatable", "x", operation="retrieveContainerFileContent"),
        broken("file.content.bytes-are-identical", "x", operation="retrieveContainerFileContent"),
        broken("file.content.answers-json", "x", operation="retrieveContainerFileContent"),
        broken(
            "file.content.every-byte-value-survives", "x", operation="retrieveContainerFileContent"
        ),
    )
    first, second, third = mending.faults(a_report(found))

    assert first.harm.name == "damaged"
    told = [each.id.rpartition(".")[2] for each in first.told]
    assert told == ["bytes-are-identical", "answers-json", "every-byte-value-survives"]
    assert [each.id for each in first.more] == ["file.content.is-repeatable"]
    assert second.endpoint.operation == "createContainer"
    assert [each.level for each in second.results] == ["MUST", "SHOULD"]
    assert third.harm.name == "misled"


def test_server_error_is_told_as_one_whatever_was_asked_for():
    """Nobody uses an account by it, though a refusal was wanted."""
    answer = "500 {}"
    found = (
        broken("container.create.key-is-required", answer),
        broken("container.create.is-never-a-server-error", answer),
        broken("file.content.key-is-required", "200 {}", operation="retrieveContainerFileContent"),
    )
    first, second = mending.faults(a_report(found))

    assert first.endpoint.operation == "retrieveContainerFileContent"
    assert [each.id for each in second.results] == [found[1].id, found[0].id]
    assert second.harm.name != first.harm.name


def test_operation_that_does_not_work_is_told_as_that():
    """Whatever worse follows from it; its rank among the others is that of the worst."""
    found = (
        broken("container.create.echoes-the-name", "x"),
        broken("file.delete.removes-the-file", "200 {}", operation="deleteContainerFile"),
        broken("file.delete.succeeds", "415 {}", operation="deleteContainerFile"),
    )
    first, second = mending.faults(a_report(found))

    assert [each.id for each in first.results] == [found[2].id, found[1].id]
    assert second.endpoint.operation == "createContainer"


def test_failures_with_one_answer_are_one_fault():
    """What got the very answer of the gravest is counted, and not told as so many faults."""
    answer = '400 {"error": "no model"}'
    found = (
        broken("container.create.succeeds", answer),
        broken("container.create.echoes-the-name", answer),
        broken("container.create.names-may-repeat", answer),
        broken("container.create.created-at-is-now", "in an hour"),
    )
    (fault,) = mending.faults(a_report(found))
    pages = [FORMATS[each](a_report(found), some_evidence()) for each in ("html", "md")]

    assert [each.id for each in fault.told] == [found[0].id, found[3].id]
    assert {each.id for each in fault.alike} == {found[1].id, found[2].id}
    assert "2 more got this very answer" in pages[0]
    assert "2 more got the very same answer." in pages[1]
    assert pages[1].count("\ncurl -i") == 2
    assert all(each.id in page for page in pages for each in found)


def test_numbers_that_are_alike_are_no_answer():
    """Two requirements that both got 2 have not one cause."""
    found = (broken("container.create.a", "2"), broken("container.create.b", "2"))
    (fault,) = mending.faults(a_report(found))

    assert fault.alike == ()
    assert len(fault.told) == 2


def test_markdown_tells_consequences_before_evidence():
    """The list of what to mend stands whole before the first exchange, worst first."""
    found = tuple(
        broken(f"container.create.claim-{number}", "x", reason=f"Harm {number}.")
        for number in range(6)
    )
    worse = broken(
        "file.content.bytes-are-identical", "x", operation="retrieveContainerFileContent"
    )
    text = FORMATS["md"](
        a_report((*found, replace(worse, reason="Data is damaged."))), some_evidence()
    )

    first = text.index("1. retrieveContainerFileContent, data lost, damaged or not deleted")
    second = text.index("2. createContainer, callers misled: **Harm 0.**")
    assert first < second < text.index("and 3 more of it.") < text.index("```text")
    assert text.count("\ncurl -i") == 7
