"""Rooms for foreign clients: each in an environment of its own, made once and kept in a cache.

A room that the environment names is taken as it is: CONFORMANCE_OPENAI_PYTHON is a Python that
has openai, CONFORMANCE_OPENAI_NODE a directory that has node_modules/openai.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OPENAI_PYTHON = "3.54.0"
OPENAI_NODE = "6.49.0"  # 7.x needs Node 22


def openai_python():
    """A Python that can import openai."""
    named = os.environ.get("CONFORMANCE_OPENAI_PYTHON")
    return Path(named) if named else _room(f"openai-python-{OPENAI_PYTHON}", _venv) / "bin/python"


def openai_node():
    """A directory from which Node finds openai."""
    named = os.environ.get("CONFORMANCE_OPENAI_NODE")
    return Path(named) if named else _room(f"openai-node-{OPENAI_NODE}", _modules)


def _room(name, furnish):
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    room = cache / "containers-conformance" / name
    if not room.exists():
        room.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=room.parent))
        furnish(new)
        try:
            new.rename(room)
        except OSError:  # another worker was faster
            shutil.rmtree(new)
    return room


def _venv(new):
    _run([sys.executable, "-m", "venv", new])
    _run([new / "bin/python", "-m", "pip", "install", "-q", f"openai=={OPENAI_PYTHON}"])


def _modules(new):
    flags = ["--no-package-lock", "--no-save", "--no-audit", "--no-fund", "--silent"]
    (new / "package.json").write_text("{}\n")  # or npm looks for one further up
    _run(["npm", "install", *flags, f"openai@{OPENAI_NODE}"], cwd=new)


def _run(command, cwd=None):
    made = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False
    )
    if made.returncode:
        raise RuntimeError(f"{command[0]} can't prepare a client:\n{made.stdout}{made.stderr}")
