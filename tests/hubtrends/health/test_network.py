"""What doctor reports about the network settings without a request."""

from pathlib import Path

import pytest
from huggingface_hub import constants

from hubtrends.health.finding import Finding, Verdict
from hubtrends.health.network import check_network


def found(check: str, environ: dict[str, str]) -> list[Finding]:
    """Return the findings of the check in an environment."""
    return [finding for finding in check_network(environ) if finding.check == check]


def test_nothing_is_set() -> None:
    """The defaults give no warning."""
    assert {finding.verdict for finding in check_network({})} == {Verdict.OK}


def test_an_endpoint_is_shown_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding shows host and path."""
    monkeypatch.setattr(constants, "ENDPOINT", "https://ann:open-sesame@mirror.test/hub/")

    assert [finding.what for finding in found("endpoint", {})] == ["https://mirror.test/hub"]


def test_a_proxy_is_shown_without_its_password() -> None:
    """The finding names the variable that sets the proxy."""
    (finding,) = found("proxy", {"HTTPS_PROXY": "http://ann:open-sesame@proxy.test:3128"})

    assert (finding.verdict, finding.what) == (Verdict.OK, "HTTPS_PROXY is http://***@proxy.test:3128")


def test_every_proxy_that_cannot_be_used_is_named() -> None:
    """The library's error names no variable and only the first problem; the check names every one."""
    findings = found("proxy", {"HTTPS_PROXY": "htp://x", "ALL_PROXY": "socks5://127.0.0.1:9"})

    assert [finding.verdict for finding in findings] == [Verdict.BAD, Verdict.BAD]
    assert [finding.what.split()[0] for finding in findings] == ["HTTPS_PROXY", "ALL_PROXY"]


@pytest.mark.parametrize(
    ("variable", "name", "why"),
    [
        ("SSL_CERT_FILE", "absent.pem", "the file cannot be read (No such file or directory)"),
        ("SSL_CERT_FILE", "junk.pem", "the file holds no certificates that can be read"),
        ("SSL_CERT_FILE", "", "the file cannot be read (Is a directory)"),
        ("SSL_CERT_DIR", "absent", "the folder cannot be read (No such file or directory)"),
        ("SSL_CERT_DIR", "junk.pem", "the folder cannot be read (Not a directory)"),
        ("SSL_CERT_DIR", "empty", "the folder is empty"),
    ],
)
def test_certificates_that_cannot_be_used(variable: str, name: str, why: str, tmp_path: Path) -> None:
    """The finding has the path and the problem; OpenSSL itself does not report a missing folder."""
    (tmp_path / "junk.pem").write_text("junk", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (finding,) = found("certificates", {variable: str(tmp_path / name)})

    assert (finding.verdict, finding.what) == (Verdict.BAD, f"{variable} is '{tmp_path / name}': {why}")


def test_a_variable_that_other_programs_read() -> None:
    """The finding says that the variable alone has no effect here."""
    (alone,) = found("certificates", {"REQUESTS_CA_BUNDLE": "/etc/ours.pem"})

    assert alone.verdict is Verdict.WARNING
    assert "REQUESTS_CA_BUNDLE is set" in alone.what
