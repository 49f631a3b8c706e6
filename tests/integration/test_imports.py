"""Tables people bring: looked through with every fault told, then the rest or nothing is loaded."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from tests.centre import ADMIN, AGENT, PHONE, SUGGESTION, Centre, at
from tests.fakes.clock import MovableClock
from ticketing import catalogues
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed
from ticketing.imports import jobs
from ticketing.imports.calendar import CalendarAlarm, calendar_alarm
from ticketing.imports.importer import ImportKind, ImportState
from ticketing.imports.jobs import Upload
from ticketing.imports.tables import template
from ticketing.imports.working import CHUNK, ImportWorker
from ticketing.orders import archive, supervision, views
from ticketing.orders.views import OrderFilter
from ticketing.people.audit import list_audit
from ticketing.records.calls import News
from ticketing.records.catalogues import HandlingUnit, RoutingRoute
from ticketing.records.imports import ImportJob
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.states import State

NOTICE = """\ufeffday,kind,name
2027-01-01,放假,元旦
2027-01-02,放假,元旦
2027-01-03,放假,元旦
2027-02-05,放假,春节
2027-02-06,holiday,春节
2027-02-14,调休上班,春节
"""
NINE_THIRTY = at("2024-03-01 09:30").replace(tzinfo=None)
PAPER: dict[str, object] = {"year": 2027, "notice": "国办发明电〔2026〕示例"}
UNITS = """code,name,type,parent_code,duty_person
SY,沈阳市交通运输局,交通运输主管部门,,孙一
SY-HP,和平区交通局,区县主管部门,SY,周二
SY-X,,enterprise,NONE,
"""
HISTORY = (
    "工单编号,受理时间,办结时间,业务类型,诉求内容,业务领域,热点事项,来电号码,承办单位,行政区划\n"
    "JT2101002024030100000007,2024-03-01 09:30,2024/03/05 16:00,投诉举报,出租汽车绕路,"
    "城市客运,巡游出租汽车,13812345678,TAXI,210100\n"
    "12345-A-17,2024-03-02,2024-03-03,咨询,询问高速公路是否封闭,高速公路,,,,沈阳市\n"
)


class Bringer:
    """A centre, its worker, and an administrator with files."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.clock = MovableClock(now)
        self.worker = ImportWorker(database, self.clock)
        with database.transaction() as session:
            Centre(session, now)

    def bring(self, kind: ImportKind, content: str | bytes, **options: object) -> ImportJob:
        """Brought and looked through."""
        raw = content.encode() if isinstance(content, str) else content
        brought = Upload(kind, "表.csv", raw, options)
        with self.database.transaction() as session:
            job = jobs.bring(session, self.clock.now(), ADMIN, brought)
        return self.worked(job.id)

    def load(self, job: ImportJob, *, all_or_nothing: bool = False) -> ImportJob:
        with self.database.transaction() as session:
            jobs.want(session, self.clock.now(), ADMIN, job.id, all_or_nothing=all_or_nothing)
        return self.worked(job.id)

    def worked(self, job_id: int) -> ImportJob:
        while self.worker.tick():
            pass
        with self.database.reading() as session:
            return jobs.one_import(session, job_id)

    def faults(self, job: ImportJob) -> list[tuple[int, str, str]]:
        with self.database.reading() as session:
            found = jobs.faults(session, job.id, None, 100)
            return [(one.line, one.column, one.message) for one in found]


@pytest.fixture
def bringer(database: Database, moment: datetime) -> Bringer:
    return Bringer(database, moment)


