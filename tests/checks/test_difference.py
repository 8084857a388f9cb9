"""Where two contents part is told, however long they are."""

import pytest

from conformance.checks.stored import difference

MIB = bytes(range(256)) * 4096


@pytest.mark.parametrize(
    ("wanted", "got", "told"),
    [
        (b"abc", b"abd", ("3 bytes with 63 at 2", "3 bytes with 64 there")),
        (b"abc", b"xbc", ("3 bytes with 616263 at 0", "3 bytes with 786263 there")),
        (b"abc", b"ab", ("3 bytes with 63 at 2", "2 bytes with the end there")),
        (b"ab", b"abc", ("2 bytes with the end at 2", "3 bytes with 63 there")),
        (b"", b"a", ("0 bytes with the end at 0", "1 bytes with 61 there")),
        (MIB, MIB[:-1], ("1048576 bytes with ff at 1048575", "1048575 bytes with the end there")),
        (
            MIB,
            b"\0" * 9,
            ("1048576 bytes with 0102030405060708 at 1", "9 bytes with " + 16 * "0" + " there"),
        ),
    ],
)
def test_first_byte_that_differs_is_told(wanted, got, told):
    """With eight bytes from there on, of each."""
    assert difference(wanted, got) == told
