"""The judge says what the evidence says, and nothing kinder."""

import itertools
import json

import pytest

from conformance.verdicts import Report
from conformance.verdicts.outcome import EXIT_STATUS, PRECEDENCE, Verdict

NINE = [
    "listContainers",
    "createContainer",
    "retrieveContainer",
    "deleteContainer",
    "listContainerFiles",
    "createContainerFile",
    "retrieveContainerFile",
    "deleteContainerFile",
    "retrieveContainerFileContent",
]


def outcome_of(report, id_):
    """The outcome of one requirement."""
    return next(each for each in report.requirements if each.id == id_)


#: What the attempts at one case said, and what that comes to.
ATTEMPTS = [
    (["passed"], "passed"),
    (["failed"], "failed"),
    (["failed", "failed"], "failed"),
    (["failed", "passed"], "flaky"),
    (["untestable", "passed"], "passed"),
    (["unreachable", "passed"], "passed"),
    (["untestable", "untestable"], "untestable"),
    (["failed", "untestable"], "failed"),
    (["failed", "unreachable"], "failed"),
    (["failed", "error"], "error"),
    (["untestable", "failed"], "failed"),
    (["error"], "error"),
    (["unsupported"], "unsupported"),
    (["not-applicable"], "not-applicable"),
]


@pytest.mark.parametrize(("said", "outcome"), ATTEMPTS)
def test_attempts_come_to_one_outcome(report, case, ids, said, outcome):
    """Only what held in the end, after it had not, is flaky."""
    id_ = ids()
    records = [case({id_: each}, attempt=n) for n, each in enumerate(said, 1)]

    assert outcome_of(report(*records), id_).outcome == outcome
    assert outcome_of(report(*records[::-1]), id_).outcome == outcome


def test_failure_stands_where_the_repeat_did_not_come_to_it(report, case, ids):
    """A second attempt that a limit cut short takes nothing back."""
    id_ = ids()

    assert outcome_of(report(case({id_: "failed"}), case({}, attempt=2)), id_).outcome == "failed"


CASES = [
    (["passed", "failed"], "failed"),
    (["passed", "untestable"], "untestable"),
    (["passed", "unsupported"], "passed"),
    (["not-applicable", "unsupported"], "unsupported"),
    (["error", "failed"], "error"),
]


@pytest.mark.parametrize(("said", "outcome"), CASES)
def test_of_several_cases_the_worst_speaks(report, case, ids, said, outcome):
    """And all are named."""
    id_ = ids()
    result = outcome_of(
        report(*(case({id_: each}, case=f"a::{n}") for n, each in enumerate(said))), id_
    )

    assert result.outcome == outcome
    assert result.cases == ("a::0", "a::1")


def test_planned_case_that_never_spoke_is_unreached(report, case, ids):
    """Even where another case held."""
    id_ = ids()
    result = outcome_of(report(case({id_: "passed"}), plan={id_: ["a::b", "a::c"]}), id_)

    assert result.outcome == "unreached"
    assert "a::c" in result.message


def test_requirement_without_a_case_is_unreached(report, ids):
    """One verdict for every planned requirement; silence is none."""
    id_ = ids()

    assert outcome_of(report(plan={id_: []}), id_).outcome == "unreached"


def test_run_without_a_plan_owes_the_whole_profile(report, known):
    """What broke off before its plan has reached nothing."""
    made = report(plan=None, footer=None)

    assert len(made.requirements) == len(known.profiles["core"].requirements)
    assert {each.outcome for each in made.requirements} == {"unreached"}
    assert made.verdict == "inconclusive"


def test_disclaimed_feature_is_unsupported(report, ids, known):
    """By name; a claimed one that nobody tried is not."""
    id_ = ids(feature=True)
    feature = known.requirements[id_].feature
    disclaimed = report(plan={id_: []}, claims={feature: False})
    claimed = report(plan={id_: []}, claims={feature: True})

    assert outcome_of(disclaimed, id_).outcome == "unsupported"
    assert disclaimed.target["features"] == {feature: "unsupported"}
    assert outcome_of(claimed, id_).outcome == "unreached"
    assert claimed.target["features"] == {feature: "declared"}


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_feature_that_was_shown_is_supported(report, case, ids, known, outcome):
    """Whether it works well or not."""
    id_ = ids(feature=True)

    features = report(case({id_: outcome})).target["features"]
    assert features == {known.requirements[id_].feature: "supported"}


