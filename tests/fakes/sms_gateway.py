"""Gateways of short messages for tests: one in memory, and one that speaks real HTTP."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ticketing.notices.sending import Sms


class FakeGateway:
    """Takes messages, after the faults a test lines up."""

    def __init__(self, *faults: Exception) -> None:
        self.sent: list[Sms] = []
        self.faults = list(faults)
        self.before_answer: Callable[[Sms], object] = str

    def send(self, message: Sms) -> str:
        if self.faults:
            raise self.faults.pop(0)
        self.before_answer(message)
        self.sent.append(message)
        return f"gw-{message.reference}"


class HttpGatewayServer:
    """A gateway's HTTP side: remembers what came, answers as told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.answer: bytes | None = b'{"message_id": "m-1"}'
        """None: hangs up without a word."""
        self.go_on = threading.Event()
        """Answers only when set."""
        self.go_on.set()
        self.url = ""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.requests]


@contextmanager
def running_gateway() -> Iterator[HttpGatewayServer]:
    side = HttpGatewayServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            side.requests.append((dict(self.headers), body))
            side.go_on.wait(60)
            if side.answer is None:
                return
            self.send_response(side.status)
            self.end_headers()
            self.wfile.write(side.answer)

        def log_message(self, *_: object) -> None:
            """A test's output is its own."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # the sender was killed

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    side.url = f"http://127.0.0.1:{server.server_port}/sms?line=12328"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield side
    side.go_on.set()
    server.shutdown()
    server.server_close()
    thread.join(10)
