"""The provider as a process: its first line, its end, and what outlives it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import httpx
import pytest


class Provider:
    """A provider in a process of its own."""

    def __init__(self, *options, keys="", **popen):
        """Start it and wait for its first line."""
        environment = {**os.environ, "CONFORMANCE_SERVE_KEYS": keys}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "conformance.reference", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            **popen,
        )
        self.base_url = self.process.stdout.readline().strip()
        self.api = httpx.Client(base_url=self.base_url, headers={"api-key": "key"})

    def __enter__(self):
        """Begin to use it."""
        return self

    def __exit__(self, *_):
        """End it at once, if it still runs."""
        self.api.close()
        with self.process as process:
            process.kill()

    def stop(self, number):
        """Send a signal; answers the exit status and what was written until then."""
        self.process.send_signal(number)
        out, error = self.process.communicate(timeout=10)
        return self.process.returncode, out, error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_provider_ends_cleanly_on_a_signal(number):
    """Without another word, also while a connection is kept open."""
    with Provider() as provider:
        assert provider.api.get("/containers").status_code == 200
        assert provider.stop(number) == (0, "", "")


def test_provider_ends_with_its_standard_input():
    """So that it does not outlive who started it."""
    with Provider("--stop-on-stdin-eof", stdin=subprocess.PIPE) as provider:
        assert provider.api.get("/containers").status_code == 200
        provider.process.stdin.write("what is written makes no difference")
        provider.process.stdin.close()
        assert provider.process.wait(timeout=10) == 0


def test_provider_is_there_at_once():
    """From start to first line in a moment; a loose bound."""
    with Provider():  # compiles what is not yet compiled
        pass
    begun = time.perf_counter()
    with Provider() as provider:
        spent = time.perf_counter() - begun
        assert provider.api.get("/containers").status_code == 200

    assert spent < 5  # 0.2 s on a machine with nothing else to do


def test_keys_come_from_the_environment():
    """Separated by commas; others are refused."""
    with Provider(keys="one,key") as provider:
        assert provider.api.get("/containers").status_code == 200
        refused = provider.api.get("/containers", headers={"api-key": "two"})
        assert refused.status_code == 401


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_data_outlive_a_restart(tmp_path, number):
    """Containers, files, bytes, copies, cursors of deleted items, and the tenants they are of."""
    database = tmp_path / "data.sqlite"
    with Provider("--db", database) as provider:
        api = provider.api
        container = api.post("/containers", json={"name": "a"}).json()
        gone = api.post("/containers", json={"name": "gone"}).json()["id"]
        api.delete(f"/containers/{gone}")
        path = f"/containers/{container['id']}/files"
        stored = api.post(path, files={"file": ("a.bin", b"\0\xff" * 5000)}).json()
        sent = {"file": ("d.csv", b"1,2\n")}
        upload = api.post("/files", files=sent, data={"purpose": "p"}).json()
        provider.stop(number)
    (tmp_path / "data.sqlite.blobs" / "half-an-upload").write_bytes(b"x")
    with Provider("--db", database) as provider:
        api = provider.api
        again = api.get(f"/containers/{container['id']}").json()
        assert {**again, "last_active_at": container["last_active_at"]} == container
        assert api.get(path).json()["data"] == [stored]
        assert api.get(f"{path}/{stored['id']}/content").content == b"\0\xff" * 5000
        assert api.get(f"/containers/{gone}").status_code == 404
        assert api.get(f"/containers?after={gone}").json()["data"][0]["id"] == container["id"]
        copied = api.post(path, json={"file_id": upload["id"]}).json()
        assert api.get(f"{path}/{copied['id']}/content").content == b"1,2\n"
        stranger = {"api-key": "other"}
        assert api.get(f"/containers/{container['id']}", headers=stranger).status_code == 404
    assert not (tmp_path / "data.sqlite.blobs" / "half-an-upload").exists()


def test_keys_are_not_written_down(tmp_path):
    """Only their digests are."""
    with Provider("--db", tmp_path / "db") as provider:
        headers = {"api-key": "a-very-secret-key"}
        provider.api.post("/containers", json={"name": "a"}, headers=headers)
        provider.stop(signal.SIGTERM)

    assert b"a-very-secret-key" not in (tmp_path / "db").read_bytes()


def _refused(*options):
    command = [sys.executable, "-m", "conformance.reference", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def test_taken_port_is_told_in_one_sentence(base_url):
    """And ends with status 2."""
    port = base_url.split(":")[2].split("/")[0]

    assert "address already in use" in _refused("--port", port)
    assert "port" in _refused("--port", "70000")


def test_unusable_database_is_told_in_one_sentence(tmp_path):
    """Whether it is missing, a directory, of something else, or in use."""
    (tmp_path / "text").write_text("no database " * 100)
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()

    assert "unable to open" in _refused("--db", tmp_path / "none" / "db")
    assert "unable to open" in _refused("--db", tmp_path)
    assert "not a database" in _refused("--db", tmp_path / "text")
    assert "another program" in _refused("--db", tmp_path / "other")
    with Provider("--db", tmp_path / "db"):
        assert "locked" in _refused("--db", tmp_path / "db")
