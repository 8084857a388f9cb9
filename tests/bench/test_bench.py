"""The instruments of the bench measure what they say."""

import subprocess
import sys
import time

import httpx
import pytest

from conformance.reference.app import create_app
from conformance.reference.server import running
from tests.bench import chaining, growing, measuring, replaying, run

A, B = f"cntr_{'a' * 48}", f"cntr_{'b' * 48}"


def exchange(method, path, told=""):
    """One exchange as evidence has it."""
    return {
        "request": {"method": method, "url": f"http://x/v1{path}", "body": None},
        "response": told,
    }


def case(*exchanges):
    """One record."""
    return {"kind": "case", "exchanges": list(exchanges)}


MAKE_A, MAKE_B = exchange("POST", "/containers", A), exchange("POST", "/containers", B)


@pytest.mark.parametrize(
    ("records", "length"),
    [
        ([], 0),
        ([case(MAKE_A, MAKE_B)], 1),
        ([case(MAKE_A, exchange("GET", f"/containers/{A}"))], 2),
        ([case(MAKE_A, *[exchange("GET", f"/containers/{A}")] * 5)], 2),
        ([case(MAKE_A), case(exchange("DELETE", f"/containers/{A}"))], 2),
        ([case(MAKE_A, *[exchange("POST", f"/containers/{A}/files")] * 3)], 4),
        (
            [
                case(
                    MAKE_A,
                    exchange("GET", f"/containers/{A}"),
                    exchange("DELETE", f"/containers/{A}"),
                    exchange("GET", f"/containers/{A}"),
                )
            ],
            4,
        ),
        ([case(MAKE_A, MAKE_B, exchange("GET", f"/containers/{B}"))], 2),
    ],
)
def test_longest_chain(records, length):
    """Reads go side by side; a write waits for all before it, and all behind it for the write."""
    assert chaining.longest(records) == length


def test_replay_speaks_of_the_containers_that_are_there_now():
    """An id of the recording stands for the one that the target gives now."""
    with running(create_app(keys=["k"])) as url:
        key = {"Authorization": "Bearer k"}
        made = httpx.post(f"{url}/containers", json={"name": "one"}, headers=key)
        own = {"name": "Authorization", "value": "Bearer [masked]"}
        kind = {"name": "Content-Type", "value": "application/json"}

        def entry(method, path, answer, body=""):
            posted = {"postData": {"text": body}} if body else {}
            request = {"method": method, "url": f"http://old/v1{path}", "headers": [own, kind]}
            return {"request": {**request, **posted}, "response": {"content": {"text": answer}}}

        old = made.json()["id"]
        again = made.text.replace(old, A)
        entries = [
            entry("POST", "/containers", again, '{"name": "two"}'),
            entry("DELETE", f"/containers/{A}", "{}"),
        ]
        assert replaying.replay(entries, url, "k") == 2
        left = httpx.get(f"{url}/containers", headers=key).json()["data"]
        assert [each["name"] for each in left] == ["one"]


def test_way_delays_each_request_once():
    """By no less than it was told; how much more is the machine's business."""
    with running(create_app(keys=["k"])) as url:
        port = url.partition("//")[2].partition("/")[0].rpartition(":")[2]
        with run.started("tests.bench.delaying", port, 200) as way, httpx.Client() as client:
            for _ in range(3):
                began = time.monotonic()
                answer = client.get(f"http://127.0.0.1:{way}/v1/containers")
                assert answer.status_code == 401
                assert time.monotonic() - began >= 0.2


def test_measured_process_is_its_own(tmp_path):
    """Its status, what it said, and the processor time of what it started."""
    program = "import sys; sum(range(3_000_000)); print('hi'); sys.exit(3)"
    outer = (
        f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {program!r}]))"
    )
    cost = measuring.measure([sys.executable, "-c", outer], env=None, cwd=tmp_path, longest_s=60)
    assert (cost.status, cost.out.strip()) == (3, "hi")
    assert cost.cpu_s > 0
    assert cost.peak_mib > 5


def test_process_that_takes_too_long_is_ended(tmp_path):
    """And what it took until then is told."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    cost = measuring.measure(command, env=None, cwd=tmp_path, longest_s=0.5)
    assert cost.status < 0


def test_grown_suite_has_every_case_and_row_as_often_as_asked(tmp_path):
    """But for the generated ones, whose number is a budget."""
    home = growing.grown(tmp_path, 2)
    count = (
        "from conformance.plugin import declarations as d; from conformance.catalogue import load;"
        "n = [each.name for each in d.read() if 'generated' not in each.name];"
        "print(len(n), len(load().requirements))"
    )

    def counted(place):
        told = subprocess.check_output(
            [sys.executable, "-c", count],
            cwd=place,
            env=run.environment(PYTHONPATH=str(place), XDG_CACHE_HOME=str(tmp_path)),
            text=True,
        )
        return [int(each) for each in told.split()]

    assert counted(home) == [2 * each for each in counted(growing.ROOT)]
