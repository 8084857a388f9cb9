"""Every question that can be asked of this project is a session: `nox --list`."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nox

ROOT = Path(__file__).absolute().parent
PYPROJECT = ROOT / "pyproject.toml"
OPENAPI = ROOT / "spec" / "openapi.yaml"
REDOCLY_CONFIG = ROOT / "spec" / "redocly.yaml"

# Foreign programs: none may meet our own dependencies.
OPENAI_PYTHON = "openai==3.54.0"
OPENAI_PYTHON_1 = "openai==1.109.1"
OPENAI_NODE = "openai@6.49.0"  # 7.x needs Node 22
LITELLM = "litellm==1.106.2"
OPENAI_CLI = "github.com/openai/openai-cli/cmd/openai@v1.8.0"
REDOCLY = "@redocly/cli@2.77.0"
# Its proxy imports prisma wherever it refuses a request, and does not ask for it.
LITELLM_PROXY = ("litellm[proxy]==1.106.2", "prisma==0.15.0")
PORTKEY = "@portkey-ai/gateway@1.9.8"
PRISM = "@stoplight/prism-cli@5.14.2"  # 5.16 needs Node 24
PORTMAN = ("@apideck/portman@1.33.0", "tslib@2.8.1")  # it forgets to ask for the other
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
AXE = "axe-core@4.14.1"

WORKFLOWS = (".github/workflows/ci.yml", "docs/examples/gate.yml")

FURTHER_CLIENTS = "tests/clients/test_further_clients.py"

#: Names under which distributions install Chromium.
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")

QUIET_PIP = ("--quiet", "--disable-pip-version-check")
QUIET_NPM = ("--no-package-lock", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")

LISTED = nox.project.load_toml(PYPROJECT)

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "virtualenv"
nox.options.error_on_external_run = True
nox.options.reuse_venv = "yes"
nox.options.sessions = []

Ask = Callable[[nox.Session], None]


def session(*, default: bool = False) -> Callable[[Ask], Ask]:
    """A session, run by plain `nox` only if it is a *default*; its docstring is its help."""

    def declare(ask: Ask) -> Ask:
        if default:
            nox.options.sessions.append(ask.__name__)
        return nox.session(ask)

    return declare


@session(default=True)
def conformance(session: nox.Session) -> None:
    """Test a provider (without --base-url the embedded reference) and report on it."""
    furnish(session)
    session.run("containers-conformance", "run", *session.posargs)


@session()
def tests(session: nox.Session) -> None:
    """Test the suite itself; takes pytest's arguments."""
    furnish(session, "tests")
    session.env["CONFORMANCE_OPENAI_PYTHON"] = str(openai_python(session))
    session.env["CONFORMANCE_OPENAI_NODE"] = str(openai_node(session))
    # What needs more clients than these two is asked by the session clients.
    session.run("pytest", "-n", "2", "--ignore", FURTHER_CLIENTS, *session.posargs)


@session()
def clients(session: nox.Session) -> None:
    """Install every real client and drive it; takes the options of the command."""
    furnish(session, "tests")
    session.env["CONFORMANCE_OPENAI_PYTHON"] = str(openai_python(session))
    session.env["CONFORMANCE_OPENAI_PYTHON_1"] = str(python_package(session, OPENAI_PYTHON_1))
    session.env["CONFORMANCE_OPENAI_NODE"] = str(openai_node(session))
    session.env["CONFORMANCE_LITELLM"] = str(python_package(session, LITELLM))
    session.env["CONFORMANCE_OPENAI_CLI"] = str(openai_cli(session))
    if not session.posargs:
        session.run("pytest", "-rs", FURTHER_CLIENTS)
    session.run("containers-conformance", "clients", *session.posargs)


