"""Several targets in one go: a report each, one matrix, one exit status."""

import contextlib
import json
from pathlib import Path

import pytest

from conformance import cli
from conformance.catalogue.schemas import misfit
from conformance.reference.app import create_app
from conformance.reference.server import running
from tests.mutants.altering import answering

KEY = "sk-several-0123456789"


def redirecting(app):
    """Answers the retrieval of a container with a redirect."""

    def redirect(answer, _):
        answer.status = 307

    return answering(app, "retrieveContainer", redirect)


@pytest.fixture
def targets(monkeypatch):
    """A good target and one that lies, in a file each, and a file that names both."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)
    with contextlib.ExitStack() as stack:
        for name, wrap in (("good", lambda app: app), ("bad", redirecting)):
            url = stack.enter_context(running(wrap(create_app(keys=[KEY]))))
            Path(f"{name}.toml").write_text(f'name = "{name} one"\nbase-url = "{url}"\n')
        Path("all.toml").write_text('targets = ["good.toml", "bad.toml"]\n')
        yield "all.toml"


def test_each_target_gets_its_report_and_all_a_matrix(targets, capsys):
    """The worst exit status is that of all; the seed is the same for each."""
    argv = ["run", "--targets", targets, "--profile", "smoke", "--report-dir", "out"]

    assert cli.main(argv) == 1

    out = capsys.readouterr().out
    assert "good one: exit status 0, " in out
    assert "bad one: exit status 1, " in out
    reports = {
        name: json.loads(Path(f"out/{name}/report.json").read_text("utf-8"))
        for name in ("good-one", "bad-one")
    }
    assert reports["good-one"]["run"]["seed"] == reports["bad-one"]["run"]["seed"]
    matrix = json.loads(Path("out/matrix.json").read_text("utf-8"))
    assert misfit(matrix, "matrix") is None
    assert [each["label"] for each in matrix["targets"]] == ["good one", "bad one"]
    assert f"matrix: {Path('out/matrix.html').resolve()}" in out


def test_target_that_is_not_there_does_not_keep_the_others(targets, capsys):
    """It has no report, and its status counts before a failure."""
    Path("gone.toml").write_text('name = "gone"\nbase-url = "http://127.0.0.1:9/v1"\n')
    Path("all.toml").write_text('targets = ["gone.toml", "good.toml"]\n')

    assert cli.main(["run", "--targets", targets, "--profile", "smoke", "--report-dir", "out"]) == 3
    assert Path("out/good-one/report.json").exists()
    assert not Path("out/gone/report.json").exists()
    assert len(json.loads(Path("out/matrix.json").read_text("utf-8"))["targets"]) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "write the target files into it"),
        ("targets = []", "write the target files into it"),
        ("targets = [1]", "write the target files into it"),
        ('targets = ["none.toml"]', "none.toml can't be read"),
        ('targets = ["no\\u0000ne.toml"]', "write the target files into it"),
        ('targets = ["good.toml"]\nother = 1', "'other' is no key"),
        ("targets = [", "is no TOML"),
    ],
)
def test_file_that_can_not_be_understood_is_refused(targets, capsys, text, told):
    """Before anything is sent."""
    Path("all.toml").write_text(text)

    assert cli.main(["run", "--targets", targets, "--report-dir", "out"]) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert (out, err.count("\n")) == ("", 1)
    assert not Path("out/good-one").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--base-url", "http://127.0.0.1:9/v1"),
        ("--target", "good.toml"),
        ("--write-waivers", "draft.yaml"),
    ],
)
def test_option_of_a_single_run_is_refused(targets, capsys, option, value):
    """Which of them would it be for?"""
    assert cli.main(["run", "--targets", targets, option, value]) == 2
    assert f"{option} is of a single run" in capsys.readouterr().err


ALONE = {
    "plan": [],
    "probe": ["--base-url", "http://127.0.0.1:9/v1"],
    "proxy": ["--base-url", "http://127.0.0.1:9/v1", "--upstream-port", "9"],
}


@pytest.mark.parametrize("command", ALONE)
@pytest.mark.parametrize("spelled", ["--targets", "CONFORMANCE_TARGETS"])
def test_command_for_one_target_refuses_several(targets, capsys, monkeypatch, command, spelled):
    """It says so, instead of taking another one."""
    given = [spelled, targets] if spelled.startswith("--") else []
    if not given:
        monkeypatch.setenv(spelled, targets)

    assert cli.main([command, *ALONE[command], *given]) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"{command} takes one target, and {spelled} may name several" in err


def test_base_url_of_the_environment_is_refused(targets, capsys, monkeypatch):
    """It would win over the file of every target."""
    monkeypatch.setenv("CONFORMANCE_BASE_URL", "http://127.0.0.1:9/v1")

    assert cli.main(["run", "--targets", targets]) == 2
    assert "CONFORMANCE_BASE_URL" in capsys.readouterr().err


def test_directory_that_can_not_be_made_is_refused_before_the_first_run(targets, capsys):
    """No run is begun that nobody would wait for."""
    Path("out").mkdir()
    Path("out/bad-one").write_text("in the way")

    assert cli.main(["run", "--targets", targets, "--report-dir", "out"]) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "bad-one can't be written" in err
    assert "--report-dir" in err
    assert {each.name for each in Path("out/good-one").iterdir()} == {"output.txt"}
