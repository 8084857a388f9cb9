"""The command line: help, refusals, exit statuses, and what stays unsaid."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from conformance import __version__, cli
from conformance.errors import TargetRefused
from conformance.targets.options import OPTIONS, Group

#: A requirement of the catalogue.
KNOWN_ID = "container.create.succeeds"


@pytest.fixture
def session(monkeypatch):
    """Stands for the session that a run starts; `run` is to be set."""
    module = ModuleType("conformance.plugin.running")
    monkeypatch.setitem(sys.modules, "conformance.plugin.running", module)
    module.seen = []

    def run(settings):
        module.seen.append(settings)
        return 0

    module.run = run
    return module


def _process(*argv, **more):
    return subprocess.run(
        [sys.executable, "-m", "conformance", *argv],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **more,
    )


def test_version_is_one_line(capsys):
    """The program and its version."""
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"containers-conformance {__version__}\n"


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"]])
def test_overview_lists_exactly_the_commands(capsys, argv):
    """What is listed exists."""
    assert cli.main(argv) == 0

    out = capsys.readouterr().out
    listed = re.findall(r"^  (\w+) +[A-Z].*\.$", out, re.MULTILINE)
    assert listed == list(cli.COMMANDS)
    assert "examples:" in out


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_help_fits_a_screen(capsys, monkeypatch, command):
    """Of 24 lines and 80 columns, examples included."""
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.main([*filter(None, [command]), "--help"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith(f"usage: containers-conformance {command}".rstrip() + " ")
    assert "examples:" in lines


def _spelled_in(help_text):
    return set(re.findall(r"^  (?:-h, )?(--?[a-z-]+)", help_text, re.MULTILINE))


@pytest.mark.parametrize("command", ["run", "plan", "proxy"])
def test_help_all_lists_every_option(capsys, command):
    """Those of a run, with their subjects; none is wider than a screen."""
    assert cli.main([command, "--help-all"]) == 0

    told = capsys.readouterr().out
    assert {option.spelled for option in OPTIONS} <= _spelled_in(told)
    assert all(f"\n{group.value}:\n" in told for group in Group)
    assert max(map(len, told.splitlines())) <= 80
    assert "--no-slow" in told


@pytest.mark.parametrize("command", ["run", "plan", "proxy", "probe"])
def test_help_names_what_lists_every_option(capsys, command):
    """And each option that it lists has its sentence there too."""
    cli.main([command, "--help"])
    brief = capsys.readouterr().out
    cli.main([command, "--help-all"])
    whole = capsys.readouterr().out

    assert "--help-all" in brief
    assert len(_spelled_in(brief)) > 5
    assert _spelled_in(brief) < _spelled_in(whole)


def test_help_is_narrow_on_a_narrow_terminal(capsys, monkeypatch):
    """No sentence of an option is broken by the terminal."""
    monkeypatch.setenv("COLUMNS", "44")
    cli.main(["run", "--help"])

    options = capsys.readouterr().out.partition("options used most:")[2].partition("\n\n")[0]
    assert max(map(len, options.splitlines())) <= 44
    assert "--base-url URL" in options


def _slow_modules(argv, env=None):
    """What *argv* imports of all that takes long."""
    code = (
        "import sys; from conformance.cli import main; main(sys.argv[1:]);"
        "slow = {'httpx', 'pytest', 'yaml', 'schemathesis', 'jsonschema', 'starlette', 'ssl'};"
        "sys.exit(' '.join(slow & set(sys.modules)) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], capture_output=True, text=True, check=False, env=env
    )
    return done.stderr.strip()


@pytest.mark.parametrize(
    "argv", [["--version"], ["--help"], ["run", "--help-all"], ["serve", "--help"]]
)
def test_cheap_commands_import_nothing_slow(argv):
    """Version and help are asked for by scripts and completions."""
    assert _slow_modules(argv) == ""


def test_explanation_is_read_from_the_kept_catalogue(tmp_path):
    """Only the first command after a change of the catalogue has to read YAML."""
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    assert "yaml" in _slow_modules(["explain", KNOWN_ID], env)

    assert _slow_modules(["explain", KNOWN_ID], env) == ""


def test_module_and_program_are_the_same():
    """`python -m conformance` exits with the status too."""
    assert _process("--version").stdout == f"containers-conformance {__version__}\n"
    assert _process("run", "--timeout", "soon").returncode == 2


BAD = {
    "command": (["rnu"], "There is no command 'rnu'; did you mean run?"),
    "strange-command": (["zzz"], "there are run, "),
    "option-first": (["--base-url", "x"], "containers-conformance has no option --base-url"),
    "option": (["run", "--base-ulr", "x"], "did you mean --base-url"),
    "strange-option": (["run", "--qqqqqq"], "run --help-all lists the options"),
    "strange-option-of-few": (["serve", "--qqqqqq"], "serve --help lists the options"),
    "abbreviation": (["run", "--max-cont", "3"], "run has no option --max-cont"),
    "key": (["run", "--api-key", "sk-secret"], "never taken on the command line"),
    "key-equals": (["run", "--api-key=sk-secret"], "never taken on the command line"),
    "second-key": (["run", "--second-api-key", "sk-secret"], "with --second-api-key-env."),
    "stray": (["run", "sk-secret"], "an argument that belongs to no option"),
    "no-value": (["run", "--base-url"], "--base-url expected one argument"),
    "value-of-a-switch": (["run", "--slow=sk-secret"], "--slow takes no value"),
    "profile": (["run", "--profile", "cor"], "did you mean core"),
    "feature": (["run", "--feature", "file-cop"], "did you mean file-copy"),
    "only": (["run", "--only", "createContaine"], "did you mean createContainer"),
    "key-missing": (["run", "--base-url", "https://example.org"], "CONFORMANCE_API_KEY is not set"),
    "config": (["run", "--config", "none.toml"], "none.toml can't be read"),
    "report-nothing": (["report"], "EVIDENCE"),
    "report-format": (["report", "x", "--format", "htlm"], "did you mean html?"),
    "report-missing": (["report", "none.jsonl"], "none.jsonl can't be read"),
    "explain-nothing": (["explain"], "ID"),
    "explain-unknown": (["explain", "container.create.suceeds"], f"did you mean {KNOWN_ID}"),
    "explain-strange": (["explain", "zzz"], "There is no requirement 'zzz'; report.html"),
    "port-text": (["serve", "--port", "http"], "--port wants a number"),
    "port-high": (["serve", "--port", "65536"], "--port wants a number"),
    "host": (["serve", "--host", "256.0.0.1"], "Can't listen on 256.0.0.1"),
    "db": (["serve", "--db", "/none/x.sqlite"], "Can't use the database /none/x.sqlite"),
}


@pytest.mark.parametrize(("argv", "told"), BAD.values(), ids=BAD)
def test_wrong_call_is_told_in_one_sentence(capsys, argv, told):
    """Exit status 2, nothing on standard output, no key repeated."""
    assert cli.main(argv) == 2

    out, err = capsys.readouterr()
    assert told in err
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith((".\n", "?\n"))
    assert "secret" not in err


def test_run_gets_its_settings(session):
    """And its exit status is the program's."""
    session.run = lambda settings: session.seen.append(settings) or 1

    assert cli.main(["run", "--auth", "none", "-n", "0", "--feature", "file-copy", "--slow"]) == 1

    (settings,) = session.seen
    assert (settings.auth, settings.workers, settings.slow) == ("none", "0", True)
    assert settings.features == {"file-copy": True}


