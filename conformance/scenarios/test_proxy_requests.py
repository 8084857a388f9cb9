"""What a proxy makes of a request on its way up, and of a success on its way back."""

import pytest

from conformance.catalogue.facts import CONTENT, LISTS
from conformance.checks import specimens
from conformance.drivers import errand
from conformance.errors import Failure
from conformance.scenarios.marking import PREFIX, each

cost = pytest.mark.cost

UPLOAD, CREATE = POSTS = "createContainerFile", "createContainer"

UNKNOWN = {specimens.UNKNOWN: "kept"}

#: What is shown of every operation by one plain request.
PLAIN = (
    "arrives-once",
    "address-arrives",
    "nothing-is-added",
    "callers-key-stays",
    "success-comes-back",
    "request-id-comes-back",
)
OF_CONTENT = ("bytes-come-back", "type-comes-back", "disposition-comes-back")
OF_JSON = ("fields-come-back", "no-fields-are-made-up")

#: What of a message each of these claims is about.
ANSWERS = {
    "request-id-comes-back": ("header x-request-id",),
    "bytes-come-back": ("bytes", "body", "field "),
    "type-comes-back": ("header content-type",),
    "disposition-comes-back": ("header content-disposition",),
    "fields-come-back": ("field ", "body", "bytes"),
}


def of_plain(operation):
    """What one plain request shows."""
    return (*PLAIN, *(OF_CONTENT if operation == CONTENT else OF_JSON))


@pytest.mark.parametrize("operation", each(of_plain))
@cost(requests=3)
def test_proper_request_is_conveyed(both, stand, api, holds, operation):
    prefix = PREFIX[operation]
    once, success = f"{prefix}.arrives-once", f"{prefix}.success-comes-back"
    conveyed, odd = (
        both.provoke(
            specimens.answer(operation, ids), lambda ids=ids: errand.plain(api, operation, ids)
        )
        for ids in (stand, both.capitals)
    )
    both.keep(conveyed)
    if odd.arrivals:  # it may know better than to ask for an id that nobody was given
        both.keep(odd)
    with holds(once):
        conveyed.once()
    with holds(f"{prefix}.address-arrives"):
        conveyed.arrived(once).kept("request", "method", "path")
        if odd.arrivals:
            odd.kept("request", "path")
    with holds(f"{prefix}.nothing-is-added"):
        conveyed.arrived(once).added_nothing("request", "query ", "field ", "part ")
    with holds(f"{prefix}.callers-key-stays"):
        conveyed.arrived(once).hid(both.callers_key)
    with holds(success):
        conveyed.arrived(once).kept("answer", "status")
    for claim, about in ANSWERS.items():
        if claim in of_plain(operation):
            with holds(f"{prefix}.{claim}"):
                conveyed.arrived(once).came_back(success).kept("answer", *about)
                if odd.arrivals and odd.exchange.ok:
                    odd.kept("answer", *about)
    if operation != CONTENT:
        with holds(f"{prefix}.no-fields-are-made-up"):
            conveyed.arrived(once).came_back(success).added_nothing("answer", "field ")


FORM = {
    "form-arrives": ("part file",),
    "file-name-arrives": ("file name of file",),
    "part-type-arrives": ("type of file",),
    "bytes-arrive": ("bytes of file",),
}


def of_full(operation):
    """What a request with everything that is documented shows."""
    if operation in LISTS:
        return ("query-arrives",)
    if operation == CREATE:
        return ("fields-arrive",)
    return (*FORM, "fields-arrive") if operation == UPLOAD else ()


@pytest.mark.parametrize("operation", each(of_full))
@cost(requests=4)
def test_everything_documented_arrives(both, stand, api, holds, operation):
    prefix, answer = PREFIX[operation], specimens.answer(operation, stand)
    conveyed = both.provoke(answer, lambda: errand.full(api, operation, stand))
    both.keep(conveyed)
    if operation == UPLOAD:
        for claim, about in FORM.items():
            blame = f"{prefix}.form-arrives"
            with holds(f"{prefix}.{claim}"):
                came = conveyed if claim == "form-arrives" else conveyed.arrived(blame)
                came.kept("request", *about)
        body = {"file_id": "file-conformance1"}
        conveyed = both.provoke(answer, lambda: api.create_file(stand[0], body))
        both.keep(conveyed)
    kind = "query" if operation in LISTS else "field"
    with holds(f"{prefix}.query-arrives" if kind == "query" else f"{prefix}.fields-arrive"):
        conveyed.kept("request", f"{kind} ", "body", "bytes")


def of_unknown(operation):
    """What a request and an answer with something that nobody documents show."""
    up = ["unknown-query-arrives"] * (operation in LISTS)
    up += ["unknown-fields-arrive"] * (operation in POSTS)
    return (*up, *(["unknown-fields-come-back"] * (operation != CONTENT)))


@pytest.mark.parametrize("operation", each(of_unknown))
@cost(requests=2)
def test_what_nobody_documents_is_conveyed(both, stand, api, holds, operation):
    prefix, answer = PREFIX[operation], specimens.answer(operation, stand, unknown=True)
    kind = "params" if operation in LISTS else "fields"
    more = {kind: UNKNOWN} if len(of_unknown(operation)) > 1 else {}
    conveyed = both.provoke(answer, lambda: errand.plain(api, operation, stand, **more))
    both.keep(conveyed)
    if more:
        with holds(f"{prefix}.{of_unknown(operation)[0]}"):
            place = "query" if operation in LISTS else "field"
            conveyed.kept("request", f"{place} {specimens.UNKNOWN}")
    with holds(f"{prefix}.unknown-fields-come-back"):
        once, success = f"{prefix}.arrives-once", f"{prefix}.success-comes-back"
        came = conveyed.arrived(once).came_back(success)
        names = (f"field {specimens.UNKNOWN}", f"field data[].{specimens.UNKNOWN}")
        came.kept("answer", *names, "body", "bytes")


def of_repeats(operation):
    """What a failing upstream shows."""
    return ("is-not-repeated-after-an-error",) if operation in POSTS else ()


@pytest.mark.parametrize("operation", each(of_repeats))
@cost(requests=6)
def test_failed_post_is_not_repeated(both, stand, api, operation):
    whole = specimens.answer(operation, stand)
    half = specimens.cut(whole)
    once = f"{PREFIX[operation]}.arrives-once"
    for answer in (specimens.refusal(500), specimens.refusal(503), half):
        conveyed = both.provoke(answer, lambda: errand.plain(api, operation, stand)).arrived(once)
        if len(conveyed.arrivals) > 1:
            told = "a broken connection" if answer is half else f"a {answer.status}"
            got = f"{len(conveyed.arrivals)} after {told}"
            raise Failure("one arrival upstream", got, conveyed.exchange.id)
