"""HTTP as the API's server takes it: heads of requests have an end, and what is no HTTP gets a problem."""

from __future__ import annotations

import json

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 65_536
"""Bytes of a request's line and headers."""


class BoundedHttp(HttpToolsProtocol):
    """The parser of uvicorn, which would keep a head without end."""

    _head = 0
    _in_head = True

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head, self._head = True, 0

    def on_headers_complete(self) -> None:
        """The head ends."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Bytes of a client. Those of a head are counted before they are parsed, in parts that are small enough."""
        for start in range(0, len(data), MOST_HEAD):
            if self.transport.is_closing():
                return
            part = data[start : start + MOST_HEAD]
            super().data_received(part)
            if self._in_head:
                self._head += len(part)
                if self._head > MOST_HEAD:
                    self._refuse(431, "the head of the request is too large", f"send {MOST_HEAD} bytes at most")

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP."""
        self._refuse(400, "this is no HTTP request", "send a request in the form of HTTP/1.1")

    def _refuse(self, status: int, title: str, detail: str) -> None:
        if self.transport.is_closing():
            return
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps(problem, separators=(",", ":")).encode()
        head = f"HTTP/1.1 {status} Refused\r\ncontent-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()
