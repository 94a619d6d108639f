"""Secrets in text: every form in which a server, library or person may repeat one, and text that must stay."""

import base64
import json
import re
from urllib.parse import quote, quote_plus, unquote

import pytest

from crawler.redaction import HIDDEN, redacted, redactor

TOKEN = "hf_Qm9uam91cktleVJlZGFjdA"
USER, PASSWORD = "ann", "p@ss/wörd+7"
LOGIN = f"{USER}:{PASSWORD}"
ENVIRON = {"HF_ENDPOINT": f"https://{USER}:{quote(PASSWORD, safe='')}@hub.test/mirror", "HF_TOKEN": TOKEN}


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


IN_DATA = {
    "the token": TOKEN,
    "the token in a word": f"x{TOKEN}y",
    "a header": f"Authorization: Bearer {TOKEN}",
    "a header in JSON": json.dumps({"authorization": f"Bearer {TOKEN}"}),
    "a query": f"/api/models?token={TOKEN}&limit=1",
    "a percent-encoded query": quote(f"https://hub.test/?a={TOKEN}", safe=""),
    "the token as a user": f"https://{TOKEN}@hub.test/",
    "base64 of the token": base64_of(TOKEN),
    "base64 of the token as a password": base64_of(f"user:{TOKEN}"),
    "base64 of the token as a user": base64_of(f"{TOKEN}:"),
    "base64 of the token in a header": base64_of(f"Bearer {TOKEN}\r\n"),
    "a Basic header": f"Basic {base64_of(LOGIN)}",
    "base64 that addresses can hold": base64.urlsafe_b64encode(LOGIN.encode()).decode(),
    "percent-encoded base64": quote_plus(base64_of(LOGIN)),
    "user and password": LOGIN,
    "user and password in an address": f"https://{USER}:{quote(PASSWORD, safe='')}@hub.test/",
    "user and password, encoded": quote(LOGIN, safe=""),
    "user and password, encoded in small letters": quote(LOGIN, safe="").lower(),
    "user and password in JSON": json.dumps(LOGIN),
}
"""Forms of our own secrets in data from a server."""

PARTS = (TOKEN, TOKEN[4:], PASSWORD, quote(PASSWORD, safe=""), base64_of(LOGIN).rstrip("="), json.dumps(PASSWORD)[1:-1])


def leaks(text: str) -> list[str]:
    """Return the secrets that are readable in a text, or in its decoded forms."""
    plain = [text, unquote(text)]
    for run in re.findall(r"[A-Za-z0-9+/_-]{4,}", unquote(text)):
        coded = run.translate(str.maketrans("-_", "+/"))
        for start in range(4):
            rest = coded[start:]
            whole = rest[: len(rest) - (len(rest) % 4 == 1)]
            plain.append(base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "replace"))
    return [part for part in PARTS if any(part in text for text in plain)]


@pytest.mark.parametrize("text", IN_DATA.values(), ids=list(IN_DATA))
def test_configured_secrets_are_hidden_in_data(text: str) -> None:
    """All their forms are replaced in data from a server."""
    hides = redactor(ENVIRON, TOKEN)

    assert leaks(text)
    assert leaks(hides.data(text.encode()).decode()) == []
    assert leaks(hides.header(text)) == []


@pytest.mark.parametrize("text", [*IN_DATA.values(), PASSWORD, quote(PASSWORD, safe="")])
def test_configured_secrets_are_hidden_in_messages(text: str) -> None:
    """A password alone is hidden as well."""
    assert leaks(redactor(ENVIRON, TOKEN).text(f"It failed: {text} (again)")) == []


def test_a_saved_token_is_hidden() -> None:
    """The token need not be in the environment."""
    assert redactor({}, TOKEN).text(f"<{TOKEN}>") == f"<{HIDDEN}>"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", "socks5://", ""])
def test_the_password_of_a_proxy_is_hidden(variable: str, scheme: str) -> None:
    """The address of the proxy may have no scheme."""
    hides = redactor({variable: f"{scheme}bob:opensesame77@proxy.test:3128"}, None)

    assert "opensesame77" not in hides.text("cannot log in as bob with opensesame77")
    assert "opensesame77" not in hides.text(f"{scheme}bob:opensesame77@proxy.test:3128")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pass@host/x", f"https://{HIDDEN}@host/x"),
        ("at https://user:pa/ss@host/x again", f"at https://{HIDDEN}@host/x again"),
        ("https://token@host", f"https://{HIDDEN}@host"),
        ("https%3A%2F%2Fuser%3Apass%40host", f"https%3A%2F%2F{HIDDEN}%40host"),
        ("?a=1&token=abc&x=1", f"?a=1&token={HIDDEN}&x=1"),
        ("?access_token=abc#x", f"?access_token={HIDDEN}#x"),
        ("?X-Amz-Signature=abc", f"?X-Amz-Signature={HIDDEN}"),
        ("Authorization: Bearer abc", f"Authorization: Bearer {HIDDEN}"),
        ("{'authorization': 'Basic abc'}", f"{{'authorization': 'Basic {HIDDEN}'}}"),
        ("sent Bearer abcdef123", f"sent Bearer {HIDDEN}"),
        ("sent Basic dXNlcjpwYXNz", f"sent Basic {HIDDEN}"),
        (f"hf_{'a1B2' * 8}", f"hf_{HIDDEN}"),
    ],
)
def test_text_with_the_shape_of_a_secret_is_hidden(text: str, shown: str) -> None:
    """Secrets of others are recognised by their shape."""
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8000/api/models?author=@someone",
        "https://huggingface.co/@someone",
        "someone@example.com",
        "Basic authentication is required",
        "the bearer of bad news",
        "org/hf_whisper-large",
        "/api/models?sort=likes&cursor=eyJfaWQiOnsiJGx0IjoiNmEwZTMxNDFmMjdlNGU0NGU5OTlhMjhhIn19",
    ],
)
def test_plain_text_is_kept(text: str) -> None:
    """Plain words and addresses stay, with configured secrets or without."""
    assert redacted(text) == text
    assert redactor(ENVIRON, TOKEN).text(text) == text


def test_short_secrets_are_not_replaced_in_data() -> None:
    """A few letters are part of many words."""
    hides = redactor({"HF_ENDPOINT": "https://a:b@hub.test", "HF_TOKEN": "hf"}, None)

    assert hides.data(b'{"id": "hf/a:b"}') == b'{"id": "hf/a:b"}'
