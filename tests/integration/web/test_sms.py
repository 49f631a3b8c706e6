"""What a gateway of short messages hands over: once, by its own token, signed if it signs."""

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from tests.centre import PHONE, Centre
from tests.desk import Answer, Browser, RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from tests.notices import accepted, drain, one
from ticketing.database import Database
from ticketing.notices.gateways import HttpSettings, signature
from ticketing.notices.sending import Sender
from ticketing.people.person import process
from ticketing.people.tokens import add_token
from ticketing.records.notices import ReceivedSms
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Role

SIGNING = HttpSettings("https://sms.invalid/", "hotline", "shared secret", signs=True)
NEW_MATTER = {"message_id": "in-1", "from": f"+86{PHONE}", "text": "沈阳站出租车不打表\u0007"}


def _gateway(desk: RunningDesk, *roles: Role) -> Browser:
    chosen = roles or (Role.SMS_GATEWAY,)
    with desk.database.transaction() as session:
        moment = desk.desk.clock.now()
        return desk.program(add_token(session, moment, process("test"), "sms", chosen))


async def test_a_receipt_told_twice_settles_a_message_once(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """By our key or the gateway's; what was delivered stays delivered."""
    accepted(desk.database, clock.now())
    drain(Sender(desk.database, clock, FakeGateway()))
    sent, gateway = one(desk.database), _gateway(desk)
    delivered = {"message_id": sent.gateway_key, "delivered": True}
    assert (await gateway.post("/sms/receipts", delivered)).body == {"state": "delivered"}
    at = one(desk.database).receipt_at
    clock.pass_time(minutes=3)
    late = {"reference": f"notice-{sent.id}", "delivered": False, "reason": "空号"}
    for told in (delivered, late):
        answer = await gateway.post("/sms/receipts", told)
        assert (answer.status, answer.body) == (200, {"state": "delivered"})
    assert (one(desk.database).receipt_at, one(desk.database).reason) == (at, "")


async def test_a_receipt_that_names_nothing_of_ours_is_refused(
    desk: RunningDesk, clock: MovableClock
) -> None:
    gateway = _gateway(desk)
    for reference in ("notice-99", f"notice-{'9' * 40}", "other"):
        told = {"reference": reference, "delivered": True}
        answer = await gateway.post("/sms/receipts", told)
        assert answer.status == 404, reference
    assert (await gateway.post("/sms/receipts", {"delivered": True})).status == 422


async def test_a_citizens_message_handed_over_twice_opens_one_draft(
    desk: RunningDesk, clock: MovableClock
) -> None:
    """Its invisible characters are dropped rather than the message."""
    with desk.database.transaction() as session:
        Centre(session, clock.now())
    gateway = _gateway(desk)
    first, again = [await gateway.post("/sms/inbound", NEW_MATTER) for _ in range(2)]
    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    with desk.database.reading() as session:
        assert session.scalar(select(func.count(ReceivedSms.id))) == 1
        draft = session.scalars(select(WorkOrder)).one()
    assert (draft.channel, draft.content) == ("sms", "沈阳站出租车不打表")


async def test_no_message_is_lost_however_odd_it_is(desk: RunningDesk, clock: MovableClock) -> None:
    """Refused, the gateway would throw it away; what is no message at all is refused."""
    with desk.database.transaction() as session:
        Centre(session, clock.now())
    gateway = _gateway(desk)
    odd = [("10086", ""), ("BANK", "余额"), (PHONE, "🚕" * 4000), ("'; --", "\u0000\n")]
    for number, (sender, text) in enumerate(odd):
        told = {"message_id": f"in-{number}", "from": sender, "text": text}
        answer = await gateway.post("/sms/inbound", told)
        assert answer.status == 200, (sender, answer.body)
    with desk.database.reading() as session:
        assert session.scalar(select(func.count(ReceivedSms.id))) == len(odd)
    for told in ({}, NEW_MATTER | {"message_id": ""}, NEW_MATTER | {"sender": PHONE}):
        assert (await gateway.post("/sms/inbound", told)).status == 422, told


async def test_a_gateways_token_sees_nothing_and_others_tokens_hand_nothing_over(
    desk: RunningDesk,
) -> None:
    gateway = _gateway(desk)
    for path in ("/work-orders", "/notices", "/notices/unsettled", "/calls"):
        assert (await gateway.get(path)).status == 403, path
    admin = await desk.signed_in("admin")
    assert (await admin.post("/sms/inbound", NEW_MATTER)).status == 403


async def test_where_the_gateway_signs_only_its_own_words_are_taken(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    """Unsigned, altered, by another's secret or too old: refused, and nothing is kept."""
    async with running_desk(database, clock, tmp_path, sms=SIGNING) as desk:
        with database.transaction() as session:
            Centre(session, clock.now())
        gateway, now = _gateway(desk), clock.now()
        body = json.dumps(NEW_MATTER).encode()
        stamp = str(int(now.timestamp()))
        old = str(int((now - timedelta(minutes=6)).timestamp()))
        right = signature(SIGNING.secret, stamp, body)
        for at, signed, sent in (
            ("", "", body),
            (stamp, "", body),
            ("²", right, body),
            (stamp, "签", body),
            (stamp, signature("another", stamp, body), body),
            (stamp, right, body.replace(b"in-1", b"in-2")),
            (old, signature(SIGNING.secret, old, body), body),
        ):
            refused = await _signed(gateway, at, signed, sent)
            assert (refused.status, refused.body["detail"]) == (
                403,
                "短信网关的签名不正确或已过期",
            ), (at, signed)
        with database.reading() as session:
            assert session.scalar(select(func.count(ReceivedSms.id))) == 0
        assert (await _signed(gateway, stamp, right, body)).status == 200


async def _signed(gateway: Browser, stamp: str, signed: str, body: bytes) -> Answer:
    headers = {
        "Content-Type": "application/json",
        "X-Hotline-Timestamp": stamp,
        "X-Hotline-Signature": signed,
    }
    return await gateway.ask("POST", "/sms/inbound", data=body, headers=headers)
