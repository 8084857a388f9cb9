"""Stands in for a worker that another process forks; needs no more than the interpreter itself.

Whoever started this process talks with the worker by its standard streams, waits for its end,
and kills it, as if it were this process: the streams are handed over, the zygote kills the
worker when the envoy is gone, and the envoy ends as the worker did.
"""

# Modules of C where there is a choice: every worker waits for this to start.
import _signal  # type: ignore[import-not-found]  # the stubs know signal alone
import _socket
import os
import sys

#: Process, user and group of whoever is at the other end, three numbers of 4 bytes.
CREDENTIALS_BYTES, PID, UID = 12, slice(0, 4), slice(4, 8)

#: How many bytes tell the length of what follows, and how the worker ended.
NUMBER_BYTES = 4

#: Exit status where there is no zygote, or it is somebody else.
NOBODY = 5


def number(value: int) -> bytes:
    """*value* as it crosses the socket."""
    return value.to_bytes(NUMBER_BYTES, sys.byteorder, signed=True)


def main(name: str, zygote: int) -> int:
    """Have the process *zygote*, which listens as *name*, fork a worker; how that ended."""
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        line.connect(f"\0{name}")
        peer = line.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, CREDENTIALS_BYTES)
        found = [int.from_bytes(peer[part], sys.byteorder) for part in (PID, UID)]
        if found != [zygote, os.getuid()]:
            return NOBODY
        around = b"\0".join(b"%b=%b" % pair for pair in os.environb.items())
        streams = b"".join(map(number, (0, 1, 2)))
        rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)
        line.sendmsg([number(len(around))], [rights])
        line.sendall(around)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # or nobody would see the worker's end
            os.dup2(nothing, stream)
        told = line.recv(NUMBER_BYTES)
    except OSError:  # the zygote is gone
        return NOBODY
    return int.from_bytes(told, sys.byteorder, signed=True) if told else NOBODY


if __name__ == "__main__":
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)  # the worker decides what an interrupt means
    status = main(sys.argv[1], int(sys.argv[2]))
    if status < 0:
        os.kill(os.getpid(), -status)
    sys.exit(status)
