"""Uploading a file: POST /containers/{container_id}/files."""

import posixpath
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from conformance.checks import stored, values
from conformance.checks.status import answered, refused, succeeded
from conformance.checks.walk import holds_all, walk
from conformance.drivers.api import BOUNDARY, path_of
from conformance.drivers.multipart import Part, multipart
from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement

BOUNDARIES = "file.create.accepts-any-boundary"
MORE = "file.create.accepts-more-parts"
QUOTES = "file.create.accepts-quotes-in-names"
ENDS = "file.create.path-ends-with-the-name"
ODD = "file.create.path-keeps-odd-names"
CLIMBS = "file.create.path-does-not-climb"
NOTHING = "file.create.empty-request-is-refused"
IN_JSON = "file.create.file-in-json-is-refused"
NO_TEXT = "file.create.file-id-must-be-a-string"
BROKEN = "file.create.malformed-bodies-are-refused"
LEAVES = "file.create.refused-uploads-leave-nothing"
ONE = "file.create.makes-exactly-one"
DISTINCT = "file.create.ids-are-distinct"
TWIN = "file.create.same-name-makes-another-file"
PARALLEL = "file.create.parallel-uploads-are-kept"
SIZE = "file.create.bytes-is-the-size"
OTHERS = "file.delete.removes-nothing-else"
CONTENT = "file.content.bytes-are-identical"
OWN = "file.content.belongs-to-its-file"

PROVIDER = Part.text("custom_llm_provider", "openai")


@dataclass(frozen=True)
class Form:
    """A form to upload a file by, and the claim that its acceptance speaks for."""

    claim: str
    name: str
    boundary: str = BOUNDARY
    quoted: bool = False
    chunked: bool = False
    before: tuple[Part, ...] = ()
    after: tuple[Part, ...] = ()
    content_type: str | None = "application/octet-stream"
    written: str = ""  # the name as it stands in the header, if not as most clients write it

    @property
    def content(self):
        """Bytes of this form's own, of a size that no other has."""
        times = 9_000 if self.chunked else 1 + [each.name for each in FORMS].index(self.name)
        return f"{self.claim} é\r\n".encode() + b"<\r\n--\r\n>" * times

    @property
    def parts(self):
        """What the form is made of."""
        file = Part.file(self.content, self.name, self.content_type)
        if self.written:
            file = replace(file, disposition=f'name="file"; filename="{self.written}"')
        return [*self.before, file, *self.after]

    @property
    def is_about_its_name(self):
        """Whether it is the name that the form tries."""
        return self.claim in (ENDS, ODD, QUOTES, CLIMBS)


#: The forms that clients write.
FORMS = (
    Form(BOUNDARIES, "python.txt"),
    Form(BOUNDARIES, "node.txt", "----formdata-undici-012345678901"),
    Form(BOUNDARIES, "go.txt", "7c2d10b3f4a8e95f6b7c8d9e0a1f2c3b4d5e6f708192a3b4c5d6e7f80912"),
    Form(BOUNDARIES, "quoted.txt", "----=_Part:1.2", quoted=True),
    Form("file.create.accepts-chunked-uploads", "chunked.bin", chunked=True),
    Form(MORE, "first.txt", after=(PROVIDER,)),
    Form(MORE, "second.txt", before=(PROVIDER,)),
    Form("file.create.accepts-a-part-without-a-type", "bare.txt", content_type=None),
    Form(ENDS, "no-extension"),
    Form(ENDS, f"{'long-' * 39}.txt"),
    Form(ODD, "é 名前 🐈.txt"),
    Form(ODD, "two  words; a=b.txt"),
    Form(QUOTES, 'say "hi".txt'),
    Form(QUOTES, 'say "ho".txt', written='say \\"ho\\".txt'),
    Form(CLIMBS, "../climbs.txt"),
    Form(CLIMBS, "../../../../etc/climbs-far.txt"),
)

AS_JSON = "application/json"
AS_FORM = f"multipart/form-data; boundary={BOUNDARY}"
FORM = multipart([Part.file(b"never kept\r\n", "never.txt")], BOUNDARY)

#: Bodies that make no file: the claim, the content type and the body.
REFUSED = (
    (NOTHING, AS_JSON, b"{}"),
    (NOTHING, AS_FORM, multipart([], BOUNDARY)),
    (NOTHING, AS_FORM, f"\r\n--{BOUNDARY}--\r\n".encode()),
    (IN_JSON, AS_JSON, b'{"file":"text"}'),
    (IN_JSON, AS_JSON, b'{"file":{"type":"Buffer","data":[97]}}'),
    (NO_TEXT, AS_JSON, b'{"file_id":5}'),
    (NO_TEXT, AS_JSON, b'{"file_id":["file-5"]}'),
    (NO_TEXT, AS_JSON, b'{"file_id":null}'),
    (BROKEN, AS_JSON, b'{"file_id": "file-'),
    (BROKEN, AS_FORM.replace(BOUNDARY, "another0boundary"), FORM),
    (BROKEN, AS_FORM, FORM[: FORM.index(b"kept")]),
)


