"""What the desk tells Asterisk, as typed methods; each says what is done when it returns.

Consultation and three-way talks are conference rooms (measured: the only way in which every leg's
recording stays whole): the caller waits in room <id>, the agent in k<id> with the consulted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from agent_desk.telephony import events
from agent_desk.telephony.errors import TelephoneRefused
from agent_desk.telephony.link import Link
from asterisk_conf import names

ListenMode = Literal["listen", "whisper", "barge"]

RING_SECONDS: Final = 30

_LISTEN_KEYS: Final[Mapping[ListenMode, str]] = {"listen": "4", "whisper": "5", "barge": "6"}


@dataclass(frozen=True, slots=True)
class CallTags:
    """What a leg we place must be given, for Originate inherits nothing."""

    callref: str
    key: str
    caller_channel: str = ""
    """The citizen's channel, which is told how a seat's leg ended."""


@dataclass(frozen=True, slots=True)
class Picture:
    """All that Asterisk says of the present when asked."""

    queues: tuple[events.Event, ...]
    channels: tuple[events.ChannelSeen, ...]
    phones: tuple[events.PhoneSeen, ...]


class Telephone:
    """Commands over one link. Raises TelephoneAway, TelephoneRefused; re-sends nothing."""

    def __init__(self, link: Link, trunk: str = "carrier") -> None:
        self._link = link
        self._trunk = trunk

    # --- queue members ---
    async def add_member(self, queue: str, extension: str, paused: bool, reason: str) -> None:
        fields = {"Queue": queue, "Interface": interface(extension), "Paused": _flag(paused)}
        if reason:
            fields["Reason"] = _word(reason)
        await self._link.ask("QueueAdd", fields)

    async def remove_member(self, queue: str, extension: str) -> None:
        await self._link.ask("QueueRemove", {"Queue": queue, "Interface": interface(extension)})

    async def pause_member(self, queue: str, extension: str, paused: bool, reason: str) -> None:
        fields = {"Queue": queue, "Interface": interface(extension), "Paused": _flag(paused)}
        if reason:
            fields["Reason"] = _word(reason)
        await self._link.ask("QueuePause", fields)

    # --- what is true now ---
    async def look(self) -> Picture:
        """Queues with members and callers, channels, phones."""
        queues = await self.look_at_queues()
        channels = await self._list("CoreShowChannels")
        try:
            phones = await self._list("PJSIPShowContacts")
        except TelephoneRefused:  # Asterisk's way to say that there is none
            phones = ()
        return Picture(
            queues,
            tuple(one for one in channels if isinstance(one, events.ChannelSeen)),
            tuple(one for one in phones if isinstance(one, events.PhoneSeen)),
        )

    async def look_at_queues(self) -> tuple[events.Event, ...]:
        return await self._list("QueueStatus")

    # --- calls ---
    async def hang_up(self, channel: str) -> None:
        await self._link.ask("Hangup", {"Channel": channel, "Cause": "16"})

    async def blind_transfer(self, agent_channel: str, exten: str) -> None:
        """The agent's partner goes on in the transfer context; the agent's leg ends."""
        fields = {"Channel": agent_channel, "Context": names.TRANSFER, "Exten": exten}
        await self._link.ask("BlindTransfer", fields)

    async def redirect(self, channel: str, context: str, exten: str) -> None:
        fields = {"Channel": channel, "Context": context, "Exten": exten, "Priority": "1"}
        await self._link.ask("Redirect", fields)

    async def part(self, room: str, caller_channel: str, agent_channel: str) -> None:
        """The caller waits with music in `room`, the agent alone in its side room."""
        await self._redirect_two(caller_channel, f"c{room}", agent_channel, f"rk{room}")

    async def join(self, room: str, channel: str, other: str = "") -> None:
        """One or two agents' legs enter the caller's room."""
        if other:
            await self._redirect_two(channel, f"r{room}", other, f"r{room}")
        else:
            await self.redirect(channel, names.ROOM, f"r{room}")

    async def call_seat_into(
        self, room: str, extension: str, channel_id: str, tags: CallTags
    ) -> None:
        """Rings a seat and puts it into the side room at its answer.

        Returns when the call is placed; OriginateEnded tells its end.
        """
        target = interface(extension)
        await self._originate(target, names.ROOM, f"bk{room}", channel_id, tags, {})

    async def call_outside_into(
        self, room: str, number: str, channel_id: str, tags: CallTags
    ) -> None:
        """The same with an outside number; it is told of the recording first."""
        target = f"PJSIP/{_digits(number)}@{self._trunk}"
        given = {names.PARTY: number}
        await self._originate(target, names.ROOM, f"ok{room}", channel_id, tags, given)

    async def call_out(self, extension: str, number: str, channel_id: str, callref: str) -> None:
        """Rings the seat; at its answer the number is dialled."""
        tags = CallTags(callref, channel_id)
        await self._originate(
            interface(extension), names.FROM_SEAT, _digits(number), channel_id, tags, {}
        )

    async def listen(
        self, extension: str, spied_channel: str, channel_id: str, tags: CallTags
    ) -> None:
        """Rings the leader's seat; at its answer it hears the spied leg (ListeningBegan)."""
        given = {names.LISTEN_CHANNEL: spied_channel}
        await self._originate(interface(extension), names.LISTEN, "s", channel_id, tags, given)

    async def switch_listening(self, leader_channel: str, mode: ListenMode) -> None:
        """How a leader who already listens takes part."""
        fields = {"Channel": leader_channel, "Digit": _LISTEN_KEYS[mode], "Receive": "true"}
        await self._link.ask("PlayDTMF", fields)

    async def variable(self, channel: str, name: str) -> str:
        answer = await self._link.ask("Getvar", {"Channel": channel, "Variable": name})
        return str(answer.value)

    async def _redirect_two(self, channel: str, exten: str, other: str, other_exten: str) -> None:
        fields = {
            "Channel": channel,
            "Context": names.ROOM,
            "Exten": exten,
            "Priority": "1",
            "ExtraChannel": other,
            "ExtraContext": names.ROOM,
            "ExtraExten": other_exten,
            "ExtraPriority": "1",
        }
        await self._link.ask("Redirect", fields)

    async def _originate(
        self,
        channel: str,
        context: str,
        exten: str,
        channel_id: str,
        tags: CallTags,
        given: Mapping[str, str],
    ) -> None:
        variables = {
            names.CALLREF: tags.callref,
            names.CALLERUID: tags.key,
            names.CALLER_CHANNEL: tags.caller_channel,
            **given,
        }
        headers = {names.CALLKEY_HEADER: tags.key, names.CALLREF_HEADER: tags.callref}
        fields: dict[str, str | list[str]] = {
            "Channel": channel,
            "Context": context,
            "Exten": exten,
            "Priority": "1",
            "Timeout": str(RING_SECONDS * 1000),
            "Async": "true",
            "ChannelId": channel_id,
            "Account": tags.callref,
            "Variable": [
                *(f"__{name}={value}" for name, value in variables.items() if value),
                # the softphone finds its call by these, as in a queue's call
                *(f"PJSIP_HEADER(add,{name})={value}" for name, value in headers.items() if value),
            ],
        }
        await self._link.ask("Originate", fields)

    async def _list(self, action: str) -> tuple[events.Event, ...]:
        found: Iterable[events.Event | None] = map(events.decode, await self._link.ask_list(action))
        return tuple(one for one in found if one is not None)


def interface(extension: str) -> str:
    """The queue member (and dial string) of a seat."""
    return f"PJSIP/{extension}"


def endpoint_of(channel: str) -> str:
    """`1001` of `PJSIP/1001-00000a3f`; empty when it is no SIP channel."""
    technology, _, rest = channel.partition("/")
    return rest.rpartition("-")[0] if technology == "PJSIP" else ""


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _word(reason: str) -> str:
    """queue_log separates its fields by `|`."""
    return reason.replace("|", "/")


def _digits(number: str) -> str:
    if not number.isascii() or not number.isdigit():
        raise TelephoneRefused("Originate", f"not a number: {number!r}")
    return number
