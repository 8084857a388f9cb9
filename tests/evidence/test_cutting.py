"""A text that is cut short holds no part of a secret, wherever the cut falls."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.errors import Failure
from conformance.evidence import Redactor
from conformance.evidence.exchange import SHOWN_CHARACTERS, shown
from conformance.secrecy import remember
from tests.evidence.test_redaction import SPELLINGS

#: Texts between whose parts a cut would find room: no run of letters, and blanks.
KEYS = {
    "marks": "k!e@y#o$f^m&a*n(y)m:a;r<k>s?a|n'd`w,o[r]d{s}",
    "quotes": 'of"every\\kind"of\\a"break',
    "blanks": "a header's value of many words",
    "letters": "sk-0123456789abcdefghijABCDEFGHIJ",
}

#: More characters in a row than stand in any other text by chance.
TELLING = 6


def betrayed(key, text):
    """The parts of *key* that stand in *text* after it was masked."""
    masked = Redactor.of([key]).mask(text)
    parts = (key[at : at + TELLING] for at in range(len(key) - TELLING + 1))
    return [each for each in parts if each in masked]


@pytest.fixture(params=KEYS.values(), ids=KEYS)
def key(request):
    """A secret that this process has met."""
    remember([request.param])
    return request.param


def offsets(key):
    """How many characters may stand ahead of *key*, so that the cut goes through it."""
    return range(SHOWN_CHARACTERS - 2 * len(key) - 12, SHOWN_CHARACTERS + 1)


@pytest.mark.parametrize(
    "value",
    [
        lambda text: text,
        lambda text: {"name": text},
        lambda text: [text, text],
        lambda text: {"error": {"message": text, "type": None}},
        json.dumps,
    ],
    ids=["text", "object", "list", "nested", "JSON as text"],
)
def test_shown_value_holds_no_part_of_a_secret(key, value):
    """Whatever it is, and however much stands ahead of the secret."""
    for size in offsets(key):
        told = shown(value("x " * (size // 2) + key + " and more" * 40))

        assert betrayed(key, told) == []
        assert len(told) <= SHOWN_CHARACTERS + 1


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(SHOWN_CHARACTERS - 60, SHOWN_CHARACTERS), name=st.sampled_from([*SPELLINGS])
)
def test_secret_in_any_spelling_is_not_halved(size, name):
    """As it is masked, it is cut."""
    secret = KEYS["marks"]
    remember([secret])
    spelled = SPELLINGS[name](secret)

    told = shown("." * size + spelled + " and more" * 40)

    assert betrayed(spelled, told) == []


#: Every way by which an exchange tells in a failure what came.
WAYS = {
    "object": lambda exchange: exchange.object,
    "data": lambda exchange: exchange.data,
    "ids": lambda exchange: exchange.ids,
    "field": lambda exchange: exchange["absent"],
    "told": lambda exchange: exchange.told(),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_failure_of_an_exchange_holds_no_part_of_a_secret(answered, key, way):
    """Neither of a field's value nor of the whole body."""
    for size in offsets(key):
        text = "x " * (size // 2) + key + " and more" * 40
        for body in (text, {"data": text}, {"data": [{"id": 1, "name": text}]}, {"data": [text]}):
            exchange = answered(json.dumps(body).encode())
            try:
                told = way(exchange)
            except Failure as failure:
                told = str(failure)
            if isinstance(told, str):  # what is no text is the value itself, and whole
                assert betrayed(key, told) == []


def test_text_without_a_secret_is_cut_where_it_was():
    """What is shown of it is as long as may be."""
    assert shown("- " * 400).startswith("- " * (SHOWN_CHARACTERS // 2 - 1))
    assert Redactor().cut("abc", 2) == "ab"
    assert Redactor.of(["secret"]).cut("a secret b", 9) == "a secret "
    assert Redactor.of(["secret"]).cut("a secret b", 7) == "a "
    assert Redactor.of(["secret"]).cut("a secret b", 2) == "a "
