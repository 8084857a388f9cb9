"""The whole life of a container and a file, as the quick start of every document shows it."""

import pytest

from conformance.catalogue import OPERATIONS
from conformance.catalogue.facts import PREFIX
from conformance.checks import values
from conformance.checks.agreement import ABSENT, field
from conformance.checks.status import succeeded
from conformance.checks.witness import believed, container_stays, named, newest
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.evidence.exchange import shown
from conformance.scenarios.forgetting import (
    FORGOTTEN,
    GONE,
    container_is_gone,
    judge_deleted,
)
from conformance.scenarios.policies import tells_ours

cost = pytest.mark.cost
requirement = pytest.mark.requirement

ALIKE = "container.create.defaults-are-the-same"
ENDING = "file.list.has-more-is-false-at-the-end"

TEXT = b"from the first byte to the last\n"


@requirement(*(f"{each.prefix}.is-implemented" for each in OPERATIONS))
@requirement(*(f"{each.prefix}.succeeds" for each in OPERATIONS))
@requirement(*(f"{each.prefix}.sdk-headers-are-accepted" for each in OPERATIONS))
@requirement(
    "container.create.echoes-the-name",
    "container.create.ids-are-usable",
    "container.create.ordinary-keys-may-create",
    ALIKE,
    "container.retrieve.answers-the-one-asked-for",
    "container.list.shows-the-created",
    "file.create.bytes-is-the-size",
    "file.retrieve.answers-the-one-asked-for",
    "file.list.shows-the-created",
    "file.content.bytes-are-identical",
    GONE,
    "file.delete.removes-nothing-else",
    FORGOTTEN,
    ENDING,
    "container.delete.removes-the-container",
)
@cost(requests=16, containers=("1g",))
def test_container_and_file_live_and_are_gone(api, holds, eventually, journey, made_before):
    client = api.like_a_client().taking_plain_bytes()
    container = journey.create(client, made_before)
    journey.is_listed(client, "listContainers", container, container)
    with holds("container.retrieve.answers-the-one-asked-for"):
        journey.answers_the_one(client, container)
    with holds("container.create.ids-are-usable"):
        journey.known_by_its_id(client, container)
    empty = page = None
    with holds(ENDING):
        empty = client.list_files(container, limit=5)
    file = journey.upload(client, container, TEXT)
    journey.is_listed(client, "listContainerFiles", container, file)
    size = len(TEXT)
    with holds("file.retrieve.answers-the-one-asked-for"):
        size = journey.answers_the_one(client, container, file).get("bytes")
    with holds("file.content.bytes-are-identical"):
        journey.has_every_byte(client, container, file, size)

    journey.step(client, "deleteContainerFile", container, file)
    judge_deleted(holds, client, container, file)
    with holds("file.delete.removes-nothing-else"):
        journey.container_is_left(client, container)
    with holds("file.delete.removes-nothing-else"):
        page = client.list_files(container, limit=5)
    if page is not None:
        journey.judge_emptied(page, was_listed=empty is not None and empty.ok)
    journey.step(client, "deleteContainer", container)
    with holds("container.delete.removes-the-container"):
        container_is_gone(api, client.retrieve_container(container))


def is_like(created, before):
    """What was not asked for is told as of the container made *before*, where both tell it.

    Raises:
        Failure: if the one has another lifetime or memory limit, or another's network policy.
        NotApplicable: if there is none to compare with.
    """
    if not created.ok or not before:
        raise NotApplicable("no two containers were made without options")
    for name in ("expires_after", "memory_limit"):
        told, usual = default(created.json, name), default(before, name)
        if told and usual and told != usual:
            raise Failure(f"{name}: {usual}, as of one made before", told, created.id)
    if tells_ours(created.json):
        told = shown(created["network_policy"])
        raise Failure("no network policy that another was made with", told, created.id)


def default(container, name):
    """What is told as *name*, of a lifetime its minutes, as text; empty where nothing is."""
    value = field(container, name)
    if name == "expires_after":
        value = field(value, "minutes")
    return "" if value is None or value is ABSENT else shown(value)


