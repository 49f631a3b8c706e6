"""What follows from facts: a seat's state, a call's state. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent_desk.live.facts import CallFacts, Leg, SeatFacts
from agent_desk.live.shapes import CallState, SeatState


@dataclass(frozen=True, slots=True)
class FloorRules:
    """The site's settings of the floor."""

    wrap_up: timedelta = timedelta(seconds=30)
    """Time to finish the order after a talk, with no call rung; the agent may end it earlier."""
    misses_allowed: int = 2
    """So many rings unanswered in a row set the seat busy."""
    browser_grace: timedelta = timedelta(seconds=12)
    """A page that reloads is not yet gone."""
    alone: timedelta = timedelta(seconds=2)
    """A leg alone in a room for so long is hung up."""


def seat_now(
    seat: SeatFacts,
    legs: Collection[Leg],
    call_key: str | None,
    at: datetime,
    away: bool,
    rules: FloorRules,
) -> SeatFacts:
    """The seat with its state worked out; `legs` are its own, `away`: no link to Asterisk."""
    wrap_up_until = seat.wrap_up_until
    if wrap_up_until is not None and (at >= wrap_up_until or not seat.signed_in):
        wrap_up_until = None
    state = _seat_state(seat, legs, at, away, rules, in_wrap_up=wrap_up_until is not None)
    was = (seat.state, seat.call_key, seat.wrap_up_until)
    if seat.since is not None and was == (state, call_key, wrap_up_until):
        return seat
    since = seat.since if state == seat.state and seat.since is not None else at
    return replace(seat, state=state, since=since, call_key=call_key, wrap_up_until=wrap_up_until)


def _seat_state(
    seat: SeatFacts,
    legs: Collection[Leg],
    at: datetime,
    away: bool,
    rules: FloorRules,
    *,
    in_wrap_up: bool,
) -> SeatState:
    if not seat.signed_in:
        return "signed_out"
    if away:
        return "unreachable"
    working = [leg for leg in legs if leg.purpose != "listen"]
    if any(leg.up for leg in working):
        return "talking"
    if working:
        return "ringing"
    if in_wrap_up:
        return "wrap_up"
    if not is_present(seat, at, rules):
        return "unreachable"
    return "busy" if seat.reason else "ready"


def is_present(seat: SeatFacts, at: datetime, rules: FloorRules) -> bool:
    """A page is open at the seat and its phone is registered."""
    gone = seat.browser_gone_at
    page = seat.browsers > 0 or (gone is not None and at - gone < rules.browser_grace)
    return page and seat.registered


def unreachable_reason(seat: SeatFacts, away: bool) -> str:
    """Chinese, why the seat cannot be reached."""
    if away:
        return "电话系统连接中断"
    if not seat.registered:
        return "话机未注册"
    return "页面已断开"


def call_now(
    call: CallFacts, others: Sequence[Leg], agents: Sequence[Leg], waiting: bool
) -> CallFacts:
    """The call with its state worked out.

    `others` are the legs beside the citizen's, in the order they came; `agents` those of seats.
    """
    talking = [leg for leg in others if leg.up]
    seated = [leg for leg in agents if leg.up] or list(agents)
    agent = seated[-1].endpoint if seated else None
    if call.consult is not None:
        asking = [leg for leg in agents if leg.uniqueid == call.consult.by]
        agent = asking[0].endpoint if asking else agent
    in_room = [leg for leg in talking if call.room and leg.room == call.room]
    return replace(
        call,
        agent=agent,
        conference=len(in_room) > 1,
        state=_call_state(call, others, talking, waiting),
    )


def _call_state(
    call: CallFacts, others: Sequence[Leg], talking: Sequence[Leg], waiting: bool
) -> CallState:
    if call.consult is not None:
        return "consulting"
    if call.direction == "out" and call.answered_at is None:
        return "ringing"
    if talking:
        return "held" if any(leg.held for leg in talking) else "talking"
    if others:
        return "ringing"
    if waiting:
        return "queued"
    return "after" if call.answered_at is not None else "menu"
