"""What was said: exchanges as plain data from birth, redacted, as a stream of lines."""

from conformance.evidence.arrival import Arrival
from conformance.evidence.dictated import Dictated
from conformance.evidence.exchange import Exchange, Request, Response
from conformance.evidence.merging import merge
from conformance.evidence.redaction import Redactor
from conformance.evidence.stream import Evidence, EvidenceWriter, TruncatedEvidence

__all__ = [
    "Arrival",
    "Dictated",
    "Evidence",
    "EvidenceWriter",
    "Exchange",
    "Redactor",
    "Request",
    "Response",
    "TruncatedEvidence",
    "merge",
]
