"""The public window's use cases: filing, codes, progress, ratings. Both databases."""

import re
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from tests.centre import ANSWER, CONTENT, PHONE, Centre
from tests.fakes.clock import MovableClock
from tests.fakes.sms_gateway import FakeGateway
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed, TooMany
from ticketing.notices.sending import Uncertain
from ticketing.orders import return_visits
from ticketing.records.order_life import ServiceRating
from ticketing.records.window import WindowCode
from ticketing.records.work_orders import WorkOrder, WorkOrderEvent
from ticketing.rules.classification import Kind
from ticketing.rules.public_words import Stage, stage_of
from ticketing.rules.ratings import Rating
from ticketing.rules.states import State
from ticketing.window.codes import MOST_TRIES, Asked, Codes, order_behind
from ticketing.window.filing import MOST_A_DAY, Matter, file_matter
from ticketing.window.following import Progress, progress_of, rate_matter
from ticketing.window.sending import CodeSender

CODES = Codes("5" * 64)
FILED = Matter(
    key="0123456789abcdef",
    channel="web",
    kind=Kind.COMPLAINT,
    content=CONTENT,
    phone=f"+86 {PHONE}",
    object="辽A12345",
    reason="请求退还多收的费用",
)


def order(database: Database, moment: datetime, *, closed: bool = False) -> str:
    with database.transaction() as session:
        centre = Centre(session, moment)
        return (centre.closed() if closed else centre.dispatched()).order_no


def ask(
    database: Database, moment: datetime, order_no: str, phone: str = PHONE, address: str = "a"
) -> str:
    with database.transaction() as session:
        return CODES.ask(session, moment, Asked(order_no, phone, address))


def enter(database: Database, moment: datetime, ticket: str, code: str) -> str | None:
    with database.transaction() as session:
        return CODES.enter(session, moment, ticket, code)


def code_sent(database: Database, clock: MovableClock) -> str:
    gateway = FakeGateway()
    assert CodeSender(database, clock, gateway).tick()
    found = re.search(r"验证码(\d{6})", gateway.sent[-1].text)
    assert found is not None
    return found[1]


def progress(database: Database, order_no: str) -> Progress:
    with database.reading() as session:
        found = session.scalars(select(WorkOrder).where(WorkOrder.order_no == order_no)).one()
        return progress_of(session, found)


def test_a_matter_is_a_draft_that_waits_for_an_agent_and_is_filed_once(
    database: Database, moment: datetime
) -> None:
    with database.transaction() as session:
        Centre(session, moment)
    numbers = set()
    for _ in range(2):
        with database.transaction() as session:
            numbers.add(file_matter(session, moment, FILED).order_no)
    with database.reading() as session:
        draft = session.scalars(select(WorkOrder)).one()
        first = session.scalars(select(WorkOrderEvent)).one()
    assert numbers == {draft.order_no}
    assert (draft.state, draft.channel, draft.caller_number) == ("draft", "web", PHONE)
    assert (first.event, first.who_name) == ("open", "公众窗口")
    assert progress(database, draft.order_no).stage is Stage.RECEIVED


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("content", {"content": "太短"}),
        ("object", {"object": " "}),
        ("reason", {"reason": ""}),
        ("phone", {"phone": "024-12345678"}),
        ("channel", {"channel": "phone"}),
    ],
)
def test_the_agents_checks_hold_for_the_public(
    database: Database, moment: datetime, field: str, changed: dict[str, str]
) -> None:
    with database.transaction() as session:
        Centre(session, moment)
        matter = Matter(**{**{n: getattr(FILED, n) for n in FILED.__slots__}, **changed})
        with pytest.raises(InvalidInput) as refused:
            file_matter(session, moment, matter)
    assert [one.field for one in refused.value.findings] == [field]


def test_one_telephone_files_only_so_many_a_day(database: Database, moment: datetime) -> None:
    def file(number: int, at: datetime) -> None:
        matter = Matter(**{**{n: getattr(FILED, n) for n in FILED.__slots__}, "key": f"k{number}"})
        with database.transaction() as session:
            file_matter(session, at, matter)

    with database.transaction() as session:
        Centre(session, moment)
    for number in range(MOST_A_DAY):
        file(number, moment)
    with pytest.raises(TooMany):
        file(MOST_A_DAY, moment)
    file(MOST_A_DAY - 1, moment)  # sent again: it is there already
    file(MOST_A_DAY, moment + timedelta(days=1, minutes=1))


def test_a_code_opens_the_order_once_and_its_words_leave_the_database(
    database: Database, clock: MovableClock
) -> None:
    order_no = order(database, clock.now())
    ticket = ask(database, clock.now(), f" {order_no.lower()} ", f"0{PHONE}")
    code = code_sent(database, clock)
    with database.reading() as session:
        row = session.scalars(select(WindowCode)).one()
    assert (row.state, row.message) == ("sent", "")
    assert code not in str(vars(row))
    key = enter(database, clock.now(), ticket, code)
    assert key is not None
    assert enter(database, clock.now(), ticket, code) is None  # a replay
    with database.reading() as session:
        found = order_behind(session, clock.now(), key)
        late = order_behind(session, clock.now() + timedelta(minutes=31), key)
    assert (found is not None, late) == (True, None)


