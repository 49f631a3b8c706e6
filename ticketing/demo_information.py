"""What a demo's menu has to say; every notice and answer says itself that it is made up."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.information import (
    KnowledgeText,
    RoadNoticeText,
    post_road_notice,
    publish_knowledge,
    submit_knowledge,
    write_knowledge,
)
from ticketing.people.person import process
from ticketing.records.information import KnowledgeItem, RoadNotice

LASTS: Final = timedelta(days=30)
SOURCE: Final = "演示数据，非真实政策"

NOTICES: Final = (
    ("works", "G15", "沈海高速", "鞍山至海城段", "演示消息：占道施工，请减速慢行。"),
    ("control", "G91", "辽中环线高速", "全线", "演示消息：因雾限速每小时六十公里。"),
    ("closure", "G1", "京哈高速", "沈阳至四平段", "演示消息：因降雪双向封闭，请绕行国道一零二线。"),
)
ANSWERS: Final = (
    (
        "etc_apply",
        "怎样办理或注销ETC？",
        "可以在银行网点或高速公路服务网点办理，请带好身份证和行驶证；注销请先结清通行费。",
    ),
    (
        "etc_balance",
        "ETC怎样充值、查余额？",
        "记账卡不用充值；储值卡可以在服务网点或手机应用上充值，充值后要写卡，余额同处可查。",
    ),
    (
        "etc_fees",
        "ETC通行费有疑问、要开发票怎么办？",
        "通行记录三到五天后可以在票根网查询并开具发票；对金额有疑问请转人工，报车牌和通行时间。",
    ),
    (
        "etc_device",
        "ETC设备坏了、不亮怎么办？",
        "请先确认卡片插好、标签没有松动；仍不能用请到服务网点检测，保修期内免费更换。",
    ),
    (
        "coach_tickets",
        "长途汽车票怎么买、怎么退？",
        "可以在汽车站窗口或者车站的网上售票平台购票，发车前可以办理退票，手续费以车站公示为准。",
    ),
    (
        "bus_lines",
        "公交线路、首末班时间怎么查？",
        "可以在公交集团的手机应用或站牌上查询线路和首末班时间，临时改线以站牌公告为准。",
    ),
    (
        "taxi_fares",
        "出租车怎样收费？",
        "按计价器显示收费，车内应当张贴价格标准；多收费可以凭发票向我们投诉。",
    ),
)


def load_demo_information(session: Session, moment: datetime) -> None:
    """Once: what was cancelled or changed in a demo stays so."""
    by = process("demo")
    if session.scalar(select(RoadNotice.id).limit(1)) is None:
        for kind, road_no, road_name, section, text in NOTICES:
            notice = RoadNoticeText(
                kind, road_no, road_name, section, "210000", text, moment, moment + LASTS
            )
            post_road_notice(session, moment, by, notice)
    if session.scalar(select(KnowledgeItem.id).limit(1)) is None:
        for topic, question, answer in ANSWERS:
            words = KnowledgeText(topic, question, answer, f"演示内容：{answer}", SOURCE)
            item = write_knowledge(session, moment, by, words)
            submit_knowledge(session, moment, by, item.id)
            publish_knowledge(session, moment, by, item.id)
