"""What the steps do in which the menu serves the caller by itself (language/serving.py)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ivr_flows import texts
from ivr_flows.engine.ear import SKIP, WantsPerson
from ivr_flows.engine.outcome import SHORTEST_MESSAGE, Outcome
from ivr_flows.interfaces import Acted, CallerGone, Draft, OrderAct, Reason
from ivr_flows.language import serving
from ivr_flows.values import ReadAs, Value

if TYPE_CHECKING:
    from ivr_flows.engine.walk import Walk

YES, NO = "1", "2"


def _road(walk: "Walk", step: serving.AskRoad) -> Outcome:
    road = walk.actions.road(walk.values[step.number].text)
    if road is None:
        walk.mistake(Reason.MISTAKES, "")
        return Outcome("unknown")
    walk.did_well()
    walk.road = road
    walk.values["road"] = Value(road.name)
    if not road.notices:
        if road.updated_at is None:
            return Outcome("never")
        shown = f"{road.updated_at:%Y-%m-%d %H:%M}"
        walk.values["road_updated"] = Value(shown, ReadAs.MOMENT)
        return Outcome("clear")
    if step.text:
        walk.ear.tell(walk.sentence(step.text))
    for notice in road.notices:
        if walk.ear.tell_item(texts.plain(notice)) not in {None, SKIP}:
            break
    return Outcome("told")


def _send_message(walk: "Walk", step: serving.SendMessage) -> Outcome:
    if step.what == "order":
        sent = walk.actions.text_order(walk.values[step.order].text)
    else:
        sent = walk.road is not None and walk.actions.text_road(walk.road)
    return Outcome("sent" if sent else "refused")


def _subscribe(walk: "Walk", step: serving.Subscribe) -> Outcome:
    road_no = walk.road.road_no if walk.road else ""
    done = bool(road_no) and walk.actions.subscribe(road_no, step.hours)
    return Outcome("subscribed" if done else "refused")


def _unsubscribe(walk: "Walk", _step: serving.Unsubscribe) -> Outcome:
    return Outcome("ended" if walk.actions.unsubscribe() else "none")


def _useful(walk: "Walk", step: serving.Useful) -> Outcome:
    key = walk.ear.ask(walk.sentence(step.text), step.wait)
    if key not in {YES, NO}:
        return Outcome("unanswered")
    walk.actions.answer_useful(step.topic, key == YES)
    return Outcome("answered")


def _offer(walk: "Walk", step: serving.Offer) -> Outcome:
    key = walk.ear.ask(walk.sentence(step.text), step.wait)
    return Outcome("accepted" if key == step.key else "declined")


def _offer_callback(walk: "Walk", step: serving.OfferCallback) -> Outcome:
    if walk.ear.ask(walk.sentence(step.text), step.wait) != YES:
        return Outcome("declined")
    skill = step.skill or walk.flow.person.skill
    due_at = walk.actions.ask_callback(skill, step.within)
    if due_at is None:
        return Outcome("declined")
    walk.kept = True
    walk.values["callback_due"] = Value(f"{due_at:%Y-%m-%d %H:%M}", ReadAs.MOMENT)
    return Outcome("accepted")


def _act_on_order(walk: "Walk", step: serving.ActOnOrder) -> Outcome:
    act = OrderAct(step.what)
    return Outcome(walk.actions.act_on_order(walk.values[step.number].text, act).value)


def _supplement(walk: "Walk", step: serving.Supplement) -> Outcome:
    number = walk.values[step.number].text
    while True:
        message = walk.ear.record(walk.sentence(step.text), step.limit, step.silence)
        acted = Acted.DONE
        long_enough = message.seconds >= SHORTEST_MESSAGE
        if long_enough:
            acted = walk.actions.supplement(number, message)
        if message.gone:
            raise CallerGone
        if message.key == "0":
            raise WantsPerson(Reason.ASKED)
        if acted is not Acted.DONE:
            return Outcome("refused")
        if long_enough:
            walk.did_well()
            return Outcome("recorded")
        walk.mistake(Reason.SILENCE, walk.flow.phrases.short)


def _open_order(walk: "Walk", step: serving.OpenOrder) -> Outcome:
    answers = walk.answers(but=step.sets_variable)
    order_no = walk.actions.save_draft(Draft(step.kind, step.topic, answers, None))
    walk.values[step.sets_variable] = Value(order_no, ReadAs.ORDER_NO)
    walk.kept = True
    return Outcome("opened")


def _pace(walk: "Walk", step: serving.Pace) -> Outcome:
    walk.ear.slow = step.speed == "slow"
    return Outcome("set")


def _remember(walk: "Walk", step: serving.Remember) -> Outcome:
    done = walk.actions.remember(step.group, step.member)
    return Outcome("done" if done else "refused")


KINDS: Final[dict[type[Any], Callable[["Walk", Any], Outcome]]] = {
    serving.AskRoad: _road,
    serving.SendMessage: _send_message,
    serving.Subscribe: _subscribe,
    serving.Unsubscribe: _unsubscribe,
    serving.Useful: _useful,
    serving.Offer: _offer,
    serving.OfferCallback: _offer_callback,
    serving.ActOnOrder: _act_on_order,
    serving.Supplement: _supplement,
    serving.OpenOrder: _open_order,
    serving.Pace: _pace,
    serving.Remember: _remember,
}
