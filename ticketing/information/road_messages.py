"""路况短信: a road as it is now on request, and its changes to those who subscribed to it.

A change is a notice posted or taken back; when one ends by itself, its message said until when it
holds. Changes are written to the outbox in the transaction that makes them true.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ticketing.clock import SHANGHAI
from ticketing.notices.messages import Message, write_message
from ticketing.records.information import RoadNotice, RoadSubscription
from ticketing.rules import sms
from ticketing.rules.notices import NoticeKind

LONGEST: Final = timedelta(days=7)
KEPT_FOR: Final = timedelta(days=30)
"""After its end, to answer who asks why a message came."""
STOP_WORDS: Final = frozenset({"T", "TD", "退订"})
"""What a subscriber sends back; anything else is a message to us."""


def text_road_state(session: Session, moment: datetime, number: str, road: str, state: str) -> bool:
    """One message a minute at most for the same road and telephone; False: none can be sent."""
    occasion = f"road:{road[:16]}:{moment.astimezone(SHANGHAI):%m%d%H%M}"
    values = {"road": road, "state": state}
    message = Message(NoticeKind.ROAD_STATE, occasion, number, values)
    return write_message(session, moment, message)


def subscribe(
    session: Session, moment: datetime, number: str, road_no: str, lasts: timedelta, call_key: str
) -> bool:
    """From now on this telephone is told; asked again it lasts longer. False: no mobile phone."""
    mobile = sms.mobile_number(number)
    if not mobile or not road_no:
        return False
    until = moment + min(lasts, LONGEST)
    known = session.scalars(
        select(RoadSubscription)
        .where(
            RoadSubscription.number == mobile,
            RoadSubscription.road_no == road_no,
            RoadSubscription.until_at > moment,
        )
        .with_for_update()
    ).first()
    if known is not None:
        known.until_at = max(known.until_at, until)
        return True
    session.add(
        RoadSubscription(
            number=mobile, road_no=road_no, call_key=call_key, made_at=moment, until_at=until
        )
    )
    session.flush()
    return True


def unsubscribe(session: Session, moment: datetime, number: str) -> int:
    """Nothing more is written for this telephone; returns how many subscriptions ended."""
    ended = session.execute(
        update(RoadSubscription)
        .where(
            RoadSubscription.number == sms.mobile_number(number),
            RoadSubscription.until_at > moment,
        )
        .values(until_at=moment)
        .returning(RoadSubscription.id)
    )
    return len(ended.all())


def forget_subscriptions(session: Session, moment: datetime) -> int:
    """Deletes those long over: telephone numbers are kept no longer than anybody needs them."""
    over = delete(RoadSubscription).where(RoadSubscription.until_at < moment - KEPT_FOR)
    return len(session.execute(over.returning(RoadSubscription.id)).all())


def tell_subscribers(session: Session, moment: datetime, notice: RoadNotice, what: str) -> int:
    """`what`: posted, changed or cancelled. Returns how many messages wait to go out."""
    if not notice.road_no:
        return 0
    numbers = session.scalars(
        select(RoadSubscription.number)
        .where(RoadSubscription.road_no == notice.road_no, RoadSubscription.until_at > moment)
        .distinct()
    ).all()
    values = {"road": f"{notice.road_no}{notice.road_name}", "state": _words(notice, what)}
    occasion = f"road-{notice.id}-{what}"
    if what == "changed":
        occasion += f"-{moment.astimezone(SHANGHAI):%m%d%H%M%S}"
    messages = (Message(NoticeKind.ROAD_CHANGED, occasion, one, values) for one in numbers)
    return sum(write_message(session, moment, message) for message in messages)


def _words(notice: RoadNotice, what: str) -> str:
    place = notice.section + (f"（{notice.direction}）" if notice.direction else "")
    if what == "cancelled":
        return f"{place}此前发布的消息已解除。"
    until = f"{notice.valid_until.astimezone(SHANGHAI):%m月%d日%H:%M}"
    return f"{place}{notice.text}预计至{until}。"
