"""Hides secrets in text that is received, displayed or stored.

redacted      hides text with the shape of a secret: tokens, credentials of headers, addresses and queries
Redactor      also hides the configured secrets, in each form in which a server or a library may repeat them
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote, urlsplit

HIDDEN = "***"

PROXY_VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")

TOKEN_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")

SHORTEST_TOKEN = 8
"""Minimum characters of a token that is hidden. A shorter one is not real and could occur in ordinary words."""

SHORTEST_LOGIN = 6
"""Minimum characters of `user:password` that are hidden, for the same reason."""

LONG_PASSWORD = 12
"""Characters of a password that does not occur in ordinary text."""

SHORTEST_PASSWORD = 3
"""Minimum characters of a password that is hidden; one or two letters occur in every word."""

_TOKEN = re.compile(r"\b(hf|api_org)_[A-Za-z0-9]{16,}")
_HEADER = re.compile(r"(?i)(authorization[\"']*\s*[:=]\s*[\"']*)((?:bearer|basic|digest|negotiate)\s+)?[^\s\"',;]+")
_BEARER = re.compile(r"(?i)\b(bearer(?:\s|%20|\+)+)[^\s\"',;<>]{6,}")
_BASIC = re.compile(r"(?i)\b(basic(?:\s|%20|\+)+)([A-Za-z0-9+/_=%-]{4,})")
_PORT = r"(?![^\s/@?#]*:\d{1,5}[/?#])"
_USERINFO = re.compile(rf"(//){_PORT}(?:[^\s/@?#\"'<>]+|[^\s/@?#\"'<>]*:[^\s\"'<>]+)@")
_ENCODED_USERINFO = re.compile(r"(?i)(%2f%2f)(?:(?!%2f|%40)[^\s&\"'<>])+(%40)")
_PARAMETER = re.compile(
    r"(?i)((?:[?&;]|%3f|%26)(?:[a-z_-]*token|[a-z_-]*signature|x-amz-credential|sig|api[_-]?key|secret|passw(?:or)?d)"
    r"(?:=|%3d))(?:(?!%26)[^&\s#\"'<>])+"
)
_URL_SAFE = str.maketrans("+/", "-_")


def redacted(text: str) -> str:
    """Hide text with the shape of a secret."""
    text = _USERINFO.sub(rf"\1{HIDDEN}@", text)
    text = _ENCODED_USERINFO.sub(rf"\1{HIDDEN}\2", text)
    text = _PARAMETER.sub(rf"\1{HIDDEN}", text)
    text = _HEADER.sub(lambda found: f"{found[1]}{found[2] or ''}{HIDDEN}", text)
    text = _BEARER.sub(rf"\1{HIDDEN}", text)
    text = _BASIC.sub(_hide_credentials, text)
    return _TOKEN.sub(rf"\1_{HIDDEN}", text)


def _hide_credentials(found: re.Match[str]) -> str:
    """Hide credentials after `Basic`, but not plain English such as "Basic authentication"."""
    coded = unquote(found[2]).rstrip("=")
    try:
        plain = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_" if set("-_") & set(coded) else None)
    except (binascii.Error, ValueError):
        return found[0]
    return f"{found[1]}{HIDDEN}" if b":" in plain else found[0]


@dataclass(frozen=True, slots=True)
class Redactor:
    """Hides the secrets of one configuration."""

    secrets: tuple[str, ...]
    """All forms of the token and of `user:password`; safe to replace in data."""
    passwords: tuple[str, ...]
    """All forms of passwords; they may be ordinary words, so they are replaced in messages only, never in data."""

    def data(self, data: bytes) -> bytes:
        """Hide the secrets in data from a server."""
        for secret in self.secrets:
            data = data.replace(secret.encode(), HIDDEN.encode())
        return data

    def header(self, value: str) -> str:
        """Hide the secrets in the value of a header."""
        return _without(self.secrets, value)

    def text(self, text: str) -> str:
        """Hide the secrets, and text with the shape of one, in a message."""
        return _without(self.passwords, redacted(_without(self.secrets, text)))


def redactor(environ: Mapping[str, str], token: str | None) -> Redactor:
    """Return a Redactor for the token and the credentials of HF_ENDPOINT and of the proxies."""
    logins = set(_logins(environ.get(name, "") for name in ("HF_ENDPOINT", *PROXY_VARIABLES)))
    tokens = {value.strip() for value in (token, *(environ.get(name) for name in TOKEN_VARIABLES)) if value}
    # a login of one part is a token; a long password is not an ordinary word
    tokens |= {user for user, password in logins if not password}
    tokens |= {password for _, password in logins if len(password) >= LONG_PASSWORD}
    secrets: set[str] = set()
    for secret in tokens:
        if len(secret) >= SHORTEST_TOKEN:
            secrets |= _forms(secret) | set(_within_base64(secret.encode()))
    for user, password in logins:
        login = f"{user}:{password}"
        if len(login) >= SHORTEST_LOGIN:
            code = base64.b64encode(login.encode()).decode().rstrip("=")
            secrets |= _forms(code) | _forms(code.translate(_URL_SAFE))
            secrets |= _forms(login) if user and password else set()
    passwords = {form for login in logins for form in _forms(login[1] or login[0]) if len(form) >= SHORTEST_PASSWORD}
    return Redactor(_longest_first(secrets), _longest_first(passwords - secrets))


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _longest_first(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _logins(addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield user and password of each address, first URL-encoded as written, then decoded."""
    for address in addresses:
        try:
            parts = urlsplit(address if "//" in address else f"//{address}")
            user, password = parts.username or "", parts.password or ""
        except ValueError:
            continue
        if user or password:
            yield user, password
            yield unquote(user), unquote(password)


def _forms(secret: str) -> set[str]:
    """Return the secret as text, URL-encoded and JSON-encoded."""
    quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form) for form in quoted}
    return {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]} | quoted | lower


def _within_base64(secret: bytes) -> Iterator[str]:
    """Yield the base64 of the secret within a longer text, for each of three alignments."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + secret).decode()
        within = whole[(8 * before + 5) // 6 : 8 * (before + len(secret)) // 6]
        yield from (within, within.translate(_URL_SAFE))
