"""What a list of files shows once some are deleted: the others, and none of those."""

from dataclasses import dataclass
from typing import Any

from conformance.checks import stored
from conformance.checks.status import succeeded
from conformance.checks.witness import believed
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.scenarios.forgetting import GONE

OTHERS = "file.delete.removes-nothing-else"
UNLISTED = "file.list.omits-the-deleted"
ENDING = "file.list.has-more-is-false-at-the-end"
CURSOR = "file.list.cursor-survives-deletion"


def the_dead(gone):
    """The ids of what was really deleted.

    Raises:
        Untestable: if nothing was.
    """
    dead = [each.id for each in gone if not each.lives]
    if not dead:
        raise Untestable("nothing was deleted", blame=GONE)
    return dead


def judge_unlisted(room, gone):
    """The list has nothing that is gone, at once or after a while; returns its pages so far."""
    walks = []

    def is_clean():
        walks.append(room.walked())
        left = set(the_dead(gone)) & set(walks[-1].ids)
        if left:
            raise Failure("a list without what is deleted", f"{min(left)} in it")

    with room.holds(UNLISTED):
        room.eventually(is_clean, about=UNLISTED)
    return walks


def judge_list(room, gone, stays):
    """The list has what *stays* and nothing that is gone, at once or after a while."""
    last = judge_unlisted(room, gone)[-1:]
    with room.holds(OTHERS):
        room.eventually(lambda: has_all(whole(room, last), stays), about=OTHERS)


def whole(room, last):
    """The whole list, as it was walked *last* or else anew.

    Raises:
        Untestable: if it can't be walked; blames the list.
        NotApplicable: if other cases have put more into it than is walked.
    """
    try:
        walked = last.pop() if last else room.walked()
    except Failure as failure:
        raise Untestable(str(failure), blame="file.list.succeeds") from failure
    if not walked.is_over:
        raise NotApplicable("the list is longer than three pages")
    return walked


def has_all(walked, stays):
    """What was not deleted is listed.

    Raises:
        Untestable: if one stands twice, so that another may have lost its place.
    """
    if len(set(walked.ids)) < len(walked.ids):
        raise Untestable("one stands twice", blame="file.list.ids-on-a-page-are-distinct")
    lost = set(stays).difference(walked.ids)
    if lost:
        raise Failure("a list with what was not deleted", f"{min(lost)} is missing")


def judge_cursor(room, before, gone, stays):
    """Behind the cursor of a deleted file come those that came behind it before, and no others."""
    behind = Behind(room, before, gone, stays)
    with room.holds(CURSOR):
        room.eventually(behind.goes_on, about=CURSOR)
        if stays:  # passive checks look at a page where something is deleted
            room.api.list_files(room.id, after=stays[0], order="asc", limit=1)
    for claim, check in ((UNLISTED, behind.is_clean), (ENDING, behind.ends)):
        behind.again()
        with room.holds(claim):
            room.eventually(check, about=claim)


@dataclass
class Behind:
    """The page behind the cursor of a deleted file: files stood *before* as they are listed there.

    Some of them are *gone* since, and some *stay*.
    """

    room: Any
    before: list[str]
    gone: list[Any]
    stays: list[str]
    asked: Any = None
    kept: Any = None

    def again(self):
        """Let the first look of a check be at the page that was asked for last."""
        self.kept = self.asked

    def page(self):
        """The page asked for last, once, and then a new one each time."""
        page, self.kept = self.kept, None
        if page is None:
            page = self.asked = self.below(self.cursor)
        return page

    def below(self, cursor):
        """What the list has behind any *cursor*, oldest first."""
        return self.room.api.list_files(self.room.id, after=cursor, order="asc", limit=100)

    @property
    def cursor(self):
        """The first deleted file that the list had.

        Raises:
            Untestable: if there is none.
        """
        dead = next((each for each in the_dead(self.gone) if each in self.before), None)
        if dead is None:
            raise Untestable("the list never had what was deleted", blame=stored.SHOWN)
        return dead

    def goes_on(self):
        """What stays of those behind the cursor is there, in its order."""
        behind = self.before[self.before.index(self.cursor) + 1 :]
        rest = [each for each in behind if each in self.stays]
        page = self.page()
        got = [each for each in succeeded(page).ids if each in self.stays]
        if got != rest:
            raise Failure(f"the {len(rest)} files behind the deleted one", f"{got}", page.id)

    def is_clean(self):
        """Nothing deleted is there."""
        page = self.page()
        back = set(the_dead(self.gone)) & set(believed(page, "file.list").ids)
        if back:
            raise Failure("nothing deleted behind a cursor", f"{min(back)} there", page.id)

    def ends(self):
        """It is the last page, or something follows."""
        page = self.page()
        if not believed(page, "file.list").ids or page.get("has_more") is not True:
            return
        if not believed(self.below(page.ids[-1]), "file.list").ids:
            raise Failure("has_more: false before an empty page", "has_more: true", page.id)
