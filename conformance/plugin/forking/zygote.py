"""Loads all that a worker needs, and forks one for each envoy that comes.

It starts no thread, since a fork would take none of them along, and calls nothing of pytest's:
a worker begins as it would in a process of its own. It ends when its standard input does and
the last worker is gone.
"""

from __future__ import annotations

import contextlib
import gc
import os
import secrets
import selectors
import signal
import socket
import struct
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.plugin.forking.envoy import CREDENTIALS_BYTES, NUMBER_BYTES, number

if TYPE_CHECKING:
    from collections.abc import Callable

BACKLOG = 64

#: Of a name that nobody can guess.
NAME_BYTES = 16

#: Standard input, output and errors, which an envoy hands over.
STREAMS = (0, 1, 2)


@dataclass(slots=True)
class Zygote:
    """Waits for envoys, for the ends of workers, and for its own."""

    door: socket.socket
    parent: int  # its process: only its children are let in
    watch: selectors.PollSelector = field(default_factory=selectors.PollSelector)
    envoys: dict[int, socket.socket] = field(default_factory=dict)  # by the workers' processes

    def serve(self, work: Callable[[], None]) -> Callable[[], None] | None:
        """Fork until all is done, and give None; in a worker, what that has to do: *work*."""
        wanted = True
        self.watch.register(self.door, selectors.EVENT_READ)
        self.watch.register(0, selectors.EVENT_READ)
        while wanted or self.envoys:
            for key, _ in self.watch.select():
                if key.fd == 0:
                    wanted = False
                    self.watch.unregister(0)
                elif key.fileobj is self.door:
                    if self._is_worker_now():
                        return work
                elif key.fileobj is self.envoys.get(key.data):
                    self._kill(key.data)
                else:
                    self._reap(key.fd, key.data)
        return None

    def _is_worker_now(self) -> bool:
        """Fork a worker for whoever knocks, if that is one of ours; True in the worker."""
        envoy, _ = self.door.accept()
        if not (given := self._given(envoy)):
            envoy.close()
            return False
        streams, around = given
        if not (pid := os.fork()):
            envoy.close()
            self._forget()
            _take(streams, around)
            return True
        for each in streams:
            os.close(each)
        self.envoys[pid] = envoy
        self.watch.register(envoy, selectors.EVENT_READ, pid)
        self.watch.register(os.pidfd_open(pid), selectors.EVENT_READ, pid)
        return False

    def _given(self, envoy: socket.socket) -> tuple[list[int], bytes] | None:
        """The streams and the environment that an envoy brings; None from anybody else."""
        if not self._is_ours(envoy):
            return None
        head, streams, _, _ = socket.recv_fds(envoy, NUMBER_BYTES, len(STREAMS))
        length = int.from_bytes(head, sys.byteorder)
        around = b""
        while len(around) < length and (part := envoy.recv(length - len(around))):
            around += part
        if len(streams) == len(STREAMS) and len(around) == length:
            return streams, around
        for each in streams:  # it was killed in the middle
            os.close(each)
        return None

    def _is_ours(self, envoy: socket.socket) -> bool:
        """Whether a child of our own parent speaks, as us: nobody else may start anything here."""
        told = envoy.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS_BYTES)
        pid, uid, _ = struct.unpack("3i", told)
        return uid == os.getuid() and parent_of(pid) == self.parent

    def _kill(self, pid: int) -> None:
        """The envoy is gone: whoever watches it takes the worker for dead, so that it has to be."""
        self.watch.unregister(self.envoys[pid])
        os.kill(pid, signal.SIGKILL)

    def _reap(self, descriptor: int, pid: int) -> None:
        """The worker has ended: so does the envoy."""
        self.watch.unregister(descriptor)
        os.close(descriptor)
        _, status = os.waitpid(pid, 0)
        envoy = self.envoys.pop(pid)
        with contextlib.suppress(KeyError):  # where the envoy was gone first
            self.watch.unregister(envoy)
        with contextlib.suppress(OSError):  # as above
            envoy.sendall(number(os.waitstatus_to_exitcode(status)))
        envoy.close()

    def _forget(self) -> None:
        """Close in a worker what the zygote has open, but for the standard streams."""
        for key in list(self.watch.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
            elif key.fd not in STREAMS:
                os.close(key.fd)


def parent_of(pid: int) -> int | None:
    """The parent of the process *pid*; None if it is gone, or not to be seen."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib is not needed here
            after_the_name = file.read().rpartition(b")")[2].split()
        return int(after_the_name[1])
    except (OSError, LookupError, ValueError):
        return None


def _take(streams: list[int], around: bytes) -> None:
    """Be a process with these *streams*, and in the environment *around*."""
    for number_, each in zip(STREAMS, streams, strict=True):
        os.dup2(each, number_)
        os.close(each)
    os.environb.clear()
    pairs = (pair.partition(b"=") for pair in around.split(b"\0"))
    os.environb.update({name: value for name, _, value in pairs if name})


def main() -> None:
    """Be the zygote; and in a process that it forks, the worker.

    Where this system lacks what that takes, nothing is said, and workers start otherwise.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the workers that are interrupted
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        if name := _opened(door):
            sys.stdout.write(name + "\n")
            sys.stdout.flush()
            if work := _serve(door):
                work()


def _opened(door: socket.socket) -> str:
    """The name under which *door* is open; empty where processes can't be told or watched."""
    try:
        os.close(os.pidfd_open(os.getpid()))
        name = secrets.token_hex(NAME_BYTES)
        door.bind(f"\0{name}")
        door.listen(BACKLOG)
    except OSError:
        return ""
    return name if parent_of(os.getpid()) == os.getppid() else ""


def _serve(door: socket.socket) -> Callable[[], None] | None:
    from conformance.plugin.forking import worker  # noqa: PLC0415 - who waits may go on by now

    asked = sys.argv[1].split(",")
    gc.disable()
    worker.load(fuzzing="fuzzing" in asked, encrypted="encrypted" in asked)
    gc.freeze()
    return Zygote(door, os.getppid()).serve(worker.work)
