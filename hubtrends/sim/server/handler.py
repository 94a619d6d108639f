"""Handles HTTP/1.1 on one connection: reads requests, writes answers and applies socket faults."""

import gzip
import http.server
import json
import os
import select
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from threading import Event
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from hubtrends.sim.server.exchange import Answer, Request
from hubtrends.sim.server.faults import Fault
from hubtrends.sim.server.quota import QuotaState

_GZIP_FROM = 1024
"""Size in bytes from which a body is compressed; a smaller one does not shrink."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request, the quota state of the client, and the fault."""

    number: int
    answer: Answer
    quota_state: QuotaState
    fault: Fault | None


class Responder(Protocol):
    """The part of the server that the handler uses."""

    url: str
    closing: Event
    now: Callable[[], datetime] | None
    """The time in `Date` headers."""

    def reply(self, method: str, request: Request, client: str) -> Reply:
        """Count, answer and log one request."""


def handler_for(responder: Responder) -> Callable[..., http.server.BaseHTTPRequestHandler]:
    """Return the handler class of one server."""
    return type("BoundHandler", (_Handler,), {"responder": responder})


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "hubtrends-sim"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    responder: Responder

    def do_GET(self) -> None:
        """Answer one request."""
        target = urlsplit(self.path)
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        query = tuple(parse_qsl(target.query, keep_blank_values=True))
        bearer = token.strip() if scheme.lower() == "bearer" else None
        request = Request(target.path, query, bearer, "gzip" in self.headers.get("Accept-Encoding", ""))
        reply = self.responder.reply(self.command, request, self.client_address[0])
        match reply.fault:
            case Fault.RESET:
                self._reset()
            case Fault.STALL:
                self._stall()
            case _:
                self._write(reply, request)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Print nothing: the server has its own log."""

    def _write(self, reply: Reply, request: Request) -> None:
        answer, payload = reply.answer, reply.answer.payload
        text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
        body = text.encode()
        self.send_response_only(answer.status)
        if self.responder.now is not None:
            self.send_header("Date", format_datetime(self.responder.now(), usegmt=True))
        if request.accepts_gzip and len(body) >= _GZIP_FROM:
            body = gzip.compress(body, compresslevel=1, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        headers = {"Content-Type": answer.content_type, "X-Request-Id": f"Root=1-{reply.number:08x}"}
        headers |= {"Vary": "Accept-Encoding", **answer.headers, **reply.quota_state.headers}
        if answer.next_target is not None and answer.status == HTTPStatus.OK:
            headers["Link"] = f'<{self.responder.url}{answer.next_target}>; rel="next"'
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.fault is Fault.TRUNCATED:
            body, self.close_connection = body[: len(body) // 2], True
        self.wfile.write(body)

    def _reset(self) -> None:
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)  # with a linger of zero, close sends RST instead of FIN
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())

    def _stall(self) -> None:
        self.close_connection = True
        while not self.responder.closing.wait(0.02):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return
