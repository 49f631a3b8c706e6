"""A matter comes in: it is written down, answered at once, submitted, refused or passed up.

受理 (第十五至十九条). The text rules look at what is written before the order moves.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.clock import SHANGHAI
from ticketing.errors import Finding, InvalidInput
from ticketing.orders.moves import Step, begin, find, move
from ticketing.orders.numbers import next_order_no
from ticketing.orders.return_visits import schedule
from ticketing.recordings.ledger import bind_recordings
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.acceptance import (
    KEEPS_NO_CONTENT,
    RejectCode,
    When,
    check_texts,
    check_title,
)
from ticketing.rules.calendar import local_day
from ticketing.rules.classification import Classification, ComplainantType, Kind
from ticketing.rules.numbering import foreign_no
from ticketing.rules.states import Event, State
from ticketing.rules.texts import clean

REMOVED = "（涉及国家秘密、商业秘密或个人隐私，内容不予记录）"


@dataclass(frozen=True)
class Intake:
    """What the form, the interface or the public page hands over."""

    kind: Kind
    content: str
    channel: str = "phone"
    domain: str = ""
    topic: str = ""
    sub_item: str = ""
    third_level: str = ""
    region_code: str = ""
    caller_number: str = ""
    caller_name: str = ""
    caller_title: str = ""
    caller_gender: str = ""
    complainant_type: ComplainantType = ComplainantType.PUBLIC
    caller_group: str = ""
    confidential: bool = False
    place: str = ""
    object: str = ""
    reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    priority: str = "normal"
    call_key: str | None = None
    source_system: str = ""
    source_no: str = ""


def open_work_order(session: Session, moment: datetime, actor: Actor, intake: Intake) -> WorkOrder:
    """A draft with a number. What another system hands over twice is the same order."""
    source_key = _source_key(intake)
    known = _handed_over(session, source_key)
    if known is not None:
        return known
    tree = catalogues.taxonomy(session)
    _check_form(session, intake)
    region = intake.region_code or catalogues.policy(session).region_code
    order = WorkOrder(
        **_columns(intake),
        region_code=region,
        platform=catalogues.policy(session).platform,
        source_key=source_key,
        taxonomy_version=tree.version,
        first_class=asdict(_classification(intake)),
        accepted_at=moment,
        created_by=actor.user_id,
        created_at=moment,
        updated_at=moment,
        order_no=str(next_order_no(session, region, local_day(moment))),
    )
    try:
        with session.begin_nested():
            begin(session, moment, actor, order, Step(Event.OPEN, evidence=_evidence(intake)))
    except IntegrityError:
        known = _handed_over(session, source_key)
        if known is None:
            raise
        return known  # the other system sent it twice at once
    bind_recordings(session, order, moment)
    return order


def _handed_over(session: Session, source_key: str | None) -> WorkOrder | None:
    """The order another system's matter already is."""
    if source_key is None:
        return None
    return session.scalars(select(WorkOrder).where(WorkOrder.source_key == source_key)).first()


def edit_draft(
    session: Session, moment: datetime, actor: Actor, order_no: str, seen: int, intake: Intake
) -> WorkOrder:
    """Rewrites what a draft says; what was said before stays in the log's evidence."""
    order = find(session, actor, order_no, lock=True)
    if order.state != State.DRAFT:
        raise InvalidInput((Finding("", "只有草稿可以直接修改，请使用“补充”"),))
    _check_form(session, intake)
    changes = _columns(intake)
    before = {
        name: getattr(order, name) for name in changes if getattr(order, name) != changes[name]
    }
    changes["first_class"] = asdict(_classification(intake))
    changes["region_code"] = intake.region_code or order.region_code
    step = Step(Event.SUPPLEMENT, seen, "修改草稿", {"before": before}, changes)
    order = move(session, moment, actor, order_no, step)
    bind_recordings(session, order, moment)
    return order


def submit(
    session: Session, moment: datetime, actor: Actor, order_no: str, seen: int | None = None
) -> WorkOrder:
    """It needs handling: D1 runs from acceptance (第十七条)."""
    order = find(session, actor, order_no)
    check_written(session, order, When.INTAKE)
    return move(session, moment, actor, order_no, Step(Event.SUBMIT, seen))


def answer_instantly(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    result: str,
    seen: int | None = None,
) -> WorkOrder:
    """Answered while the caller was on the line (第十七条 即时办理)."""
    order = find(session, actor, order_no)
    check_written(session, order, When.INSTANT_REPLY, result)
    changes = {"result": result, "answered_instantly": True, "close_mode": "instant"}
    step = Step(Event.ANSWER_INSTANTLY, seen, changes=changes)
    return schedule(session, moment, move(session, moment, actor, order_no, step))


