"""What can go wrong, by guilt.

::

    Failure             the target broke a requirement             (an AssertionError)
    Signal              why a case can't speak for a requirement
    ├── Unsupported     the target lacks an optional feature, and says so properly
    ├── NotApplicable   can't be shown under the given options
    ├── Untestable      a prerequisite failed; names the requirement to blame
    │   └── NoRoom      the target's quota left no room for another container
    └── Unreachable     no answer came
    LimitReached        the run's own limits forbid another request
    SuiteError          a sentence for the person at the terminal
    ├── UsageError      the call is wrong: options, files, waivers     exit 2
    │   └── Unwritable  what a run keeps can't be written any more
    ├── TargetRefused   the target can't be reached or refuses us      exit 3
    └── EndedEarly      a limit ended the run before its first case    exit 4

Whatever else escapes from a case is the suite's own fault, outcome ``error`` and exit 5.
"""

from __future__ import annotations


class Failure(AssertionError):
    """The target broke a requirement: what was wanted, what came, in which exchange."""

    def __init__(self, wanted: str, got: str, exchange: str | None = None) -> None:
        """Book *got* against *wanted*, seen in the exchange with that id."""
        super().__init__(f"wanted {wanted}, got {got}")
        self.wanted = wanted
        self.got = got
        self.exchange = exchange


class Signal(Exception):
    """Tells why a case can't speak for a requirement."""

    outcome = "untestable"

    def __init__(self, reason: str, *, blame: str | None = None) -> None:
        """Give the *reason* and, where one is known, the requirement to *blame*."""
        super().__init__(reason)
        self.reason = reason
        self.blame = blame


class Unsupported(Signal):
    """The target lacks an optional feature and refused it with a proper 4xx."""

    outcome = "unsupported"


class NotApplicable(Signal):
    """The requirement can't be shown under the given options."""

    outcome = "not-applicable"


class Untestable(Signal):
    """A prerequisite failed: red until it works."""

    outcome = "untestable"


class NoRoom(Untestable):
    """The target's quota left no room for another container; the case may come again."""


class Unreachable(Signal):
    """No answer came from the target."""

    outcome = "unreachable"


class LimitReached(Exception):
    """The run's own limits forbid another request; carries what bounds it."""

    def __init__(self, limit: str) -> None:
        """Name the *limit* that was reached: its option, or who else has set it."""
        super().__init__(f"{limit} was reached")
        self.limit = limit


class SuiteError(Exception):
    """One sentence for the person at the terminal, and the exit status that goes with it."""

    exit_status = 5


class UsageError(SuiteError):
    """The call is wrong: an option, a file, a name; says what and how to mend it."""

    exit_status = 2


class Unwritable(UsageError):
    """The disk is full or gone, so that a run can't keep what it owes any longer."""


class TargetRefused(SuiteError):
    """The target can't be reached, or refuses the credentials."""

    exit_status = 3


class EndedEarly(SuiteError):
    """A limit of the run was reached before its first case, so that nothing was shown."""

    exit_status = 4
