"""HTTP as uvicorn speaks it, with what it does not bound: how large and how slow the head of a request may be."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from compliance.service.problems import problem_response


class GuardedProtocol(HttpToolsProtocol):
    """A connection that is closed when the head of a request does not come in time, or grows too large."""

    _status, _code = 400, "unreadable"
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _in_head = True
    _kept = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A request is awaited."""
        limits = self.config.app.settings.limits  # type: ignore[union-attr]
        self._most, self._seconds = limits.header_bytes, limits.request_seconds
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._forget_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self._most and not data.count(b"\r\n\r\n"):
                self._status, self._code = 431, "too_large"
                self.send_400_response("")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The head of a request begins."""
        super().on_message_begin()
        if not self._in_head:
            self._head_bytes = 0
            self._await_head()
        self._kept = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; too many bytes of them are refused."""
        self._kept += len(name) + len(value)
        if self._kept > self._most:
            self._status, self._code = 431, "too_large"
            raise ValueError("the head of the request is too large")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._forget_deadline()
        self._in_head = False
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._in_head = True
        self._forget_deadline()
        self._deadline = self.loop.call_later(self._seconds, self._too_slow)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self._status, self._code = 408, "too_slow"
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no HTTP request, or has a head that is not taken, as every other refusal is told."""
        told = problem_response(self._status, self._code, self._words(), {"Connection": "close"})
        head = [b"%s: %s\r\n" % header for header in (*self.server_state.default_headers, *told.raw_headers)]
        self.transport.write(b"".join([STATUS_LINE[self._status], *head, b"\r\n", bytes(told.body)]))
        self.transport.close()

    def _words(self) -> str:
        if self._status == 431:
            return f"the head of the request has more than {self._most:,} bytes"
        if self._status == 408:
            return f"the head of the request took more than {self._seconds:g} seconds"
        return "this is no request of HTTP, or its method is none"
