"""What the small parts of a run cost, one by one: ``nox -s bench -- --parts``.

Named so that only pytest-benchmark's own session takes it up.
"""

import itertools
import json

import pytest

from conformance import reporting
from conformance.catalogue import load, loading
from conformance.checks import passive
from conformance.evidence import Evidence, EvidenceWriter, Redactor
from conformance.evidence.reading import exchange_of
from conformance.ledger import Ledger, Limits
from conformance.verdicts import judge

SIZES = (500, 1000, 2000, 4000)


@pytest.fixture(scope="session")
def recorded(pytestconfig):
    """The lines of a run's evidence."""
    text = pytestconfig.rootpath.joinpath("reports", "reference", "evidence.jsonl")
    return [json.loads(line) for line in text.read_text("utf-8").splitlines()]


def evidence_of(lines, size, path):
    """Evidence of *size* exchanges: the cases of *lines* over and over, each time new ones."""
    header, *between, footer = lines
    cases = [each for each in between if each["kind"] == "case" and each["exchanges"]]
    plans = [each for each in between if each["kind"] == "plan"]
    writer = EvidenceWriter(path, {key: header[key] for key in header if key != "kind"})
    for each in plans:
        writer.append(each)
    left = size
    for number, case in enumerate(itertools.cycle(cases)):
        kept = case["exchanges"][:left]
        told = [{**each, "id": f"{each['id']}-{number}"} for each in kept]
        writer.append({**case, "worker": f"gw{number}", "exchanges": told})
        left -= len(kept)
        if not left:
            break
    writer.close({key: footer[key] for key in footer if key != "kind"})
    return Evidence.from_file(path)


@pytest.mark.parametrize("size", SIZES)
def test_judging(benchmark, recorded, tmp_path, size):
    """From evidence to a report."""
    evidence = evidence_of(recorded, size, tmp_path / "evidence.jsonl")
    benchmark(judge, evidence, load())


@pytest.mark.parametrize("size", SIZES)
def test_writing_all_reports(benchmark, recorded, tmp_path, size):
    """Every format, written to the disk."""
    evidence = evidence_of(recorded, size, tmp_path / "evidence.jsonl")
    report = judge(evidence, load())
    benchmark(reporting.write_all, report, evidence, tmp_path)


@pytest.mark.parametrize("size", SIZES)
def test_reading_evidence(benchmark, recorded, tmp_path, size):
    """From the file to values."""
    evidence_of(recorded, size, tmp_path / "evidence.jsonl")
    benchmark(Evidence.from_file, tmp_path / "evidence.jsonl")


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "read"])
def test_loading_the_catalogue(benchmark, kept):
    """As kept by the process before, and from its files."""
    directory = loading._packaged().resolve()
    if kept:
        benchmark(loading._load.__wrapped__, directory)
    else:
        benchmark(lambda: loading._read(loading._Files(directory)))


def test_judging_one_exchange(benchmark, recorded):
    """What every exchange is asked by itself, over a hundred of them."""
    told = [each for line in recorded for each in line.get("exchanges", ())][:100]
    exchanges = [exchange_of(each) for each in told]
    benchmark(lambda: [[*passive.judge(each)] for each in exchanges])


def test_masking(benchmark):
    """Of an ordinary body, with two keys to look for."""
    redactor = Redactor.of(["sk-bench-0123456789abcdef", "sk-bench-second-0123456789"])
    body = json.dumps({"object": "list", "data": [{"id": f"cntr_{n:048x}"} for n in range(20)]})
    benchmark(redactor.mask, body)


def test_spending_a_request(benchmark, tmp_path):
    """One entry in the ledger before a request leaves."""
    ledger = Ledger(tmp_path / "ledger.sqlite", Limits(10**9, 10**9, 1e9))
    benchmark(ledger.spend_request)
    ledger.close()