def test_switch_is_switched_off_on_the_command_line(session, monkeypatch):
    """--no-slow wins over the environment."""
    monkeypatch.setenv("CONFORMANCE_SLOW", "1")

    assert cli.main(["run", "--no-slow"]) == 0
    assert session.seen[0].slow is False


def test_show_config_sends_nothing(session, capsys, monkeypatch):
    """It prints, masked, and ends."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", "sk-secret")

    assert cli.main(["run", "--base-url", "https://example.org/v1", "--show-config"]) == 0

    out = capsys.readouterr().out
    assert re.search(r"^--base-url +https://example.org/v1 +command line$", out, re.MULTILINE)
    assert "secret" not in out
    assert session.seen == []


def _raising(error):
    def run(_settings):
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (TargetRefused("The target refuses the key."), 3, "The target refuses the key.\n"),
        (TargetRefused("a\x1b[2J\nb"), 3, "a [2J b.\n"),
        (KeyboardInterrupt(), 4, ""),
        (SystemExit(3), 3, ""),
        (SystemExit(None), 0, ""),
        (SystemExit("odd"), 5, ""),
    ],
)
def test_end_of_a_run_has_its_status(session, capsys, error, status, told):
    """Whatever ends it, there is no traceback."""
    session.run = _raising(error)

    assert cli.main(["run"]) == status
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("source", ["variable", "descriptor", "header"])
def test_fault_of_our_own_shows_no_secret_of_another_source(session, capsys, monkeypatch, source):
    """Neither a key whose variable is not called one, nor one that came by a descriptor."""
    hidden = f"hidden-{source}-of-ours"
    reading, writing = os.pipe()
    os.write(writing, hidden.encode())
    os.close(writing)
    monkeypatch.setenv("THEIRS", hidden)
    options = {
        "variable": ["--api-key-env", "THEIRS"],
        "descriptor": ["--api-key-fd", str(reading)],
        "header": ["--header", f"X-Token: {hidden}"],
    }

    def run(_):
        raise RuntimeError(f"sent {hidden}")

    session.run = run

    assert cli.main(["run", *options[source]]) == 5
    assert "sent [masked]" in capsys.readouterr().err
    os.close(reading)


def test_fault_of_our_own_is_status_5_and_shows_no_key(session, capsys, monkeypatch):
    """Python's own status for a traceback would call the target non-conformant."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", "sk-secret")
    session.run = _raising(ValueError("bad sk-secret"))

    assert cli.main(["run"]) == 5

    err = capsys.readouterr().err
    assert err.startswith("A fault of the suite itself, in ")
    assert f"{Path(__file__).name}:" in err
    assert "ValueError: bad [masked]" in err
    assert err.count("\n") == 1


