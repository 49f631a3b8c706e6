"""What each kind of step does, one function a kind."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ivr_flows import texts
from ivr_flows.engine import serving
from ivr_flows.engine.ear import SKIP, WantsPerson
from ivr_flows.engine.listening import ask, listen, spoken_entry
from ivr_flows.engine.outcome import SHORTEST_MESSAGE, Outcome
from ivr_flows.interfaces import (
    CallerGone,
    Draft,
    HangUp,
    LeaveMessage,
    Reason,
    ToNumber,
    ToQueue,
)
from ivr_flows.language import asking, ending, listening, telling
from ivr_flows.language.flow import AnyStep
from ivr_flows.values import ReadAs, Value

if TYPE_CHECKING:
    from ivr_flows.engine.walk import Walk

SURVEY_LEVELS: Final = "12345"


def do(walk: "Walk", step: AnyStep) -> Outcome:
    """Walk one step; raises WantsPerson, CallerGone, or whatever the business raised."""
    return _KINDS[type(step)](walk, step)


def _say(walk: "Walk", step: telling.Say) -> Outcome:
    walk.ear.tell(walk.sentence(step.text))
    return Outcome("said")


def _lookup(walk: "Walk", step: telling.Lookup) -> Outcome:
    found = _found(walk, step)
    for text in found:
        if walk.ear.tell_item(texts.plain(text)) not in {None, SKIP}:
            break
    return Outcome("told" if found else "none")


def _found(walk: "Walk", step: telling.Lookup) -> tuple[str, ...]:
    match step.what:
        case "announcement":
            announcement = walk.actions.announcement()
            return (announcement,) if announcement else ()
        case "road_notices":
            return walk.actions.road_notices()
        case "faq":
            return walk.actions.faq(step.topic)


def _branch(walk: "Walk", step: telling.Branch) -> Outcome:
    case = _case(walk, step)
    return Outcome(case if case in step.cases else "otherwise")


def _case(walk: "Walk", step: telling.Branch) -> str:
    match step.on:
        case "hours":
            return walk.actions.hours(step.of).value
        case "switch":
            return "on" if walk.actions.switched_on(step.of) else "off"
        case "transfer":
            return "allowed" if walk.actions.transfer_allowed(step.of) else "refused"
        case "group":
            groups = walk.actions.caller_groups()
            return next((name for name in step.cases if name in groups), "")
        case "dialled":
            return walk.call.dialled
        case "queue":
            return "long" if walk.actions.waiting(step.of) >= step.waiting else "short"
        case "variable":
            return walk.values[step.of].text


def _menu(walk: "Walk", step: asking.Menu) -> Outcome:
    while True:
        key = ask(walk, step.text, step.wait)
        if key in step.keys:
            walk.did_well()
            return Outcome(str(key))
        if key is None:
            walk.mistake(Reason.SILENCE, walk.flow.phrases.silent)
        elif key != step.repeat:
            walk.mistake(Reason.MISTAKES, walk.flow.phrases.wrong)
        walk.count()


def _listen(walk: "Walk", step: listening.Listen) -> Outcome:
    return Outcome(listen(walk, step))


def _choose(walk: "Walk", step: asking.Choose) -> Outcome:
    while True:
        key = ask(walk, step.text, step.wait)
        if key in step.answers:
            walk.did_well()
            walk.values[step.sets_variable] = Value(step.answers[str(key)])
            return Outcome("chosen")
        if key is None:
            walk.mistake(Reason.SILENCE, walk.flow.phrases.silent)
        else:
            walk.mistake(Reason.MISTAKES, walk.flow.phrases.wrong)


def _digits(walk: "Walk", step: asking.AskDigits) -> Outcome:
    while True:
        if step.spoken and (said := spoken_entry(walk, step)) is not None:
            walk.did_well()
            walk.values[step.sets_variable] = said
            return Outcome("entered")
        entry = walk.ear.digits(walk.sentence(step.text), step)
        if entry == "" and step.empty:
            return Outcome("empty")
        if entry is None:
            walk.mistake(Reason.SILENCE, walk.flow.phrases.silent)
        elif entry in {"", "?"}:
            walk.mistake(Reason.MISTAKES, walk.flow.phrases.wrong_entry)
        else:
            walk.did_well()
            walk.values[step.sets_variable] = Value(entry, step.read_as)
            return Outcome("entered")


def _query_order(walk: "Walk", step: asking.QueryOrder) -> Outcome:
    number, phone = walk.values[step.number].text, walk.values[step.phone].text
    order = walk.actions.find_order(number, phone)
    if order is None:
        walk.mistake(Reason.MISTAKES, "")
        return Outcome("not_found")
    walk.did_well()
    walk.values["order_no"] = Value(order.order_no, ReadAs.ORDER_NO)
    walk.values["order_state"] = Value(order.state)
    walk.values["order_accepted"] = Value(order.accepted_on.isoformat(), ReadAs.DATE)
    if order.due_on is None:
        return Outcome("finished")
    walk.values["order_due"] = Value(order.due_on.isoformat(), ReadAs.DATE)
    return Outcome("found")


def _record_message(walk: "Walk", step: asking.RecordMessage) -> Outcome:
    while True:
        answers = walk.answers(but=step.sets_variable)
        message = walk.ear.record(walk.sentence(step.text), step.limit, step.silence)
        long_enough = message.seconds >= SHORTEST_MESSAGE
        if long_enough:
            order_no = walk.actions.save_draft(Draft(step.kind, step.topic, answers, message))
            walk.values[step.sets_variable] = Value(order_no, ReadAs.ORDER_NO)
            walk.kept = True
        if message.gone:
            raise CallerGone
        if message.key == "0":
            raise WantsPerson(Reason.ASKED)
        if long_enough:
            walk.did_well()
            return Outcome("recorded")
        walk.mistake(Reason.SILENCE, walk.flow.phrases.short)


def _survey(walk: "Walk", step: asking.Survey) -> Outcome:
    for _ in range(2):
        key = walk.ear.ask(walk.sentence(step.text), step.wait)
        if key is not None and key in SURVEY_LEVELS:
            walk.actions.rate(step.question, int(key))
            return Outcome("rated")
    return Outcome("unrated")


def _offer_message(walk: "Walk", step: asking.OfferMessage) -> Outcome:
    if walk.ear.ask(walk.sentence(step.text), step.wait) == "1":
        return Outcome("message", LeaveMessage())
    return Outcome("declined")


def _subflow(_walk: "Walk", _step: telling.Subflow) -> Outcome:
    return Outcome("returned")


def _to_agent(walk: "Walk", step: ending.ToAgent) -> Outcome:
    with contextlib.suppress(WantsPerson):  # 0 here only means: quickly
        walk.ear.tell(walk.sentence(step.text or walk.flow.phrases.person))
    person = walk.flow.person
    skill, priority = step.skill or person.skill, step.priority or person.priority
    return Outcome("agent", ToQueue(skill, priority, Reason.CHOSEN))


def _transfer(walk: "Walk", step: ending.Transfer) -> Outcome:
    if not walk.actions.transfer_allowed(step.number):
        if step.refused is None:
            raise WantsPerson(Reason.CHOSEN)
        return Outcome("refused")
    if step.text:
        walk.ear.tell(walk.sentence(step.text))
    return Outcome("transfer", ToNumber(step.number))


def _back(walk: "Walk", step: ending.Back) -> Outcome:
    if step.text:
        walk.ear.tell(walk.sentence(step.text))
    return Outcome("back", back=True)


def _hang_up(walk: "Walk", step: ending.HangUp) -> Outcome:
    if step.text:
        walk.ear.tell(walk.sentence(step.text))
    return Outcome("hang_up", HangUp())


_KINDS: Final[dict[type[Any], Callable[["Walk", Any], Outcome]]] = {
    telling.Say: _say,
    telling.Lookup: _lookup,
    telling.Branch: _branch,
    telling.Subflow: _subflow,
    asking.Menu: _menu,
    listening.Listen: _listen,
    asking.Choose: _choose,
    asking.AskDigits: _digits,
    asking.QueryOrder: _query_order,
    asking.RecordMessage: _record_message,
    asking.Survey: _survey,
    asking.OfferMessage: _offer_message,
    ending.ToAgent: _to_agent,
    ending.Transfer: _transfer,
    ending.Back: _back,
    ending.HangUp: _hang_up,
    **serving.KINDS,
}
