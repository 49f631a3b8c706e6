"""Tables people bring: every faulty row is told, the rest or nothing is loaded."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import select

from tests.centre import ADMIN, AGENT, SUGGESTION, Centre, at
from ticketing import catalogues, imports
from ticketing.database import Database
from ticketing.errors import InvalidInput, NotAllowed
from ticketing.imports import CalendarAlarm
from ticketing.orders import supervision
from ticketing.records.catalogues import HandlingUnit, RoutingRoute

NOTICE = """\ufeffday,kind,name
2027-01-01,放假,元旦
2027-01-02,放假,元旦
2027-01-03,放假,元旦
2027-02-05,放假,春节
2027-02-06,holiday,春节
2027-02-14,调休上班,春节
"""


@pytest.fixture
def centre(database: Database, moment: datetime) -> Iterator[Centre]:
    with database.transaction() as session:
        yield Centre(session, moment)


def test_a_notice_is_shown_before_it_is_loaded() -> None:
    preview = imports.preview_notice(NOTICE, 2027)
    assert preview.findings == ()
    assert preview.working_days == 260
    assert preview.makeup_workdays == (date(2027, 2, 14),)
    assert len(preview.holidays) == 5


def test_every_faulty_line_of_a_notice_is_told() -> None:
    text = (
        "day,kind,name\n2027-13-01,放假,\n2026-01-01,放假,\n2027-01-04,调休上班,\n2027-01-01,休,\n"
    )
    messages = [finding.message for finding in imports.preview_notice(text, 2027).findings]
    assert messages == [
        "第2行：日期“2027-13-01”应写作 2027-02-06",
        "第3行：2026-01-01 不在2027年",
        "第4行：2027-01-04 本来就是工作日，不需要调休上班",
        "第5行：类别应为放假或调休上班",
    ]


def test_a_loaded_notice_moves_provisional_limits_and_ends_the_alarm(centre: Centre) -> None:
    centre.now = at("2026-12-25 09:00")
    order = centre.dispatched(SUGGESTION, "BUS")
    provisional = order.due_at
    assert imports.calendar_alarm(centre.session, centre.now) is CalendarAlarm.URGENT
    imports.import_notice(centre.session, centre.now, ADMIN, NOTICE, 2027, "国办发明电〔2026〕示例")
    assert imports.calendar_alarm(centre.session, centre.now) is CalendarAlarm.NONE
    supervision.recompute_due(centre.session, centre.now)
    assert not order.due_provisional
    assert order.due_at == provisional  # the first three days were known by law
    older = catalogues.calendar(centre.session, date(2026, 2, 14))
    assert older.day(date(2026, 2, 14)).zh.endswith("调休上班（春节）")
    assert older.day(date(2027, 2, 14)).is_working


@pytest.mark.parametrize(
    ("now", "alarm"),
    [
        ("2026-10-31 12:00", CalendarAlarm.NONE),
        ("2026-11-01 00:00", CalendarAlarm.MISSING),
        ("2026-12-01 00:00", CalendarAlarm.URGENT),
    ],
)
def test_a_missing_notice_alarms_from_november_on(
    centre: Centre, now: str, alarm: CalendarAlarm
) -> None:
    assert imports.calendar_alarm(centre.session, at(now)) is alarm


def test_only_who_keeps_the_catalogues_may_load(centre: Centre) -> None:
    with pytest.raises(NotAllowed):
        imports.import_notice(centre.session, centre.now, AGENT, NOTICE, 2027, "")


UNITS = """code,name,type,parent_code,duty_person
SY,沈阳市交通运输局,交通运输主管部门,,孙一
SY-HP,和平区交通局,区县主管部门,SY,周二
SY-X,,enterprise,NONE,
"""


def test_good_rows_are_loaded_and_faulty_ones_told(centre: Centre) -> None:
    result = imports.import_units(centre.session, centre.now, ADMIN, UNITS, all_or_nothing=False)
    assert result.loaded == 2
    assert [finding.field for finding in result.findings] == ["4.name", "4.parent_code"]
    district = catalogues.unit(centre.session, "SY-HP")
    assert district.parent_id == catalogues.unit(centre.session, "SY").id


def test_or_nothing_is_loaded_when_asked(centre: Centre) -> None:
    with pytest.raises(InvalidInput) as refused:
        imports.import_units(centre.session, centre.now, ADMIN, UNITS, all_or_nothing=True)
    assert len(refused.value.findings) == 2
    codes = set(centre.session.scalars(select(HandlingUnit.code)))
    assert codes == {"TAXI", "BUS", "ROAD", "BUREAU"}


def test_new_routes_replace_the_old_which_stay_on_record(centre: Centre) -> None:
    text = (
        "domain,topic,sub_item,unit_code,responsible_person,direct\n"
        "城市客运,网络预约出租车,,TAXI,张三,是\n"
        "城市客运,飞碟,,TAXI,张三,\n"
        "水路,,,GONE,,\n"
    )
    result = imports.import_routes(centre.session, centre.now, ADMIN, text, all_or_nothing=False)
    assert result.loaded == 1
    assert [finding.field for finding in result.findings] == [
        "3.domain",
        "4.unit_code",
        "4.responsible_person",
    ]
    (route,) = catalogues.routes(centre.session)
    assert (route.topic, route.direct) == ("网络预约出租汽车", True)
    assert len(centre.session.scalars(select(RoutingRoute)).all()) == 3
