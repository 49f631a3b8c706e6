"""What the centre does with an order: intake, dispatch, closing, return visits."""

from agent_desk.web.moves import fields
from agent_desk.web.moves.form import Field, Filled, Form, order_of
from ticketing.orders import archive, closing, dispatch, intake, merging, return_visits
from ticketing.orders.dispatch import Assignment
from ticketing.orders.handling import Reply
from ticketing.orders.return_visits import Visit
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.classification import Classification, Kind
from ticketing.rules.deadlines import LegalOverride
from ticketing.rules.ratings import Question, Rating
from ticketing.rules.states import Event


def reply_of(filled: Filled) -> Reply:
    values = filled.values
    return Reply(
        values.text("result"),
        values.text("process"),
        values.text("basis"),
        values.text("told_by"),
        values.text("caller_opinion"),
        tuple(values.text("call_keys").split()),
    )


def assignment_of(filled: Filled) -> Assignment:
    values = filled.values
    helper = values.text("co_unit")
    days = values.text("legal_days")
    return Assignment(
        values.unit(filled.session, "unit"),
        values.text("responsible_person"),
        (values.unit(filled.session, "co_unit"),) if helper else (),
        direct=values.flag("direct"),
        legal=LegalOverride(int(days), values.text("legal_basis")) if days else None,
    )


def _reject(filled: Filled) -> object:
    values = filled.values
    return intake.reject(
        *order_of(filled),
        RejectCode(values.text("code")),
        values.text("reason"),
        told=values.flag("told"),
        seen=filled.version,
    )


def _reclassify(filled: Filled) -> object:
    values = filled.values
    found = Classification(
        Kind(values.text("kind")),
        values.text("domain"),
        values.text("topic"),
        values.text("sub_item"),
        values.text("third_level"),
    )
    return dispatch.reclassify(*order_of(filled), found, filled.version)


def _visit(filled: Filled) -> object:
    values = filled.values
    visit = Visit(
        values.text("means"),
        {q: Rating(values.text(q.value)) for q in Question if values.text(q.value)},
        values.text("opinion"),
        values.text("call_key"),
        values.text("message_key"),
    )
    return return_visits.record_visit(*order_of(filled), visit, filled.version)


def _rate(filled: Filled) -> object:
    values = filled.values
    rating = Rating(values.text("rating"))
    return return_visits.rate(
        *order_of(filled), rating, values.text("means"), values.text("opinion")
    )


_INTAKE = (
    Form(
        Event.ANSWER_INSTANTLY,
        (fields.RESULT,),
        lambda f: intake.answer_instantly(*order_of(f), f.values.text("result"), f.version),
    ),
    Form(Event.SUBMIT, (), lambda f: intake.submit(*order_of(f), f.version)),
    Form(Event.REJECT, (fields.REJECT_CODE, fields.REASON, fields.TOLD), _reject),
    Form(
        Event.ESCALATE,
        (Field("target", "报送单位", "text"), fields.REASON),
        lambda f: intake.escalate(
            *order_of(f), f.values.text("target"), f.values.text("reason"), f.version
        ),
    ),
    Form(
        Event.TAKE_BACK,
        (fields.REASON,),
        lambda f: intake.take_back(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.CLOSE_ESCALATED,
        (fields.RESULT,),
        lambda f: intake.close_escalated(*order_of(f), f.values.text("result"), f.version),
    ),
    Form(
        Event.WITHDRAW,
        (fields.REASON,),
        lambda f: intake.withdraw(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.SUPPLEMENT,
        (Field("text", "补充内容"),),
        lambda f: intake.supplement(*order_of(f), f.values.text("text"), f.version),
    ),
    Form(
        Event.RECLASSIFY,
        (
            Field("kind", "业务类型", "select", options=fields.options(Kind)),
            Field("domain", "业务领域", "text"),
            Field("topic", "热点事项", "text", required=False),
            Field("sub_item", "涉及事项", "text", required=False),
            Field("third_level", "三级事项", "text", required=False),
        ),
        _reclassify,
    ),
)

_DISPATCH = (
    Form(
        Event.DISPATCH,
        (
            fields.UNIT,
            fields.PERSON,
            fields.CO_UNIT,
            Field("direct", "直派", "bool", required=False),
            Field(
                "legal_days",
                "法律法规另有规定的办理工作日",
                "select",
                required=False,
                options=tuple((str(n), str(n)) for n in (5, 10, 15, 20, 30, 45, 60, 90)),
            ),
            Field("legal_basis", "另有规定的依据", "text", required=False),
        ),
        lambda f: dispatch.dispatch(*order_of(f), assignment_of(f), f.version),
    ),
    Form(
        Event.DISPATCH_SAFETY,
        (fields.UNIT, fields.PERSON),
        lambda f: dispatch.dispatch_safety(*order_of(f), assignment_of(f), f.version),
    ),
    Form(
        Event.RECALL,
        (fields.REASON,),
        lambda f: dispatch.recall(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.ACCEPT_RETURN,
        (fields.LIABLE,),
        lambda f: dispatch.accept_return(*order_of(f), f.values.text("liable"), f.version),
    ),
    Form(
        Event.REJECT_RETURN,
        (fields.REASON,),
        lambda f: dispatch.reject_return(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.COORDINATE,
        (fields.REASON,),
        lambda f: dispatch.coordinate(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.MERGE,
        (Field("master", "主工单编号", "text"), fields.REASON),
        lambda f: merging.merge(
            *order_of(f), f.values.text("master"), f.values.text("reason"), f.version
        ),
    ),
    Form(
        Event.UNMERGE,
        (fields.REASON,),
        lambda f: merging.unmerge(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.ANSWER_MERGED,
        fields.REPLY,
        lambda f: merging.answer_merged(*order_of(f), reply_of(f), f.version),
    ),
)

_CLOSING = (
    Form(Event.CONFIRM, (), lambda f: closing.confirm(*order_of(f), f.version)),
    Form(
        Event.SEND_BACK,
        (fields.REASON, fields.FAULT),
        lambda f: closing.send_back(
            *order_of(f), f.values.text("reason"), f.values.text("fault"), f.version
        ),
    ),
    Form(
        Event.REWORK,
        (fields.REASON,),
        lambda f: closing.rework(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.REOPEN,
        (fields.REASON,),
        lambda f: closing.rework(*order_of(f), f.values.text("reason"), f.version),
    ),
    Form(
        Event.REVISIT,
        (
            fields.MEANS,
            *fields.QUESTIONS,
            fields.OPINION,
            fields.CALL_KEY,
            Field("message_key", "短信或网上答复编号", "text", required=False),
        ),
        _visit,
    ),
    Form(
        Event.REVISIT_ATTEMPT,
        (Field("call_key", "呼叫记录编号", "text"),),
        lambda f: return_visits.record_attempt(*order_of(f), f.values.text("call_key")),
    ),
    Form(Event.RATE, (fields.RATING, fields.MEANS, fields.OPINION), _rate),
    Form(Event.ARCHIVE, (), lambda f: archive.archive(*order_of(f), f.version)),
)

FORMS = (*_INTAKE, *_DISPATCH, *_CLOSING)
