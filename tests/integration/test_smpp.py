"""SMPP by its own octets: what is sent, what each answer means, what comes back. Both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.centre import PHONE, Centre
from tests.fakes.clock import MovableClock
from tests.fakes.smpp_centre import (
    HANG_UP,
    PASSWORD,
    MessageCentre,
    message_centre,
    tlv,
)
from tests.waiting import wait_for
from ticketing.database import Database
from ticketing.notices.gateways import gateway_of, sms_settings
from ticketing.notices.sending import NotSent, Sender, Sms, Uncertain
from ticketing.notices.smpp.gateway import SmppGateway
from ticketing.notices.smpp.incoming import WAIT_FOR_PARTS, Incoming
from ticketing.notices.smpp.link import RETRY_LATER, SmppSettings
from ticketing.notices.smpp.wire import StateTold, Words
from ticketing.records.notices import Notice, ReceivedSms, SmsFragment
from ticketing.records.work_orders import WorkOrder

SHORT = Sms("notice-7", PHONE, "【12328】您反映的事项已受理")
LONG = Sms("notice-8", PHONE, "沈阳站" * 50)
THROTTLED, SYSTEM_ERROR, BAD_NUMBER = 0x58, 0x08, 0x0B


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    with message_centre() as standing:
        yield standing


def settings(centre: MessageCentre) -> SmppSettings:
    return SmppSettings(
        "127.0.0.1", centre.port, "hotline", PASSWORD, "10612328", prefix="86", per_second=1000
    )


@pytest.fixture
def gateway(centre: MessageCentre) -> Iterator[SmppGateway]:
    gateway = SmppGateway(settings(centre))
    yield gateway
    gateway.close()


def heard(gateway: SmppGateway, count: int = 1) -> list[StateTold | Words]:
    said: list[StateTold | Words] = []
    wait_for("it is heard", lambda: gateway.listen(said.append) and len(said) >= count, 20)
    return said


def test_a_short_message_is_one_part_of_ucs2_with_a_receipt_asked_for(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    assert gateway.send(SHORT) == "00000001"
    assert centre.binds == [("hotline", PASSWORD)]
    (one,) = centre.submitted
    assert (one.source, one.dest, one.text) == ("10612328", f"86{PHONE}", SHORT.text)
    assert (one.esm_class, one.registered, one.coding) == (0, 1, 8)


def test_a_long_message_goes_in_parts_that_the_phone_joins(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    assert gateway.send(LONG) == "00000003"
    headers = [one.octets[:6] for one in centre.submitted]
    reference = headers[0][3]
    assert headers == [bytes((5, 0, 3, reference, 3, number)) for number in (1, 2, 3)]
    assert all(one.esm_class == 0x40 and len(one.octets) <= 140 for one in centre.submitted)
    assert [one.registered for one in centre.submitted] == [0, 0, 1]
    joined = b"".join(one.octets[6:] for one in centre.submitted)
    assert joined.decode("utf-16-be") == LONG.text
    gateway.send(LONG)
    assert centre.submitted[3].octets[3] != reference


def test_no_character_is_cut_between_two_parts(gateway: SmppGateway, centre: MessageCentre) -> None:
    text = "车" * 66 + "🚌" + "站" * 30
    gateway.send(replace(LONG, text=text))
    assert "".join(one.octets[6:].decode("utf-16-be") for one in centre.submitted) == text


def test_several_messages_use_one_link(gateway: SmppGateway, centre: MessageCentre) -> None:
    for _ in range(3):
        gateway.send(SHORT)
    assert len(centre.binds) == 1


@pytest.mark.parametrize(
    ("status", "error", "final"),
    [
        (BAD_NUMBER, NotSent, True),
        (THROTTLED, NotSent, False),
        (0x45, NotSent, False),
        (SYSTEM_ERROR, Uncertain, None),
        (HANG_UP, Uncertain, None),
    ],
)
def test_what_each_answer_means(
    gateway: SmppGateway,
    centre: MessageCentre,
    status: int,
    error: type[NotSent | Uncertain],
    final: bool | None,
) -> None:
    centre.statuses = [status]
    with pytest.raises(error) as told:
        gateway.send(SHORT)
    assert getattr(told.value, "final", None) == final
    assert len(centre.submitted) == 1
    gateway.send(SHORT)
    assert len(centre.submitted) == 2


def test_a_long_message_begun_is_finished_when_the_carrier_only_says_too_fast(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    centre.statuses = [0, THROTTLED, 0, 0]
    gateway.send(LONG)
    numbers = [one.octets[5] for one in centre.submitted]
    assert numbers == [1, 2, 2, 3]


def test_a_long_message_of_which_a_part_is_refused_is_unknown_and_not_sent_again(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    centre.statuses = [0, 0x45]
    with pytest.raises(Uncertain, match="只发出1条"):
        gateway.send(LONG)
    assert len(centre.submitted) == 2


def test_a_wrong_password_and_a_centre_that_is_away_are_certainly_not_sent(
    centre: MessageCentre,
) -> None:
    with pytest.raises(NotSent, match="拒绝登录"):
        SmppGateway(replace(settings(centre), password="wrong")).send(SHORT)
    with pytest.raises(NotSent, match="连接不上"):
        SmppGateway(replace(settings(centre), port=9)).send(SHORT)
    assert centre.submitted == []


def test_after_a_failure_to_connect_it_waits_before_it_tries_again(centre: MessageCentre) -> None:
    gateway = SmppGateway(replace(settings(centre), password="wrong"))
    for _ in range(5):
        with pytest.raises(NotSent):
            gateway.send(SHORT)
    assert len(centre.binds) == 1
    assert gateway.listen(lambda _: None) is False


def test_a_link_that_broke_while_nobody_sent_is_noticed_and_made_anew(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    gateway.send(SHORT)
    centre.break_line()
    wait_for("bound again", lambda: gateway.listen(lambda _: None) or len(centre.binds) == 2, 20)
    assert gateway.send(SHORT) == "00000002"


def test_a_receipt_that_comes_before_the_answer_waits_its_turn(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    text = b"id:00000001 sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
    centre.before_answer, sequence = centre.deliver_pdu(text, "86138", 4, 0)
    assert gateway.send(SHORT) == "00000001"
    assert sequence not in centre.delivered
    assert heard(gateway) == [StateTold("00000001", True, "")]
    assert centre.answered(sequence) == 0


def test_receipts_by_text_and_by_parameters(gateway: SmppGateway, centre: MessageCentre) -> None:
    gateway.send(SHORT)
    centre.receipt("0A", "UNDELIV", "042")
    centre.receipt("0B", "ENROUTE")
    centre.deliver(b"", esm_class=4, coding=0, tlvs=tlv(0x1E, b"0C\0") + tlv(0x427, b"\x02"))
    centre.deliver(b"", esm_class=4, coding=0, tlvs=tlv(0x1E, b"0D\0") + tlv(0x1401, b"vendor"))
    assert heard(gateway, 4) == [
        StateTold("0A", False, "无法送达（运营商代码042）"),
        StateTold("0B", None, ""),
        StateTold("0C", True, ""),
        StateTold("0D", None, ""),
    ]


def test_citizens_words_in_every_coding_and_by_both_kinds_of_parts(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    gateway.send(SHORT)
    centre.deliver("公交".encode("utf-16-be"))
    centre.deliver("公交".encode("gb18030"), coding=15)
    centre.deliver(b"5", coding=0)
    centre.deliver(b"\x05\0\x03\x09\x02\x01" + "一".encode("utf-16-be"), esm_class=0x40)
    centre.deliver(b"\x06\x08\x04\x01\x09\x02\x02" + "二".encode("utf-16-be"), esm_class=0x40)
    sar = tlv(0x20C, b"\0\x07") + tlv(0x20E, b"\x02") + tlv(0x20F, b"\x01")
    centre.deliver("三".encode("utf-16-be"), tlvs=sar)
    centre.deliver(b"\xff\0\x03", esm_class=0x40)
    number = "8613812345678"
    assert heard(gateway, 7) == [
        Words(number, "公交"),
        Words(number, "公交"),
        Words(number, "5"),
        Words(number, "一", 9, 1, 2),
        Words(number, "二", 0x109, 2, 2),
        Words(number, "三", 7, 1, 2),
        Words(number, ""),
    ]


def test_what_could_not_be_kept_is_handed_over_again(
    gateway: SmppGateway, centre: MessageCentre
) -> None:
    gateway.send(SHORT)

    def away(_: object) -> None:
        raise RuntimeError("the database is away")

    def fails() -> bool:
        try:
            return gateway.listen(away)
        except RuntimeError:
            return True

    sequence = centre.deliver(b"5", coding=0)
    wait_for("it fails", fails, 20)
    assert centre.answered(sequence) == RETRY_LATER


def test_saying_goodbye(centre: MessageCentre) -> None:
    gateway = SmppGateway(settings(centre))
    gateway.send(SHORT)
    gateway.close()
    wait_for("goodbye", lambda: centre.unbinds == 1, 20)


# --- with the database ---


def incoming(database: Database, moment: datetime) -> tuple[Incoming, MovableClock]:
    clock = MovableClock(moment)
    return Incoming(database, clock), clock


def messages(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ReceivedSms.text).order_by(ReceivedSms.id)))


def test_a_notice_goes_out_and_its_receipt_settles_it(
    database: Database, moment: datetime, gateway: SmppGateway, centre: MessageCentre
) -> None:
    with database.transaction() as session:
        Centre(session, moment).submitted()
    ear, clock = incoming(database, moment)
    assert Sender(database, clock, gateway).tick()
    with database.reading() as session:
        sent = session.scalars(select(Notice).where(Notice.state == "sent")).one()
    centre.receipt(sent.gateway_key, "DELIVRD")
    sequence = centre.receipt("no-such-key", "DELIVRD")
    count = [0]

    def take(said: StateTold | Words) -> None:
        ear.take(said)
        count[0] += 1

    wait_for("both are taken", lambda: gateway.listen(take) and count[0] == 2, 20)
    assert centre.answered(sequence) == 0
    with database.reading() as session:
        assert session.get_one(Notice, sent.id).state == "delivered"


def test_receipts_in_decimal_find_keys_in_hexadecimal(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        Centre(session, moment).submitted()
        notice = session.scalars(select(Notice).where(Notice.means == "sms")).first()
        assert notice is not None
        notice.state, notice.gateway_key = "sent", "1AF"
        key = notice.id
    ear = Incoming(database, MovableClock(moment), "decimal")
    ear.take(StateTold("431", True, ""))
    with database.reading() as session:
        assert session.get_one(Notice, key).state == "delivered"


def test_a_citizens_message_becomes_a_draft_once_though_handed_over_twice(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        Centre(session, moment)
    ear, clock = incoming(database, moment)
    words = Words(f"86{PHONE}", "二路公交车今天早上为什么一直不来")
    for minutes in (0, 4, 4):
        clock.pass_time(minutes=minutes)
        ear.take(words)
    assert messages(database) == [words.text]
    clock.pass_time(minutes=30)
    ear.take(words)
    assert len(messages(database)) == 2
    with database.reading() as session:
        drafts = session.scalars(select(WorkOrder)).all()
    assert {one.caller_number for one in drafts} == {PHONE}


def test_a_long_message_is_joined_in_order_however_its_parts_come(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        Centre(session, moment)
    ear, _ = incoming(database, moment)
    for part, text in ((3, "不来"), (1, "二路公交车"), (1, "二路公交车"), (2, "今天早上")):
        assert messages(database) == []
        ear.take(Words(PHONE, text, 9, part, 3))
    assert messages(database) == ["二路公交车今天早上不来"]
    with database.reading() as session:
        assert session.scalars(select(SmsFragment)).all() == []


def test_a_long_message_whose_part_never_comes_is_taken_as_far_as_it_came(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        Centre(session, moment)
    ear, clock = incoming(database, moment)
    ear.take(Words(PHONE, "二路公交车今天早上", 9, 1, 2))
    assert ear.settle_fragments() == 0
    clock.pass_time(seconds=(WAIT_FOR_PARTS + timedelta(minutes=1)).total_seconds())
    assert ear.settle_fragments() == 1
    assert messages(database) == ["二路公交车今天早上（第2段未收到）"]
    ear.take(Words(PHONE, "另外一件事", 9, 1, 2))
    ear.take(Words(PHONE, "的后半段", 9, 2, 2))
    assert messages(database)[1] == "另外一件事的后半段"


def test_the_settings_name_what_is_wrong(centre: MessageCentre) -> None:
    good = {
        "host": "127.0.0.1",
        "port": centre.port,
        "system_id": "hotline",
        "password": PASSWORD,
        "source": "10612328",
    }
    chosen = sms_settings({"smpp": good})
    assert isinstance(chosen, SmppSettings)
    assert PASSWORD not in repr(chosen)
    with pytest.raises(KeyError, match="source"):
        sms_settings({"smpp": {name: good[name] for name in good if name != "source"}})
    for wrong in ({"port": 0}, {"per_second": 0}, {"receipt_ids": "hex"}, {"sourse": "1"}):
        with pytest.raises(ValueError, match="smpp"):
            sms_settings({"smpp": good | wrong})


def test_the_house_takes_the_gateway_its_settings_name(
    centre: MessageCentre, tmp_path: Path, moment: datetime
) -> None:
    gateway = gateway_of(settings(centre), tmp_path / "sms.log", MovableClock(moment))
    assert isinstance(gateway, SmppGateway)
