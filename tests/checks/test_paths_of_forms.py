"""What the forms of uploads show is booked where it belongs, with the upload of that very file."""

from contextlib import contextmanager
from types import SimpleNamespace

from conformance.checks.stored import Stored
from conformance.errors import Failure, Untestable
from conformance.scenarios.test_file_forms import (
    BOUNDARIES,
    CLIMBS,
    FORMS,
    judge_content,
    judge_paths,
)


def test_failure_of_a_path_names_the_upload_of_its_file():
    """And not that of the file which happened to be the last."""
    files = {}
    for number, form in enumerate(FORMS):
        path = "/mnt/data/x/../../climbed" if form.claim == CLIMBS else "/mnt/data/else"
        files[form] = Stored("f", form.name, b"", {"path": path}, upload=f"main-{number}")
    seen = []

    @contextmanager
    def holds(_claim):
        try:
            yield
        except Failure as failure:
            seen.append((failure.wanted, failure.exchange))

    judge_paths(holds, files)

    uploads = {f"a path that ends with {form.name}": file.upload for form, file in files.items()}
    climbing = next(file.upload for form, file in files.items() if form.claim == CLIMBS)
    told = [exchange for wanted, exchange in seen]
    assert told == [uploads.get(wanted, climbing) for wanted, _ in seen]
    assert len(set(told)) > 5


def test_bytes_that_are_stored_wrongly_are_no_climb():
    """A caller would look for files that were overwritten, and there are none."""
    form = next(each for each in FORMS if each.claim == CLIMBS)
    file = Stored("f", form.name, b"sent", {"bytes": 5})
    read = SimpleNamespace(ok=True, content=b"other", id="main-1", refused=False, status=200)
    booked = []

    @contextmanager
    def holds(claim):
        try:
            yield
        except (Failure, Untestable) as signal:
            booked.append((claim, getattr(signal, "blame", None)))

    judge_content(SimpleNamespace(content=lambda *_, **__: read), holds, "c", form, file)

    assert booked == [(BOUNDARIES, None), ("file.content.bytes-are-identical", BOUNDARIES)]
