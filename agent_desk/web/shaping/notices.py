"""Notices in the form of the API: with the unit's name, and whether this person may send again."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from agent_desk.web.shapes.notices import NoticeShape
from ticketing.notices.resending import AGAIN
from ticketing.notices.views import NoticeView
from ticketing.people.person import Person
from ticketing.rules.permissions import Right
from ticketing.units import unit_names


def notice_shapes(
    session: Session, person: Person, views: Sequence[NoticeView]
) -> list[NoticeShape]:
    units = unit_names(session, [view.unit_id for view in views if view.unit_id is not None])
    sends = person.may(Right.SEND_NOTICES_AGAIN)
    return [
        NoticeShape(
            id=view.id,
            order_no=view.order_no,
            kind=view.kind,
            recipient=view.recipient,
            unit=units.get(view.unit_id, "") if view.unit_id is not None else "",
            means=view.means,
            number=view.number,
            text=view.text,
            parts=view.parts,
            state=view.state_code,
            state_label=view.state,
            reason=view.reason,
            at=view.at,
            sent_at=view.sent_at,
            receipt_at=view.receipt_at,
            may_send_again=sends and view.state_code in AGAIN,
        )
        for view in views
    ]
