"""What the tests of the verdicts share: a small catalogue, and evidence made by hand."""

import itertools

import pytest

from conformance.catalogue import Catalogue, load
from conformance.evidence import Evidence
from conformance.verdicts import judge

#: Requirements of the catalogue: two MUST of one operation, a SHOULD, one of a feature.
MUST, OTHER_MUST = "container.create.succeeds", "container.retrieve.succeeds"


@pytest.fixture(scope="session")
def known():
    """The catalogue itself."""
    return load()


@pytest.fixture
def case():
    """Makes the record of an attempt at a case that makes claims and has exchanged something."""
    numbers = itertools.count(1)

    def make(claims, case="a::b", attempt=1, exchanges=(), **fields):
        claimed = [
            {
                "requirement": id_,
                "outcome": outcome,
                "message": f"{outcome} {attempt}",
                "wanted": None,
                "got": None,
                "exchange": None,
                "blame": None,
            }
            for id_, outcome in claims.items()
        ]
        return {
            "kind": "case",
            "case": case,
            "attempt": attempt,
            "limit": None,
            "consistency_s": 0.0,
            "claims": claimed,
            "exchanges": [
                {
                    "id": f"main-{next(numbers)}",
                    "operation": operation,
                    "credential": "own",
                    "throttled": False,
                    "elapsed_ms": 1.0,
                    "response": status and {"status": status},
                }
                for operation, status in exchanges
            ],
            **fields,
        }

    return make


@pytest.fixture
def report(known):
    """Judges records under a header and a footer; without a plan each claim was planned."""

    def make(
        *records, plan=..., footer=..., strict=False, waivers=(), claims=None, unreadable=0, **ended
    ):
        if plan is ...:
            plan = {}
            for record in records:
                for claim in record["claims"]:
                    plan.setdefault(claim["requirement"], []).append(record["case"])
        header = {
            "kind": "header",
            "schema_version": "1",
            "suite": {"version": "0", "catalogue_sha256": "", "spec_sha256": ""},
            "target": {
                "base_url": "http://127.0.0.1/v1",
                "name": "n",
                "profile": "core",
                "claims": claims or {},
            },
            "run": {
                "id": "r",
                "seed": 1,
                "started_at": "2026-06-15T12:00:00.000Z",
                "fuzz": "off",
                "strict": strict,
                "slow": False,
                "only": [],
            },
            "waivers": list(waivers),
        }
        whole = {"interrupted": False, "limit": None, "filtered": False, "fault": None, **ended}
        evidence = Evidence(
            header, tuple(records), whole if footer is ... else footer, unreadable, plan
        )
        assert isinstance(known, Catalogue)
        return judge(evidence, known)

    return make


@pytest.fixture
def ids(known):
    """Ids of requirements of the core profile, by what they are."""
    profile = known.profiles["core"]

    def find(level="MUST", *, feature=False, passive=False, operation="createContainer", skip=0):
        found = [
            id_
            for id_ in profile.requirements
            if (row := known.requirements[id_])
            and profile.levels.get(id_, row.level).value == level
            and bool(row.feature) is feature
            and row.passive is passive
            and row.operation == operation
            and not id_.endswith(("is-implemented", "succeeds", "-refused", "-needs-domains"))
        ]
        return found[skip]

    return find
