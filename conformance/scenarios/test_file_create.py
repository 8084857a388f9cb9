"""Uploading files at once, and under one name: POST /containers/{container_id}/files."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.checks import listing, stored
from conformance.checks.status import has_id, succeeded
from conformance.checks.witness import file_stays
from conformance.errors import Failure, NotApplicable, Untestable

requirement = pytest.mark.requirement
cost = pytest.mark.cost

DISTINCT = "file.create.ids-are-distinct"
REPEATABLE = "file.content.is-repeatable"
TWIN = "file.create.same-name-makes-another-file"
PARALLEL = "file.create.parallel-uploads-are-kept"
UNLISTED = "file.list.omits-nothing-made-in-parallel"
OTHERS = "file.delete.removes-nothing-else"
OWN = "file.content.belongs-to-its-file"
OVERWRITTEN = "file.create.overwrites-no-other-file"

#: What only two files of one name can show.
OF_TWO = (OTHERS, OVERWRITTEN, stored.FOUND, *stored.FIELD_CLAIMS)

#: Contents of different sizes, each of which is one digit all over.
CONTENTS = tuple(f"{number}".encode() * (number + 1) * 700 for number in range(4))


@cost(requests=20, kib=10)
@requirement(stored.KEPT, stored.SHOWN, PARALLEL, UNLISTED, DISTINCT, OWN, TWIN, OTHERS)
@requirement(OVERWRITTEN, REPEATABLE, *stored.FIELD_CLAIMS, *stored.EXISTENCE_CLAIMS)
def test_files_uploaded_at_once_or_under_one_name_are_all_kept(api, holds, eventually, depot):
    files = upload_at_once(api, holds, depot.id)
    listing.see(api, eventually, depot.id, files)

    for claim in (DISTINCT, PARALLEL):
        with holds(claim):
            listing.distinct(files)
    is_kept = any(each.is_there for each in files) or is_kept_alone(api, depot.id)
    judge_parallel(holds, files, is_kept=is_kept)
    judge_twin(api, holds, eventually, depot.id, files)


def upload_at_once(api, holds, container):
    """Upload the `CONTENTS` at once, then read all of them at once."""
    files = []
    with ThreadPoolExecutor(len(CONTENTS)) as pool:
        names = [api.file_name(f"at once {number}.txt") for number in range(len(CONTENTS))]
        sent = list(zip(CONTENTS, names, strict=True))
        answers = list(pool.map(lambda each: api.upload(container, *each), sent))
        for answer, (content, name) in zip(answers, sent, strict=True):
            with holds(PARALLEL):
                stored.must_live(api, container, answer)
                files.append(stored.Stored.of(answer, name, content))
        asked = [*files[:1], *files]  # the first is read by two
        reads = list(pool.map(lambda file: api.content(container, file.id, accept="*/*"), asked))
        for file, read in zip(files, reads[1:], strict=True):
            file.read = read
    if files:
        judge_readers(holds, files[0], reads[:2])
    return files


def judge_readers(holds, file, reads):
    """Two who read a *file* at once read the same; what one of them reads well is its content."""
    file.read = next((each for each in reads if each.ok and each.content == file.sent), reads[0])
    with holds(REPEATABLE):
        if not any(each.ok for each in reads):
            raise Untestable(reads[0].told(), blame="file.content.succeeds")
        first, second = map(succeeded, reads)
        if first.content != second.content:
            raise Failure(*stored.difference(first.content, second.content), second.id)


def is_kept_alone(api, container):
    """Whether a file is kept that is uploaded while no other is."""
    alone = api.upload(container, b"alone\n", "alone.txt")
    return alone.ok and api.retrieve_file(container, str(alone.get("id"))).ok


def judge_parallel(holds, files, *, is_kept):
    """Every file is in the list, and has its own bytes; *is_kept* if any upload is."""
    for file in files:
        with holds(UNLISTED):
            if not file.is_there:
                raise Untestable("the file is not there", blame=PARALLEL)
            if file.listed is None:
                raise Failure(f"{file.id} in the list", "it is missing")
        with holds(PARALLEL):
            if is_kept and not file.is_there:
                raise Failure(f"the file {file.id}, retrieved or listed", "it is lost")
            stored.kept(file)
        if file.is_there or not is_kept:
            stored.judge_existence(holds, file)
        with holds(OWN):
            stored.served(file, PARALLEL)


def judge_twin(api, holds, eventually, container, files):
    """A second file of one name replaces nothing, and goes alone."""
    first = next((each for each in files if each.read.ok and each.read.content == each.sent), None)
    if first is None:
        for claim in (TWIN, *OF_TWO):
            with holds(claim):
                raise Untestable("no first file to begin with", blame=PARALLEL)
        return
    like = upload_like(api, container, first.name)
    content = b"the second of this name\n"
    second = api.upload(container, content, first.name)
    id_ = second.get("id")
    first.read = api.content(container, first.id, accept="*/*")
    first.retrieved = api.retrieve_file(container, first.id)
    with holds(TWIN):
        succeeded(second)
        is_as_it_was(first)
    are_two = second.ok and first.read.ok and id_ not in (None, first.id)
    with holds(DISTINCT):
        if id_ == first.id:
            raise Failure("an id for every file", f"{first.id} twice", second.id)
    if not are_two:
        for claim in (*OF_TWO, stored.SHOWN):
            with holds(claim):
                raise NotApplicable("the target keeps one file of a name")
        return
    twin = stored.Stored.of(second, first.name, content)
    judge_both(api, holds, eventually, container, (first, twin))
    judge_deletion(api, holds, container, first, twin, like=like)


def judge_deletion(api, holds, container, first, twin, *, like):
    """The *twin* is deleted, and the *first* stays; so with one of a name that is *like* theirs."""
    gone = None
    with holds(OTHERS):
        gone = api.delete_file(container, twin.id)
        file_stays(api, container, first.id)
    if like is not None and first.read.content == like.sent:
        twin, gone = like, api.delete_file(container, like.id)
    if gone is not None:
        judge_first(api, holds, container, first, twin, is_alone=gone.ok)


def upload_like(api, container, name):
    """A file whose name is *name* to who simplifies names; None where it is refused."""
    content, other = b"the one of a like name\n", name.replace(" ", "_").upper()
    answer = api.upload(container, content, other)
    return stored.Stored.of(answer, other, content) if answer.ok and has_id(answer) else None


def judge_first(api, holds, container, first, twin, *, is_alone):
    """Where the first file shows its *twin*'s content: was it overwritten, or taken for it?

    What was taken for its twin shows something else when it *is alone*: itself, or a third.
    """
    is_mixed_up = first.read.ok and first.read.content == twin.sent
    if is_mixed_up and not is_alone:
        for claim in (OVERWRITTEN, OWN):
            with holds(claim):
                raise Untestable("the second can't be deleted", blame="file.delete.succeeds")
        return
    again = api.content(container, first.id, accept="*/*") if is_mixed_up else first.read
    is_overwritten = is_mixed_up and (not again.ok or again.content == twin.sent)
    with holds(OVERWRITTEN):
        if is_overwritten:
            raise Failure("the bytes of the first file", "those of the second", first.read.id)
    with holds(OWN):
        if is_overwritten:
            raise Untestable("the file was overwritten", blame=OVERWRITTEN)
        stored.served(first)


def judge_both(api, holds, eventually, container, twins):
    """Two files of one name are both listed, and each has its own bytes."""
    listing.see(api, eventually, container, twins)
    for file in twins:
        stored.judge_existence(holds, file)
        file.read = api.content(container, file.id, accept="*/*")
    with holds(OWN):
        stored.served(twins[-1])
    for file in twins:
        stored.judge_fields(holds, file, bytes=len(file.sent), source="user")


def is_as_it_was(first):
    """The first of two files of one name is there; bytes that differ may be the content's."""
    if first.read.refused:
        succeeded(first.retrieved)
    stored.kept(first)
