"""Checks the network settings of the environment: address of the Hub, proxies, certificates. Sends nothing."""

from collections.abc import Iterator, Mapping

from huggingface_hub import constants

from crawler.errors import HubSettingError
from crawler.http.endpoint import Endpoint
from crawler.http.environment import UNREAD_CERTIFICATES, SettingFault, proxies, setting_faults
from hubtrends.health.finding import Finding, bad, ok, warning

REMEDY = "correct or unset it"


def check_network(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each network setting, and for each fault that prevents all connections."""
    faults = list(setting_faults(environ))
    certificates = [fault for fault in faults if fault.variable.startswith("SSL_")]
    try:
        yield ok("endpoint", Endpoint.parse(constants.ENDPOINT).url)
    except HubSettingError as error:
        yield bad("endpoint", str(error).partition(". ")[0], REMEDY)
    found = [f"{variable} is {address}" for variable, address in proxies(environ).items()]
    sound = ok("proxy", "; ".join(found) or "none is set")
    yield from _from_faults("proxy", [fault for fault in faults if fault not in certificates]) or [sound]
    yield from _from_faults("certificates", certificates) or [_certificates(environ)]


def _from_faults(check: str, faults: list[SettingFault]) -> list[Finding]:
    return [bad(check, f"{fault.variable} is '{fault.value}': {fault.reason}", REMEDY) for fault in faults]


def _certificates(environ: Mapping[str, str]) -> Finding:
    read = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if environ.get(name)]
    unread = [name for name in UNREAD_CERTIFICATES if environ.get(name)]
    if unread and not read:
        return warning("certificates", f"{unread[0]} is set, and hubtrends does not read it", "set SSL_CERT_FILE, too")
    return ok("certificates", f"{read[0]} is {environ[read[0]]}" if read else "those of the system")
