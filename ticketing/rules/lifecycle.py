"""The life of a work order as one table of allowed moves.

Whatever is not in the table is refused with a reason. Return visits run in the main line; the
province's review of complaints runs beside it (a complaint may be reviewed before or after it is
revisited), so its result is a second, small state; only archiving asks for both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ticketing.rules.guards import Guard
from ticketing.rules.permissions import Role
from ticketing.rules.states import (
    AFTER_CLOSING,
    ENDED,
    OPEN_STATES,
    WITH_UNIT,
    Effect,
    Event,
    State,
)


@dataclass(frozen=True)
class Move:
    """One row: from these states, by this event, to that state (None: the state stays)."""

    sources: frozenset[State | None]
    event: Event
    target: State | None
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    basis: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why a move may not be made, in Chinese."""

    reason: str


SEATS = frozenset({Role.AGENT, Role.LEADER, Role.DISPATCHER, Role.PROVINCE_OPERATOR})
INTAKE = SEATS | {Role.PROGRAM}
DISPATCHERS = frozenset({Role.DISPATCHER, Role.LEADER, Role.PROVINCE_OPERATOR})
UNIT = frozenset({Role.UNIT_HANDLER, Role.UNIT_LEADER})
AUTHORITY = frozenset({Role.AUTHORITY})
CONFIRMERS = frozenset({Role.ORDER_REVIEWER, Role.DISPATCHER, Role.LEADER, Role.PROVINCE_OPERATOR})
REVISITORS = frozenset({Role.REVISIT_AGENT, Role.LEADER})
REVIEWERS = frozenset({Role.LEAD_DEPARTMENT})
SYSTEM = frozenset({Role.SYSTEM})


def _from(*states: State | None) -> frozenset[State | None]:
    return frozenset(states)


def _any(states: Iterable[State], *more: State) -> frozenset[State | None]:
    return frozenset(states) | frozenset(more)