def test_a_wrong_pair_looks_the_same_but_sends_nothing(
    database: Database, clock: MovableClock
) -> None:
    order_no = order(database, clock.now())
    pairs = [(order_no, "13900000000"), ("JT2101002026112500000000", "13900000001")]
    tickets = [ask(database, clock.now(), *pair) for pair in pairs]
    assert {len(one) for one in tickets} == {32}
    gateway = FakeGateway()
    assert not CodeSender(database, clock, gateway).tick()
    assert gateway.sent == []
    with database.reading() as session:
        states = set(session.scalars(select(WindowCode.state)))
    assert states == {"none"}


def test_after_five_wrong_codes_the_right_one_is_too_late(
    database: Database, clock: MovableClock
) -> None:
    ticket = ask(database, clock.now(), order(database, clock.now()))
    code = code_sent(database, clock)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(MOST_TRIES):
        assert enter(database, clock.now(), ticket, wrong) is None
    assert enter(database, clock.now(), ticket, code) is None


def test_a_code_lives_five_minutes_and_is_not_sent_later(
    database: Database, clock: MovableClock
) -> None:
    order_no = order(database, clock.now())
    ticket = ask(database, clock.now(), order_no)
    code = code_sent(database, clock)
    clock.pass_time(minutes=5)
    assert enter(database, clock.now(), ticket, code) is None
    ask(database, clock.now(), order_no)
    clock.pass_time(minutes=6)
    gateway = FakeGateway()
    CodeSender(database, clock, gateway).tick()
    assert gateway.sent == []


def test_codes_are_limited_per_number_and_per_address(
    database: Database, clock: MovableClock
) -> None:
    order_no = order(database, clock.now())
    ask(database, clock.now(), order_no)
    with pytest.raises(TooMany):
        ask(database, clock.now(), "X", PHONE, "another address")
    for _ in range(4):
        clock.pass_time(minutes=2)
        ask(database, clock.now(), order_no)
    clock.pass_time(minutes=2)
    with pytest.raises(TooMany):
        ask(database, clock.now(), order_no)
    for last in range(25):
        ask(database, clock.now(), order_no, f"139000001{last:02d}")
    with pytest.raises(TooMany):
        ask(database, clock.now(), order_no, "13900000199")


def test_of_codes_asked_for_at_once_one_is_sent(database: Database, clock: MovableClock) -> None:
    order_no, moment = order(database, clock.now()), clock.now()
    together, refused = Barrier(6), list[TooMany]()

    def one() -> None:
        together.wait()
        try:
            ask(database, moment, order_no)
        except TooMany as error:
            refused.append(error)

    threads = [Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(refused) == 5


def test_a_gateway_that_fails_leaves_no_code_behind(
    database: Database, clock: MovableClock
) -> None:
    ask(database, clock.now(), order(database, clock.now()))
    assert CodeSender(database, clock, FakeGateway(Uncertain("网关没有应答"))).tick()
    with database.reading() as session:
        row = session.scalars(select(WindowCode)).one()
    assert (row.state, row.message) == ("unknown", "")


def test_the_public_reads_the_due_day_and_later_the_reply(
    database: Database, clock: MovableClock
) -> None:
    open_one = progress(database, order(database, clock.now()))
    assert (open_one.stage, open_one.reply, open_one.may_rate) == (Stage.HANDLING, "", False)
    assert open_one.due_day is not None
    closed_one = progress(database, order(database, clock.now(), closed=True))
    assert (closed_one.stage, closed_one.reply) == (Stage.CLOSED, ANSWER)
    assert (closed_one.due_day, closed_one.may_rate) == (None, True)


def test_a_closing_is_rated_once_and_again_when_it_was_put_right(
    database: Database, clock: MovableClock
) -> None:
    order_no = order(database, clock.now(), closed=True)
    clock.pass_time(hours=8)

    def rates(rating: Rating) -> None:
        with database.transaction() as session:
            rate_matter(session, clock.now(), order_no, rating, "", "web")

    rates(Rating.VERY_DISSATISFIED)
    with pytest.raises(NotAllowed):
        rates(Rating.VERY_SATISFIED)
    with database.transaction() as session:
        centre = Centre(session, clock.now())
        return_visits.fix_bad_rating(session, centre.now, centre.handler(), order_no, "已上门道歉")
    clock.pass_time(hours=1)
    assert progress(database, order_no).may_rate
    rates(Rating.SATISFIED)
    with pytest.raises(NotAllowed):
        rates(Rating.SATISFIED)
    with database.reading() as session:
        rows = session.execute(select(ServiceRating.means, ServiceRating.after_fix)).all()
    assert sorted(tuple(row) for row in rows) == [("web", False), ("web", True)]


def test_what_is_not_closed_or_no_level_is_not_rated(
    database: Database, clock: MovableClock
) -> None:
    order_no = order(database, clock.now())
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            rate_matter(session, clock.now(), order_no, Rating.SATISFIED, "", "web")
        with pytest.raises(InvalidInput):
            rate_matter(session, clock.now(), order_no, Rating.UNRATED, "", "web")


def test_every_state_has_words_for_the_public() -> None:
    assert {stage_of(state) for state in State} == set(Stage)
    assert stage_of(State.ARCHIVED, "rejected") is Stage.REJECTED
    assert stage_of(State.ARCHIVED, "handled") is Stage.CLOSED
