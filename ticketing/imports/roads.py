"""The catalogue of roads, brought whole as a table of numbers and names."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput
from ticketing.imports.tables import Column, read_table
from ticketing.rules.permissions import Right
from ticketing.rules.roads import Road, Roads, problems

COLUMNS: Final = (
    Column("number", "编号", required=True, example="G1"),
    Column("name", "名称", required=True, example="京哈高速"),
)


def import_roads(session: Session, moment: datetime, actor: Actor, text: str) -> Roads:
    """The table becomes the next version of the catalogue; area codes stay as they are."""
    actor.require(Right.EDIT_CATALOGUES, "导入道路目录")
    known = catalogues.roads(session)
    lined = [
        (row.line, Road(row.get("number").upper(), row.get("name")))
        for row in read_table("roads.csv", text.encode(), COLUMNS)
    ]
    roads = tuple(road for _, road in lined)
    findings = tuple(
        Finding(f"{lined[row][0]}.{field}", f"第{lined[row][0]}行：{told}")
        for row, field, told in problems(roads)
    )
    if findings or not roads:
        raise InvalidInput(findings or (Finding("csv", "文件中没有任何道路"),))
    newer = Roads(f"{moment:%Y%m%d%H%M%S}", roads, known.area_codes)
    catalogues.publish(
        session, moment, actor.login, "roads", newer.version, catalogues.roads_document(newer)
    )
    return newer
