"""A run that can't be begun says why in one sentence, and sends or creates nothing."""

import socket

import pytest

WRONG_CALLS = {
    "profile": (["--profile", "nonesuch"], "nonesuch"),
    "feature": (["--feature", "nonesuch"], "nonesuch"),
    "disclaimed feature": (["--no-feature", "nonesuch"], "nonesuch"),
    "only": (["--only", "nonesuch.*"], "nonesuch"),
    "option": (["--nonesuch"], "nonesuch"),
    "value": (["--max-requests", "many"], "many"),
    "negative": (["--max-containers", "-1"], "max-containers"),
    "base URL": (["--base-url", "ftp://127.0.0.1/"], "--base-url wants an http"),
    "key variable": (["--base-url", "http://127.0.0.1:1/v1"], "CONFORMANCE_API_KEY"),
    "named key variable": (
        ["--base-url", "http://127.0.0.1:1/v1", "--api-key-env", "NO_SUCH_KEY"],
        "NO_SUCH_KEY",
    ),
    "broken TOML": (["--target", "broken.toml"], "broken.toml"),
    "absent target": (["--target", "absent.toml"], "absent.toml"),
    "absent waivers": (["--waivers", "absent.yaml"], "absent.yaml"),
    "broken waivers": (["--waivers", "broken.yaml"], "broken.yaml"),
    "waiver of nothing": (["--waivers", "odd.yaml"], "no requirement matches 'a.b.c'"),
    "directory is a file": (["--report-dir", "broken.toml"], "broken.toml"),
    "directory in a file": (["--report-dir", "broken.toml/x"], "broken.toml"),
    "directory can't be made": (["--report-dir", "/proc/nonesuch"], "/proc/nonesuch"),
}


@pytest.mark.end_to_end
@pytest.mark.parametrize(("arguments", "named"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_wrong_call_is_refused(run, tmp_path, arguments, named):
    """Exit 2, with one sentence that names what is wrong, and nothing written."""
    (tmp_path / "broken.toml").write_text("a = [")
    (tmp_path / "broken.yaml").write_text("- [")
    (tmp_path / "odd.yaml").write_text("- {requirement: a.b.c, reason: r}")

    ran = run(*arguments)

    assert ran.status == 2, ran.out
    assert named in ran.out
    assert "Traceback" not in ran.out
    assert len(ran.out.strip().splitlines()) <= 6
    assert not (tmp_path / "out" / "report.json").exists()


@pytest.mark.end_to_end
def test_dead_port_is_refused(run):
    """Exit 3, and nothing is called a failure of the target."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    ran = run("--base-url", f"http://127.0.0.1:{port}/v1", CONFORMANCE_API_KEY="sk-of-a-test")

    assert ran.status == 3, ran.out
    assert f"Nothing answers at http://127.0.0.1:{port}/v1" in ran.out
    assert "Traceback" not in ran.out


@pytest.mark.end_to_end
def test_wrong_key_is_refused(run, reference):
    """Exit 3 after one look, and nothing is created."""
    ran = run("--base-url", reference.url, CONFORMANCE_API_KEY="sk-wrong-key")

    assert ran.status == 3, ran.out
    assert "refuses the credentials (401" in ran.out
    assert "sk-wrong-key" not in ran.out
    assert {method for method, *_ in reference.heard} == {"GET"}
    assert len(reference.heard) <= 3


@pytest.mark.end_to_end
def test_base_url_without_its_version_is_mended(run, reference):
    """The sentence names the base URL that works."""
    reference.only_below = "/v1"
    root = reference.url.removesuffix("/v1")

    ran = run("--base-url", root, **reference.variables)

    assert ran.status == 3, ran.out
    assert f"did you mean --base-url {root}/v1?" in ran.out


@pytest.mark.end_to_end
def test_version_is_looked_for_once(run, reference):
    """Where what answers elsewhere speaks as an API does, too."""
    reference.only_below, reference.elsewhere = "/v1", b'{"error": {"message": "no route"}}'
    root = reference.url.removesuffix("/v1")

    ran = run("--base-url", root, **reference.variables)

    assert ran.status == 3, ran.out
    assert f"did you mean --base-url {root}/v1?" in ran.out
    assert [path for _, path, _ in reference.heard].count("/v1/containers") == 1


@pytest.mark.end_to_end
def test_base_url_with_a_wrong_path_is_refused(run, reference):
    """Where nothing speaks the API, the path is to be checked."""
    reference.only_below = "/v1"
    root = reference.url.removesuffix("/v1")

    ran = run("--base-url", f"{root}/elsewhere", **reference.variables)

    assert ran.status == 3, ran.out
    assert "check the path of --base-url" in ran.out
    assert {method for method, *_ in reference.heard} == {"GET"}