MOVES: tuple[Move, ...] = (
    # --- intake ---
    Move(_from(None), Event.OPEN, State.DRAFT, INTAKE | SYSTEM, basis="第十五条"),
    Move(_from(None), Event.TAKE_OVER, State.ARCHIVED, SYSTEM, basis="第三十条"),
    Move(
        _from(State.DRAFT),
        Event.ANSWER_INSTANTLY,
        State.CLOSED,
        SEATS,
        (Guard.INSTANT_ANSWER_COMPLETE,),
        (Effect.STOP_CLOCK, Effect.CLOSE, Effect.NOTIFY_CALLER),
        "第十七条",
    ),
    Move(
        _from(State.DRAFT),
        Event.SUBMIT,
        State.PENDING_REVIEW,
        INTAKE | SYSTEM,
        (Guard.RECORD_COMPLETE,),
        (Effect.START_FORWARD_CLOCK, Effect.NOTIFY_CALLER),
        "第十七条",
    ),
    Move(
        _from(State.DRAFT, State.PENDING_REVIEW),
        Event.REJECT,
        State.REJECTED,
        SEATS,
        (Guard.REFUSAL_TOLD,),
        (Effect.STOP_CLOCK, Effect.RETURN_TO_SOURCE, Effect.NOTIFY_CALLER),
        "第十九条",
    ),
    Move(
        _from(State.DRAFT, State.PENDING_REVIEW),
        Event.ESCALATE,
        State.ESCALATED,
        SEATS,
        (Guard.REASON_GIVEN, Guard.TARGET_NAMED),
        (Effect.STOP_CLOCK, Effect.NOTIFY_AUTHORITY),
        "第十八条",
    ),
    Move(
        _from(State.ESCALATED),
        Event.TAKE_BACK,
        State.PENDING_REVIEW,
        DISPATCHERS | {Role.PROGRAM},
        (Guard.REASON_GIVEN,),
        (Effect.START_FORWARD_CLOCK,),
        "第十八条",
    ),
    Move(
        _from(State.ESCALATED),
        Event.CLOSE_ESCALATED,
        State.CLOSED,
        DISPATCHERS | {Role.PROGRAM},
        (Guard.RESULT_GIVEN,),
        (Effect.CLOSE, Effect.NOTIFY_CALLER),
        "第十八条",
    ),
    # --- dispatch ---
    Move(
        _from(State.PENDING_REVIEW),
        Event.DISPATCH,
        State.DISPATCHED,
        DISPATCHERS,
        (Guard.CLASSIFIED, Guard.UNIT_NAMED),
        (Effect.START_HANDLING_CLOCK, Effect.COPY_TO_PROVINCE, Effect.NOTIFY_UNIT),
        "第十七条、第二十一条、第二十五条",
    ),
    Move(
        _any(OPEN_STATES - {State.MERGED, State.REPLIED}, State.DRAFT),
        Event.DISPATCH_SAFETY,
        State.DISPATCHED,
        SEATS,
        (Guard.UNIT_NAMED, Guard.UNIT_IS_AUTHORITY),
        (
            Effect.START_HANDLING_CLOCK,
            Effect.COPY_TO_PROVINCE,
            Effect.NOTIFY_UNIT,
            Effect.NOTIFY_AUTHORITY,
        ),
        "第二十一条",
    ),
    Move(
        _from(State.PENDING_REVIEW),
        Event.MERGE,
        State.MERGED,
        DISPATCHERS,
        (Guard.MERGE_TARGET_OPEN,),
        (Effect.STOP_CLOCK,),
        "第二十八条",
    ),
    Move(
        _from(State.MERGED),
        Event.UNMERGE,
        State.PENDING_REVIEW,
        DISPATCHERS,
        (Guard.REASON_GIVEN,),
        (Effect.START_FORWARD_CLOCK,),
    ),
    Move(
        _from(State.MERGED),
        Event.ANSWER_MERGED,
        State.CLOSED,
        CONFIRMERS,
        (Guard.MASTER_ANSWERED, Guard.REPLY_COMPLETE),
        (Effect.CLOSE, Effect.NOTIFY_CALLER),
        "第二十八条",
    ),
    Move(
        _from(State.DISPATCHED, State.IN_PROGRESS, State.REWORK),
        Event.RECALL,
        State.PENDING_REVIEW,
        DISPATCHERS,
        (Guard.REASON_GIVEN,),
        (Effect.START_FORWARD_CLOCK, Effect.NOTIFY_UNIT),
    ),
    # --- handling ---
    Move(
        _from(State.DISPATCHED, State.REWORK),
        Event.SIGN,
        State.IN_PROGRESS,
        UNIT,
        (Guard.OWN_UNIT,),
        basis="第二十条",
    ),
    Move(
        _from(State.DISPATCHED, State.IN_PROGRESS),
        Event.REQUEST_RETURN,
        State.RETURN_REQUESTED,
        UNIT,
        (Guard.OWN_UNIT, Guard.REASON_GIVEN, Guard.RETURN_IN_TIME, Guard.RETURN_NOT_DECIDED),
        (Effect.NOTIFY_CENTRE,),
        "第二十二条",
    ),
    Move(
        _from(State.RETURN_REQUESTED),
        Event.ACCEPT_RETURN,
        State.PENDING_REVIEW,
        DISPATCHERS,
        (Guard.NO_PING_PONG,),
        (Effect.START_FORWARD_CLOCK, Effect.NOTIFY_UNIT),
        "第二十二条",
    ),
    Move(
        _from(State.RETURN_REQUESTED),
        Event.REJECT_RETURN,
        State.IN_PROGRESS,
        DISPATCHERS,
        (Guard.REASON_GIVEN,),
        (Effect.NOTIFY_UNIT,),
        "第二十二条",
    ),
    Move(
        _from(State.RETURN_REQUESTED, State.PENDING_REVIEW),
        Event.COORDINATE,
        State.COORDINATION,
        DISPATCHERS,
        (Guard.REASON_GIVEN,),
        (Effect.NOTIFY_AUTHORITY,),
        "第二十一条",
    ),
    Move(
        _from(State.COORDINATION),
        Event.DECIDE_COORDINATION,
        State.DISPATCHED,
        AUTHORITY,
        (Guard.CLASSIFIED, Guard.UNIT_NAMED, Guard.REASON_GIVEN),
        (Effect.START_HANDLING_CLOCK, Effect.COPY_TO_PROVINCE, Effect.NOTIFY_UNIT),
        "第二十一条",
    ),
    Move(
        _from(State.IN_PROGRESS),
        Event.REQUEST_EXTENSION,
        State.EXTENSION_REQUESTED,
        UNIT,
        (Guard.OWN_UNIT, Guard.EXTENSION_GROUNDED, Guard.BEFORE_DEADLINE, Guard.NOT_EXTENDED),
        (Effect.NOTIFY_AUTHORITY, Effect.NOTIFY_CENTRE),
        "第二十四条",
    ),
    Move(
        _from(State.EXTENSION_REQUESTED),
        Event.APPROVE_EXTENSION,
        State.IN_PROGRESS,
        AUTHORITY,
        (Guard.NOT_EXTENDED, Guard.BEFORE_DEADLINE),
        (Effect.EXTEND_CLOCK, Effect.NOTIFY_UNIT, Effect.NOTIFY_CALLER, Effect.NOTIFY_CENTRE),
        "第二十四条",
    ),
    Move(
        _from(State.EXTENSION_REQUESTED),
        Event.REFUSE_EXTENSION,
        State.IN_PROGRESS,
        AUTHORITY,
        (Guard.REASON_GIVEN,),
        (Effect.NOTIFY_UNIT,),
        "第二十四条",
    ),
    Move(
        _from(State.IN_PROGRESS),
        Event.REPLY,
        State.REPLIED,
        UNIT,
        (Guard.OWN_UNIT, Guard.REPLY_COMPLETE),
        (Effect.STOP_CLOCK, Effect.NOTIFY_CENTRE),
        "第二十八条",
    ),
    # --- closing ---
    Move(
        _from(State.REPLIED),
        Event.CONFIRM,
        State.CLOSED,
        CONFIRMERS,
        (Guard.REPLY_COMPLETE, Guard.OTHER_HAND),
        (Effect.STOP_CLOCK, Effect.CLOSE, Effect.START_REVIEW, Effect.NOTIFY_CALLER),
        "第三十条",
    ),
    Move(
        _from(State.REPLIED),
        Event.SEND_BACK,
        State.REWORK,
        CONFIRMERS,
        (Guard.REASON_GIVEN,),
        (Effect.RESUME_CLOCK, Effect.NOTIFY_UNIT),
        "第三十条",
    ),
    Move(
        _from(State.CLOSED),
        Event.SCHEDULE_REVISIT,
        State.REVISIT_PENDING,
        REVISITORS | SYSTEM,
        (),
        (Effect.START_REVISIT_CLOCK,),
        "第二十九条",
    ),
    Move(
        _from(State.REVISIT_PENDING),
        Event.REVISIT,
        State.REVISITED,
        REVISITORS | {Role.PROGRAM},
        (Guard.REVISIT_PROVEN,),
        (Effect.STOP_CLOCK,),
        "第二十九条",
    ),
    Move(
        _any(AFTER_CLOSING),
        Event.REWORK,
        State.REWORK,
        CONFIRMERS | REVISITORS | REVIEWERS,
        (Guard.REASON_GIVEN, Guard.HAS_UNIT),
        (Effect.START_HANDLING_CLOCK, Effect.NOTIFY_UNIT),
        "第二十五条、第二十九条",
    ),
    Move(
        _any(AFTER_CLOSING),
        Event.REOPEN,
        State.PENDING_REVIEW,
        CONFIRMERS | REVISITORS | REVIEWERS,
        (Guard.REASON_GIVEN, Guard.HAS_NO_UNIT),
        (Effect.START_FORWARD_CLOCK,),
        "第二十五条、第二十九条",
    ),
    Move(
        _any(OPEN_STATES - {State.REPLIED}, State.DRAFT),
        Event.WITHDRAW,
        State.WITHDRAWN,
        SEATS | {Role.PROGRAM},
        (Guard.REASON_GIVEN,),
        (Effect.STOP_CLOCK, Effect.NOTIFY_UNIT),
    ),
    Move(
        _from(State.CLOSED, State.REVISITED, State.REJECTED, State.WITHDRAWN),
        Event.ARCHIVE,
        State.ARCHIVED,
        CONFIRMERS | SYSTEM,
        (Guard.REVISIT_DONE, Guard.REVIEW_DONE),
        basis="第三十条",
    ),
    # --- notes: the state stays ---
    Move(
        _any(WITH_UNIT),
        Event.FIRST_CONTACT,
        None,
        UNIT,
        (Guard.OWN_UNIT,),
        basis="第二十二条",
    ),
    Move(
        _any(OPEN_STATES, State.DRAFT),
        Event.SUPPLEMENT,
        None,
        INTAKE | UNIT,
        (Guard.REASON_GIVEN,),
    ),
    Move(
        _any(WITH_UNIT),
        Event.CONTRIBUTE,
        None,
        UNIT,
        (Guard.CO_UNIT, Guard.REASON_GIVEN),
        (Effect.NOTIFY_UNIT,),
        "第二十一条",
    ),
    Move(
        _any(OPEN_STATES | AFTER_CLOSING, State.DRAFT),
        Event.RECLASSIFY,
        None,
        CONFIRMERS,
        (Guard.CLASSIFIED,),
        basis="第十七条",
    ),
    Move(
        _any(OPEN_STATES),
        Event.REMIND,
        None,
        SEATS | CONFIRMERS | REVIEWERS | SYSTEM,
        (),
        (Effect.NOTIFY_UNIT,),
        "第二十七条",
    ),
    Move(
        _any(OPEN_STATES | AFTER_CLOSING),
        Event.SUPERVISE,
        None,
        frozenset({Role.CENTRE_MANAGER, Role.LEADER}) | AUTHORITY | REVIEWERS,
        (Guard.REASON_GIVEN,),
        (Effect.NOTIFY_UNIT, Effect.NOTIFY_AUTHORITY),
        "第二十五条",
    ),
    Move(
        _any(OPEN_STATES),
        Event.OVERDUE,
        None,
        SYSTEM,
        (Guard.PAST_DEADLINE,),
        (Effect.NOTIFY_UNIT, Effect.NOTIFY_AUTHORITY),
        "第二十七条",
    ),
    Move(_any(OPEN_STATES | AFTER_CLOSING, State.DRAFT), Event.LINK, None, INTAKE | SYSTEM),
    Move(_from(State.REVISIT_PENDING), Event.REVISIT_ATTEMPT, None, REVISITORS, basis="第二十九条"),
    Move(
        _any(AFTER_CLOSING, State.ARCHIVED),
        Event.RATE,
        None,
        REVISITORS | {Role.PROGRAM, Role.SYSTEM},
        basis="第八条",
    ),
    Move(
        _any(AFTER_CLOSING, State.ARCHIVED),
        Event.BAD_RATING_FIXED,
        None,
        UNIT | CONFIRMERS,
        (Guard.REASON_GIVEN,),
        basis="第八条",
    ),
    Move(
        _any(AFTER_CLOSING),
        Event.REVIEW_OK,
        None,
        REVIEWERS,
        (Guard.REVIEW_PENDING,),
        basis="第二十五条",
    ),
    Move(
        _any(AFTER_CLOSING),
        Event.REVIEW_FAIL,
        None,
        REVIEWERS,
        (Guard.REVIEW_PENDING, Guard.REASON_GIVEN),
        basis="第二十五条",
    ),
    Move(
        _any(OPEN_STATES | AFTER_CLOSING | ENDED, State.DRAFT),
        Event.REVEAL_CALLER,
        None,
        frozenset(Role) - {Role.PROGRAM, Role.SMS_GATEWAY, Role.ROAD_FEED, Role.SYSTEM},
        (Guard.REASON_GIVEN,),
        basis="第七条",
    ),
    Move(_any(OPEN_STATES, State.REVISIT_PENDING), Event.RECOMPUTE_DUE, None, SYSTEM),
)
"""Every move there is; the order of rows is the order of an order's life."""