def sheet(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_notice_is_shown_before_it_is_loaded(bringer: Bringer) -> None:
    job = bringer.bring(ImportKind.CALENDAR, NOTICE, **PAPER)
    assert (job.state, job.rows, job.faulty) == (ImportState.CHECKED, 6, 0)
    assert job.summary["working_days"] == 260
    assert job.summary["makeup_workdays"] == ["2027-02-14"]
    assert len(job.summary["holidays"]) == 5


def test_every_faulty_line_of_a_notice_is_told_with_its_column(bringer: Bringer) -> None:
    text = (
        "日期,类别,名称\n2027-13-01,放假,\n2026-01-01,放假,\n2027-01-04,调休上班,\n2027-01-01,休,\n"
    )
    job = bringer.bring(ImportKind.CALENDAR, text, **PAPER)
    assert bringer.faults(job) == [
        (2, "日期", "日期“2027-13-01”应写作 2027-02-06"),
        (3, "日期", "2026-01-01 不在2027年"),
        (4, "日期", "2027-01-04 本来就是工作日，不需要调休上班"),
        (5, "类别", "类别应为放假、调休上班或地方放假"),
    ]
    with pytest.raises(InvalidInput, match="没有可以导入的行"):
        bringer.load(job)


def test_a_loaded_notice_moves_the_due_times_the_preview_named(database: Database) -> None:
    bringer = Bringer(database, at("2026-12-25 09:00"))
    now = bringer.clock.now()
    with database.transaction() as session:
        order = Centre(session, now).dispatched(SUGGESTION, "BUS")
        assert order.due_provisional
        assert calendar_alarm(session, now) is CalendarAlarm.URGENT
    first_days_off = "day,kind,name\n" + "".join(f"2027-01-0{n},放假,元旦\n" for n in range(1, 6))
    job = bringer.bring(ImportKind.CALENDAR, first_days_off, **PAPER)
    (moved,) = job.summary["moved_orders"]
    assert (job.summary["moved"], moved["order_no"]) == (1, order.order_no)
    bringer.load(job)
    with database.transaction() as session:
        assert calendar_alarm(session, now) is CalendarAlarm.NONE
        assert supervision.recompute_due(session, now) == [order.order_no]
        again = session.get_one(WorkOrder, order.id)
        assert not again.due_provisional
        assert again.due_at == datetime.fromisoformat(moved["after"])
        older = catalogues.calendar(session, date(2026, 2, 14))
        assert older.day(date(2026, 2, 14)).zh.endswith("调休上班（春节）")


@pytest.mark.parametrize(
    ("now", "alarm"),
    [
        ("2026-10-31 12:00", CalendarAlarm.NONE),
        ("2026-11-01 00:00", CalendarAlarm.MISSING),
        ("2026-12-01 00:00", CalendarAlarm.URGENT),
    ],
)
def test_a_missing_notice_alarms_from_november_on(
    bringer: Bringer, now: str, alarm: CalendarAlarm
) -> None:
    with bringer.database.reading() as session:
        assert calendar_alarm(session, at(now)) is alarm


def test_only_who_keeps_the_catalogues_may_bring(database: Database, moment: datetime) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        jobs.bring(session, moment, AGENT, Upload(ImportKind.UNITS, "a.csv", b"x"))


def test_good_rows_are_loaded_and_faulty_ones_told(bringer: Bringer) -> None:
    job = bringer.bring(ImportKind.UNITS, UNITS)
    assert job.summary == {"new": 2, "changed": 0}
    assert [(line, column) for line, column, _ in bringer.faults(job)] == [
        (4, "单位名称"),
        (4, "上级单位代码"),
    ]
    job = bringer.load(job)
    assert (job.state, job.loaded) == (ImportState.LOADED, 2)
    with bringer.database.reading() as session:
        district = catalogues.unit(session, "SY-HP")
        assert district.parent_id == catalogues.unit(session, "SY").id
        (loaded,) = list_audit(session, None, 9, what="import.load")
        assert (loaded.who, loaded.detail["loaded"], loaded.detail["faulty"]) == ("admin", 2, 1)


def test_or_nothing_is_loaded_when_asked(bringer: Bringer) -> None:
    job = bringer.bring(ImportKind.UNITS, UNITS)
    with pytest.raises(InvalidInput, match="一行也没有导入"):
        bringer.load(job, all_or_nothing=True)
    with bringer.database.reading() as session:
        assert set(session.scalars(select(HandlingUnit.code))) == {"TAXI", "BUS", "ROAD", "BUREAU"}
        jobs.cancel(session, bringer.clock.now(), ADMIN, job.id)
        with pytest.raises(NotAllowed, match="已取消"):
            jobs.cancel(session, bringer.clock.now(), ADMIN, job.id)


def test_a_unit_never_comes_to_stand_below_itself(bringer: Bringer) -> None:
    bringer.load(bringer.bring(ImportKind.UNITS, "code,name,type,parent_code\nA,甲,企事业单位,\n"))
    text = "code,name,type,parent_code\nB,乙,企事业单位,A\nA,甲,企事业单位,B\n"
    job = bringer.bring(ImportKind.UNITS, text)
    ((line, column, message),) = bringer.faults(job)
    assert (line, column) == (3, "上级单位代码")
    assert "自己的下级" in message


def test_new_routes_replace_the_old_which_stay_on_record(bringer: Bringer) -> None:
    text = (
        "业务领域,热点事项,涉及事项,承办单位代码,责任人,直派\n"
        "城市客运,网络预约出租车,,TAXI,张三,是\n"
        "城市客运,飞碟,,TAXI,张三,\n"
        "水路,,,GONE,,\n"
    )
    job = bringer.bring(ImportKind.ROUTES, text)
    assert [(line, column) for line, column, _ in bringer.faults(job)] == [
        (3, "业务领域"),
        (4, "承办单位代码"),
        (4, "责任人"),
    ]
    assert job.summary["gaps_after"] > job.summary["gaps_before"]
    assert bringer.load(job).loaded == 1
    with bringer.database.reading() as session:
        (route,) = catalogues.routes(session)
        assert (route.topic, route.direct) == ("网络预约出租汽车", True)
        assert len(session.scalars(select(RoutingRoute)).all()) == 3


def test_earlier_orders_come_in_archived_with_the_numbers_they_had(bringer: Bringer) -> None:
    job = bringer.bring(ImportKind.HISTORY, HISTORY, source_system="12345")
    assert job.summary == {"new": 2, "kinds": {"投诉举报": 1, "信息咨询": 1}}
    assert bringer.load(job).loaded == 2
    with bringer.database.reading() as session:
        ours, theirs = session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
        assert ours.order_no == "JT2101002024030100000007"
        assert (ours.state, ours.closed_at) == (State.ARCHIVED, at("2024-03-05 16:00"))
        assert ours.lead_unit_id == catalogues.unit(session, "TAXI").id
        assert theirs.order_no.startswith("JT21010020240302")
        assert (theirs.source_system, theirs.source_no) == ("12345", "12345-A-17")
        assert archive.verify(session, ours) is None
        found = views.list_orders(session, ADMIN, OrderFilter(text="出租汽车绕路"))
        assert [order.order_no for order in found.orders] == [ours.order_no]
        found = views.list_orders(session, ADMIN, OrderFilter(number="12345-A-17"))
        assert [order.id for order in found.orders] == [theirs.id]
        assert session.scalar(select(func.count()).select_from(News)) == 0


def test_earlier_orders_stand_below_ours_and_are_found_by_their_own_time(
    bringer: Bringer,
) -> None:
    """Newest first stays true, a list that ends in 2024 has them, the proof reads them too."""
    with bringer.database.transaction() as session:
        ours = Centre(session, bringer.clock.now()).submitted().order_no
    bringer.load(bringer.bring(ImportKind.HISTORY, HISTORY, source_system="12345"))

    def listed(**wanted: Any) -> list[str]:
        found, after = [], None
        while True:
            with bringer.database.reading() as session:
                page = views.list_orders(session, AGENT, OrderFilter(**wanted), after, limit=1)
            found += [order.source_no or order.order_no for order in page.orders]
            after = page.next_after
            if after is None:
                return found

    earlier = ["12345-A-17", "JT2101002024030100000007"]
    assert listed() == [ours, *earlier]
    assert listed(accepted_before=at("2025-01-01 00:00")) == earlier
    assert listed(text="绕路") == earlier[1:]
    assert list(archive.tampered_orders(bringer.database)) == []


def test_the_same_history_twice_is_there_once(bringer: Bringer) -> None:
    bringer.load(bringer.bring(ImportKind.HISTORY, HISTORY, source_system="12345"))
    again = bringer.load(bringer.bring(ImportKind.HISTORY, HISTORY, source_system="12345"))
    assert (again.state, again.loaded) == (ImportState.LOADED, 0)
    with bringer.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WorkOrder)) == 2


