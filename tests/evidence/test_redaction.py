"""Secrets never get into what is written."""

import base64
import json
import re
import sys
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.evidence import Redactor
from conformance.evidence.redaction import LIKE_ASCII, MASK, SHORTEST_TO_ENCODE

KEY = 'sk-a1/B+c?d"e\\f g~h_i.j'

keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=80)
plain = settings(max_examples=60, deadline=None)

SPELLINGS = {
    "raw": str,
    "upper": str.upper,
    "lower": str.lower,
    "reversed": lambda key: key[::-1],
    "percent": lambda key: quote(key, safe=""),
    "percent, slashes kept": quote,
    "percent, lower": lambda key: quote(key, safe="").lower(),
    "percent, every byte": lambda key: "".join(f"%{byte:02x}" for byte in key.encode()),
    "JSON": lambda key: json.dumps(key)[1:-1],
    "JSON, slashes escaped": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "hex": lambda key: key.encode().hex(),
    "HEX": lambda key: key.encode().hex().upper(),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_spelling_is_masked(spell):
    """Whichever way the key is written, nothing of it is left."""
    assert Redactor.of([KEY]).mask(f"<{spell(KEY)}>") == f"<{MASK}>"


@pytest.mark.parametrize("key", ["sk-kissing-a-key", "schlüssel-für-käse"])
@pytest.mark.parametrize("letter", LIKE_ASCII)
def test_letters_that_only_look_alike_hide_nothing(key, letter):
    """A key is masked also where one of its letters is another that counts as the same."""
    alike = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}[letter]

    assert Redactor.of([key]).mask(f"<{key.replace(alike, letter)}>") == f"<{MASK}>"


def test_no_further_letters_look_alike():
    """Of all characters beyond ASCII only those few match an ASCII one where case is ignored."""
    ascii_ = re.compile("|".join(f"(?i:{re.escape(chr(each))})" for each in range(128)))
    beyond = map(chr, range(128, sys.maxunicode + 1))

    assert "".join(filter(ascii_.fullmatch, beyond)) == LIKE_ASCII


@plain
@given(key=keys, name=st.sampled_from(sorted(SPELLINGS)))
def test_any_key_is_masked_in_any_spelling(key, name):
    """The same for any printable key."""
    spelled = SPELLINGS[name](key)

    assert spelled not in Redactor.of([key]).mask(f"\n{spelled}\n")


@plain
@given(
    key=keys,
    before=st.binary(max_size=7),
    after=st.binary(max_size=7),
    encode=st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
def test_base64_shows_no_whole_secret(key, before, after, encode):
    """At each offset, padded or not, in either alphabet, at most the outer bits are left."""
    secret = key.encode()
    text = encode(before + secret + after).decode()

    masked = Redactor.of([key]).mask(text)

    assert MASK in masked
    outside = (len(before) + len(after)) * 8 / 6
    assert len(masked.replace(MASK, "")) <= outside + 6  # its outer bits, and the padding


@pytest.mark.parametrize("offset", range(3))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_basic_credentials_are_masked(offset, encode):
    """Base64 of a user and a key leaves none of the key's middle behind, however it is shifted."""
    text = encode(b"user:"[:offset] + KEY.encode()).decode()
    masked = Redactor.of([KEY]).mask(text)

    kept = [part for part in masked.split(MASK) if part]
    assert MASK in masked
    assert all(len(part) <= 4 for part in kept), masked


@plain
@given(text=st.text(max_size=200))
def test_no_secret_leaves_text_alone(text):
    """Without secrets a text stays as it is, whatever it holds."""
    assert Redactor.of([None, ""]).mask(text) == text


@pytest.mark.parametrize("secret", ["a1b", "xyz", "q", "12345"])
def test_short_secret_is_masked_only_as_it_stands(secret):
    """The encodings of a short secret would hit innocent text."""
    assert len(secret) < SHORTEST_TO_ENCODE
    redactor = Redactor.of([secret])
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    innocent = " ".join(
        each for each in (encoded, secret.encode().hex()) if secret.lower() not in each.lower()
    )

    assert redactor.mask(f"<{secret}>") == f"<{MASK}>"
    assert redactor.mask(innocent) == innocent


@plain
@given(key=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=40))
def test_innocent_text_is_not_masked(key):
    """A key of a usual length hits nothing but itself."""
    innocent = json.dumps(
        {"id": "cntr_682e0e7318108198aa783fd921ff305e", "object": "container", "n": [1, None]}
    )
    text = innocent if key not in innocent else ""

    assert Redactor.of([key]).mask(text) == text


def test_longest_spelling_is_masked_whole():
    """Of two secrets, one the beginning of the other, no rest of the longer is left."""
    masked = Redactor.of(["sk-secret", "sk-secret-and-more"]).mask("sk-secret-and-more")

    assert masked == MASK


def test_masking_twice_changes_nothing():
    """What is masked has no secret left to mask."""
    redactor = Redactor.of([KEY])
    once = redactor.mask(f"a {KEY} b {quote(KEY)}")

    assert redactor.mask(once) == once
