"""Lies that official clients do not notice, or do not survive."""

import asyncio

from tests.mutants.altering import answering, handling, json_answer, refusal

FILES, CONTAINERS = "listContainerFiles", "listContainers"


TEXT = {"content-type": "text/plain"}


def lists_as_text(app):
    """Answers the list of files as text/plain."""
    return answering(app, FILES, lambda answer, _: answer.headers.update(TEXT))


def forgets_has_more(app):
    """Answers lists without has_more."""
    return answering(app, (FILES, CONTAINERS), lambda answer, _: answer.json.pop("has_more"))


def says_that_there_is_no_more(app):
    """Answers has_more false on every page."""
    return answering(app, FILES, lambda answer, _: answer.json.update(has_more=False))


def deletes_without_a_word(app):
    """Confirms deletions with 204."""

    def silence(answer, _):
        answer.status, answer.body = 204, b""
        answer.headers.pop("content-type", None)

    return answering(app, ("deleteContainer", "deleteContainerFile"), silence)


def pretends_to_delete(app):
    """Confirms the deletion of a file that stays."""

    async def confirm(request, _):
        body = {"id": request.ids[-1], "object": "container.file.deleted", "deleted": True}
        return json_answer(body)

    return handling(app, "deleteContainerFile", confirm)


def forgets_the_memory_limit(app):
    """Answers containers without their memory_limit."""
    return answering(app, "createContainer", lambda answer, _: answer.json.pop("memory_limit"))


def hides_the_reason(app):
    """Refuses the unknown with a body that has no error object."""

    def hide(answer, _):
        answer.json = {"detail": "nothing here"}

    return answering(app, "retrieveContainerFile", hide, good=False)


def drops_a_byte(app):
    """Answers content without its last byte."""

    def drop(answer, _):
        answer.body = answer.body[:-1]

    return answering(app, "retrieveContainerFileContent", drop)


def asks_for_an_hour(app):
    """Answers the retrieval of a file with 429, to be tried again in an hour."""

    async def rest(_, __):
        answer = refusal(429, "Slow down.", "rate_limit")
        answer.headers["retry-after"] = "3600"
        return answer

    return handling(app, "retrieveContainerFile", rest)


def never_answers(app):
    """Leaves the retrieval of a file without an answer."""

    async def wait(_, __):
        await asyncio.sleep(60)
        return refusal(500)

    return handling(app, "retrieveContainerFile", wait)