def test_what_is_wrong_with_a_history_is_told_row_by_row(bringer: Bringer) -> None:
    heading = "工单编号,受理时间,办结时间,业务类型,诉求内容,业务领域,承办单位\n"
    rows = (
        ",2024-01-01,2024-01-02,咨询,内容,,\n"
        "A1,昨天,2024-01-02,咨询,内容,,\n"
        "A2,2024-01-03,2024-01-02,咨询,内容,,\n"
        "A3,2024-01-01,,咨询,内容,,\n"
        "A4,2024-01-01,2099-01-02,聊天,,太空,GONE\n"
        "A5,2024-01-01,2024-01-02,咨询,内容,,\n"
        "A5,2024-01-01,2024-01-02,咨询,内容,,\n"
    )
    job = bringer.bring(ImportKind.HISTORY, heading + rows)
    told = [(line, column) for line, column, _ in bringer.faults(job)]
    assert told == [
        (2, "工单编号"),
        (3, "受理时间"),
        (4, "办结时间"),
        (5, "办结时间"),
        *((6, column) for column in ("办结时间", "业务类型", "诉求内容", "业务领域", "承办单位")),
        (8, "工单编号"),
    ]
    assert (job.rows, job.faulty) == (7, 6)


def test_a_worker_that_was_stopped_goes_on_after_its_last_chunk(bringer: Bringer) -> None:
    rows = "".join(f"N{n},2024-01-01,2024-01-02,咨询,第{n}件\n" for n in range(CHUNK + 20))
    heading = "工单编号,受理时间,办结时间,业务类型,诉求内容\n"
    job = bringer.bring(ImportKind.HISTORY, heading + rows)
    with bringer.database.transaction() as session:
        jobs.want(session, bringer.clock.now(), ADMIN, job.id, all_or_nothing=True)
    bringer.worker.tick()
    bringer.worker = ImportWorker(bringer.database, bringer.clock)
    assert bringer.worked(job.id).done == CHUNK  # the other one may still be at it
    bringer.clock.pass_time(minutes=3)
    job = bringer.worked(job.id)
    assert (job.state, job.loaded, job.done) == (ImportState.LOADED, CHUNK + 20, CHUNK + 20)
    with bringer.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WorkOrder)) == CHUNK + 20
        assert session.scalars(select(ImportJob.content)).all() == [None]