@dataclass(frozen=True)
class Table:
    """The moves, looked up by state and event. A test or a province may build one of its own."""

    moves: tuple[Move, ...] = MOVES
    _found: Mapping[tuple[State | None, Event], Move] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = {(state, move.event): move for move in self.moves for state in move.sources}
        if len(found) != sum(len(move.sources) for move in self.moves):
            raise ValueError("one state and event lead to two moves")
        object.__setattr__(self, "_found", found)

    def find(self, state: State | None, event: Event) -> Move | None:
        return self._found.get((state, event))

    def allowed(self, state: State | None, roles: Iterable[Role]) -> tuple[Move, ...]:
        """What people with these roles may do in this state, before the guards look closer."""
        own = frozenset(roles)
        return tuple(move for move in self.moves if state in move.sources and move.roles & own)

    def check(self, state: State | None, event: Event, roles: Iterable[Role]) -> Move | Refusal:
        """The move, or why there is none: wrong state, or not this person's business."""
        move = self.find(state, event)
        if move is None:
            name = state.zh if state else "未登记"
            return Refusal(f"工单处于“{name}”状态，不能{event.zh}")
        if not move.roles & frozenset(roles):
            names = "、".join(role.zh for role in Role if role in move.roles)
            return Refusal(f"“{event.zh}”须由{names}办理")
        return move
