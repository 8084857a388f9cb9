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
