"""The FastAGI server: a thread a call, a ceiling, and an end in order.

What connects is handed over with its socket; whatever it sends is the handler's business. Beyond
the ceiling a connection is closed at once: the dialplan then queues its caller.
"""

import contextlib
import errno
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)

BACKLOG: Final = 512
BEAT_SECONDS: Final = 1.0

Handler = Callable[[socket.socket], None]


class Server:
    """Accepts in one thread, handles each connection in another."""

    def __init__(self, host: str, port: int, handle: Handler, *, ceiling: int) -> None:
        """Binds at once; `ceiling`: connections served at the same time."""
        self._listener = socket.create_server((host, port), backlog=BACKLOG)
        self._listener.setblocking(False)
        self.port: Final[int] = self._listener.getsockname()[1]
        self._handle = handle
        self._ceiling = ceiling
        self._calls: dict[socket.socket, threading.Thread] = {}
        self._changed = threading.Condition()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._stopping = False
        self._is_full = False

    @property
    def active(self) -> int:
        """Connections being served now."""
        with self._changed:
            return len(self._calls)

    def serve(self, beat: Callable[[], None]) -> None:
        """Accepts until `stop_accepting`; calls `beat` about once a second."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake_reader, selectors.EVENT_READ)
            beaten = -BEAT_SECONDS
            while not self._stopping:
                if time.monotonic() - beaten >= BEAT_SECONDS:
                    beat()
                    beaten = time.monotonic()
                ready = selector.select(BEAT_SECONDS)
                if any(key.fileobj is self._listener for key, _ in ready):
                    self._accept()
        self._listener.close()

    def stop_accepting(self) -> None:
        """Lets `serve` return; may be called from a signal handler."""
        self._stopping = True
        with contextlib.suppress(OSError):
            self._wake_writer.send(b"x")

    def finish(self, seconds: float) -> None:
        """Lets calls under way finish for so long; then their callers go on in the dialplan."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._calls, seconds):
                log.warning("%d calls are handed to the dialplan", len(self._calls))
            for connection in self._calls:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._calls, 2.0)
        self._wake_reader.close()
        self._wake_writer.close()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError as error:
            log.error("cannot accept: %s", error)  # noqa: TRY400 the number says it all
            if error.errno in {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}:
                time.sleep(0.05)  # files free up when calls end; without this the loop spins
            return
        if self.active >= self._ceiling:
            self._refuse(connection)
            return
        self._is_full = False
        self._begin(connection)

    def _refuse(self, connection: socket.socket) -> None:
        if not self._is_full:
            log.error("%d calls at once: further callers go straight to the queue", self._ceiling)
        self._is_full = True
        connection.close()

    def _begin(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        thread = threading.Thread(target=self._serve_one, args=(connection,), daemon=True)
        with self._changed:
            self._calls[connection] = thread
        try:
            thread.start()
        except RuntimeError:
            log.exception("no thread for a call; its caller goes to the queue")
            self._end(connection)

    def _serve_one(self, connection: socket.socket) -> None:
        try:
            self._handle(connection)
        except Exception:
            log.exception("a call's script failed; its caller goes to the queue")
        finally:
            self._end(connection)

    def _end(self, connection: socket.socket) -> None:
        with self._changed:
            self._calls.pop(connection, None)
            connection.close()
            self._changed.notify_all()