@pytest.mark.parametrize(
    "refusing",
    [
        "container.create.skills-by-reference-are-judged",
        "container.create.malformed-skills-are-refused",
        "container.create.minutes-must-be-a-whole-number",
        "container.create.file-ids-must-be-an-array",
    ],
)
def test_refusal_is_no_proof_of_a_feature(report, case, refusing):
    """Who takes nothing of it refuses what is wrong in it, too."""
    assert report(case({refusing: "passed"})).target["features"] == {}


def test_passive_requirement_needs_an_answer_of_its_kind(report, case, ids):
    """Of an operation that answered, it does not apply; of one that was never asked, it is open."""
    id_ = ids(passive=True)
    operation = ("createContainer", 200)
    asked = report(case({}, exchanges=[operation]), plan={id_: []})
    silent = report(case({}, exchanges=[("createContainer", None)]), plan={id_: []})

    assert outcome_of(asked, id_).outcome == "not-applicable"
    assert outcome_of(silent, id_).outcome == "unreached"


IMPLEMENTED = "container.create.is-implemented"


@pytest.mark.parametrize("status", [404, 405, 501])
def test_absent_operation_is_one_failure(report, case, status):
    """What hangs on it is untestable and names it."""
    id_ = "container.create.succeeds"
    record = case(
        {id_: "failed", IMPLEMENTED: "passed"}, exchanges=[("createContainer", status)] * 3
    )
    made = report(record)

    assert outcome_of(made, IMPLEMENTED).outcome == "failed"
    assert str(status) in outcome_of(made, IMPLEMENTED).message
    assert (outcome_of(made, id_).outcome, outcome_of(made, id_).blame) == (
        "untestable",
        IMPLEMENTED,
    )
    verdicts = {each.operation: each.verdict for each in made.endpoints}
    assert verdicts["createContainer"] == "not-implemented"
    assert made.verdict == "non-conformant"


def test_operation_that_answers_once_is_there(report, case, ids):
    """Failures are its own then; what it says to strangers does not count."""
    id_ = ids()
    record = case(
        {id_: "failed", IMPLEMENTED: "failed"},
        exchanges=[("createContainer", 404), ("createContainer", 400)],
    )
    made = report(record)

    assert outcome_of(made, IMPLEMENTED).outcome == "passed"
    assert outcome_of(made, id_).outcome == "failed"


def test_answers_to_strangers_show_no_operation(report, case):
    """A 401 to a wrong key does not make an operation present."""
    claims = {"container.create.succeeds": "failed", IMPLEMENTED: "passed"}
    record = case(claims, exchanges=[("createContainer", 404)])
    record["exchanges"].append(
        {**record["exchanges"][0], "credential": "none", "response": {"status": 401}}
    )

    assert outcome_of(report(record), IMPLEMENTED).outcome == "failed"


#: Verdicts of a run: outcomes of a MUST, of a SHOULD, how it ended, strict, the verdict.
RUNS = {
    "all holds": ("passed", "passed", {}, False, "conformant"),
    "should fails": ("passed", "failed", {}, False, "conformant"),
    "should fails, strict": ("passed", "failed", {}, True, "non-conformant"),
    "should untestable, strict": ("passed", "untestable", {}, True, "inconclusive"),
    "must fails": ("failed", "passed", {}, False, "non-conformant"),
    "must unsupported": ("unsupported", "passed", {}, False, "inconclusive"),
    "must untestable": ("untestable", "passed", {}, False, "inconclusive"),
    "must unreachable": ("unreachable", "passed", {}, False, "inconclusive"),
    "error": ("error", "passed", {}, False, "error"),
    "should error": ("passed", "error", {}, False, "error"),
    "interrupted": ("passed", "passed", {"interrupted": True}, False, "inconclusive"),
    "limit": ("passed", "passed", {"limit": "--max-requests"}, False, "inconclusive"),
    "failed and interrupted": ("failed", "passed", {"interrupted": True}, False, "non-conformant"),
    "failed and limit": ("failed", "passed", {"limit": "--rps"}, False, "non-conformant"),
    "fault and interrupted": (
        "passed",
        "passed",
        {"fault": "x", "interrupted": True},
        False,
        "error",
    ),
    "killed": ("passed", "passed", {"footer": None}, False, "inconclusive"),
    "filtered": ("passed", "passed", {"filtered": True}, False, "conformant"),
    "nothing shown": ("not-applicable", "not-applicable", {}, False, "inconclusive"),
}


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("--max-requests", "The limit --max-requests was reached."),
        (
            "the plan's bound of 9 requests",
            "The plan's bound of 9 requests was reached, which no option raises.",
        ),
    ],
)
def test_limit_is_told_as_what_set_it(report, case, ids, limit, told):
    """Nobody is sent to raise an option that did not end the run."""
    assert told in report(case({ids(): "passed"}), limit=limit).notes


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_run_has_the_verdict_that_wins(report, case, ids, run):
    """Errors before failures, failures before what was left open."""
    must, should, ended, strict, verdict = run
    record = case({ids(): must, ids("SHOULD"): should})
    made = report(record, strict=strict, **ended)

    assert made.verdict == verdict
    assert Verdict(verdict) in EXIT_STATUS
    plain = verdict in ("conformant", "non-conformant") and not ended
    assert made.publishable is plain
    assert bool(made.notes) is (bool(ended) or "error" in (must, should))