class Journey:
    """The nine operations in their order, each step booked on its own operation."""

    def __init__(self, holds, eventually, given_again):
        """Speak through *holds*, and wait with *eventually*."""
        self._given_again = given_again
        self._holds = holds
        self._eventually = eventually
        self._listed = set()
        self._is_lost = False

    def step(self, client, operation, container="", file=""):
        """A proper request for *operation* that must succeed."""
        prefix = PREFIX[operation]
        with self._holds(f"{prefix}.is-implemented"):
            answer = client.ask(operation, container, file)
        for claim in ("succeeds", "sdk-headers-are-accepted"):
            with self._holds(f"{prefix}.{claim}"):
                if not answer.ok:
                    self._blame_the_creation(client, container, file)
                succeeded(answer)
        return answer

    def _blame_the_creation(self, client, container, file):
        """What no list and no retrieval shows was never kept: nobody else is at fault."""
        if container and container not in self._listed:
            if not client.retrieve_container(container).ok:
                raise Untestable("it was not kept", blame="container.create.keeps-what-it-made")
        elif container and self._is_lost:
            raise Untestable("it went with its file", blame="file.delete.removes-nothing-else")
        if file and file not in self._listed and not client.retrieve_file(container, file).ok:
            raise Untestable("it was not kept", blame="file.create.keeps-what-it-made")

    def create(self, client, before):
        """The id of a container made on the way, which is like the one made *before*."""
        created = self.step(client, "createContainer")
        with self._holds("container.create.ordinary-keys-may-create"):
            succeeded(created)
        with self._holds("container.create.echoes-the-name"):
            values.equal(created, "name", client.name("asked"))
        with self._holds(ALIKE):
            is_like(created, before)
        return self._id(created, "container.create")

    def upload(self, client, container, content):
        """The id of a file made on the way."""
        with self._holds("file.create.is-implemented"):
            created = client.upload(container, content, "notes.txt")
        for claim in ("succeeds", "sdk-headers-are-accepted"):
            with self._holds(f"file.create.{claim}"):
                if not created.ok:
                    self._blame_the_creation(client, container, "")
                succeeded(created)
        with self._holds("file.create.bytes-is-the-size"):
            if not created.ok:
                raise Untestable(created.told(), blame="file.create.succeeds")
            values.equal(created, "bytes", len(content))
        return self._id(created, "file.create")

    def _id(self, created, prefix):
        id_ = created.get("id")
        if not created.ok or not isinstance(id_, str) or not id_:
            raise Untestable(f"nothing to go on with: {created.told()}", blame=f"{prefix}.succeeds")
        if self._given_again(id_):
            raise Untestable("it is that of another", blame=f"{prefix}.ids-are-distinct")
        return id_

    def answers_the_one(self, client, container, file=""):
        """The retrieval of the file, or of the container, which answers what was asked for."""
        operation = "retrieveContainerFile" if file else "retrieveContainer"
        answer = self.step(client, operation, container, file)
        if not answer.ok:
            raise Untestable(answer.told(), blame=f"{PREFIX[operation]}.succeeds")
        values.equal(answer, "id", file or container)
        return answer

    def is_listed(self, client, operation, container, wanted):
        """*wanted* is on the newest page of its list, at once or after a while."""
        prefix = PREFIX[operation]
        about = f"{prefix}.shows-the-created"

        def look():
            page = (
                client.list_containers(limit=100, order="desc")
                if operation == "listContainers"
                else client.list_files(container, limit=100, order="desc")
            )
            for claim in ("is-implemented", "succeeds", "sdk-headers-are-accepted"):
                with self._holds(f"{prefix}.{claim}"):
                    succeeded(page)
            if wanted not in page.ids:
                raise Failure(f"{wanted} on the newest page", f"{len(page.ids)} others", page.id)
            self._listed.add(wanted)

        with self._holds(about):
            try:
                self._eventually(look, about=about)
            except Failure:
                self._blame_the_creation(client, container, wanted if wanted != container else "")
                raise

    @staticmethod
    def known_by_its_id(client, container):
        """Nothing on the newest page has the container's name and another id."""
        page = newest(client)
        ids = named(page, client.name("asked"))
        if ids and container not in ids:
            raise Failure(f"the id {container} in the list, too", min(ids), page.id)

    def has_every_byte(self, client, container, file, size):
        """The content is what was uploaded; a file of another *size* was stored otherwise."""
        content = self.step(client, "retrieveContainerFileContent", container, file)
        if not content.ok:
            raise Untestable(content.told(), blame="file.content.succeeds")
        if content.content != TEXT and size not in (None, len(TEXT)):
            raise Untestable("the file was stored otherwise", blame="file.create.keeps-every-byte")
        values.same("content", TEXT.decode(), content.content.decode("latin-1"), content.id)

    def container_is_left(self, client, container):
        """The container of a deleted file is there, as it was before."""
        if container not in self._listed:
            raise Untestable("it was never listed", blame="container.list.shows-the-created")
        try:
            container_stays(client, container)
        except Failure:
            self._is_lost = True
            raise

    def judge_emptied(self, page, *, was_listed):
        """The *page* of the emptied container is there, if it *was listed* when new."""
        is_lost = was_listed and page.refused
        with self._holds("file.delete.removes-nothing-else"):
            if is_lost:
                raise Failure("the list of files that was there before", page.told(), page.id)
        with self._holds(ENDING):
            if is_lost:
                raise Untestable(page.told(), blame="file.delete.removes-nothing-else")
            if believed(page, "file.list").ids:
                raise NotApplicable("the list still shows the deleted file")
            if page["has_more"] is not False:
                raise Failure("has_more: false", shown(page["has_more"]), page.id)


@pytest.fixture
def journey(api, holds, eventually):
    """Makes the journey of this module."""
    return Journey(holds, eventually, api.wire.ledger.is_given_again)
