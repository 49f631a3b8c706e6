"""An Asterisk manager interface of our own, speaking the real bytes, with a few queues behind it.

It can do what the real one does at its worst: refuse, freeze, vanish in mid-action, split a
character over two packets, talk nonsense.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

Fields = dict[str, str]
EOL = "\r\n"
SECRET = "ami-secret"


class FakeAmi:
    """`async with FakeAmi().running() as ami`; `ami.port` is where it listens."""

    def __init__(self, secret: str = SECRET, queues: Iterable[str] = ("common",)) -> None:
        self.secret = secret
        self.port = 0
        self.frozen = False
        """Reads, never answers: an Asterisk under SIGSTOP."""
        self.dies_at: str | None = None
        """Closes the connection when this action comes, without an answer."""
        self.greeting: tuple[bytes, ...] = (b"Asterisk Call Manager/11.0.0\r\n",)
        """The first words, one packet each."""
        self.asked: list[Fields] = []
        self.queues = {name: dict[str, Fields]() for name in queues}
        self.waiting: list[Fields] = []
        self.channels: list[Fields] = []
        self.contacts: list[Fields] = []
        self.refusals: dict[str, str] = {}
        """Actions refused, with Asterisk's words."""
        self.on_action: Callable[[Fields], None] = lambda _: None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    # --- life ---
    @asynccontextmanager
    async def running(self) -> AsyncIterator["FakeAmi"]:
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Gone, as after kill -9: the queues' members are forgotten."""
        if self._server is not None:
            self._server.close()
        self.drop()
        for members in self.queues.values():
            members.clear()
        self.channels.clear()
        await asyncio.sleep(0)

    def drop(self) -> None:
        """Ends every connection at once."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    # --- speaking ---
    def tell(self, event: str, **fields: str) -> None:
        self.send(_bytes({"Event": event, **fields}))

    def send(self, data: bytes) -> None:
        for writer in self._writers:
            writer.write(data)

    @property
    def connections(self) -> int:
        return len(self._writers)

    def actions(self, name: str) -> list[Fields]:
        return [fields for fields in self.asked if fields["Action"] == name]

    # --- answering ---
    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in self.greeting:
            writer.write(piece)
            await asyncio.sleep(0.01)
        self._writers.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                raw = await reader.readuntil(b"\r\n\r\n")
                self._take(_parse(raw.decode()), writer)
        self._writers.discard(writer)
        writer.close()

    def _take(self, fields: Fields, writer: asyncio.StreamWriter) -> None:
        self.asked.append(fields)
        name = fields["Action"]
        if name == self.dies_at:
            writer.transport.abort()
            return
        if self.frozen:
            return
        for message in self._answer(name, fields):
            writer.write(_bytes({**message, "ActionID": fields["ActionID"]}))
        if name == "Login" and fields.get("Secret") == self.secret:
            writer.write(_bytes({"Event": "FullyBooted", "Status": "Fully Booted"}))
        self.on_action(fields)

    def _answer(self, name: str, fields: Fields) -> list[Fields]:
        if name in self.refusals:
            return [{"Response": "Error", "Message": self.refusals[name]}]
        match name:
            case "Login" if fields.get("Secret") != self.secret:
                return [{"Response": "Error", "Message": "Authentication failed"}]
            case "QueueStatus":
                return _list("QueueStatus", self._queue_status())
            case "CoreShowChannels":
                channels = [{"Event": "CoreShowChannel", **one} for one in self.channels]
                return _list("CoreShowChannels", channels)
            case "PJSIPShowContacts" if not self.contacts:
                return [{"Response": "Error", "Message": "No Contacts found"}]
            case "PJSIPShowContacts":
                return _list("ContactList", [{"Event": "ContactList", **c} for c in self.contacts])
            case "QueueAdd" | "QueueRemove" | "QueuePause":
                return [self._change_member(name, fields)]
            case "Getvar":
                return [{"Response": "Success", "Value": "ref-1"}]
        return [{"Response": "Success", "Message": f"{name} successfully queued"}]

    def _change_member(self, name: str, fields: Fields) -> Fields:
        members, interface = self.queues[fields["Queue"]], fields["Interface"]
        if (name == "QueueAdd") == (interface in members):
            return {"Response": "Error", "Message": "Unable to do it: already, or not there"}
        if name == "QueueRemove":
            del members[interface]
            self.tell("QueueMemberRemoved", Queue=fields["Queue"], Interface=interface)
            return {"Response": "Success", "Message": "Removed interface from queue"}
        member = {
            "Paused": "1" if fields["Paused"] == "true" else "0",
            "PausedReason": fields.get("Reason", ""),
            "Status": members.get(interface, {"Status": "1"})["Status"],
        }
        members[interface] = member
        kind = "QueueMemberAdded" if name == "QueueAdd" else "QueueMemberPause"
        self.tell(kind, Queue=fields["Queue"], Interface=interface, **member)
        return {"Response": "Success", "Message": "Added interface to queue"}

    def _queue_status(self) -> list[Fields]:
        events: list[Fields] = []
        for name, members in self.queues.items():
            events.append({"Event": "QueueParams", "Queue": name})
            for interface, member in members.items():
                place = {"Queue": name, "Location": interface, "Name": interface}
                events.append({"Event": "QueueMember", **place, **member})
            waiting = [one for one in self.waiting if one["Queue"] == name]
            events.extend({"Event": "QueueEntry", **one} for one in waiting)
        return events


def _list(name: str, events: list[Fields]) -> list[Fields]:
    start = {"Response": "Success", "EventList": "start", "Message": f"{name} will follow"}
    end = {"Event": f"{name}Complete", "EventList": "Complete", "ListItems": str(len(events))}
    return [start, *events, end]


def _bytes(fields: Fields) -> bytes:
    lines = [f"{key}: {value}" for key, value in fields.items()]
    return (EOL.join(lines) + EOL + EOL).encode()


def _parse(text: str) -> Fields:
    fields: Fields = {}
    for line in text.split(EOL):
        key, colon, value = line.partition(": ")
        if colon:
            fields[key] = f"{fields[key]}\n{value}" if key in fields else value
    return fields