@dataclass
class Room:
    """A container that files are put into, and the vocabulary of the case."""

    api: Any
    holds: Any
    eventually: Any
    id: str

    def items(self):
        """The files of the list, by id."""
        walked = walk(self.api.list_files, most=4, container=self.id, limit=100)
        return {each.get("id"): each for each in walked.items}

    def ids(self):
        """The ids of the files of the list.

        Raises:
            Untestable: if the list can't be read.
        """
        try:
            return {str(each) for each in self.items()}
        except Failure as failure:
            raise Untestable(str(failure), blame="file.list.succeeds") from failure

    def see(self, files):
        """See every one of *files* in the list, at once or after a while."""

        def look():
            items = self.items()
            for file in files:
                file.listed = items.get(file.id)
            missing = [each for each in files if each.listed is None]
            if missing:
                raise Failure(f"{missing[0].id} in the list", f"{len(items)} others")

        with self.holds(stored.SHOWN):
            if not files:
                raise Untestable("no file is there", blame=stored.KEPT)
            try:
                self.eventually(look, about=stored.SHOWN)
            except Failure:
                for file in files:
                    if file.listed is None:
                        stored.must_exist(self.api, self.id, file.id)
                raise

    def put(self, form):
        """Upload by *form*."""
        return self.api.send_parts(
            self.id,
            form.parts,
            boundary=form.boundary,
            quoted=form.quoted,
            chunked=form.chunked,
        )


@requirement(
    *(each.claim for each in FORMS),
    *(claim for claim, _, _ in REFUSED),
    *stored.FIELD_CLAIMS,
    stored.SHOWN,
    LEAVES,
    ONE,
    DISTINCT,
    TWIN,
    CONTENT,
    OWN,
    OTHERS,
    "file.create.success-is-200",
)
def test_every_form_makes_one_file_and_no_refusal_makes_any(api, given, holds, eventually):
    room = Room(api, holds, eventually, given.container("forms").id)
    files: dict[Form, stored.Stored] = {}
    for form in FORMS:
        upload(room, form, files)
    room.see(files.values())

    judge_number(room, files)
    for form, file in files.items():
        judge_form(room, form, file)
    judge_paths(room, files)
    judge_refusals(room)
    judge_twin(room, files.get(FORMS[0]))


def upload(room, form, files):
    """Put a file into the room as *form* has it, and judge the answer alone."""
    answer = room.put(form)
    if form.claim in (ENDS, CLIMBS) and answer.refused:
        with room.holds(form.claim):
            refused(answer)  # a name may be refused; only what is taken has to be kept
        return
    with room.holds(form.claim):
        stored.must_live(room.api, room.id, answer)
        files[form] = stored.Stored.of(answer, form.name, form.content)
    with room.holds("file.create.success-is-200"):
        if answer.ok:
            answered(answer, 200)
    if answer.ok:
        with room.holds(SIZE):
            values.equal(answer, "bytes", len(form.content))
        with room.holds("file.create.source-is-user"):
            values.equal(answer, "source", "user")
        with room.holds("file.create.created-at-is-now"):
            values.is_now(answer)


def judge_number(room, files):
    """As many files as uploads, each with an id of its own."""
    judge_distinct(room, list(files.values()))
    with room.holds(ONE):
        more = room.ids() - {each.id for each in files.values()}
        for each in more:
            if not room.api.retrieve_file(room.id, each).ok:
                raise Untestable(
                    "the list shows what is not there", blame="file.list.shows-only-its-container"
                )
            raise Failure(f"{len(files)} files", f"{len(more)} more, as {each}")


def judge_distinct(room, files):
    """No two of *files* have one id."""
    ids = [each.id for each in files]
    with room.holds(DISTINCT):
        twice = [each for number, each in enumerate(ids) if each in ids[:number]]
        if twice:
            raise Failure("an id for every file", f"{twice[0]} twice")


def judge_form(room, form, file):
    """What was uploaded by *form* has its bytes, and its path everywhere."""
    if form.is_about_its_name:
        file.retrieved = room.api.retrieve_file(room.id, file.id)
        stored.judge_fields(room.holds, file, bytes=len(file.sent), source="user")
    file.read = room.api.content(room.id, file.id, accept="*/*")
    if file.read.ok:
        with room.holds(form.claim):
            stored.kept(file)
    elif file.retrieved is None:
        file.retrieved = room.api.retrieve_file(room.id, file.id)
    with room.holds(CONTENT):
        stored.served(file, form.claim)


def judge_paths(room, files):
    """Names stand at the end of paths, and none leads out of where the others are."""
    plain = [path_told(file) for form, file in files.items() if not form.is_about_its_name]
    root = directory_of([each for each in plain if each])
    for form, file in files.items():
        if form.claim == QUOTES:
            continue
        with room.holds(form.claim if form.is_about_its_name else ENDS):
            path = path_told(file)
            if path is None:
                raise Untestable("no path is told", blame="file.create.path-is-a-string")
            if form.claim == CLIMBS:
                stays_below(root, path)
            elif not composed(path).endswith(composed(form.name)):
                raise Failure(f"a path that ends with {form.name}", path)
    with room.holds(ODD):
        for form, file in files.items():
            ends = (form.name, form.name.replace('"', "%22"), form.name.replace('"', '\\"'))
            if form.claim == QUOTES and not composed(path_told(file) or "").endswith(ends):
                raise Failure(f"a path that ends with {form.name}", str(path_told(file)))


