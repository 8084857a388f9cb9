"""Generated cases: what nobody thought of, held against what the contract says.

The OpenAPI document and a few strategies of our own say what is generated; the wire sends it,
as it sends everything; small models of a container and its files say what must come back.
Nothing here imports schemathesis or hypothesis before a generated case runs.
"""
