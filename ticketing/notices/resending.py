"""A person decides that a message goes out again: the sender itself never does when in doubt."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.notices.views import STATE_ZH
from ticketing.people.audit import record_audit
from ticketing.records.notices import Notice
from ticketing.rules.permissions import Right

AGAIN: Final = ("failed", "unknown")
"""What arrived needs no second message; what the carrier could not deliver, a call."""


def send_again(
    session: Session, moment: datetime, actor: Actor, notice_id: int, reason: str
) -> Notice:
    """One more try, with the reason on the audit; the reference stays, so that a gateway which did
    take it the first time sends nothing. Raises NotFound, NotAllowed, InvalidInput.
    """
    actor.require(Right.SEND_NOTICES_AGAIN, "重新发送")
    if not reason.strip():
        raise InvalidInput((Finding("reason", "请写明重新发送的理由"),))
    notice = session.scalars(
        select(Notice)
        .where(Notice.id == notice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if notice is None:
        raise NotFound("notice", notice_id)
    if notice.state not in AGAIN:
        raise NotAllowed("重新发送", f"这条通知{STATE_ZH[notice.state]}")
    notice.state = "waiting"
    notice.next_try_at = moment
    key = str(notice_id)
    record_audit(session, moment, actor, "notice.send_again", "notice", key, reason=reason)
    return notice
