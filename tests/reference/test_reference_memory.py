"""Large files pass through without being held in memory."""

import hashlib
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

MIB = 1024 * 1024
HEAD = b'--B\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
TAIL = b"\r\n--B--\r\n"


def _form(size, digest):
    yield HEAD
    for at in range(size // MIB):
        piece = hashlib.sha256(str(at).encode()).digest() * (MIB // 32)
        digest.update(piece)
        yield piece
    yield TAIL


def _peak_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if "VmHWM" in line).split()[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
@pytest.mark.parametrize("size_mib", [64, pytest.param(512, marks=pytest.mark.big)])
def test_large_file_passes_in_little_memory(size_mib, tmp_path, record_property):
    """Upload and download together stay under 150 MiB, and give back every byte."""
    command = [sys.executable, "-m", "conformance.reference", "--db", tmp_path / "db"]
    sent, got = hashlib.sha256(), hashlib.sha256()
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        httpx.Client(base_url=process.stdout.readline().strip(), timeout=60) as api,
    ):
        api.headers["api-key"] = "key"
        container = api.post("/containers", json={"name": "a"}).json()["id"]
        path = f"/containers/{container}/files"
        headers = {"content-type": "multipart/form-data; boundary=B"}
        created = api.post(path, content=_form(size_mib * MIB, sent), headers=headers).json()
        with api.stream("GET", f"{path}/{created['id']}/content") as content:
            for piece in content.iter_bytes():
                got.update(piece)
        peak = _peak_mib(process.pid)
        process.terminate()
    record_property("peak_mib", peak)
    print(f"{size_mib} MiB: peak {peak:.0f} MiB")  # noqa: T201 - shown with -rP

    assert created["bytes"] == size_mib * MIB
    assert got.digest() == sent.digest()
    assert peak < 150
