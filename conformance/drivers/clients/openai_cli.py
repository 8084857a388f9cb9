"""The official command openai, written in Go: a process a call, as in a shell."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.drivers.clients.program import ClientBroken, environment
from conformance.drivers.clients.seen import Facts, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.drivers.clients.seen import Access

#: What --version says of the official command, and of nothing else that is called openai.
VERSION = re.compile(r"openai version (\d+\.\S+)")

#: How the first line on standard error tells the status.
STATUS = re.compile(r'": (\d{3}) ')

#: The arguments of each call, without what it is given.
COMMANDS = {
    "create_container": ("containers", "create"),
    "list_containers": ("containers", "list"),
    "retrieve_container": ("containers", "retrieve"),
    "delete_container": ("containers", "delete"),
    "create_file": ("containers:files", "create"),
    "list_files": ("containers:files", "list"),
    "retrieve_file": ("containers:files", "retrieve"),
    "delete_file": ("containers:files", "delete"),
    "content": ("containers:files:content", "retrieve"),
}

#: Options that are called otherwise than what they are given.
OPTIONS = {"container": "container-id", "file": "file-id", "most": "max-items"}

#: Characters of what it prints that are told in an error.
TOLD = 300

#: Environment of nobody: the user's own keys and files stay out of it.
QUIET = {"NO_COLOR": "1"}


class Cli:
    """Calls the command as its document shows it."""

    def __init__(self, program: Path, access: Access) -> None:
        """See that *program* is the official command.

        Raises:
            ClientBroken: if it is something else, or does not run.
        """
        self._program, self._access = str(program), access
        self._room = tempfile.TemporaryDirectory(prefix="conformance-cli-")
        try:
            told = self._run(["--version"], "own").stdout.decode("utf-8", "replace")
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ClientBroken(f"openai-cli can't be run: {error}.") from None
        version = VERSION.search(told)
        if not version:
            raise ClientBroken(f"{program.name} is not the official command: {told[:80]!r}.")
        self.facts = Facts("openai-cli", version[1], "Go")

    def call(self, name: str, given: Mapping[str, Any]) -> Seen:
        """Run the command of the call *name*."""
        if name not in COMMANDS:
            return Seen(cannot=f"it has no command for {name}")
        asked = dict(given)
        key = asked.pop("key", "own")
        try:
            arguments = self._arguments(name, asked)
            ran = self._run([*COMMANDS[name], *arguments], key)
        except subprocess.TimeoutExpired:
            return Seen(stopped=f"{self._access.seconds:g} s")
        if ran.returncode:
            return Seen(error=_error(ran))
        return _value(name, ran.stdout, asked)

    def close(self) -> None:
        """Remove the files that it was given."""
        self._room.cleanup()

    def _run(self, arguments: Sequence[str], key: str) -> subprocess.CompletedProcess[bytes]:
        access = self._access
        around = {
            **environment(access),
            **QUIET,
            "HOME": self._room.name,
            "OPENAI_BASE_URL": access.base_url,
            "OPENAI_API_KEY": access.wrong_key if key == "wrong" else access.key,
        }
        return subprocess.run(  # noqa: S603 - a program that its user has named
            [self._program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=access.seconds,
            env=around,
            check=False,
        )

    def _arguments(self, name: str, asked: dict[str, Any]) -> list[str]:
        written = ["--format", "jsonl"] if name.startswith("list_") else []
        if name.startswith("list_"):
            asked.setdefault("most", self._access.items)
        if name == "content":
            written += ["--output", "-"]
        asked.pop("media", None)
        filename = asked.pop("filename", "upload")
        for option, value in asked.items():
            if option == "content":
                path = Path(self._room.name, Path(filename).name)
                path.write_bytes(base64.b64decode(value))
                written += ["--file", str(path)]
                continue
            told = value if isinstance(value, str) else json.dumps(value)
            written += [f"--{OPTIONS.get(option, option.replace('_', '-'))}", told]
        return written


def _value(name: str, out: bytes, asked: Mapping[str, Any]) -> Seen:
    """What the command has printed, as data."""
    if name == "content":
        return Seen(base64.b64encode(out).decode())
    text = out.decode("utf-8", "replace")
    if name.startswith("list_"):
        items = [json.loads(line) for line in text.splitlines() if line.strip()]
        most = asked.get("most", len(items) + 1)
        return Seen(items, stopped=f"{most} items" if len(items) >= most else None)
    if not text.strip():
        return Seen(None)
    try:
        return Seen(json.loads(text))
    except ValueError:
        return Seen(text[:TOLD])


def _error(ran: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    """The status from standard error, and the error object from standard output."""
    first = ran.stderr.decode("utf-8", "replace").strip().split(os.linesep)[0]
    status = STATUS.search(first)
    try:
        told = json.loads(ran.stdout or b"{}")
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    return {
        "class": f"exit {ran.returncode}",
        "status": int(status[1]) if status else None,
        "message": str(told.get("message") or first)[:TOLD],
        **{name: told.get(name) for name in ("code", "param", "type")},
    }
