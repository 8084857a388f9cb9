"""The forms that clients upload by: POST /containers/{container_id}/files as multipart."""

import posixpath
from dataclasses import dataclass, replace
from typing import Any

import pytest

from conformance.checks import listing, stored, values
from conformance.checks.status import answered, refused
from conformance.drivers.api import BOUNDARY
from conformance.drivers.multipart import Part
from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement
cost = pytest.mark.cost

BOUNDARIES = "file.create.accepts-any-boundary"
MORE = "file.create.accepts-more-parts"
BARE = "file.create.accepts-names-without-quotes"
QUOTES = "file.create.accepts-quotes-in-names"
ENDS = "file.create.path-ends-with-the-name"
ODD = "file.create.path-keeps-odd-names"
CLIMBS = "file.create.path-does-not-climb"
DISTINCT = "file.create.ids-are-distinct"
CONTENT = "file.content.bytes-are-identical"

#: A dot and a blank at its ends, two blanks, letters outside ASCII, and signs.
ODD_NAME = ".é  名前 🐈; a=b+%41.txt "

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
    disposition: str = ""  # what its header says, if not what most clients write

    @property
    def content(self):
        """Bytes of this form's own, of a size that no other has."""
        times = 9_000 if self.chunked else 1 + [each.name for each in FORMS].index(self.name)
        return f"{self.claim} é\r\n".encode() + b"<\r\n--\r\n>" * times

    @property
    def parts(self):
        """What the form is made of."""
        file = Part.file(self.content, self.name, self.content_type)
        if self.disposition:
            file = replace(file, disposition=self.disposition)
        return [*self.before, file, *self.after]

    @property
    def is_about_its_name(self):
        """Whether it is the name that the form tries."""
        return self.claim in (ENDS, ODD, QUOTES, CLIMBS)


#: The forms that clients write.
FORMS = (
    Form(BOUNDARIES, "node.txt", "----formdata-undici-7c2d10b3f4a8e95f6b7c8d9e0a1f2c3b4d5e6f70"),
    Form(BOUNDARIES, "quoted.txt", "----=_Part:1.2", quoted=True),
    Form("file.create.accepts-chunked-uploads", "chunked.bin", chunked=True),
    Form(MORE, "First.TXT", after=(PROVIDER,)),
    Form(MORE, "second.v2.txt", before=(PROVIDER,)),
    Form("file.create.accepts-a-part-without-a-type", "bare.txt", content_type=None),
    Form(ENDS, f"{'Long-' * 39}without-extension"),
    Form(ODD, ODD_NAME),
    Form(QUOTES, 'say "hi".txt'),
    Form(QUOTES, 'say "ho".txt', disposition='name="file"; filename="say \\"ho\\".txt"'),
    Form(BARE, "unquoted.txt", disposition="name=file; filename=unquoted.txt"),
    Form(CLIMBS, "../../../../etc/climbs.txt"),
)


#: Names of those whose content is read, too; of the others the size tells.
READ = ("node.txt", "chunked.bin", ODD_NAME)


@cost(requests=18, kib=130)
@requirement(
    *(each.claim for each in FORMS),
    *stored.FIELD_CLAIMS,
    *stored.EXISTENCE_CLAIMS,
    DISTINCT,
    CONTENT,
    "file.create.success-is-200",
)
def test_file_is_taken_in_every_form(api, holds, eventually, depot):
    files: dict[Any, Any] = {}
    for form in FORMS:
        upload(api, holds, depot.id, form, files)
    for form, file in files.items():
        if form.claim in (ENDS, ODD):
            file.retrieved = api.retrieve_file(depot.id, file.id)
    listing.see(api, eventually, depot.id, list(files.values()))

    with holds(DISTINCT):
        listing.distinct(list(files.values()))
    for form, file in files.items():
        stored.judge_existence(holds, file)
        stored.judge_fields(holds, file, bytes=len(file.sent), source="user")
        if form.name in READ or file.kept_size != len(file.sent):
            judge_content(api, holds, depot.id, form, file)
    judge_paths(holds, files)


def upload(api, holds, container, form, files):
    """Put a file into the *container* as *form* has it, and judge the answer alone."""
    answer = api.send_parts(
        container, form.parts, boundary=form.boundary, quoted=form.quoted, chunked=form.chunked
    )
    if form.claim in (ENDS, CLIMBS) and answer.refused:
        with holds(form.claim):
            refused(answer)  # a name may be refused; only what is taken has to be kept
        return
    with holds(form.claim):
        stored.must_live(api, container, answer)
        files[form] = stored.Stored.of(answer, form.name, form.content)
    if answer.ok:
        with holds("file.create.success-is-200"):
            answered(answer, 200)
        with holds("file.create.created-at-is-now"):
            values.is_now(answer)


def judge_content(api, holds, container, form, file):
    """What was uploaded by *form* has its bytes; where they are kept is another matter."""
    claim = BOUNDARIES if form.claim == CLIMBS else form.claim
    file.read = api.content(container, file.id, accept="*/*")
    if file.read.ok:
        with holds(claim):
            stored.kept(file)
    elif file.retrieved is None:
        file.retrieved = api.retrieve_file(container, file.id)
    with holds(CONTENT):
        stored.served(file, claim)


def judge_paths(holds, files):
    """Names stand at the end of paths, and none leads out of where the others are."""
    plain = [path_told(file) for form, file in files.items() if not form.is_about_its_name]
    root = directory_of([each for each in plain if each])
    for form, file in files.items():
        if form.claim == QUOTES:
            continue
        with holds(form.claim if form.is_about_its_name else ENDS):
            path = path_told(file)
            if path is None:
                raise Untestable("no path is told", blame="file.create.path-is-a-string")
            if form.claim == CLIMBS:
                stays_below(root, path, file.upload)
            elif not values.composed(path).endswith(values.composed(form.name)):
                raise Failure(f"a path that ends with {form.name}", path, file.upload)
    with holds(ODD):
        for form, file in files.items():
            ends = (form.name, form.name.replace('"', "%22"), form.name.replace('"', '\\"'))
            if form.claim == QUOTES and not values.composed(path_told(file) or "").endswith(ends):
                told = str(path_told(file))
                raise Failure(f"a path that ends with {form.name}", told, file.upload)


def path_told(file):
    path = file.created.get("path")
    return path if isinstance(path, str) and path else None


def directory_of(paths):
    """The segments that all *paths* begin with: where the container has its files."""
    split = [posixpath.normpath(each).split("/")[:-1] for each in paths] or [[]]
    return [each[0] for each in zip(*split, strict=False) if len(set(each)) == 1]


def stays_below(root, path, upload):
    """*path*, climbs resolved, is below *root*."""
    segments = posixpath.normpath(path).split("/")
    if ".." in segments or segments[: len(root)] != root or len(segments) <= len(root):
        raise Failure(f"a path below {'/'.join(root) or 'the directory'}", path, upload)
