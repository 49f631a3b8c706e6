"""Only a person sends a doubtful message again, with a reason, on the record."""

import pytest
from sqlalchemy import select

from tests.centre import AGENT, DISPATCHER, PHONE
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from tests.notices import accepted, drain, one
from ticketing.actors import Actor
from ticketing.database import Database
from ticketing.errors import BusinessError, InvalidInput, NotAllowed, NotFound
from ticketing.notices.resending import send_again
from ticketing.notices.sending import Sender, Sms, Uncertain
from ticketing.records.people import AuditEntry


def ask(database: Database, clock: MovableClock, actor: Actor, notice_id: int, reason: str) -> None:
    with database.transaction() as session:
        send_again(session, clock.now(), actor, notice_id, reason)


def test_a_doubtful_message_goes_out_again_under_its_old_reference(
    database: Database, clock: MovableClock
) -> None:
    accepted(database, clock.now())
    gateway = FakeGateway(Uncertain("短信网关没有答复"))
    sender = Sender(database, clock, gateway)
    drain(sender)
    notice = one(database)
    ask(database, clock, DISPATCHER, notice.id, "来电人说没有收到")
    drain(sender)
    assert gateway.sent == [Sms(f"notice-{notice.id}", PHONE, notice.text)]
    assert (one(database).state, one(database).tries) == ("sent", 2)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.who, entry.what, entry.reason) == (
        "dispatcher",
        "notice.send_again",
        "来电人说没有收到",
    )


@pytest.mark.parametrize(
    ("actor", "number", "reason", "refused"),
    [
        (AGENT, 1, "没有收到", NotAllowed),
        (DISPATCHER, 1, "  ", InvalidInput),
        (DISPATCHER, 99, "没有收到", NotFound),
        (DISPATCHER, 1, "没有收到", NotAllowed),
    ],
)
def test_what_was_sent_already_and_who_may_not_is_refused(
    database: Database,
    clock: MovableClock,
    actor: Actor,
    number: int,
    reason: str,
    refused: type[BusinessError],
) -> None:
    accepted(database, clock.now())
    gateway = FakeGateway()
    drain(Sender(database, clock, gateway))
    with pytest.raises(refused):
        ask(database, clock, actor, number, reason)
    drain(Sender(database, clock, gateway))
    assert len(gateway.sent) == 1
