"""What could not be deleted is told so that somebody can find it."""

from types import SimpleNamespace

from conformance.ledger.book import Entry
from conformance.plugin import cleaning


def test_upload_whose_id_never_came_is_told_with_where_to_look():
    """A sweep could not find it either."""
    api = SimpleNamespace(wire=SimpleNamespace(base_url="http://127.0.0.1:1/v1"))
    entry = Entry(number=1, kind="file", id=None, name=None, case="a case", state="asked")

    [left] = cleaning.clean(api, [entry])

    assert left["kind"] == "file"
    assert left["name"]
    assert left["command"].startswith('curl "http://127.0.0.1:1/v1/files" -H')


def test_thing_that_may_be_anothers_is_looked_at_before_it_is_deleted():
    """The command only looks, and says what follows."""
    entry = Entry(1, "container", "cntr_1", "conformance-1", "a case", "doubtful")
    api = SimpleNamespace(wire=SimpleNamespace(base_url="http://127.0.0.1:1/v1"))

    left = cleaning._left(api, entry)

    assert left["command"].startswith('curl "http://127.0.0.1:1/v1/containers/cntr_1" -H')
    assert left["command"].endswith("# yours, by its name? then the same with -X DELETE")
