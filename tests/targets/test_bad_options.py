"""Every option that can't be understood is refused, with what is wrong and how to mend it."""

import os
import re
from pathlib import Path

import certifi
import pytest

from conformance.errors import UsageError
from conformance.targets import inspection

KEY = {"CONFORMANCE_API_KEY": "sk-given"}

BAD = {
    "not-a-url": ({"base-url": "example.org/v1"}, "scheme and host"),
    "ftp": ({"base-url": "ftp://example.org/v1"}, "http or https"),
    "no-host": ({"base-url": "https:///v1"}, "scheme and host"),
    "bad-port": ({"base-url": "https://example.org:port/v1"}, "malformed host or port"),
    "port-0": ({"base-url": "https://example.org:0/v1"}, "scheme and host"),
    "query-in-url": ({"base-url": "https://example.org/v1?api-version=1"}, "--query name=value"),
    "empty-query": ({"base-url": "https://example.org/v1?"}, "--query name=value"),
    "fragment": ({"base-url": "https://example.org/v1#top"}, "fragment"),
    "user-in-url": ({"base-url": "https://me@example.org/v1"}, "--api-key-env"),
    "space-in-url": ({"base-url": "https://example.org/v 1"}, "no URL may hold"),
    "newline-in-url": ({"base-url": "https://example.org/v1\n"}, "no URL may hold"),
    "broken-ipv6": ({"base-url": "http://[::1/v1"}, "malformed"),
    "plain-http": ({"base-url": "http://example.org/v1"}, "--allow-insecure"),
    "looks-like-loopback": ({"base-url": "http://127.0.0.1.example.org"}, "--allow-insecure"),
    "auth-unknown": ({"auth": "basic"}, "bearer, none or header:NAME"),
    "auth-without-name": ({"auth": "header:"}, "header:NAME"),
    "auth-bad-name": ({"auth": "header:api key"}, "header:NAME"),
    "auth-in-host": ({"auth": "header:Host"}, "every request has its own"),
    "header-without-colon": ({"header": ["api-version 1"]}, "'Name: value'"),
    "header-without-name": ({"header": [": 1"]}, "'Name: value'"),
    "header-line-break": ({"header": ["A: b\r\nC: d"]}, "printable ASCII"),
    "header-null": ({"header": ["A: b\0"]}, "printable ASCII"),
    "header-not-ascii": ({"header": ["A: é"]}, "printable ASCII"),
    "header-authorization": ({"header": ["Authorization: Bearer sk-x"]}, "--auth"),
    "header-proxy": ({"header": ["proxy-authorization: Basic x"]}, "--auth"),
    "header-length": ({"header": ["Content-Length: 3"]}, "every request has its own"),
    "header-of-the-key": ({"header": ["Api-Key: x"], "auth": "header:api-key"}, "leave one out"),
    "query-without-equals": ({"query": ["api-version"]}, "name=value"),
    "query-without-name": ({"query": ["=1"]}, "name=value"),
    "query-control": ({"query": ["a=\x1b"]}, "control character"),
    "fuzz": ({"fuzz": "much"}, "off, quick, standard, deep"),
    "seed-text": ({"seed": "lucky"}, "whole number"),
    "seed-negative": ({"seed": "-1"}, "whole number"),
    "seed-underscore": ({"seed": "1_0"}, "whole number"),
    "seed-endless": ({"seed": "9" * 5000}, "whole number"),
    "workers-text": ({"n": "many"}, "auto or a number"),
    "workers-negative": ({"n": "-1"}, "auto or a number"),
    "workers-many": ({"n": "100000"}, "auto or a number"),
    "shard-text": ({"shard": "one"}, "I/N"),
    "shard-0": ({"shard": "0/2"}, "I/N"),
    "shard-beyond": ({"shard": "3/2"}, "I/N"),
    "max-containers-0": ({"max-containers": "0"}, "from 1"),
    "max-containers-fraction": ({"max-containers": "1.5"}, "whole number"),
    "max-requests-0": ({"max-requests": "0"}, "from 1"),
    "max-duration-0": ({"max-duration": "0"}, "more than 0"),
    "max-duration-nan": ({"max-duration": "nan"}, "more than 0"),
    "rps-0": ({"rps": "0"}, "more than 0"),
    "timeout-infinite": ({"timeout": "inf"}, "more than 0"),
    "timeout-text": ({"timeout": "soon"}, "more than 0"),
    "consistency-negative": ({"consistency": "-1"}, "0 or more"),
    "profile-unknown": ({"profile": "cor"}, "did you mean core?"),
    "profile-strange": ({"profile": "everything"}, "known are core, openai"),
    "profile-empty": ({"profile": ""}, "one word"),
    "feature-unknown": ({"feature": ["file-cpy"]}, "did you mean file-copy?"),
    "no-feature-unknown": ({"no-feature": ["name-filt"]}, "did you mean name-filter?"),
    "feature-both": ({"feature": ["file-copy"], "no-feature": ["file-copy"]}, "contradicts"),
    "only-unknown": ({"only": ["container.create.suceeds"]}, "container.create.succeeds?"),
    "only-matches-nothing": ({"only": ["zzz*"]}, "matches 'zzz*'"),
    "ca-file-missing": ({"ca-file": "none.pem"}, "can't be read (No such file"),
    "ca-file-directory": ({"ca-file": "."}, "can't be read (Is a directory"),
    "client-cert-missing": ({"client-cert": "none.pem"}, "can't be read"),
    "client-key-alone": ({"client-key": __file__}, "--client-cert FILE"),
    "ca-file-no-pem": ({"ca-file": __file__}, "no PEM certificate"),
    "client-cert-no-pem": ({"client-cert": __file__}, "no PEM certificate"),
    "waivers-missing": ({"waivers": "none.yaml"}, "can't be read"),
    "write-waivers-nowhere": ({"write-waivers": "none/waivers.yaml"}, "can't be written"),
    "write-waivers-endless": ({"write-waivers": "x" * 300}, "can't be written"),
    "report-dir-is-a-file": ({"report-dir": __file__}, "can't be made"),
    "report-dir-in-a-file": ({"report-dir": __file__ + "/there"}, "can't be made"),
    "path-empty": ({"report-dir": ""}, "wants a path"),
    "path-null": ({"report-dir": "a\0b"}, "wants a path"),
    "path-control": ({"waivers": "a\x1b[2Jb"}, "not 'a\\x1b[2Jb'"),
    "path-of-nobody": ({"report-dir": "~nobody-of-that-name/x"}, "without a home"),
    "proxy-text": ({"proxy": "squid"}, "scheme and host"),
    "proxy-socks": ({"proxy": "socks5://127.0.0.1:1"}, "httpx[socks]"),
    "proxy-ftp": ({"proxy": "ftp://127.0.0.1:1"}, "http, https or socks5"),
    "config-missing": ({"config": "none.toml"}, "can't be read"),
    "target-missing": ({"target": "none.toml"}, "can't be read"),
    "switch": ({"slow": "perhaps"}, "true or false"),
    "unknown": ({"base-ulr": "x"}, "did you mean base-url"),
    "unknown-and-strange": ({"zzz": "x"}, "run --help-all lists them"),
}


