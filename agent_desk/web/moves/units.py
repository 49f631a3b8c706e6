"""What units, the authority, the lead department and leaders do with an order."""

from agent_desk.web.moves import fields
from agent_desk.web.moves.centre import assignment_of, reply_of
from agent_desk.web.moves.form import Field, Filled, Form, order_of
from ticketing.actors import Actor
from ticketing.orders import dispatch, handling, return_visits, review, supervision
from ticketing.orders.supervision import Demand, SupervisionType
from ticketing.orders.views import reveal_caller
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.guards import ExtensionGround
from ticketing.rules.permissions import Right
from ticketing.rules.states import Event


def _extension(filled: Filled) -> object:
    values = filled.values
    return handling.request_extension(
        *order_of(filled),
        ExtensionGround(values.text("ground")),
        values.text("reason"),
        int(values.text("working_days")),
        filled.version,
    )


def _supervise(filled: Filled) -> object:
    values = filled.values
    demand = Demand(
        SupervisionType(values.text("type")),
        values.text("target"),
        values.text("demand"),
        values.day_end("due"),
    )
    return supervision.supervise(*order_of(filled), demand)


def _sealed(actor: Actor, order: WorkOrder) -> bool:
    return order.confidential and actor.may(Right.BREAK_CONFIDENTIALITY)


_HANDLING = (
    Form(Event.SIGN, (), lambda f: handling.sign(*order_of(f), f.version)),
    Form(
        Event.FIRST_CONTACT,
        (fields.CALL_KEY,),
        lambda f: handling.first_contact(*order_of(f), f.values.text("call_key")),
    ),
    Form(
        Event.CONTRIBUTE,
        (Field("opinion", "协办意见"),),
        lambda f: handling.contribute(*order_of(f), f.values.text("opinion")),
    ),
    Form(
        Event.REQUEST_RETURN,
        (fields.REASON,),
        lambda f: handling.request_return(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.REQUEST_EXTENSION,
        (fields.GROUND, fields.REASON, fields.DAYS),
        _extension,
    ),
    Form(
        Event.REPLY,
        fields.REPLY,
        lambda f: handling.reply(*order_of(f), reply_of(f), f.version),
    ),
    Form(
        Event.BAD_RATING_FIXED,
        (Field("result", "整改结果"),),
        lambda f: return_visits.fix_bad_rating(*order_of(f), f.values.text("result")),
    ),
)

_ABOVE = (
    Form(
        Event.DECIDE_COORDINATION,
        (fields.UNIT, fields.PERSON, fields.CO_UNIT, fields.REASON),
        lambda f: dispatch.decide_coordination(
            *order_of(f), assignment_of(f), f.values.text("reason"), f.version
        ),
    ),
    Form(
        Event.APPROVE_EXTENSION,
        (),
        lambda f: handling.approve_extension(*order_of(f), f.version),
    ),
    Form(
        Event.REFUSE_EXTENSION,
        (fields.REASON,),
        lambda f: handling.refuse_extension(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.REMIND,
        (Field("words", "催办内容", required=False),),
        lambda f: supervision.remind(*order_of(f), f.values.text("words")),
    ),
    Form(Event.SUPERVISE, fields.SUPERVISION, _supervise),
    Form(
        Event.REVIEW_OK,
        (fields.OPINION,),
        lambda f: review.pass_review(*order_of(f), f.values.text("opinion"), f.version),
    ),
    Form(
        Event.REVIEW_FAIL,
        (Field("opinion", "复核意见"), fields.FAULT),
        lambda f: review.fail_review(
            *order_of(f), f.values.text("opinion"), f.values.text("fault"), f.version
        ),
    ),
    Form(
        Event.REVEAL_CALLER,
        (fields.REASON,),
        lambda f: reveal_caller(*order_of(f), f.values.text("reason")),
        _sealed,
    ),
)

FORMS = (*_HANDLING, *_ABOVE)
