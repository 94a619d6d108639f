"""The address of the Hub: HF_ENDPOINT without its credentials."""

import base64
from dataclasses import dataclass

import httpx2

from crawler.errors import HubSettingError
from crawler.redaction import redactor

VARIABLE = "HF_ENDPOINT"

HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a Hub."""

    url: str
    """Without credentials and without a slash at its end; safe to show and to store."""
    authorization: str | None = None
    """The header for the user and password that the address came with."""

    @classmethod
    def parse(cls, address: str) -> "Endpoint":
        """Return the endpoint at an address. Raises HubSettingError for an unusable address."""
        display = redactor({VARIABLE: address}, None).text(address)
        if any(character.isspace() or not character.isprintable() for character in address):
            raise HubSettingError(VARIABLE, display, "it holds spaces or control characters")
        try:
            url = httpx2.URL(address)
        except httpx2.InvalidURL as error:
            raise HubSettingError(VARIABLE, display, f"it is not an address ({error})") from error
        if url.scheme not in ("http", "https"):
            raise HubSettingError(VARIABLE, display, "it must begin with https:// or http://")
        if url.port is not None and url.port > HIGHEST_PORT:
            raise HubSettingError(VARIABLE, display, "it is not an address (its port is too high)")
        if not url.host:
            raise HubSettingError(VARIABLE, display, "it names no host")
        if url.query or url.fragment:
            raise HubSettingError(VARIABLE, display, "it must end with its path, without ? and #")
        public = str(url.copy_with(username=None, password=None)).rstrip("/")
        login = base64.b64encode(f"{url.username}:{url.password}".encode()).decode()
        return cls(public, f"Basic {login}" if url.userinfo else None)

    @property
    def host(self) -> str:
        return host_of(httpx2.URL(self.url))

    def holds(self, url: httpx2.URL) -> bool:
        """Return whether an address has the scheme, host and port of this endpoint; 443 is the port of https."""
        return _origin(url) == _origin(httpx2.URL(self.url))


def host_of(url: httpx2.URL) -> str:
    """Return only scheme, host and port of an address."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host.rstrip("."), url.port
