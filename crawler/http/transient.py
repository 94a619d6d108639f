"""What goes wrong on the way to the Hub and may pass by itself, beside what no retry can mend."""

import contextlib
import os
from collections.abc import Iterator

import httpx2
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import parse_ratelimit_headers

from crawler.errors import HubUnreachable
from crawler.http.environment import proxy_variable
from crawler.http.headers import seconds_told, server_message
from crawler.http.transport import NoProxyError, cause_of
from crawler.redaction import Redactor

RETRIED = frozenset({408, 425, 429})
"""Statuses that may pass by themselves, as all from 500 on; 504 is the Hub's answer on deep cursors of sorted lists."""


class TransientError(Exception):
    """A failure that may pass; `wait` is what the Hub asked for, in seconds, `throttled` the bucket it said 429 in."""

    def __init__(self, cause: str, wait: float | None = None, throttled: str | None = None) -> None:
        self.cause, self.wait, self.throttled = cause, wait, throttled
        super().__init__(cause)


@contextlib.contextmanager
def translated(endpoint: str, hides: Redactor) -> Iterator[None]:
    """Raise TransientError or HubUnreachable for what the transport raises within, without a secret."""
    try:
        yield
    except NoProxyError as error:
        variable = proxy_variable(os.environ, error.host, error.port) or "a proxy variable"
        raise TransientError(hides.text(f"{error} (set by {variable})")) from error
    except httpx2.ProxyError as error:
        raise TransientError(hides.text(f"the proxy refused: {error}")) from error
    except httpx2.ConnectError as error:
        raise TransientError(hides.text(_why_not_connected(error))) from error
    except OfflineModeIsEnabled as error:
        raise HubUnreachable(endpoint, "HF_HUB_OFFLINE is set") from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise HubUnreachable(endpoint, hides.text(str(error))) from error
    except httpx2.HTTPError as error:
        raise TransientError(hides.text(f"{type(error).__name__}: {error}".rstrip(": "))) from error


def _why_not_connected(error: httpx2.ConnectError) -> str:
    cause = cause_of(error)
    source = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
    if "CERTIFICATE_VERIFY_FAILED" not in cause or source is None:
        return cause
    return f"{cause}; the certificates are those of {source}, {os.environ[source]}"


def check_passing(response: httpx2.Response, bucket: str, most_seconds: float, hides: Redactor) -> None:
    """Raise TransientError for an answer that may pass by itself, with what the Hub says of how long it takes."""
    if response.status_code not in RETRIED and not response.is_server_error:
        return
    throttled = response.status_code == 429
    wait = seconds_told(response.headers, parse_ratelimit_headers(response.headers) if throttled else None)
    cause = hides.text(f"{response.status_code} {server_message(response)}".strip())
    told = None if wait is None else min(wait, most_seconds)
    raise TransientError(cause, told, bucket if throttled else None)