@pytest.mark.parametrize(("given", "told"), BAD.values(), ids=BAD)
def test_bad_option_is_refused_in_one_sentence(resolved, given, told):
    """The sentence names the option, says what is wrong, and ends as sentences do."""
    with pytest.raises(UsageError) as refused:
        resolved(given, KEY)

    sentence = str(refused.value)
    assert told in sentence
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    assert "sk-given" not in sentence
    assert any(name.lstrip("-") in sentence for name in given)


IN_ENVIRONMENT = {
    "number": ({"CONFORMANCE_TIMEOUT": "soon"}, "CONFORMANCE_TIMEOUT wants seconds"),
    "switch": ({"CONFORMANCE_SLOW": "2"}, "CONFORMANCE_SLOW wants true or false"),
    "misspelt": ({"CONFORMANCE_MAX_CONTAINER": "5"}, "did you mean CONFORMANCE_MAX_CONTAINERS?"),
    "feature": ({"CONFORMANCE_FEATURE": "file-cp"}, "CONFORMANCE_FEATURE: there is no feature"),
}


@pytest.mark.parametrize(("environ", "told"), IN_ENVIRONMENT.values(), ids=IN_ENVIRONMENT)
def test_bad_variable_is_refused_by_its_name(resolved, environ, told):
    """The sentence names the variable, so that nobody looks for an option."""
    with pytest.raises(UsageError, match=re.escape(told)):
        resolved({}, environ)


