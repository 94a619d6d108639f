"""What the environment says of proxies and certificates, and what of it cannot be used.

The HTTP library reads these variables when it makes a session, for every scheme, whether that is used or not. What it
then raises names no variable; each is tried alone to find the one at fault.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from crawler.redaction import PROXY_VARIABLES, redactor

UNREAD_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that other programs read for certificates; the HTTP library here reads SSL_CERT_FILE and SSL_CERT_DIR."""


@dataclass(frozen=True, slots=True)
class SettingFault:
    """A variable that cannot be used as it is set; `value` holds no secret."""

    variable: str
    value: str
    reason: str


def setting_faults(environ: Mapping[str, str]) -> Iterator[SettingFault]:
    """Yield each proxy and certificate variable that no session can be made with, and why."""
    hides = redactor(environ, None)
    for variable, judge in _JUDGES.items():
        value = environ.get(variable)
        if value and (reason := judge(value)):
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


def _why_no_proxy(proxy: str) -> str | None:
    try:
        httpx2.HTTPTransport(verify=False, trust_env=False, proxy=_address(proxy)).close()
    except ImportError:
        return "a SOCKS proxy needs the package socksio, which is not installed"
    except (ValueError, httpx2.InvalidURL) as error:
        return f"it is no address of a proxy ({error})"
    return None if urlsplit(_address(proxy)).hostname else "it names no host"


def _why_no_certificates(file: str) -> str | None:
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        return "the file holds no certificates that can be read"
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return None


def _why_no_folder(folder: str) -> str | None:
    try:
        return None if any(Path(folder).iterdir()) else "the folder is empty"
    except OSError as error:
        return f"the folder cannot be read ({error.strerror})"


_JUDGES: Mapping[str, Callable[[str], str | None]] = {
    **dict.fromkeys(PROXY_VARIABLES, _why_no_proxy),
    "SSL_CERT_FILE": _why_no_certificates,
    "SSL_CERT_DIR": _why_no_folder,
}