def test_broken_pipe_is_status_141(session, capsys):
    """Whoever reads our output may stop; that says nothing of the target."""
    session.run = _raising(BrokenPipeError())

    assert cli.main(["run"]) == 141
    assert capsys.readouterr().err == ""


def test_interrupted_command_is_status_130(monkeypatch):
    """As a shell has it."""
    monkeypatch.setattr(cli, "_called", _raising(KeyboardInterrupt()))

    assert cli.main(["explain", KNOWN_ID]) == 130


@pytest.mark.parametrize("argv", [["--help"], ["run", "--help"], ["explain", KNOWN_ID]])
def test_pipe_that_nobody_reads_is_no_traceback(argv):
    """As in `explain … | head -0`."""
    with subprocess.Popen(
        [sys.executable, "-m", "conformance", *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        err = process.stderr.read()

    assert err == b""
    assert process.returncode in (0, 141)  # argparse ignores it, where output is unbuffered


def test_output_is_written_where_only_ascii_is_known():
    """Sentences with other characters are escaped instead of failing."""
    env = {**os.environ, "PYTHONIOENCODING": "ascii:strict"}

    assert _process("explain", KNOWN_ID, env=env).returncode == 0


def test_output_may_be_any_stream(monkeypatch):
    """Programs that call `main` may have put their own in place."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)

    assert cli.main(["--version"]) == 0
    assert stream.getvalue() == f"containers-conformance {__version__}\n"