#: What makes a run have each exit status: the outcome of a MUST that nothing else passes beside,
#: and how the run ended.
MAKES = {
    Verdict.UNREACHABLE: ("unreachable", {}),
    Verdict.ERROR: (None, {"fault": "x"}),
    Verdict.NON_CONFORMANT: ("failed", {}),
    Verdict.INCONCLUSIVE: (None, {"limit": "--max-requests"}),
}


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(MAKES, 2)))
def test_of_two_verdicts_the_first_exit_status_wins(report, case, ids, first, second):
    """In the order that the interface promises: 3, 5, 1, 4."""
    claims, ended = {}, {}
    for skip, verdict in enumerate((first, second)):
        outcome, how = MAKES[verdict]
        ended |= how
        if outcome:
            claims[ids(skip=skip)] = outcome

    assert report(case(claims), **ended).verdict == first.value


def test_verdicts_have_their_order_from_the_interface():
    """Each exit status of a run stands in it once."""
    assert [EXIT_STATUS[each] for each in MAKES] == [3, 5, 1, 4]
    assert PRECEDENCE == (2, 3, 5, 1, 4, 0)
    assert set(EXIT_STATUS.values()) | {2} == set(PRECEDENCE)


def test_flaky_must_is_not_conformant(report, case, ids):
    """What holds now and then does not hold."""
    id_ = ids()
    made = report(case({id_: "failed"}), case({id_: "passed"}, attempt=2))

    assert made.verdict == "non-conformant"


def test_unreadable_lines_keep_a_report_private(report, case, ids):
    """Nobody knows what they said."""
    made = report(case({ids(): "passed"}), unreadable=2)

    assert not made.publishable
    assert made.notes == ("2 lines of the evidence can't be read.",)


def waiver(id_, **fields):
    """A waiver as the evidence has it."""
    return {"requirement": id_, "reason": "r", **fields}


def test_waived_failure_is_partial(report, case, ids):
    """Shown as failed and as waived, and never published."""
    id_, other = ids(), ids(skip=1)
    made = report(case({id_: "failed", other: "passed"}), waivers=[waiver(id_)])
    result = outcome_of(made, id_)

    assert (made.verdict, made.publishable) == ("partial", False)
    assert (result.outcome, result.waived, result.waiver["reason"]) == ("failed", True, "r")


WAIVERS = {
    "until the day": ({"until": "2026-06-15"}, "partial"),
    "until the day before": ({"until": "2026-06-14"}, "non-conformant"),
    "of the operation": ({"operation": "createContainer"}, "partial"),
    "of another operation": ({"operation": "deleteContainer"}, "non-conformant"),
}


@pytest.mark.parametrize(("fields", "verdict"), WAIVERS.values(), ids=WAIVERS)
def test_waiver_covers_its_operation_until_its_day(report, case, ids, fields, verdict):
    """The day itself included; afterwards it has no effect."""
    id_, other = ids(), ids(skip=1)
    made = report(case({id_: "failed", other: "passed"}), waivers=[waiver(id_, **fields)])

    assert made.verdict == verdict


def test_stale_waiver_reddens_the_run(report, case, ids):
    """What holds although it is waived is told, whichever other it covers."""
    id_ = ids()
    made = report(case({id_: "passed"}), waivers=[waiver(id_)])
    expired = report(case({id_: "passed"}), waivers=[waiver(id_, until="2020-01-01")])

    assert (made.verdict, made.stale_waivers) == ("non-conformant", (id_,))
    assert (expired.verdict, expired.stale_waivers) == ("conformant", ())