@session()
def proxies(session: nox.Session) -> None:
    """Start real proxies on loopback and judge them from both sides; takes options of a run."""
    furnish(session, "tests")
    rooms = {
        "--litellm": python_package(session, *LITELLM_PROXY),
        "--portkey": node_package(session, PORTKEY),
        "--prism": node_package(session, PRISM),
    }
    named = [str(word) for pair in rooms.items() for word in pair]
    session.run("python", "-m", "tests.proxying.real", *named, "--", *session.posargs)


@session()
def browser(session: nox.Session) -> None:
    """Look at our pages in a real browser, Chromium; takes pytest's arguments."""
    named = os.environ.get("CONFORMANCE_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not found:
        session.error(
            "There is no Chromium: apt-get install chromium (Debian, Ubuntu), dnf install chromium"
            " (Fedora), or put the path of one into CONFORMANCE_CHROMIUM."
        )
    furnish(session, "browser", "docs")
    room = node_package(session, AXE)
    session.env["CONFORMANCE_AXE"] = str(room / "node_modules" / "axe-core" / "axe.min.js")
    session.env["CONFORMANCE_CHROMIUM"] = found
    session.run("pytest", "tests/browser", *session.posargs)


@session()
def lint(session: nox.Session) -> None:
    """Check style, types and who imports whom."""
    furnish(session, "lint")
    session.run("ruff", "check", str(ROOT))
    session.run("ruff", "format", "--check", str(ROOT))
    session.run("mypy", "--config-file", str(PYPROJECT))
    session.run("lint-imports", "--config", str(PYPROJECT))


@session()
def spec(session: nox.Session) -> None:
    """Validate and lint the OpenAPI document."""
    session.install(*QUIET_PIP, *nox.project.dependency_groups(LISTED, "spec"))
    session.run("openapi-spec-validator", str(OPENAPI))
    session.env["REDOCLY_TELEMETRY"] = "off"
    session.env["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true"
    lint = ("npx", "--yes", REDOCLY, "lint", "--config", str(REDOCLY_CONFIG), str(OPENAPI))
    session.run(*lint, external=True)


@session()
def docs(session: nox.Session) -> None:
    """Build the documentation as pages, in site/; a link that leads nowhere is an error."""
    furnish(session, "docs")
    strictly = ("--quiet", "--fail-on-warning", "--keep-going", "--nitpicky", "--fresh-env")
    trees = str(Path(session.create_tmp()) / "trees")
    places = ("--conf-dir", "docs", "--doctree-dir", trees, ".", "site")
    session.run("sphinx-build", *strictly, "--write-all", *places, *session.posargs)
    session.log("Open site/index.html")


@session()
def workflows(session: nox.Session) -> None:
    """Lint the action, the workflows and the container file; actionlint where there is Go."""
    session.install(*QUIET_PIP, *nox.project.dependency_groups(LISTED, "workflows"))
    check = ("check-jsonschema", "--builtin-schema")
    session.run(*check, "vendor.github-actions", "action.yml")
    session.run(*check, "vendor.github-workflows", *WORKFLOWS)
    session.run("zizmor", "--offline", "--no-progress", "--quiet", "action.yml", *WORKFLOWS)
    session.run("hadolint", "Containerfile")
    if shutil.which("go"):
        session.env["GOBIN"] = str(Path(session.env_dir).absolute() / "go")
        session.run("go", "install", ACTIONLINT, external=True)
        program = str(Path(session.env["GOBIN"]) / "actionlint")
        session.run(program, *WORKFLOWS, external=True)


@session()
def mutants(session: nox.Session) -> None:
    """Show that each lie a provider can tell fails its own requirement and no other."""
    furnish(session, "tests")
    session.run("python", "-m", "tests.mutants.run", *session.posargs)


@session()
def variants(session: nox.Session) -> None:
    """Show that no honest provider is blamed, however unusual it is."""
    furnish(session, "tests")
    session.run("python", "-m", "tests.mutants.run", "--variants", *session.posargs)


@session()
def steady(session: nox.Session) -> None:
    """Run the reference 20 times with one seed, and see that it is judged the same each time."""
    furnish(session, "tests")
    session.run("python", "-m", "tests.mutants.steady", *session.posargs)


@session()
def soak(session: nox.Session) -> None:
    """Run after run against one reference; see that nothing is left, and that nothing grows."""
    furnish(session, "tests")
    session.run("python", "-m", "tests.soak.run", *session.posargs)


@session()
def bench(session: nox.Session) -> None:
    """Measure whole runs against their bare requests (--quick: 3 minutes), or small --parts."""
    furnish(session, "bench")
    if "--parts" in session.posargs:
        further = [each for each in session.posargs if each != "--parts"]
        timer = "--benchmark-timer=time.process_time"  # others may be busy on this machine, too
        session.run("pytest", "tests/bench/small_parts.py", timer, *further)
        return
    session.run("python", "-m", "tests.bench.run", *session.posargs)


@session()
def requirements(session: nox.Session) -> None:
    """Trace every requirement to its cases and lies; write docs/requirements.md and the index."""
    furnish(session, "tests")
    session.run("python", "-m", "tests.traceability", *session.posargs)


@session()
def reports(session: nox.Session) -> None:
    """Check the reports that were submitted; takes their directories."""
    furnish(session)
    session.run("python", "-m", "tests.submissions", *session.posargs)


@session()
def compare(session: nox.Session) -> None:
    """Compare what this suite and other tools find of the same lies."""
    furnish(session, "tests")
    rooms = {
        "--openai": openai_python(session),
        "--prism": node_package(session, PRISM),
        "--portman": node_package(session, *PORTMAN),
    }
    named = [str(each) for pair in rooms.items() for each in pair]
    session.run("python", "-m", "tests.comparison.run", *named, *session.posargs)


def furnish(session: nox.Session, *groups: str) -> None:
    """Install the package as its users get it, and what the dependency *groups* list."""
    session.env["PYTHONDONTWRITEBYTECODE"] = None  # without bytecode every start is slow
    listed = nox.project.dependency_groups(LISTED, *groups)
    session.install(*QUIET_PIP, str(ROOT), *listed)


def openai_python(session: nox.Session) -> Path:
    """A Python that has the official client, in an environment of its own, made once."""
    return python_package(session, OPENAI_PYTHON)


def python_package(session: nox.Session, package: str, *beside: str) -> Path:
    """A Python that has *package* and what goes *beside* it, in a room of its own, made once."""
    room = Path(session.env_dir).absolute() / "+".join((package, *beside))
    python = room / "bin" / "python"
    if not (room / "complete").exists():
        session.run(sys.executable, "-m", "virtualenv", "-q", "--clear", str(room), external=True)
        install = (str(python), "-m", "pip", "install", *QUIET_PIP, package, *beside)
        session.run(*install, external=True)
        (room / "complete").touch()
    return python


def openai_cli(session: nox.Session) -> Path:
    """The official command, where the environment names it, or built by Go, made once."""
    named = os.environ.get("CONFORMANCE_OPENAI_CLI")
    program = Path(named or session.env_dir, *(() if named else ("cli", "openai"))).absolute()
    if not program.exists() and shutil.which("go"):
        session.env["GOBIN"] = str(program.parent)
        # Where it can't be built the command says so, and how; the other clients are driven.
        session.run("go", "install", OPENAI_CLI, external=True, success_codes=range(256))
    return program


def openai_node(session: nox.Session) -> Path:
    """A directory from which Node finds the official client, made once."""
    return node_package(session, OPENAI_NODE)


def node_package(session: nox.Session, package: str, *beside: str) -> Path:
    """A directory with the npm *package* and what it needs *beside* it, made once."""
    room = Path(session.env_dir).absolute() / package
    if not (room / "complete").exists():
        room.mkdir(parents=True, exist_ok=True)
        (room / "package.json").write_text("{}\n")  # or npm looks for one further up
        with session.chdir(room):  # --prefix would hide npm's global configuration
            session.run("npm", "install", *QUIET_NPM, package, *beside, external=True)
        (room / "complete").touch()
    return room
