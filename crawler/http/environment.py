"""Finds unusable proxy and certificate variables of the environment.

The HTTP library reads the variables of all schemes when it creates a session. Its errors name no variable, so each
variable is tried alone to find the faulty one.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from crawler.redaction import PROXY_VARIABLES, redactor

UNREAD_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Certificate variables of other programs; the HTTP library reads SSL_CERT_FILE and SSL_CERT_DIR only."""


@dataclass(frozen=True, slots=True)
class SettingFault:
    """A variable with an unusable value; `value` holds no secret."""

    variable: str
    value: str
    reason: str


def setting_faults(environ: Mapping[str, str]) -> Iterator[SettingFault]:
    """Yield each unusable proxy and certificate variable with the reason."""
    hides = redactor(environ, None)
    for variable, check in _CHECKS.items():
        value = environ.get(variable)
        if value and (reason := check(value)):
            yield SettingFault(variable, hides.text(value), hides.text(reason))


def proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the proxies that are set, by variable, without their credentials."""
    hides = redactor(environ, None)
    return {name: hides.text(environ[name]) for name in PROXY_VARIABLES if environ.get(name)}


def proxy_variable(environ: Mapping[str, str], host: str, port: int) -> str | None:
    """Return the variable that names the proxy at this host and port."""
    for name in PROXY_VARIABLES:
        try:
            url = httpx2.URL(_address(environ.get(name, "")))
        except httpx2.InvalidURL:
            continue
        if url.raw_host.decode("ascii") == host and (url.port or _DEFAULT_PORTS.get(url.scheme)) == port:
            return name
    return None


_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


def _address(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy_fault(proxy: str) -> str | None:
    try:
        httpx2.HTTPTransport(verify=False, trust_env=False, proxy=_address(proxy)).close()
        host = urlsplit(_address(proxy)).hostname
    except ImportError:
        return "a SOCKS proxy needs the package socksio, which is not installed"
    except (ValueError, httpx2.InvalidURL) as error:
        return f"it is not the address of a proxy ({error})"
    return None if host else "it names no host"


def _certificates_fault(path: str, *, is_folder: bool) -> str | None:
    what = "folder" if is_folder else "file"
    try:
        if is_folder:
            return None if any(Path(path).iterdir()) else "the folder is empty"
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        return "the file holds no certificates that can be read"
    except OSError as error:
        return f"the {what} cannot be read ({error.strerror})"
    return None


_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    **dict.fromkeys(PROXY_VARIABLES, _proxy_fault),
    "SSL_CERT_FILE": partial(_certificates_fault, is_folder=False),
    "SSL_CERT_DIR": partial(_certificates_fault, is_folder=True),
}
