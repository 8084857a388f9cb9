"""Lies about what was answered."""

from __future__ import annotations

import json

from tests.proxying.lying import (
    ALL,
    CONTENT,
    DELETIONS,
    JSON,
    LISTS,
    OBJECTS,
    becomes,
    error_of,
    fails_if,
    fields_of,
    lie,
    without,
)
from tests.proxying.reverse import Message

# Successes.
lie("says_created", "Answers 201 for 200.", ALL, "success-comes-back", on_answer=becomes(200, 201))
lie(
    "forgets_the_status",
    "Drops object from each answer.",
    JSON,
    "fields-come-back",
    also=("*-comes-back", "*-come-back"),
    on_answer=lambda answer, _: fields_of(answer, lambda body: body.pop("object", None)),
)
lie(
    "codes_the_ids_anew",
    "Gives other ids.",
    OBJECTS,
    "fields-come-back",
    also=("*-comes-back", "*-come-back"),
    on_answer=lambda answer, _: fields_of(answer, lambda body: body.update(id="x" + body["id"])),
)
lie(
    "lowers_the_ids",
    "Gives ids in small letters.",
    JSON,
    "fields-come-back",
    also=("page-of-100-comes-back", "bare-objects-come-back"),
    on_answer=lambda answer, _: fields_of(
        answer, lambda body: body.update(id=body["id"].lower() if "id" in body else None)
    ),
)
lie(
    "drops_unknown_fields",
    "Drops a field that no document names.",
    JSON,
    "unknown-fields-come-back",
    on_answer=lambda answer, _: fields_of(answer, lambda b: b.pop("conformance_unknown", None)),
)
lie(
    "makes_up_fields",
    "Adds expires_at.",
    JSON,
    "no-fields-are-made-up",
    on_answer=lambda answer, _: fields_of(answer, lambda body: body.update(expires_at=17)),
)
lie(
    "eats_the_request_id",
    "Drops x-request-id.",
    ALL,
    "request-id-comes-back",
    on_answer=without("x-request-id"),
)
lie(
    "wants_every_field",
    "Fails where an optional field is absent.",
    tuple(e for e in OBJECTS if "File" not in e),
    "bare-objects-come-back",
    also=("slow-answers-come-back", "page-of-100-comes-back"),  # they are bare, too
    on_answer=fails_if(
        lambda answer: b"expires_after" not in answer.body and b'"data": []' not in answer.body, 500
    ),
)
lie(
    "wants_a_dull_size",
    "Fails where a file has exactly 12345 bytes and nothing unknown.",
    tuple(e for e in OBJECTS if "File" in e),
    "bare-objects-come-back",
    also=("*-comes-back", "*-come-back", "no-fields-are-made-up"),
    on_answer=fails_if(lambda answer: b"12345" in answer.body, 500),
)
lie(
    "wants_a_body",
    "Fails where a deletion has no body.",
    DELETIONS,
    ("empty-success-comes-back", "204-comes-back"),
    on_answer=fails_if(lambda answer: not answer.body, 500),
)
lie(
    "takes_nothing_for_an_error",
    "Fails where a page is empty.",
    LISTS,
    "empty-page-comes-back",
    on_answer=fails_if(lambda answer: b'"data": []' in answer.body, 500),
)


def _first_20(answer: Message, _: Message) -> None:
    body = answer.json
    if isinstance(body, dict) and "data" in body:
        answer.json = {**body, "data": body["data"][:20]}


lie(
    "shows_20_of_100",
    "Cuts a page to 20 items.",
    LISTS,
    "page-of-100-comes-back",
    on_answer=_first_20,
)
lie(
    "waits_a_moment",
    "Gives up on an answer that takes longer than a moment.",
    ALL,
    "slow-answers-come-back",
    patience_s=0.3,
)
lie(
    "hides_broken_answers",
    "Passes half an answer on as a whole one.",
    ALL,
    "broken-answers-are-not-whole",
    hides_breaks=True,
)

# Content.
lie(
    "changes_a_byte",
    "Changes the first byte of content.",
    CONTENT,
    "bytes-come-back",
    on_answer=lambda answer, _: setattr(answer, "body", answer.body.replace(b"\0", b" ", 1)),
)
lie(
    "cuts_large_content",
    "Cuts content after 64 KiB.",
    CONTENT,
    "large-content-comes-back",
    on_answer=lambda answer, _: setattr(answer, "body", answer.body[:65_536]),
)
lie(
    "fails_on_empty_content",
    "Fails where content is empty.",
    CONTENT,
    "empty-content-comes-back",
    on_answer=fails_if(lambda answer: not answer.body, 502),
)
lie(
    "calls_all_content_binary",
    "Replaces the media type of content.",
    CONTENT,
    "type-comes-back",
    on_answer=lambda answer, _: answer.headers.update(
        {"content-type": "application/octet-stream"} if answer.status == 200 else {}
    ),
)
lie(
    "shows_files_inline",
    "Drops Content-Disposition.",
    CONTENT,
    "disposition-comes-back",
    on_answer=without("content-disposition"),
)

# Refusals.
for _status in (400, 401, 403, 404, 409, 413, 422, 429):
    lie(
        f"turns_{_status}_to_500",
        f"Makes a 500 of a {_status}.",
        ALL,
        (f"{_status}-comes-back", "refusals-stay-refusals"),
        on_answer=becomes(_status, 500),
    )
lie(
    "turns_500_to_400",
    "Makes a 400 of a 500.",
    ALL,
    ("500-comes-back", "refusals-stay-refusals"),
    on_answer=becomes(500, 400),
)
lie("turns_503_to_502", "Makes a 502 of a 503.", ALL, "503-comes-back", on_answer=becomes(503, 502))
lie(
    "turns_404_to_200",
    "Makes a success of a 404.",
    ALL,
    ("404-comes-back", "refusals-stay-refusals"),
    on_answer=becomes(404, 200),
)
lie(
    "eats_retry_after",
    "Drops Retry-After.",
    ALL,
    "retry-after-comes-back",
    on_answer=without("retry-after"),
)
lie(
    "drops_the_code",
    "Drops the code of an error.",
    ALL,
    "error-comes-back",
    on_answer=lambda answer, _: error_of(answer, lambda body: body["error"].pop("code", None)),
)
lie(
    "words_errors_its_own_way",
    "Puts the error's text under detail.",
    ALL,
    "error-comes-back",
    on_answer=lambda answer, _: error_of(
        answer, lambda body: body.update(detail=json.dumps(body.pop("error")))
    ),
)
