"""A sweep reaches what it is told to, says what it can't use, and takes no mistake for peace."""

import os

import pytest

from conformance import cli
from conformance.drivers.patience import IN_A_ROW, OVERALL
from conformance.ledger import Ledger, Limits
from conformance.plugin import reaching
from conformance.targets import resolve


@pytest.fixture
def ran(reference, tmp_path, monkeypatch):
    """Leaves a run's ledger and a container behind; returns the container's id."""
    monkeypatch.chdir(tmp_path)
    for name, value in reference.variables.items():
        monkeypatch.setenv(name, value)

    def leave(run, directory="out", **notes):
        container = reference.ask("POST", "/containers", json={"name": f"conformance-{run}-a"})
        (tmp_path / directory / run).mkdir(parents=True)
        ledger = Ledger(tmp_path / directory / run / f"ledger-{run}.sqlite", Limits(10, 100, 900.0))
        for key, value in ({"run": run, "base_url": reference.url} | notes).items():
            ledger.note(key, value)
        ledger.hold(ledger.ask("container", container["name"], "a"), container["id"])
        for name in (*OVERALL, "silent deleteContainer"):
            ledger.add(name, notes.get("silent", 0))
        ledger.close()
        return container["id"]

    return leave


def test_sweep_asks_a_target_again_that_hung(ran, reference, capsys):
    """What the run gave up is no reason to send nothing now."""
    ran("1", silent=100 * IN_A_ROW)

    assert cli.main(["sweep", "--report-dir", "out"]) == 0
    assert "1 of 1 deleted" in capsys.readouterr().out
    assert reference.containers() == []


@pytest.fixture
def theirs(ran, reference, tmp_path, monkeypatch):
    """What the second tenant of a run with its key in OTHER_KEY has left behind, too."""
    monkeypatch.setenv("OTHER_KEY", reference.second)
    monkeypatch.delenv("CONFORMANCE_SECOND_API_KEY")
    options = {"base-url": reference.url, "second-api-key-env": "OTHER_KEY"}
    ran("1", reaching=reaching.noted(resolve(options, os.environ, tmp_path)))
    name = "conformance-1-b"
    made = reference.ask("POST", "/containers", key=reference.second, json={"name": name})["id"]
    ledger = Ledger(tmp_path / "out" / "1" / "ledger-1.sqlite", Limits(10, 100, 900.0))
    ledger.hold(ledger.ask("container", name, "a", "second"), made)
    ledger.close()
    return made


@pytest.mark.usefixtures("theirs")
def test_what_the_second_tenant_made_is_swept_with_its_key(reference):
    """From the variable that the run has named."""
    assert cli.main(["sweep", "--report-dir", "out"]) == 0
    assert reference.containers() == []
    assert reference.containers(reference.second) == []


def test_command_names_the_variable_of_a_second_key_that_is_gone(
    theirs, reference, capsys, monkeypatch
):
    """What else was left is deleted all the same."""
    monkeypatch.delenv("OTHER_KEY")

    assert cli.main(["sweep", "--report-dir", "out"]) == 1
    assert reference.containers() == []
    assert reference.containers(reference.second) == [theirs]
    assert "Bearer $OTHER_KEY" in capsys.readouterr().out


@pytest.mark.parametrize(
    "call",
    [
        (["--report-dir", "uot"], "There is no directory uot: check --report-dir."),
        (["--report-dir", "empty"], "There is no ledger of any run below empty"),
        (["--report-dir", "out", "--run", ""], "--run names no run"),
        (["--report-dir", "out", "--run", "a**"], "There is no ledger of a run 'a**'"),
        (["--report-dir", "out", "--run", "*"], "There is no ledger of a run '*'"),
        (["--report-dir", "out", "--run", "../1"], "There is no ledger of a run '../1'"),
        (["--report-dir", "out", "--base-url", "nowhere"], "--base-url wants a URL"),
        (["--run", "1"], "There is no ledger of a run '1' below reports"),
    ],
)
def test_mistyped_sweep_is_refused(ran, reference, tmp_path, capsys, call):
    """In a sentence, with nothing sent."""
    arguments, said = call
    container = ran("1")
    (tmp_path / "empty").mkdir()
    before = len(reference.heard)

    with pytest.raises(SystemExit) as ended:
        raise SystemExit(cli.main(["sweep", *arguments]))

    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert len(reference.heard) == before
    assert reference.containers() == [container]


def test_sweep_where_nothing_was_run_is_no_error(tmp_path, monkeypatch, capsys):
    """Where nobody said that there was something."""
    monkeypatch.chdir(tmp_path)

    assert cli.main(["sweep"]) == 0
    assert capsys.readouterr().out.startswith("Nothing was run from here")


def test_base_url_is_the_same_in_other_letters(ran, reference):
    """Scheme and host have no case, and a slash at the end says nothing."""
    ran("1")
    url = f"{reference.url}/".replace("http", "HTTP")

    assert cli.main(["sweep", "--report-dir", "out", "--base-url", url]) == 0
    assert reference.containers() == []


def test_other_base_url_is_left_alone(ran, reference, capsys):
    """Only what was asked for is swept."""
    container = ran("1")

    status = cli.main(["sweep", "--report-dir", "out", "--base-url", "http://127.0.0.1:1/v1"])

    assert (status, reference.containers()) == (0, [container])
    assert "Nothing is left behind" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"no database at all" * 100, None])
def test_damaged_ledger_is_named_and_the_others_swept(ran, reference, tmp_path, capsys, damage):
    """Whether its head is gone or its middle."""
    left = ran("1")
    ran("2")
    path = tmp_path / "out" / "1" / "ledger-1.sqlite"
    whole = path.read_bytes()
    path.write_bytes(damage or whole[:4096] + b"\xff" * (len(whole) - 4096))

    assert cli.main(["sweep", "--report-dir", "out"]) == 1

    out = capsys.readouterr().out
    assert "ledger-1.sqlite can't be used" in out
    assert "2 at" in out
    assert reference.containers() == [left]