def test_a_worker_that_was_slow_leaves_what_another_took_up(bringer: Bringer) -> None:
    rows = "".join(f"N{n},2024-01-01,2024-01-02,咨询,第{n}件\n" for n in range(3 * CHUNK))
    job = bringer.bring(ImportKind.HISTORY, "工单编号,受理时间,办结时间,业务类型,诉求内容\n" + rows)
    with bringer.database.transaction() as session:
        jobs.want(session, bringer.clock.now(), ADMIN, job.id, all_or_nothing=True)
    slow = bringer.worker
    slow.tick()
    bringer.clock.pass_time(minutes=3)
    bringer.worker = ImportWorker(bringer.database, bringer.clock)
    bringer.worker.tick()
    slow.tick()
    job = bringer.worked(job.id)
    assert (job.state, job.loaded) == (ImportState.LOADED, 3 * CHUNK)


def test_a_spreadsheet_with_real_dates_and_numbers_is_read_too(bringer: Bringer) -> None:
    content = sheet(
        [
            ["工单编号", "受理时间", "办结时间", "业务类型", "诉求内容", "来电号码", "备注"],
            [20240007.0, NINE_THIRTY, date(2024, 3, 2), "咨询", "内容", int(PHONE), "x"],
            [None, None, None, None, None, None, None],
        ]
    )
    job = bringer.bring(ImportKind.HISTORY, content)
    assert (job.rows, job.faulty) == (1, 0), bringer.faults(job)
    assert job.summary["ignored"] == ["备注"]
    bringer.load(job)
    with bringer.database.reading() as session:
        (order,) = session.scalars(select(WorkOrder)).all()
        assert (order.source_no, order.caller_number) == ("20240007", PHONE)
        assert order.accepted_at == at("2024-03-01 09:30")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"PK\x03\x04nonsense", "不是有效的 .xlsx"),
        (b"\xd0\xcf\x11\xe0old", "旧版 .xls"),
        (b"\x80\xff\xff\xff", "编码"),
        (b"a,b\n1,2\n", "缺少：单位代码、单位名称、单位类型"),
        ('code,name,type\nA,"甲\n'.encode(), "没有数据行|缺少|类型"),
        (b"code,name,type\n", "没有数据行"),
        (b"code,code,name,type\n", "重复的列名"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    bringer: Bringer, content: bytes, part: str
) -> None:
    job = bringer.bring(ImportKind.UNITS, content)
    told = job.failure + "".join(message for _, _, message in bringer.faults(job))
    assert re.search(part, told)
    assert job.state in (ImportState.FAILED, ImportState.CHECKED)


def test_a_file_of_an_office_computer_is_understood(bringer: Bringer) -> None:
    """GB18030, as Excel in China writes CSV."""
    job = bringer.bring(ImportKind.UNITS, UNITS.encode("gb18030"))
    assert (job.rows, job.faulty) == (3, 1)


def test_every_template_is_a_file_that_can_be_brought(bringer: Bringer) -> None:
    with bringer.database.transaction() as session:
        session.add_all(
            HandlingUnit(code=code, name=code, type="enterprise", created_at=bringer.clock.now())
            for code in ("SY-TAXI", "SY-JT")
        )
    for kind in ImportKind:
        options = PAPER if kind is ImportKind.CALENDAR else {}
        job = bringer.bring(kind, template(jobs.COLUMNS[kind]), **options)
        assert (job.state, job.faulty) == (ImportState.CHECKED, 0), bringer.faults(job)


def test_a_file_nobody_decides_on_is_forgotten(bringer: Bringer) -> None:
    job = bringer.bring(ImportKind.UNITS, UNITS)
    bringer.clock.pass_time(days=8)
    assert bringer.worker.forget() == 1
    assert bringer.worked(job.id).state == ImportState.CANCELLED