def test_name_of_a_user_without_a_key_is_no_misspelling(resolved):
    """Variables that hold keys have the names that their owners gave them."""
    assert resolved({}, {"CONFORMANCE_API_KEY_EN": "x", "CONFORMANCE_STAGE": "y"}).profile == "core"


def test_unset_option_of_a_namespace_is_left_out(resolved):
    """None is what argparse gives for what nobody typed."""
    assert resolved({"timeout": None}).timeout == 30


def test_directory_that_is_not_writable_is_refused(resolved, monkeypatch, tmp_path):
    """Even root is told so by the system only."""
    monkeypatch.setattr(os, "access", lambda *_: False)

    for option in ("report-dir", "write-waivers"):
        with pytest.raises(UsageError, match=r"writable|written"):
            resolved({option: str(tmp_path / "there")})


def test_certificate_authority_is_taken(resolved):
    """PEM, as everybody has it."""
    assert resolved({"ca-file": certifi.where()}).ca_file == Path(certifi.where())


@pytest.mark.parametrize("encrypted", [True, False])
def test_encrypted_client_key_is_refused(resolved, monkeypatch, encrypted):
    """Rather than asked for on the terminal."""
    monkeypatch.setattr(inspection, "_context", lambda: _Context(encrypted))
    given = {"client-cert": __file__, "client-key": __file__}

    if encrypted:
        with pytest.raises(UsageError, match="plain PEM"):
            resolved(given)
    else:
        assert resolved(given).client_cert == Path(__file__)


class _Context:
    """Loads every certificate; asks for the password of an encrypted key."""

    def __init__(self, encrypted):
        self._encrypted = encrypted

    def load_cert_chain(self, *_files, password):
        """Do as ssl does."""
        if self._encrypted:
            password()


def test_option_is_spelled_as_it_was_given_in_pytest(resolved):
    """The prefix of pytest's options is in the sentence."""
    with pytest.raises(UsageError, match="--conformance-timeout wants"):
        resolved({"timeout": "soon"}, prefix="--conformance-")


def test_worker_option_has_one_hyphen(resolved):
    """What is called -n is not told as --n."""
    with pytest.raises(UsageError, match=r"^-n wants"):
        resolved({"n": "many"})


SECRETIVE = {
    "user in the URL": {"base-url": "https://me:hunter2@example.org/v1"},
    "query in the URL": {"base-url": "https://example.org/v1?key=hunter2"},
    "bad port": {"base-url": "https://me:hunter2:x@example.org:hunter2/v1"},
    "key for a name": {"api-key-env": "sk-hunter2"},
    "key that could be a name": {"api-key-env": "hunter2"},
    "second key for a name": {"second-api-key-env": "hunter2"},
    "authorization": {"header": ["Authorization: Bearer hunter2"]},
    "no header": {"header": ["Bearer hunter2"]},
    "no query": {"query": ["hunter2"]},
    "proxy": {"proxy": "ftp://me:hunter2@proxy.example.org"},
}


@pytest.mark.parametrize("given", SECRETIVE.values(), ids=SECRETIVE)
def test_what_may_be_a_secret_is_not_repeated(resolved, given):
    """Errors are pasted into issues."""
    with pytest.raises(UsageError) as refused:
        resolved({"base-url": "https://example.org", **given}, KEY)

    assert "hunter2" not in str(refused.value)
