"""What people do with a call: pass it on, ask somebody, talk in three, listen, end it.

A consultation moves the talk into conference rooms; whatever happens there (nobody answers, the
asked one leaves, the asking one hangs up), the caller ends with a person or in the queue.
"""

import logging
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Final

from agent_desk.live.facts import CallFacts, Consult, Leg, SeatFacts
from agent_desk.live.present import Present
from agent_desk.live.shapes import TargetKind, Viewer
from agent_desk.telephony import events
from agent_desk.telephony.commands import CallTags, ListenMode, Telephone
from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused
from asterisk_conf import names
from ticketing.errors import BusinessError, Finding, InvalidInput, NotAllowed, NotFound

log = logging.getLogger(__name__)

DISTRESS: Final = "12395"
NOT_THERE: Final = "该座席目前无法接听"
FREE: Final = ("ready", "busy")
"""States in which a colleague may be asked; 示忙 keeps the queue's calls away, not colleagues."""


class Conversations:
    """Commands on calls by the people in them."""

    def __init__(self, present: Present, telephone: Telephone, systemname: str) -> None:
        self._present = present
        self._floor = present.floor
        self._telephone = telephone
        self._systemname = systemname
        self._wanted_mode: dict[str, ListenMode] = {}
        """How a leader wants to take part, by the leader's leg."""

    async def transfer(self, viewer: Viewer, key: str, to: TargetKind, target: str) -> None:
        call, leg = self._my_call(viewer, key, "转接")
        self._no_consult(call, "转接")
        exten = self._transfer_exten(to, target)
        if not call.room:
            await self._telephone.blind_transfer(leg.channel, exten)
            return
        citizen = self._citizen(call)
        others = [one for one in self._floor.call_legs(key) if one is not citizen]
        await self._telephone.redirect(citizen.channel, names.TRANSFER, exten)
        self._present.change_call(key, room="")
        for other in others:
            await self._end(other)

    async def distress(self, viewer: Viewer, key: str) -> None:
        await self.transfer(viewer, key, "outside", DISTRESS)

    async def consult(self, viewer: Viewer, key: str, to: TargetKind, target: str) -> None:
        call, leg = self._my_call(viewer, key, "咨询")
        self._no_consult(call, "咨询")
        party = self._choose_seat(viewer, to, target)
        citizen = self._citizen(call)
        room = str(secrets.randbelow(9 * 10**7) + 10**7)
        asked = f"{events.CONSULT_MARK}{room}-{key}"
        callref = await self._telephone.variable(citizen.channel, names.CALLREF)
        tags = CallTags(callref, key, citizen.channel)
        consult = Consult(room, leg.uniqueid, asked, party)
        self._present.change_call(key, consult=consult, room=room)
        try:
            await self._telephone.part(room, citizen.channel, leg.channel)
        except BusinessError:
            self._present.change_call(key, consult=None, room=call.room)
            raise
        try:
            if party in self._floor.seats:
                await self._telephone.call_seat_into(room, party, asked, tags)
            else:
                await self._telephone.call_outside_into(room, party, asked, tags)
        except BusinessError:
            self._present.change_call(key, consult=None)
            await self._telephone.join(room, leg.channel)
            raise

    async def complete_consult(self, viewer: Viewer, key: str) -> None:
        """The asked one goes on with the caller, the asking one is out."""
        call, consult, leg, asked = self._my_consult(viewer, key, "完成转接")
        self._take_in(call, consult)
        await self._telephone.join(consult.room, asked.channel)
        await self._end(leg)

    async def cancel_consult(self, viewer: Viewer, key: str) -> None:
        """The caller and the asking one talk on."""
        call, leg = self._my_call(viewer, key, "取消咨询")
        if call.consult is None:
            raise NotAllowed("取消咨询", "当前没有进行中的咨询")
        asked = self._floor.legs.get(call.consult.leg)
        self._present.change_call(key, consult=None)
        await self._telephone.join(call.consult.room, leg.channel)
        if asked is not None:
            await self._end(asked)

    async def conference(self, viewer: Viewer, key: str) -> None:
        """All three talk."""
        call, consult, leg, asked = self._my_consult(viewer, key, "三方通话")
        self._take_in(call, consult)
        await self._telephone.join(consult.room, leg.channel, asked.channel)

    async def hang_up(self, viewer: Viewer, key: str) -> None:
        """The viewer's own leg ends; the caller goes on to the survey."""
        call = self._call(key)
        legs = self._floor.seat_legs(viewer.extension or "")
        mine = [leg for leg in legs if self._floor.call_of(leg) == call.key]
        if not mine:
            raise NotAllowed("挂断", "您不在这通电话中")
        for leg in mine:
            await self._telephone.hang_up(leg.channel)

    async def call_out(self, viewer: Viewer, number: str, at: datetime) -> str:
        seat = self._my_seat(viewer, "外呼")
        if not number.isascii() or not number.isdigit() or not 3 <= len(number) <= 20:
            raise InvalidInput((Finding("number", "电话号码只能是3至20位数字"),))
        if seat.state not in ("ready", "busy", "wrap_up"):
            raise NotAllowed("外呼", "请先签入并保持话机在线，且没有进行中的通话")
        serial = 900_000_000 + secrets.randbelow(100_000_000)
        key = f"{self._systemname}-{int(at.timestamp())}.{serial}"
        self._floor.outbound[key] = number
        try:
            await self._telephone.call_out(seat.extension, number, key, "")
        except TelephoneRefused:
            self._floor.outbound.pop(key, None)
            raise
        return key

    async def listen(self, viewer: Viewer, key: str, mode: ListenMode) -> None:
        """A leader hears a call; asked again with another mode it only switches."""
        if not viewer.sees_floor:
            raise NotAllowed("监听", "只有班长可以监听")
        seat = self._my_seat(viewer, "监听")
        call = self._call(key)
        listening = self._listening_leg(seat, key)
        if listening is not None:
            self._wanted_mode[listening.uniqueid] = mode
            if listening.listening:
                await self._telephone.switch_listening(listening.channel, mode)
            return
        spied = self._talking_seat_leg(call)
        callref = await self._telephone.variable(spied.channel, names.CALLREF)
        channel_id = f"{events.LISTEN_MARK}{secrets.token_hex(4)}-{key}"
        self._wanted_mode[channel_id] = mode
        tags = CallTags(callref, key)
        await self._telephone.listen(seat.extension, spied.channel, channel_id, tags)

    # --- what happened by itself ---
    async def consult_failed(self, key: str, consult: Consult) -> None:
        """Nobody came, or the asked one left: the asking one has the caller back."""
        asking = self._floor.legs.get(consult.by)
        asked = self._floor.legs.get(consult.leg)
        if asking is not None and key in self._floor.calls:
            await self._telephone.join(consult.room, asking.channel)
            self._tell(
                asking.endpoint, f"咨询 {consult.party} 未接通或已结束，已恢复与来电人的通话"
            )
        if asked is not None:
            await self._end(asked)

    async def consult_abandoned(self, key: str, consult: Consult) -> None:
        """The asking one hung up: the asked one takes the caller over, or a queue does."""
        call = self._floor.calls.get(key)
        asked = self._floor.legs.get(consult.leg)
        if call is None:
            return
        if asked is not None and consult.answered:
            self._take_in(call, consult)
            await self._telephone.join(consult.room, asked.channel)
            return
        queue = call.queue or next(iter(self._present.labels))
        await self._telephone.redirect(self._citizen(call).channel, names.TRANSFER, f"q{queue}")
        self._present.change_call(key, room="")
        if asked is not None:
            await self._end(asked)

    async def citizen_gone(self, consult: Consult) -> None:
        """The caller hung up in mid-consultation: nobody need come any more."""
        asked = self._floor.legs.get(consult.leg)
        if asked is not None and not consult.answered:
            await self._end(asked)

    async def left_alone(self, channel: str) -> None:
        await self._telephone.hang_up(channel)

    async def listening_began(self, uniqueid: str) -> None:
        """The leader hears the leg: now the mode that was asked for can be set."""
        mode = self._wanted_mode.get(uniqueid, "listen")
        leg = self._floor.legs.get(uniqueid)
        if leg is not None and mode != "listen":
            await self._telephone.switch_listening(leg.channel, mode)

    # --- inside ---
    def _tell(self, extension: str, text: str) -> None:
        seat = self._floor.seats.get(extension)
        if seat is not None:
            self._present.hub.tell(seat.user_id, "notice", {"text": text})

    def _take_in(self, call: CallFacts, consult: Consult) -> None:
        """The asked one's leg is a leg of the call from now on."""
        leg = self._floor.legs.get(consult.leg)
        if leg is not None:
            self._floor.legs[leg.uniqueid] = replace(leg, served=True)
        consulted = (*call.consulted, consult.leg)
        self._present.change_call(call.key, consult=None, consulted=consulted)

    async def _end(self, leg: Leg) -> None:
        try:
            await self._telephone.hang_up(leg.channel)
        except TelephoneRefused as error:  # it ended by itself meanwhile
            log.info("%s was gone already: %s", leg.channel, error)

    def _call(self, key: str) -> CallFacts:
        call = self._floor.calls.get(key)
        if call is None:
            raise NotFound("call", key)
        return call

    def _my_seat(self, viewer: Viewer, what: str) -> SeatFacts:
        if self._floor.away:
            raise TelephoneAway("电话系统连接中断，请稍候再试")
        seat = self._floor.seats.get(viewer.extension or "")
        if seat is None or seat.user_id != viewer.user_id:
            raise NotAllowed(what, "您的账号没有分配座席分机，请联系管理员")
        return seat

    def _my_call(self, viewer: Viewer, key: str, what: str) -> tuple[CallFacts, Leg]:
        """The call, and the viewer's leg that talks in it."""
        call = self._call(key)
        for leg in self._floor.call_legs(key):
            if leg.endpoint == viewer.extension and leg.up:
                return call, leg
        raise NotAllowed(what, "您不在这通电话中")

    def _my_consult(
        self, viewer: Viewer, key: str, what: str
    ) -> tuple[CallFacts, Consult, Leg, Leg]:
        """The call, its consultation, the asking leg, the asked leg."""
        call, leg = self._my_call(viewer, key, what)
        consult = call.consult
        asked = self._floor.legs.get(consult.leg) if consult else None
        if consult is None or consult.by != leg.uniqueid:
            raise NotAllowed(what, "当前没有进行中的咨询")
        if asked is None or not consult.answered:
            raise NotAllowed(what, "对方尚未接听")
        return call, consult, leg, asked

    def _no_consult(self, call: CallFacts, what: str) -> None:
        if call.consult is not None:
            raise NotAllowed(what, "请先完成或取消当前的咨询")

    def _citizen(self, call: CallFacts) -> Leg:
        leg = self._floor.citizen_leg(call.key)
        if leg is None:
            raise NotFound("call", call.key)
        return leg

    def _transfer_exten(self, to: TargetKind, target: str) -> str:
        if to == "queue":
            if target not in self._present.labels:
                raise InvalidInput((Finding("target", f"没有队列 {target}"),))
            return f"q{target}"
        if to == "seat":
            self._reachable_seat(target)
            return f"s{target}"
        if not target.isascii() or not target.isdigit():
            raise InvalidInput((Finding("target", "电话号码只能是数字"),))
        return f"o{target}"

    def _choose_seat(self, viewer: Viewer, to: TargetKind, target: str) -> str:
        """Whom to ask: the seat itself, a queue's longest idle one, or the outside number."""
        if to == "outside":
            if not target.isascii() or not target.isdigit():
                raise InvalidInput((Finding("target", "电话号码只能是数字"),))
            return target
        if to == "seat":
            if target == viewer.extension:
                raise InvalidInput((Finding("target", "不能咨询自己"),))
            return self._reachable_seat(target)
        idle = [
            seat
            for seat in self._floor.seats.values()
            if seat.state == "ready" and target in seat.queues
        ]
        if not idle:
            raise NotAllowed("咨询", "该队列目前没有空闲座席")
        return min(idle, key=lambda seat: (seat.since is None, seat.since)).extension

    def _reachable_seat(self, extension: str) -> str:
        seat = self._floor.seats.get(extension)
        if seat is None:
            raise InvalidInput((Finding("target", f"没有座席 {extension}"),))
        if seat.state not in FREE:
            raise NotAllowed("转接", NOT_THERE)
        return extension

    def _listening_leg(self, seat: SeatFacts, key: str) -> Leg | None:
        for leg in self._floor.seat_legs(seat.extension):
            if leg.purpose == "listen" and leg.uniqueid.endswith(f"-{key}"):
                return leg
        return None

    def _talking_seat_leg(self, call: CallFacts) -> Leg:
        for leg in reversed(self._floor.call_legs(call.key)):
            if leg.endpoint in self._floor.seats and leg.up:
                return leg
        raise NotAllowed("监听", "这通电话还没有座席接听")
