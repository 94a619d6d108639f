"""The connection to one endpoint: the session of huggingface_hub, its headers, and the loop that it runs on.

with connection(endpoint) as hub:
    hub.exchange(hub.request("/api/models"), ...)     one request and its whole answer
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx2
import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import get_async_session, get_token_to_send

from crawler.errors import HubRefusedError, HubSettingError, HubUnreachableError, ProxyUnreachableError, TransientError
from crawler.http.endpoint import Endpoint
from crawler.http.environment import proxy_variable, setting_faults
from crawler.http.interruptible import event_loop_thread, run_interruptible
from crawler.http.transport import DEADLINE_FACTOR, cause_of, exchange
from crawler.redaction import PROXY_VARIABLES, Redactor, redactor


@dataclass(frozen=True, slots=True)
class Connection:
    """An open session with one endpoint."""

    endpoint: Endpoint
    session: httpx2.AsyncClient
    loop: asyncio.AbstractEventLoop
    headers: Mapping[str, str]
    hides: Redactor
    """Hides the token and every password of this connection."""

    def request(self, url: str, timeout_seconds: float) -> httpx2.Request:
        """Make a GET request; `timeout_seconds` limits the wait between two bytes."""
        return self.session.build_request("GET", url, headers=self.headers, timeout=timeout_seconds)

    def exchange(self, request: httpx2.Request, timeout_seconds: float, check: Callable[[], None]) -> httpx2.Response:
        """Send a request and return its whole answer; an error raised by `check` closes the connection."""
        work = exchange(self.session, request, DEADLINE_FACTOR * timeout_seconds, self.hides)
        return run_interruptible(self.loop, work, check)


@contextlib.contextmanager
def connection(endpoint: str | None, version: str) -> Iterator[Connection]:
    """Connect to the Hub with the settings of huggingface_hub: HF_ENDPOINT, HF_TOKEN or login, proxies, offline mode.

    Another endpoint, such as a simulated Hub, gets no token and no proxy: a token is only for its own Hub.
    The headers do not come from the library, which would send an uncounted request to /api/agent-harnesses for them.
    Raises HubSettingError, and HubRefusedError for a token that cannot be sent.
    """
    base = Endpoint.parse(endpoint or constants.ENDPOINT)
    try:
        token = get_token_to_send(None) if endpoint is None else None
    except (OSError, ValueError) as error:
        reason = f"the saved login cannot be read ({cause_of(error)})"
        raise HubSettingError("HF_TOKEN_PATH", constants.HF_TOKEN_PATH, reason) from error
    if token and not (token.isascii() and token.isprintable()):
        raise HubRefusedError(base.url, 401, "not sent: the token holds characters that no token has")
    headers = {"user-agent": f"hubtrends/{version}; hf_hub/{huggingface_hub.__version__}"}
    if authorization := base.authorization or (token and f"Bearer {token}"):
        headers["authorization"] = authorization
    session = _session() if endpoint is None else httpx2.AsyncClient(trust_env=False)
    with event_loop_thread() as loop, contextlib.ExitStack() as stack:
        stack.callback(lambda: asyncio.run_coroutine_threadsafe(session.aclose(), loop).result())
        yield Connection(base, session, loop, headers, redactor(os.environ, token))


def _session() -> httpx2.AsyncClient:
    """Create the session. Raises HubSettingError for an unusable proxy or certificate variable."""
    if fault := next(setting_faults(os.environ), None):
        raise HubSettingError(fault.variable, fault.value, fault.reason)
    try:
        return get_async_session()
    except (ImportError, ValueError, OSError, httpx2.InvalidURL) as error:
        reason = redactor(os.environ, None).text(str(error))
        names = ("NO_PROXY", "no_proxy", *PROXY_VARIABLES)
        name = next((name for name in names if os.environ.get(name)), "the environment")
        raise HubSettingError(name, os.environ.get(name, ""), reason) from error


@contextlib.contextmanager
def translate_errors(endpoint: str, hides: Redactor) -> Iterator[None]:
    """Turn errors of the transport into TransientError or HubUnreachableError, without secrets."""
    try:
        yield
    except ProxyUnreachableError as error:
        variable = proxy_variable(os.environ, error.host, error.port) or "a proxy variable"
        raise TransientError(hides.text(f"{error} (set by {variable})")) from error
    except httpx2.ProxyError as error:
        raise TransientError(hides.text(f"the proxy refused: {error}")) from error
    except httpx2.ConnectError as error:
        cause = cause_of(error)
        source = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
        if "CERTIFICATE_VERIFY_FAILED" in cause and source is not None:
            cause += f"; the certificates are those of {source}, {os.environ[source]}"
        raise TransientError(hides.text(cause)) from error
    except OfflineModeIsEnabled as error:
        raise HubUnreachableError(endpoint, "HF_HUB_OFFLINE is set") from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise HubUnreachableError(endpoint, hides.text(str(error))) from error
    except httpx2.HTTPError as error:
        raise TransientError(hides.text(f"{type(error).__name__}: {error}".rstrip(": "))) from error
