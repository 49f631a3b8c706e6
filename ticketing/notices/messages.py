"""Short messages a caller asked for on the telephone: a number to keep, a road as it is now.

They go through the same outbox as all notices, so each goes out at most once: the unique key is
the order's, or for those about no order what they tell of, their kind and the telephone's number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.calls.merge import insert_if_new
from ticketing.records.notices import Notice
from ticketing.records.work_orders import WorkOrder
from ticketing.rules import sms
from ticketing.rules.notices import Means, NoticeKind, Recipient


@dataclass(frozen=True, slots=True)
class Message:
    """One text to one telephone."""

    kind: NoticeKind
    occasion: str
    """What it tells of; the same words again are not sent again."""
    number: str
    values: Mapping[str, str] = field(default_factory=dict)
    order: WorkOrder | None = None


def write_message(session: Session, moment: datetime, message: Message) -> bool:
    """Puts it into the outbox; False when the number takes none or the site turned the kind off.

    A second one of the same occasion is no second message, and answered True as well.
    """
    number = sms.mobile_number(message.number)
    version, templates = catalogues.notice_templates(session)
    template = next(
        (
            one
            for one in templates
            if (one.kind, one.recipient, one.means) == (message.kind, Recipient.CALLER, Means.SMS)
        ),
        None,
    )
    if template is None or not number:
        return False
    text = template.fill(message.values)
    order = message.order
    insert_if_new(
        session,
        Notice,
        {
            "work_order_id": order.id if order else None,
            "order_no": order.order_no if order else "",
            "occasion": message.occasion,
            "kind": message.kind,
            "recipient": Recipient.CALLER,
            "means": Means.SMS,
            "number": number,
            "text": text,
            "parts": sms.parts(text),
            "template_version": version,
            "created_at": moment,
            "state": "waiting",
            "next_try_at": moment,
        },
    )
    return True
