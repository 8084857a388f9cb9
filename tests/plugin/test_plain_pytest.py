"""Plain pytest over the scenarios: what it shows, whom it believes, and how it ends."""

from pathlib import Path

import pytest

from conformance.errors import UsageError
from conformance.plugin.asking import FAULT
from tests.plugin.conftest import begin, environment, finish, plain_pytest

OPTIONS = ("--conformance-fuzz", "off", "--conformance-report-dir", "out")
SCENARIOS = Path(environment()["PYTHONPATH"], "conformance", "scenarios")
PATH = f"{environment()['PYTHONPATH']}:{Path(__file__).parent}"


@pytest.fixture
def plain(reference, tmp_path):
    """Calls plain pytest against the reference, in an empty directory."""

    def call(*arguments, **variables):
        target = ("--conformance-base-url", reference.url)
        process = begin(
            plain_pytest(*target, *OPTIONS, *arguments),
            tmp_path,
            **reference.variables,
            **variables,
        )
        return finish(process, tmp_path / "out")

    return call


@pytest.mark.end_to_end
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "workers"])
def test_pytest_never_shows_the_key(plain, reference, workers):
    """Neither in a traceback, nor as a reason to skip, nor in what was captured."""
    ran = plain("-p", "peeking", "-rA", "-k", "retrieve or delete", *workers, PYTHONPATH=PATH)

    for words in ("peeked at", "skipped for", "broke on"):
        assert f"{words} [masked]" in ran.out
    assert reference.key not in ran.out


PICKED = {
    "deselected": ["--rootdir", str(SCENARIOS), "--deselect", "test_file_delete.py"],
    "ignored": [f"--ignore={SCENARIOS}/test_file_delete.py"],
    "marked": ["-m", "not cost"],
    "stopped": ["-x", "-p", "peeking"],
}


@pytest.mark.end_to_end
@pytest.mark.parametrize("arguments", PICKED.values(), ids=PICKED)
def test_picked_cases_are_not_publishable(plain, arguments):
    """However some of the cases were left out."""
    ran = plain("-k", "", *arguments, PYTHONPATH=PATH)

    assert not ran.report["publishable"], ran.out
    assert "Only a part of the profile was asked for." in ran.report["notes"]


@pytest.mark.end_to_end
def test_failure_of_the_users_own_test_is_kept(plain, tmp_path):
    """A conformant target does not make somebody's own test green."""
    own = tmp_path / "test_own.py"
    own.write_text("def test_own():\n    assert False\n")

    ran = plain("--conformance-profile", "smoke", str(own))

    assert ran.report["verdict"] == "conformant"
    assert ran.report["publishable"]
    assert ran.status == 1


@pytest.mark.end_to_end
def test_unforeseen_fault_is_one_sentence(plain):
    """What breaks while a run opens is our fault, and shows no traceback."""
    ran = plain("-p", "faulting", PYTHONPATH=PATH)

    assert ran.status == FAULT, ran.out
    assert "A fault of the suite itself: RuntimeError: no ledger for [masked]" in ran.out
    assert "Traceback" not in ran.out


@pytest.mark.end_to_end
def test_mark_of_somebody_else_is_left_alone(plain, tmp_path):
    """A requirement of another kind is no case of ours, and its failure is its owner's."""
    own = tmp_path / "test_own.py"
    mark = "import pytest\n\n\n@pytest.mark.requirement('JIRA-1')\n"
    own.write_text(f"{mark}def test_own(tmp_path):\n    assert not tmp_path\n")

    ran = plain("--conformance-profile", "smoke", str(own))

    assert ran.report["verdict"] == "conformant", ran.out
    assert ran.report["publishable"]
    assert "1 failed" in ran.out
    assert ran.status == 1


ASKS_NOBODY = [("--help",), ("--markers",), ("--collect-only",), ("--collect-only", "-n", "2")]


@pytest.mark.end_to_end
@pytest.mark.parametrize("arguments", ASKS_NOBODY, ids=" ".join)
def test_what_runs_no_case_asks_nobody(plain, reference, tmp_path, arguments):
    """No request is sent, no directory made."""
    ran = plain("-q", *arguments)

    assert ran.status == 0, ran.out
    assert reference.heard == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.end_to_end
def test_collection_tells_the_cases_of_the_run(plain):
    """Those with something in scope to say, and no others."""
    ran = plain("-q", "--collect-only", "--conformance-only", "file.delete.removes-the-file")

    assert "test_file_delete.py::" in ran.out
    assert "test_container_list.py::" not in ran.out


@pytest.mark.end_to_end
@pytest.mark.parametrize("arguments", [("--collect-only",), ()], ids=str)
def test_wrong_option_is_refused_before_anything(plain, reference, arguments):
    """Exit 2 with one sentence, whatever pytest was to do."""
    ran = plain("--conformance-profile", "nonesuch", *arguments)

    assert ran.status == UsageError.exit_status, ran.out
    assert "nonesuch" in ran.out
    assert reference.heard == []


#: What only a run needs.
ROOMS = ("catalogue", "checks", "drivers", "ledger", "scenarios", "verdicts")


@pytest.mark.end_to_end
def test_session_without_our_options_loads_nothing(tmp_path):
    """The plugin comes along in every session of the environment, and costs it little."""
    own = tmp_path / "test_own.py"
    own.write_text(
        "import sys\n\n\ndef test_own():\n"
        f"    assert not {{f'conformance.{{each}}' for each in {ROOMS}}} & set(sys.modules)\n"
    )
    pytest_alone = plain_pytest()[: plain_pytest().index("--pyargs")]

    ran = finish(begin([*pytest_alone, str(own)], tmp_path), tmp_path)

    assert ran.status == 0, ran.out
