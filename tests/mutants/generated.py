"""Lies that only requests which nobody wrote down bring to light, and lists that don't work."""

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, handling, json_answer, refusal
from tests.mutants.forms import content_of
from tests.mutants.registry import mutant

#: Limits that a refusal is hidden among: no case asks for them.
INNOCENT = frozenset(map(str, range(25, 90)))


@mutant(breaks=["container.list.valid-requests-are-accepted"], fuzz="standard")
def refuses_some_limits_of_containers(app: ASGIApp) -> ASGIApp:
    """Answers 400 to a limit between 25 and 89."""

    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(400) if request.query.get("limit") in INNOCENT else await ask(request)

    return handling(app, "listContainers", handle)


@mutant(breaks=["file.list.valid-requests-are-accepted"], fuzz="standard")
def refuses_some_limits_of_files(app: ASGIApp) -> ASGIApp:
    """Answers 400 to a limit between 25 and 89."""

    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(400) if request.query.get("limit") in INNOCENT else await ask(request)

    return handling(app, "listContainerFiles", handle)


@mutant(breaks=["file.create.valid-requests-are-accepted"], also=["file.create.*"], fuzz="standard")
def refuses_files_of_a_few_bytes(app: ASGIApp) -> ASGIApp:
    """Answers 400 to the upload of two to seven bytes."""

    async def handle(request: Request, ask: Ask) -> Answer:
        is_short = 2 <= len(content_of(request) or b"") <= 7
        return refusal(400) if is_short else await ask(request)

    return handling(app, "createContainerFile", handle)


@mutant(
    breaks=["container.list.is-implemented"],
    also=["container.list.*"],
)
def has_no_list(app: ASGIApp) -> ASGIApp:
    """Answers 404 to every request for the list of containers."""

    async def handle(request: Request, ask: Ask) -> Answer:
        honest = await ask(request)
        return refusal(404) if honest.status != 401 else honest

    return handling(app, "listContainers", handle)


@mutant(breaks=["container.list.succeeds"], also=["container.list.*"])
def lists_only_with_a_name(app: ASGIApp) -> ASGIApp:
    """Answers 400 to a list without a filter by name."""

    async def handle(request: Request, ask: Ask) -> Answer:
        honest = await ask(request)
        bare = honest.is_good and "name" not in request.query
        return refusal(400) if bare else honest

    return handling(app, "listContainers", handle)


@mutant(breaks=["container.list.answer-is-complete"], also=["container.list.*"])
def cuts_long_lists_short(app: ASGIApp) -> ASGIApp:
    """Announces ten bytes more than come with a list of several containers, and hangs up."""

    def alter(answer: Answer, _: Request) -> None:
        if len(answer.objects) > 1:
            answer.settle()
            answer.headers["content-length"] = str(len(answer.body) + 10)
            answer.framing = "as-is"

    return answering(app, "listContainers", alter)


@mutant(breaks=["file.list.odd-queries-are-survived"])
def stumbles_over_unknown_queries_of_files(app: ASGIApp) -> ASGIApp:
    """Answers an empty list to query keys that it does not know."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if set(request.query) - {"limit", "order", "after", "before"}:
            nothing = {"object": "list", "data": [], "first_id": None, "last_id": None}
            return json_answer({**nothing, "has_more": False})
        return await ask(request)

    return handling(app, "listContainerFiles", handle)
