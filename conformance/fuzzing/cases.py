"""The generated case of each operation, from its budget to what is booked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.fuzzing import document, levels
from conformance.fuzzing.lab import Lab
from conformance.fuzzing.levels import Budget
from conformance.fuzzing.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.catalogue import Operation
    from conformance.drivers import Api
    from conformance.fuzzing.lab import Arranges
    from conformance.fuzzing.search import Booking


def lab_of(  # noqa: PLR0917 - what a case works with, once
    operation: Operation,
    level: str,
    api: Api,
    given: Arranges,
    booking: Booking,
    openapi: Mapping[str, Any],
    claims: Mapping[str, bool],
    eventually: Callable[..., Any],
) -> Lab:
    """What the generated case of *operation* works with at *level*."""
    share = levels.share(level, operation.id, api.wire.ledger.limits)
    return Lab(
        operation=operation,
        api=api,
        given=given,
        search=Search(api, booking, Budget(api, share), api.seed),
        share=share,
        whole=openapi,
        openapi=document.pruned(openapi, claims),
        claims=claims,
        eventually=eventually,
    )


def run(lab: Lab, there: Any = None) -> None:  # noqa: ANN401 - what is there to be read, if anything
    """Generate, send and judge; *there* is what the operation reads, made before."""
    from conformance.fuzzing import containers, files, flocks  # noqa: PLC0415 - with their own imports

    cases: dict[str, Callable[..., None]] = {
        "listContainers": flocks.listing,
        "createContainer": containers.create,
        "retrieveContainer": containers.retrieve,
        "deleteContainer": containers.delete,
        "listContainerFiles": files.listing,
        "createContainerFile": files.create,
        "retrieveContainerFile": files.retrieve,
        "deleteContainerFile": files.delete,
        "retrieveContainerFileContent": files.content,
    }
    case = cases[lab.operation.id]
    lab.search.budget.begin()
    try:
        case(lab) if there is None else case(lab, there)
    finally:
        lab.search.book()
    lab.search.finish()