def path_told(file):
    path = file.created.get("path")
    return path if isinstance(path, str) and path else None


def composed(text):
    """*text* with letters and their marks composed: file systems differ in that."""
    return unicodedata.normalize("NFC", text)


def directory_of(paths):
    """The segments that all *paths* begin with: where the container has its files."""
    split = [posixpath.normpath(each).split("/")[:-1] for each in paths] or [[]]
    return [each[0] for each in zip(*split, strict=False) if len(set(each)) == 1]


def stays_below(root, path):
    """*path*, climbs resolved, is below *root*."""
    segments = posixpath.normpath(path).split("/")
    if ".." in segments or segments[: len(root)] != root or len(segments) <= len(root):
        raise Failure(f"a path below {'/'.join(root) or 'the directory'}", path)


def judge_refusals(room):
    """What is refused makes no file; what is taken although it should not is booked as that."""
    before, taken = set(), set()
    with room.holds(LEAVES):
        before = room.ids()
    for claim, content_type, body in REFUSED:
        answer = room.api.send(
            "POST",
            path_of("containers", room.id, "files"),
            content=body,
            headers={"Content-Type": content_type},
        )
        with room.holds(claim):
            if answer.ok:
                taken.add(str(answer.get("id")))
            refused(answer)
    with room.holds(LEAVES):
        more = room.ids() - before - taken
        if before and more:
            raise Failure("no file of a refused creation", f"{min(more)} in the list")


def judge_twin(room, first):
    """A second file of one name replaces nothing, and goes alone."""
    if first is None or not first.read.ok or first.read.content != first.sent:
        why = Untestable("no first file to begin with", blame=BOUNDARIES)
        for claim in (TWIN, OTHERS, OWN):
            with room.holds(claim):
                raise why
        return
    second = room.api.upload(room.id, b"the second of this name\n", first.name)
    judge_first(room, first, TWIN)
    with room.holds(DISTINCT):
        if second.get("id") == first.id:
            raise Failure("an id for every file", f"{first.id} twice", second.id)
    if not first.retrieved.ok or second.get("id") in (None, first.id):
        with room.holds(OTHERS):
            raise Untestable("there are not two files of one name", blame=TWIN)
    else:
        room.api.delete_file(room.id, str(second.get("id")))
        judge_first(room, first, OTHERS)


def judge_first(room, first, claim):
    """The first of two files of one name is as it was; bytes that differ may be the content's."""
    first.retrieved = room.api.retrieve_file(room.id, first.id)
    first.read = room.api.content(room.id, first.id, accept="*/*")
    with room.holds(claim):
        succeeded(first.retrieved)
        if first.read.refused:
            succeeded(first.read)
        stored.kept(first)
    with room.holds(OWN):
        stored.served(first, claim)


@requirement(
    *stored.EXISTENCE_CLAIMS,
    PARALLEL,
    DISTINCT,
    OWN,
    "file.list.omits-nothing-made-in-parallel",
)
def test_files_uploaded_at_once_are_all_kept(api, given, holds, eventually):
    room = Room(api, holds, eventually, given.container("parallel").id)
    contents = [f"{number}".encode() * (number + 1) * 700 for number in range(6)]
    with ThreadPoolExecutor(len(contents)) as pool:
        sent = range(len(contents))
        answers = list(pool.map(lambda n: api.upload(room.id, contents[n], f"{n}.txt"), sent))
        files = []
        for number, answer in enumerate(answers):
            with holds(PARALLEL):
                stored.must_live(api, room.id, answer)
                files.append(stored.Stored.of(answer, f"{number}.txt", contents[number]))
        reads = list(pool.map(lambda file: api.content(room.id, file.id, accept="*/*"), files))

    judge_distinct(room, files)
    judge_parallel(room, files, reads)


def judge_parallel(room, files, reads):
    """Every file is listed and retrieved, and has its own bytes."""
    for file, read in zip(files, reads, strict=True):
        file.read = read
        file.retrieved = room.api.retrieve_file(room.id, file.id)
    alive = [each.id for each in files if each.retrieved.ok]
    with room.holds("file.list.omits-nothing-made-in-parallel"):
        if not alive:
            raise Untestable("no file is there", blame=PARALLEL)
        room.eventually(
            lambda: holds_all(
                walk(room.api.list_files, most=3, container=room.id, limit=100),
                alive,
                "every file in the list",
            ),
            about="file.list.omits-nothing-made-in-parallel",
        )
    room.see([each for each in files if each.retrieved.ok])
    for file in files:
        stored.judge_existence(room.holds, file)
        with room.holds(PARALLEL):
            stored.kept(file)
        with room.holds(OWN):
            stored.served(file, PARALLEL)
