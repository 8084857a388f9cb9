"""A path that is wrong is shown by the upload of that very file."""

from contextlib import contextmanager

from conformance.checks.stored import Stored
from conformance.errors import Failure
from conformance.scenarios.test_file_forms import CLIMBS, FORMS, judge_paths


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
