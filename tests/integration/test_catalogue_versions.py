"""Catalogues change by versions: checked, compared, in force at once or from a day on."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from tests.centre import ADMIN, AGENT, DISPATCHER, Centre
from ticketing import catalogue_versions as versions
from ticketing import catalogues
from ticketing.catalogue_forms import FORMS
from ticketing.database import Database
from ticketing.errors import AlreadyHandled, InvalidInput, NotAllowed, NotFound
from ticketing.people.audit import list_audit
from ticketing.records.catalogues import CataloguePlan


@pytest.fixture
def centre(database: Database, moment: datetime) -> Iterator[Centre]:
    with database.transaction() as session:
        yield Centre(session, moment)


def rows_of(centre: Centre, name: str) -> tuple[str, dict[str, list[dict[str, Any]]]]:
    row = catalogues.current(centre.session, name)
    return row.version, deepcopy(FORMS[name].rows(row.content))


def publish(centre: Centre, name: str, rows: Any, seen: str, **more: Any) -> Any:
    centre.later(seconds=1)
    return versions.publish_version(
        centre.session, centre.now, ADMIN, name, rows, more.pop("note", "省厅通知"), seen, **more
    )


def test_every_shipped_catalogue_comes_back_from_its_sheets_unchanged(centre: Centre) -> None:
    for name, form in FORMS.items():
        content = catalogues.current(centre.session, name).content
        rows = form.rows(content)
        assert form.findings(rows) == [], name
        assert form.document(rows) == content, name


def test_a_new_version_is_in_force_at_once_and_orders_keep_theirs(centre: Centre) -> None:
    seen, rows = rows_of(centre, "taxonomy")
    earlier = centre.drafted()
    new = {"domain": "城市客运", "topic": "共享单车", "sub_item": "", "third_level": ""}
    rows["entries"].append(new)
    looked = versions.preview(centre.session, "taxonomy", rows)
    (change,) = looked.changes
    assert (change.sheet, change.kind, change.before) == ("entries", "added", None)
    publish(centre, "taxonomy", rows, seen)
    assert "共享单车" in catalogues.taxonomy(centre.session).topics("城市客运")
    assert (earlier.taxonomy_version, centre.drafted().taxonomy_version != seen) == (seen, True)
    (entry,) = list_audit(centre.session, None, 5, what="catalogue.publish")
    assert (entry.who, entry.reason, entry.subject_key) == ("admin", "省厅通知", "taxonomy")
    row = catalogues.current(centre.session, "taxonomy")
    assert [one.kind for one in versions.changes_of(centre.session, row)] == ["added"]


def test_a_preview_tells_what_in_use_the_version_touches(centre: Centre) -> None:
    centre.submitted()
    _, rows = rows_of(centre, "taxonomy")
    rows["entries"] = [row for row in rows["entries"] if row["topic"] != "巡游出租汽车"]
    rows["aliases"] = [row for row in rows["aliases"] if row["topic"] != "巡游出租汽车"]
    looked = versions.preview(centre.session, "taxonomy", rows)
    assert {change.kind for change in looked.changes} == {"removed"}
    assert looked.effects == ("1件未办结工单的分类不在新版本中，转办前须更正分类",)


def test_from_a_day_on_it_waits_for_that_day_and_may_be_cancelled(centre: Centre) -> None:
    seen, rows = rows_of(centre, "policy")
    rows["policy"][0]["hot_spot_count"] = 3
    day = centre.now.replace(month=12, day=1)
    plan = publish(centre, "policy", rows, seen, valid_from=day)
    assert isinstance(plan, CataloguePlan)
    assert versions.publish_due(centre.session, centre.now) == 0
    assert catalogues.policy(centre.session).hot_spot_count == 5
    assert "12月01日" in versions.preview(centre.session, "policy", rows).effects[-1]
    assert versions.publish_due(centre.session, day) == 1
    assert versions.publish_due(centre.session, day) == 0
    assert catalogues.policy(centre.session).hot_spot_count == 3
    rows["policy"][0]["hot_spot_count"] = 4
    later = publish(centre, "policy", rows, plan.version, valid_from=day.replace(day=2))
    versions.cancel_plan(centre.session, centre.now, ADMIN, later.id)
    with pytest.raises(NotAllowed, match="已取消"):
        versions.cancel_plan(centre.session, centre.now, ADMIN, later.id)
    assert versions.publish_due(centre.session, day.replace(day=3)) == 0


def test_of_two_who_publish_the_second_is_told_of_the_first(centre: Centre) -> None:
    seen, rows = rows_of(centre, "channels")
    rows["channels"].append({"code": "letter", "name": "来信", "report_name": "其他"})
    publish(centre, "channels", rows, seen)
    rows["channels"].append({"code": "visit", "name": "来访", "report_name": "其他"})
    with pytest.raises(AlreadyHandled) as refused:
        publish(centre, "channels", rows, seen)
    assert "受理渠道" in refused.value.change


@pytest.mark.parametrize(
    ("name", "sheet", "row", "field", "part"),
    [
        ("taxonomy", "entries", {"domain": "太空", "topic": "火箭"}, "domain", "不在领域表"),
        ("taxonomy", "entries", {"domain": "城市客运", "topic": ""}, "topic", "必填"),
        ("taxonomy", "aliases", {"alias": "的士", "topic": "无此"}, "aliases", "不存在"),
        ("channels", "channels", {"code": "web", "name": "x", "report_name": "x"}, "code", "重复"),
        ("regions", "regions", {"code": "21", "name": "x", "kind": "city"}, "code", "6位"),
        ("regions", "regions", {"code": "990000", "name": "x", "kind": "moon"}, "kind", "选项"),
        ("source_kinds", "source_kinds", {"source_type": "新", "kind": "x"}, "kind", "选项"),
        (
            "notice_templates",
            "templates",
            {"kind": "closed", "recipient": "unit", "means": "in_app", "text": "{caller_number}"},
            "templates",
            "caller_number",
        ),
        (
            "text_rules",
            "rules",
            {"name": "x", "when": ["intake"], "field": "content", "type": "forbids",
             "pattern": "(", "kinds": ["consult"], "message": "m"},
            "pattern",
            "不能识别",
        ),
        (
            "text_rules",
            "rules",
            {"name": "x", "when": ["intake"], "field": "content", "type": "required",
             "kinds": ["consult"], "message": "{0.__class__}"},
            "message",
            "只能使用",
        ),
        ("policy", "local_limits", {"clock": "D6", "amount": 30, "basis": "x"}, "limit", "长于"),
        ("policy", "local_limits", {"clock": "D6", "amount": -1, "basis": "x"}, "amount", "不小于"),
    ],
)  # fmt: skip
def test_what_the_rules_refuse_is_told_and_never_in_force(
    centre: Centre, name: str, sheet: str, row: dict[str, Any], field: str, part: str
) -> None:
    seen, rows = rows_of(centre, name)
    rows[sheet].append(row)
    findings = versions.preview(centre.session, name, rows).findings
    assert any(field in one.field and part in one.message for one in findings), findings
    with pytest.raises(InvalidInput):
        publish(centre, name, rows, seen)
    assert catalogues.current(centre.session, name).version == seen


def test_what_cannot_be_a_version_is_refused(centre: Centre) -> None:
    seen, rows = rows_of(centre, "channels")
    with pytest.raises(InvalidInput, match="没有差别"):
        publish(centre, "channels", rows, seen)
    rows["channels"] = [row for row in rows["channels"] if row["code"] != "sms"]
    with pytest.raises(InvalidInput, match="由系统使用"):
        publish(centre, "channels", rows, seen)
    with pytest.raises(InvalidInput, match="修改说明"):
        publish(centre, "channels", rows, seen, note=" ")
    with pytest.raises(InvalidInput, match="没有这张表"):
        publish(centre, "channels", {**rows, "x": []}, seen)
    with pytest.raises(NotFound):
        versions.preview(centre.session, "x", {})
    for actor in (AGENT, DISPATCHER):
        with pytest.raises(NotAllowed):
            versions.publish_version(
                centre.session, centre.now, actor, "channels", rows, "说明", seen
            )
