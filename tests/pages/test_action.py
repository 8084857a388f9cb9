"""The action does what its inputs say: its steps are run as a runner runs them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}

#: Stands for Python where the action makes its environment: this one, and nothing is downloaded.
PYTHON = f"""\
#!/bin/sh
mkdir -p "$3/bin"
for each in python containers-conformance; do
  printf '#!/bin/sh\\nexec {Path(sys.executable).parent}/%s "$@"\\n' "$each" > "$3/bin/$each"
done
printf '#!/bin/sh\\n[ "$2" = pip ] && echo "$@" >> "%s/installed" && exit\\nexec {sys.executable} "$@"\\n' "$3" > "$3/bin/python"
chmod +x "$3/bin/"*
"""  # noqa: E501 - the shell's own lines


class Runner:
    """As much of GitHub's runner as the steps of an action meet."""

    def __init__(self, where):
        """Everything is below *where*; the workspace too."""
        self.where = where
        self.workspace = where / "workspace"
        self.workspace.mkdir()
        self.summary = where / "summary.md"
        python = where / "python"
        python.write_text(PYTHON)
        python.chmod(0o755)
        self.values = {
            "steps.python.outputs.python-path": str(python),
            "github.action_path": str(ROOT),
            "runner.temp": str(where),
        }

    def run(self, **inputs):
        """The exit status and the outputs of the action, given *inputs*."""
        for name, declared in ACTION["inputs"].items():
            given = inputs.get(name.replace("-", "_"), declared["default"])
            self.values[f"inputs.{name}"] = given
        assert self._step("install") == 0
        status = self._step("run")
        return status, {
            name: self._filled(output["value"]) for name, output in ACTION["outputs"].items()
        }

    def _step(self, id_):
        """Runs one step in the shell that it names; its exit status."""
        step, output = STEPS[id_], self.where / f"{id_}.output"
        output.touch()
        environ = {name: self._filled(value) for name, value in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.where),
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "CONFORMANCE_API_KEY": "a-key-of-the-workflow",
                **environ,
            },
            check=False,
            timeout=120,
        )
        for line in output.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{id_}.outputs.{name}"] = value
        return done.returncode

    def _filled(self, text):
        """*text* with what its expressions stand for; an output that was not written is empty."""
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda each: self.values.get(each[1], ""), text)


@pytest.fixture
def runner(tmp_path):
    """A runner with an empty workspace."""
    return Runner(tmp_path)


QUICK = {"profile": "smoke", "fuzz": "off", "arguments": "--seed 1 -n 0"}


@pytest.mark.end_to_end
def test_action_runs_and_tells_verdict_and_report(runner):
    """The run itself writes the summary of the job; options come in by `arguments`."""
    status, outputs = runner.run(**QUICK, report_dir="a report/of mine")

    told = {"verdict": "conformant", "report": "a report/of mine/report.json", "exit-status": "0"}
    assert (status, outputs) == (0, told)
    assert '"seed": 1,' in (runner.workspace / told["report"]).read_text(encoding="utf-8")
    assert "conformant" in runner.summary.read_text(encoding="utf-8")
    installed = (runner.where / "containers-conformance/installed").read_text(encoding="utf-8")
    assert installed.split()[-1] == str(ROOT)


@pytest.mark.end_to_end
def test_action_keeps_the_exit_status_of_an_unreachable_target(runner):
    """No report is written of what nothing was heard from."""
    status, outputs = runner.run(**QUICK, base_url="http://127.0.0.1:9/v1")

    assert (status, outputs) == (3, {"verdict": "", "report": "", "exit-status": "3"})


@pytest.mark.end_to_end
def test_action_tells_no_verdict_of_an_earlier_run(runner):
    """Where the call is wrong there is none."""
    earlier = runner.workspace / "reports/conformance/report.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text('{"verdict": "conformant"}')

    status, outputs = runner.run(profile="unheard-of")

    assert (status, outputs) == (2, {"verdict": "", "report": "", "exit-status": "2"})


@pytest.mark.end_to_end
@pytest.mark.parametrize("name", ["base_url", "profile", "report_dir", "waivers", "arguments"])
def test_input_is_never_read_as_a_script(runner, name):
    """Whatever a pull request puts into one."""
    runner.run(**{"profile": "unheard-of", name: "$(touch hit) `touch hit`; touch hit #"})

    assert not list(runner.where.rglob("hit"))


@pytest.mark.end_to_end
@pytest.mark.parametrize(("strict", "shown"), [("true", "true"), ("false", "false")])
def test_strict_and_waivers_reach_the_run(runner, strict, shown):
    """An input that is empty or false gives no option."""
    (runner.workspace / "waivers.yaml").write_text("[]\n")
    status, outputs = runner.run(**QUICK, strict=strict, waivers="waivers.yaml")

    assert status == 0
    report = (runner.workspace / outputs["report"]).read_text(encoding="utf-8")
    assert f'"strict": {shown}' in report


def test_steps_have_no_expression_within_a_script():
    """Values come in by the environment alone."""
    assert not [step for step in STEPS.values() if "${{" in step.get("run", "")]


def test_action_takes_no_key_and_uploads_nothing():
    """The key is in the environment of the workflow; the report is left where it is."""
    assert not [name for name in ACTION["inputs"] if "key" in name or "token" in name]
    assert [step["uses"].partition("@")[0] for step in STEPS.values() if "uses" in step] == [
        "actions/setup-python"
    ]


def test_every_input_is_used_and_every_used_one_declared():
    """By a step."""
    used = re.findall(r"inputs\.([\w-]+)", yaml.safe_dump(ACTION["runs"]))
    assert sorted(set(used)) == sorted(ACTION["inputs"])


def test_workflow_of_the_documents_gives_inputs_that_there_are():
    """And reads outputs that there are; its key is in the environment."""
    text = (ROOT / "docs/examples/gate.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["conformance"]["steps"]
    (mine,) = [step for step in steps if "/containers-conformance@" in step.get("uses", "")]
    assert set(mine["with"]) <= set(ACTION["inputs"])
    assert set(mine["env"]) == {"CONFORMANCE_API_KEY"}
    read = re.findall(r"steps\.conformance\.outputs\.([\w-]+)", text)
    assert read
    assert set(read) <= set(ACTION["outputs"])
