"""What the tests of audits share: sessions that were heard, and audits of what was recorded."""

import pytest
from recording_clients import KEY, visit

from conformance.auditing.audit import Asked, Audit
from conformance.auditing.har import Recording
from conformance.catalogue import load
from conformance.evidence import Evidence
from conformance.reference.app import create_app
from conformance.reference.server import running
from conformance.verdicts import judge


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """Runs every test in an empty directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def sessions():
    """``sessions(name)`` is what was heard in a session with that mutant, or with none."""
    from tests.mutants import collection  # noqa: PLC0415 - slow
    from tests.mutants.registry import MUTANTS  # noqa: PLC0415 - as above

    collection.load()
    kept = {}

    def of(name=None):
        if name not in kept:
            app = create_app(keys=[KEY])
            with running(MUTANTS[name].wrap(app) if name else app) as base_url:
                kept[name] = visit(base_url)
        return kept[name]

    return of


@pytest.fixture
def audited(tmp_path):
    """``audited(text)`` writes a HAR and audits it: the report, and the failed requirements."""

    def audit(text, **asked):
        path = tmp_path / "session.har"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        asked = {"profile": "core", "consistency_s": 0.0, **asked}
        Audit(Recording.at(path), Asked(**asked), load()).write(tmp_path / "evidence.jsonl")
        report = judge(Evidence.from_file(tmp_path / "evidence.jsonl"), load())
        return report, {each.id for each in report.requirements if each.outcome == "failed"}

    return audit
