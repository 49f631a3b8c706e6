"""What the gateway of short messages tells: receipts, and messages from citizens.

Told twice is told once. Where the settings say that it signs, a request without its signature is
refused, though its token is right.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from agent_desk.web.routing import AnyAsk, AnyRoute, Ask, any_of, post
from agent_desk.web.shapes.base import Nothing
from agent_desk.web.shapes.notices import SmsInbound, SmsReceipt, SmsReceiptNoted, SmsTaken
from ticketing.errors import NotAllowed
from ticketing.notices.gateways import is_signed
from ticketing.notices.receiving import InboundSms, Receipt, note_receipt, receive_sms
from ticketing.rules.permissions import Right


async def take_sms_receipt(ask: Ask[Nothing, SmsReceipt]) -> SmsReceiptNoted:
    await _check_signature(ask)
    told = ask.body
    receipt = Receipt(told.delivered, told.reference, told.message_id, told.reason)
    return await ask.desk.database.write(_note, ask.desk.clock.now(), receipt)


async def take_inbound_sms(ask: Ask[Nothing, SmsInbound]) -> SmsTaken:
    await _check_signature(ask)
    message = InboundSms(ask.body.message_id, ask.body.sender, ask.body.text)
    return await ask.desk.database.write(_receive, ask.desk.clock.now(), message)


async def _check_signature(ask: AnyAsk) -> None:
    gateway = ask.desk.settings.sms
    if gateway is None or not gateway.signs:
        return
    stamp = ask.request.headers.get("X-Hotline-Timestamp", "")
    signed = ask.request.headers.get("X-Hotline-Signature", "")
    body = await ask.request.read()
    if not is_signed(gateway.secret, ask.desk.clock.now(), stamp, signed, body):
        raise NotAllowed("短信回传", "短信网关的签名不正确或已过期")


def _note(session: Session, moment: datetime, receipt: Receipt) -> SmsReceiptNoted:
    return SmsReceiptNoted(state=note_receipt(session, moment, receipt).state)


def _receive(session: Session, moment: datetime, message: InboundSms) -> SmsTaken:
    row = receive_sms(session, moment, message)
    session.flush()
    return SmsTaken(id=row.id)


_GATEWAY = any_of(Right.REPORT_SMS)

ROUTES: tuple[AnyRoute, ...] = (
    post("/sms/receipts", take_sms_receipt, _GATEWAY, SmsReceipt, SmsReceiptNoted, "短信回执"),
    post("/sms/inbound", take_inbound_sms, _GATEWAY, SmsInbound, SmsTaken, "市民发来的短信"),
)
