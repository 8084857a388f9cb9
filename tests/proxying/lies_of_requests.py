"""Lies about what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from tests.proxying.lying import ALL, CREATE, LISTS, UPLOAD, dropped, fields_of, lie, query_of
from tests.proxying.reverse import Message

# Requests.
lie(
    "drops_expires_after",
    "Drops expires_after.",
    CREATE,
    "fields-arrive",
    on_request=dropped("expires_after"),
)
lie("drops_the_skills", "Drops skills.", CREATE, "fields-arrive", on_request=dropped("skills"))
lie(
    "renames_memory_limit",
    "Calls memory_limit memory.",
    CREATE,
    "fields-arrive",
    on_request=lambda request: fields_of(
        request,
        lambda body: body.update(
            {"memory": body.pop("memory_limit")} if "memory_limit" in body else {}
        ),
    ),
)
lie(
    "makes_numbers_texts",
    "Sends 17 minutes as a text.",
    CREATE,
    "fields-arrive",
    on_request=lambda request: fields_of(
        request,
        lambda body: body.get("expires_after", {}).update(
            minutes=str(body.get("expires_after", {}).get("minutes"))
        ),
    ),
)
lie(
    "drops_what_it_does_not_know",
    "Drops a field that no document names.",
    CREATE,
    "unknown-fields-arrive",
    on_request=dropped("conformance_unknown"),
)
lie(
    "lowers_the_path",
    "Sends the path in small letters.",
    tuple(each for each in ALL if each not in ("listContainers", CREATE)),
    "address-arrives",
    on_request=lambda request: setattr(request, "path", request.path.lower()),
)
lie(
    "creates_twice",
    "Sends each creation twice.",
    (CREATE, UPLOAD),
    "arrives-once",
    also=("is-not-repeated-after-an-error",),
    times=lambda _: 2,
)
lie(
    "asks_twice",
    "Sends each request twice.",
    tuple(e for e in ALL if e not in (CREATE, UPLOAD)),
    "arrives-once",
    times=lambda _: 2,
)
lie(
    "repeats_what_failed",
    "Sends a request that failed once more.",
    (CREATE, UPLOAD),
    "is-not-repeated-after-an-error",
    repeats=lambda answer, _: answer.status >= 500,
)
lie(
    "answers_by_itself",
    "Answers from a cache, and asks nobody.",
    ("retrieveContainer", "retrieveContainerFile"),
    "arrives-once",
    also=("*",),
    local=lambda _: Message({"content-type": "application/json"}, b'{"id":"x"}', status=200),
)
lie(
    "is_not_there",
    "Answers 404 by itself.",
    ("listContainerFiles", "deleteContainerFile"),
    "arrives-once",
    also=("*",),
    local=lambda _: Message(
        {"content-type": "application/json"}, b'{"detail":"Not Found"}', status=404
    ),
)
lie(
    "asks_for_another",
    "Writes the ids of a path in capitals.",
    tuple(e for e in ALL if e not in ("listContainers", CREATE)),
    "address-arrives",
    on_request=lambda request: setattr(request, "path", request.path.replace("cntr_", "CNTR_")),
)
lie(
    "asks_for_another_way",
    "Lists with a slash at the end, where nobody is.",
    ("listContainers", CREATE),
    "arrives-once",
    also=("*",),
    on_request=lambda request: setattr(request, "path", request.path + "/"),
)
lie(
    "drops_the_limit",
    "Drops limit.",
    LISTS,
    "query-arrives",
    on_request=lambda request: query_of(request, lambda query: query.pop("limit", None)),
)
lie(
    "packs_the_query_away",
    "Packs all parameters into one.",
    LISTS,
    "query-arrives",
    also=("unknown-query-arrives", "nothing-is-added"),
    on_request=lambda request: setattr(
        request, "query", urlencode({"extra_query": request.query}) if request.query else ""
    ),
)
lie(
    "drops_unknown_parameters",
    "Drops a parameter that no document names.",
    LISTS,
    "unknown-query-arrives",
    on_request=lambda request: query_of(request, lambda q: q.pop("conformance_unknown", None)),
)
lie(
    "names_itself_in_the_query",
    "Adds the provider's name to the query.",
    tuple(e for e in ALL if e not in LISTS),
    "nothing-is-added",
    on_request=lambda request: setattr(request, "query", "custom_llm_provider=openai"),
)
lie(
    "names_itself_in_lists",
    "Adds the provider's name to what is asked of lists.",
    LISTS,
    "nothing-is-added",
    on_request=lambda request: query_of(request, lambda q: q.update(custom_llm_provider="openai")),
)
lie(
    "tells_who_asked",
    "Sends the caller's key in a header of its own.",
    ALL,
    "callers-key-stays",
    on_request=lambda request: request.headers.update(
        {"x-forwarded-authorization": "Bearer sk-caller-0123456789abcdef"}
    ),
)


# Uploads.
def _in_form(before: bytes, after: bytes) -> Callable[[Message], None]:
    return lambda request: setattr(request, "body", request.body.replace(before, after))


lie(
    "reads_files_as_text",
    "Replaces bytes that are no UTF-8.",
    UPLOAD,
    "bytes-arrive",
    on_request=_in_form(b"\xff\xfe", "\ufffd".encode()),
)
lie(
    "ends_lines_as_on_unix",
    "Makes a line feed of the file's carriage returns.",
    UPLOAD,
    "bytes-arrive",
    on_request=_in_form(b"\r\n--boundary--\r\n", b"\n--boundary--\n"),
)
lie(
    "renames_files",
    "Replaces blanks in a file's name.",
    UPLOAD,
    "file-name-arrives",
    on_request=_in_form("Käse & 名前".encode(), "Käse_&_名前".encode()),
)
lie(
    "forgets_the_media_type",
    "Calls every file an octet stream.",
    UPLOAD,
    "part-type-arrives",
    on_request=_in_form(b"text/x-conformance", b"application/octet-stream"),
)
lie(
    "calls_the_part_upload",
    "Gives the part another name.",
    UPLOAD,
    "form-arrives",
    also=("file-name-arrives", "part-type-arrives", "bytes-arrive", "nothing-is-added"),
    on_request=_in_form(b'name="file"', b'name="upload"'),
)
lie("drops_the_file_id", "Drops file_id.", UPLOAD, "fields-arrive", on_request=dropped("file_id"))
lie(
    "drops_other_parts",
    "Drops parts that no document names.",
    UPLOAD,
    "unknown-fields-arrive",
    on_request=_in_form(b'name="conformance_unknown"', b'name="another"'),
)
