"""The catalogues we ship (CSV) and the calendar's seed, read into the rules' own types.

They fill an empty installation once; afterwards the tables, with their versions, are the truth.
"""

import csv
from collections.abc import Iterator
from datetime import date
from importlib import resources

from ticketing.rules.calendar import CalendarException, CalendarVersion, DayKind
from ticketing.rules.classification import (
    Channel,
    Domain,
    Kind,
    Region,
    RegionKind,
    Taxonomy,
    TaxonomyEntry,
)
from ticketing.rules.notices import Means, NoticeKind, Recipient, Template
from ticketing.rules.roads import Road, Roads

SHIPPED_VERSION = "2026.2"
FESTIVALS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the CSV files in this folder."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))


def taxonomy() -> Taxonomy:
    """The tree seen in Liaoning's annual report of 2024."""
    return Taxonomy(
        version=SHIPPED_VERSION,
        domains=tuple(
            Domain(
                name=row["name"],
                report_group=row["report_group"],
                in_scope=row["in_scope"] == "1",
                central=row["central"] == "1",
            )
            for row in rows("domains.csv")
        ),
        entries=tuple(TaxonomyEntry(**row) for row in rows("taxonomy.csv")),
        aliases={row["alias"]: row["topic"] for row in rows("topic_aliases.csv")},
    )


def channels() -> tuple[Channel, ...]:
    return tuple(
        Channel(row["code"], row["name"], row["report_name"], row["is_transfer"] == "1")
        for row in rows("channels.csv")
    )


def regions() -> tuple[Region, ...]:
    return tuple(
        Region(row["code"], row["name"], RegionKind(row["kind"]), row["parent"])
        for row in rows("regions.csv")
    )


def roads() -> Roads:
    """National expressways we are sure of; a province adds its S roads (they differ everywhere)."""
    return Roads(
        SHIPPED_VERSION,
        tuple(Road(row["number"], row["name"]) for row in rows("roads.csv")),
        {row["area_code"]: row["region_code"] for row in rows("area_codes.csv")},
    )


def source_kinds() -> dict[str, Kind | None]:
    """12345's types as our kinds; None: a person decides (求助) or it is no business (无效)."""
    return {
        row["source_type"]: Kind(row["kind"]) if row["kind"] else None
        for row in rows("source_kinds.csv")
    }


def notice_templates() -> tuple[Template, ...]:
    return tuple(
        Template(
            NoticeKind(row["kind"]), Recipient(row["recipient"]), Means(row["means"]), row["text"]
        )
        for row in rows("notice_templates.csv")
    )


def statutory_days() -> dict[date, str]:
    """Statutory days of coming years, the lunar ones included, for years without a notice."""
    return {date.fromisoformat(row["day"]): row["name"] for row in rows("statutory_days.csv")}


def calendar() -> CalendarVersion:
    """The State Council's notices 2004-2026 from chinesecalendar, asked here and never again."""
    from chinese_calendar import constants  # noqa: PLC0415  read at installation only

    exceptions = {
        day: CalendarException(day, DayKind.HOLIDAY, _festival(name), _notice(day))
        for day, name in constants.holidays.items()
    }
    for day, name in constants.workdays.items():
        exceptions[day] = CalendarException(
            day, DayKind.MAKEUP_WORKDAY, _festival(name), _notice(day)
        )
    return CalendarVersion(
        version=SHIPPED_VERSION,
        years=frozenset(day.year for day in exceptions),
        exceptions=exceptions,
        statutory=statutory_days(),
    )


def _festival(english: str) -> str:
    return FESTIVALS.get(english, english)


def _notice(day: date) -> str:
    return f"国务院办公厅关于{day.year}年部分节假日安排的通知"