def test_ended_waiver_is_told_and_has_no_effect(report, case, ids):
    """With its day; a report is neither better nor worse for it."""
    ended = waiver(ids(), until="2020-01-01")
    without = report(case({ids(): "failed", ids(skip=1): "passed"}))
    made = report(case({ids(): "failed", ids(skip=1): "passed"}), waivers=[ended])

    (note,) = set(made.notes) - set(without.notes)
    assert note.startswith(f"The waiver of {ids()} ended on 2020-01-01")
    assert (made.verdict, made.publishable) == (without.verdict, without.publishable)
    assert made.requirements == without.requirements


def test_glob_that_is_used_once_is_not_stale(report, case, ids):
    """It covers one that fails."""
    made = report(
        case({ids(): "failed", ids(skip=1): "passed"}), waivers=[waiver("container.create.*")]
    )

    assert (made.verdict, made.stale_waivers) == ("partial", ())


@pytest.mark.parametrize("outcome", ["untestable", "unreachable", "error"])
def test_waiver_covers_only_what_the_target_broke(report, case, ids, outcome):
    """An excuse for a failure is none for silence."""
    id_ = ids()
    made = report(case({id_: outcome, ids(skip=1): "passed"}), waivers=[waiver(id_)])

    assert not outcome_of(made, id_).waived
    assert made.verdict in ("inconclusive", "error")


def test_case_that_stumbles_over_a_liar_blames_what_was_caught(report, case, ids):
    """Beside a broken MUST an error of a case says nothing of the suite."""
    id_, other = ids(), ids(skip=1)
    made = report(case({id_: "failed", other: "error"}))

    assert made.verdict == "non-conformant"
    assert (outcome_of(made, other).outcome, outcome_of(made, other).blame) == ("untestable", id_)


def test_what_others_have_seen_stands_where_a_case_stumbles(report, case, ids):
    """Beside a broken MUST an error hides no failure of the same requirement."""
    id_, other = ids(), ids(skip=1)
    by_another = report(
        case({id_: "failed"}),
        case({other: "failed"}, case="a::seeing"),
        case({other: "error"}, case="a::stumbling"),
    )
    at_first = report(
        case({id_: "failed", other: "failed"}), case({id_: "failed", other: "error"}, attempt=2)
    )

    for made in (by_another, at_first):
        assert outcome_of(made, other).outcome == "failed"
        assert any("broke off: 1, the first error" in note for note in made.notes)


def test_nine_endpoints_in_order(report, case, ids):
    """Always all, with counts that add up."""
    made = report(case({ids(): "failed", ids(skip=1): "passed", ids("SHOULD"): "flaky"}))

    assert [each.operation for each in made.endpoints] == NINE
    counted = {}
    for each in made.endpoints:
        for name, count in each.outcomes.items():
            counted[name] = counted.get(name, 0) + count
    assert counted == {
        name: sum(each.outcome == name for each in made.requirements) for name in counted
    }
    assert sum(counted.values()) == len(made.requirements)


def test_report_survives_json(report, case, ids):
    """Read back it is the same."""
    made = report(case({ids(): "failed"}), waivers=[waiver(ids())])

    assert Report.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_latency_is_of_answers_that_were_not_throttled(report, case, ids):
    """The middle and the slow end, in milliseconds."""
    record = case({ids(): "passed"}, exchanges=[("createContainer", 200)] * 21)
    for number, each in enumerate(record["exchanges"]):
        each["elapsed_ms"] = float(number)
    record["exchanges"].append(
        {**record["exchanges"][0], "id": "x", "throttled": True, "elapsed_ms": 1e6}
    )
    create = report(record).endpoints[1]

    assert create.latency_ms == {"p50": 10.0, "p95": 19.0}
    assert create.requests == 21
    assert report(record).endpoints[0].latency_ms == {"p50": None, "p95": None}


def test_operation_asked_only_for_what_is_absent_is_open(report, case, ids):
    """A run that was cut short after the unknown ids accuses nobody."""
    record = case({ids(): "passed"}, exchanges=[("createContainer", 404)] * 3)
    made = report(record, plan={ids(): ["a::b"], IMPLEMENTED: []}, interrupted=True)

    assert outcome_of(made, IMPLEMENTED).outcome in ("unreached", "not-applicable")
    assert made.verdict == "inconclusive"
