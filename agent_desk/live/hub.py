"""Telling browsers: numbered messages per person, resumed after a gap, never stalled by the slow.

Each person has one stream, whatever number of tabs; a stream keeps its last messages, so that a
browser that comes back names the last number it saw and gets the rest. One that fell behind, or
asks for what is no longer kept, gets a fresh snapshot instead.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from agent_desk.live.shapes import Message, Viewer

KEPT: Final = 400
"""Messages a stream keeps for those who come back."""
PENDING: Final = 200
"""Messages a browser may lag behind before it is given a snapshot instead."""
REMEMBERED: Final = timedelta(minutes=10)
"""How long a stream outlives its last browser."""

SnapshotOf = Callable[[Viewer], dict[str, Any]]
Render = Callable[[Viewer], dict[str, Any] | None]


@dataclass(slots=True)
class _Stream:
    viewer: Viewer
    seq: int
    kept: deque[Message] = field(default_factory=lambda: deque(maxlen=KEPT))
    feeds: set["Feed"] = field(default_factory=set)
    quiet_since: datetime | None = None
    calls_seen: set[str] = field(default_factory=set)


class Feed:
    """One browser's messages, in order and without gaps."""

    def __init__(self, stream: _Stream, snapshot: SnapshotOf, on_close: Callable[[], None]) -> None:
        self._stream = stream
        self._snapshot = snapshot
        self._on_close = on_close
        self._pending: deque[Message] = deque()
        self._behind = True
        self._ready = asyncio.Event()
        self._ready.set()
        self._closed = False

    async def next(self) -> Message:
        """Waits for the next message; the first is a snapshot unless the missed were replayed."""
        while not self._behind and not self._pending:
            self._ready.clear()
            await self._ready.wait()
        if self._behind:
            self._behind = False
            self._pending.clear()
            data = self._snapshot(self._stream.viewer)
            self._stream.calls_seen.update(call["key"] for call in data["calls"])
            return Message(self._stream.seq, "snapshot", data)
        return self._pending.popleft()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._on_close()

    def replay(self, missed: list[Message]) -> None:
        """The browser has all before these."""
        self._behind = False
        self._pending.extend(missed)

    def put(self, message: Message) -> None:
        if not self._behind:
            self._pending.append(message)
            if len(self._pending) > PENDING:
                self._behind = True
        self._ready.set()


class Hub:
    """Everybody's streams. `first_seq` must be above any number an earlier process gave out."""

    def __init__(self, first_seq: int) -> None:
        self._highest = first_seq
        """No new stream begins below a number that was ever given out."""
        self._streams: dict[int, _Stream] = {}

    def open(
        self,
        viewer: Viewer,
        resume: int | None,
        snapshot: SnapshotOf,
        on_close: Callable[[], None],
    ) -> Feed:
        """A browser begins to read; `resume` is the last number it saw, None: nothing yet."""
        stream = self._streams.get(viewer.user_id)
        if stream is None:
            stream = _Stream(viewer, self._highest)
            self._streams[viewer.user_id] = stream
        if stream.viewer != viewer:  # rights changed: what was kept was shaped for the old ones
            stream.viewer = viewer
            stream.kept.clear()

        def left() -> None:
            stream.feeds.discard(feed)
            on_close()

        feed = Feed(stream, snapshot, left)
        missed = _after(stream, resume)
        if missed is not None:
            feed.replay(missed)
        stream.feeds.add(feed)
        return feed

    def publish(self, kind: str, render: Render) -> None:
        """Tells everybody; `render` gives what this viewer may see, None: nothing."""
        for stream in self._streams.values():
            data = render(stream.viewer)
            if data is not None:
                self._send(stream, kind, data)

    def tell(self, user_id: int, kind: str, data: dict[str, Any]) -> None:
        """Tells one person."""
        stream = self._streams.get(user_id)
        if stream is not None:
            self._send(stream, kind, data)

    def publish_call(self, key: str, render: Render) -> None:
        """A call's change; whoever may no longer see it is told that it ended for them."""
        for stream in self._streams.values():
            data = render(stream.viewer)
            if data is not None:
                stream.calls_seen.add(key)
                self._send(stream, "call", data)
            elif key in stream.calls_seen:
                stream.calls_seen.discard(key)
                self._send(stream, "call_ended", {"key": key})

    def publish_ended(self, key: str) -> None:
        """A call is over, for those who saw it."""
        for stream in self._streams.values():
            if key in stream.calls_seen:
                stream.calls_seen.discard(key)
                self._send(stream, "call_ended", {"key": key})

    def is_heard(self) -> bool:
        """Whether any browser listens."""
        return any(stream.feeds for stream in self._streams.values())

    def viewer(self, user_id: int) -> Viewer | None:
        """The person as they last came; None: not here lately."""
        stream = self._streams.get(user_id)
        return stream.viewer if stream else None

    def forget(self, at: datetime) -> None:
        """Lets go of streams nobody came back to."""
        for user_id, stream in list(self._streams.items()):
            if stream.feeds:
                stream.quiet_since = None
            elif stream.quiet_since is None:
                stream.quiet_since = at
            elif at - stream.quiet_since > REMEMBERED:
                del self._streams[user_id]

    def _send(self, stream: _Stream, kind: str, data: dict[str, Any]) -> None:
        stream.seq += 1
        self._highest = max(self._highest, stream.seq)
        message = Message(stream.seq, kind, data)
        stream.kept.append(message)
        for feed in stream.feeds:
            feed.put(message)


def _after(stream: _Stream, resume: int | None) -> list[Message] | None:
    """What came after number `resume`; None when not all of it is kept."""
    if resume is None or resume > stream.seq:
        return None
    if resume == stream.seq:
        return []
    if not stream.kept or stream.kept[0].seq > resume + 1:
        return None
    return [message for message in stream.kept if message.seq > resume]
