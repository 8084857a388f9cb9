"""The conformance suite for the OpenAI Containers API.

One term, one meaning, everywhere in this project:

========== =====================================================================
target      the provider under test: a base URL, a credential, what it claims
feature     something optional that a target claims or disclaims
profile     a named, frozen set of requirements
requirement one sentence that must hold, with id, level and sources
level       MUST, SHOULD, MAY (RFC 2119)
source      where the sentence comes from: document and place
scenario    a test module: one operation or one concern
case        one pytest item; speaks for one or more requirements
driver      the client that a case speaks through
exchange    one request and its response, as they crossed the wire
check       an assertion over exchanges
failure     what a failed check raises: wanted, got, where
record      what one case leaves behind
evidence    all records of a run
outcome     passed, failed, flaky, unsupported, not-applicable, untestable, …
verdict     a requirement's outcome, with its evidence and waiver
waiver      a target owner's signed exception: requirement, reason, issue, until
mutant      a provider that tells one lie
========== =====================================================================
"""

__version__ = "0.1.0"