def reject(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    code: RejectCode,
    reason: str,
    *,
    told: bool,
    seen: int | None = None,
) -> WorkOrder:
    """不予受理 with one of six codes, the reason told (第十九条). Secrets are not kept (NA-4)."""
    changes: dict[str, Any] = {"reject_code": code, "close_mode": "rejected"}
    if code in KEEPS_NO_CONTENT:
        changes |= {"content": REMOVED, "reason": "", "extra": {}}
    step = Step(
        Event.REJECT,
        seen,
        reason,
        {"code": code, "told": told, "returned_to": find(session, actor, order_no).source_system},
        changes,
        {"reject_code": code, "caller_told": told},
    )
    return move(session, moment, actor, order_no, step)


def escalate(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    target: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """Two regions' business or not ours to forward: up within 24 hours (第十八条)."""
    step = Step(
        Event.ESCALATE,
        seen,
        reason,
        {"target": target},
        {"escalated_to": target},
        {"target": target},
    )
    return move(session, moment, actor, order_no, step)


def take_back(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """The upper tier decided that it is ours after all."""
    return move(session, moment, actor, order_no, Step(Event.TAKE_BACK, seen, reason))


def close_escalated(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    result: str,
    seen: int | None = None,
) -> WorkOrder:
    """The upper tier had it handled and sent the result back."""
    changes = {"result": result, "close_mode": "escalated"}
    step = Step(Event.CLOSE_ESCALATED, seen, changes=changes)
    return schedule(session, moment, move(session, moment, actor, order_no, step))


def withdraw(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    reason: str,
    seen: int | None = None,
) -> WorkOrder:
    """The caller no longer wants it."""
    return move(session, moment, actor, order_no, Step(Event.WITHDRAW, seen, reason))


def supplement(
    session: Session,
    moment: datetime,
    actor: Actor,
    order_no: str,
    text: str,
    seen: int | None = None,
) -> WorkOrder:
    """Something more the caller said; the first words stay as they were."""
    order = find(session, actor, order_no)
    stamp = f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    changes = {"content": f"{order.content}\n【{stamp} 补充】{text}"} if text.strip() else {}
    return move(
        session, moment, actor, order_no, Step(Event.SUPPLEMENT, seen, text, changes=changes)
    )


def _columns(intake: Intake) -> dict[str, Any]:
    values = {name: value for name, value in vars(intake).items() if name != "caller_gender"}
    del values["region_code"]
    values = {n: clean(v) if isinstance(v, str) else v for n, v in values.items()}
    return values | {
        "kind": intake.kind,
        "complainant_type": intake.complainant_type,
        "extra": dict(intake.extra),
        "tags": list(intake.tags),
        "source_no": clean(intake.source_no),
    }


def _classification(intake: Intake) -> Classification:
    return Classification(
        intake.kind, intake.domain, intake.topic, intake.sub_item, intake.third_level
    )


def _check_form(session: Session, intake: Intake) -> None:
    findings = []
    if not intake.content.strip():
        findings.append(Finding("content", "请填写诉求内容"))
    if intake.channel not in {channel.code for channel in catalogues.channels(session)}:
        findings.append(Finding("channel", f"受理渠道“{intake.channel}”不在渠道表中"))
    if intake.domain:
        tree = catalogues.taxonomy(session)
        problems = tree.problems(_classification(intake))
        findings += [Finding("domain", message) for message in problems]
    if intake.region_code:
        known = {region.code for region in catalogues.regions(session)}
        if intake.region_code not in known:
            findings.append(Finding("region_code", f"行政区划“{intake.region_code}”不在表中"))
    findings += _too_long(intake)
    title = check_title(intake.caller_title, intake.caller_gender)
    if title is not None:
        findings.append(title)
    if findings:
        raise InvalidInput(tuple(findings))


def _too_long(intake: Intake) -> list[Finding]:
    """A database that counts characters refuses later and less kindly."""
    columns = WorkOrder.__table__.columns
    return [
        Finding(name, f"最多{limit}个字，现有{len(value)}个")
        for name, value in vars(intake).items()
        if isinstance(value, str)
        and name in columns
        and (limit := getattr(columns[name].type, "length", None))
        and len(value) > limit
    ]


def check_written(
    session: Session, order: WorkOrder | Intake, when: When, result: str = ""
) -> None:
    """The text rules of a step, for a draft or for what is about to become one."""
    texts = {
        "content": order.content,
        "object": order.object,
        "reason": order.reason,
        "result": result,
    }
    findings = check_texts(texts, when, Kind(order.kind), catalogues.text_rules(session))
    if findings:
        raise InvalidInput(findings)


def _source_key(intake: Intake) -> str | None:
    if not intake.source_no.strip():
        return None
    try:
        number = foreign_no(intake.source_no)
    except ValueError as error:
        raise InvalidInput((Finding("source_no", str(error)),)) from error
    return f"{intake.source_system}/{number}"


def _evidence(intake: Intake) -> dict[str, Any]:
    return {
        "channel": intake.channel,
        "call_key": intake.call_key,
        "source_system": intake.source_system,
        "source_no": intake.source_no,
    }
