"""A new version of a catalogue: looked at first (what changes, what it touches), then in force at
once or from a day on. Older versions stay as they are, and orders name the one they were made with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.catalogue_forms import FORMS, CatalogueForm
from ticketing.catalogue_sheets import SheetRow
from ticketing.clock import SHANGHAI
from ticketing.errors import AlreadyHandled, Finding, InvalidInput, NotAllowed, NotFound
from ticketing.people.audit import record_audit
from ticketing.records.catalogues import Catalogue, CataloguePlan, HandlingUnit
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Right
from ticketing.rules.states import OPEN_STATES, State
from ticketing.rules.texts import clean

VERSIONS_SHOWN: Final = 50
ChangeKind = Literal["added", "removed", "changed"]
RowsGiven = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Change:
    """One row that differs between two versions."""

    sheet: str
    kind: ChangeKind
    before: SheetRow | None
    after: SheetRow | None


@dataclass(frozen=True)
class Preview:
    """What a new version would be. With findings it cannot come into force."""

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    effects: tuple[str, ...]
    """Chinese sentences: what in use the version touches."""


def form_of(name: str) -> CatalogueForm:
    """Raises NotFound."""
    form = FORMS.get(name)
    if form is None:
        raise NotFound("catalogue", name)
    return form


def versions(session: Session, name: str) -> Sequence[Catalogue]:
    """Newest first; the first is in force."""
    return session.scalars(
        select(Catalogue)
        .where(Catalogue.name == name)
        .order_by(Catalogue.id.desc())
        .limit(VERSIONS_SHOWN)
    ).all()


def one_version(session: Session, name: str, version: str) -> Catalogue:
    """Raises NotFound."""
    found = session.scalars(
        select(Catalogue).where(Catalogue.name == name, Catalogue.version == version)
    ).first()
    if found is None:
        raise NotFound("catalogue", version)
    return found


def changes_of(session: Session, row: Catalogue) -> list[Change]:
    """What a version changed against the one before it."""
    before = session.scalars(
        select(Catalogue)
        .where(Catalogue.name == row.name, Catalogue.id < row.id)
        .order_by(Catalogue.id.desc())
        .limit(1)
    ).first()
    return changes(form_of(row.name), before.content if before else {}, row.content)


def plans(session: Session, name: str = "") -> Sequence[CataloguePlan]:
    """Versions that wait for their day, the next one first."""
    query = select(CataloguePlan).where(
        CataloguePlan.published_at.is_(None), CataloguePlan.cancelled_at.is_(None)
    )
    if name:
        query = query.where(CataloguePlan.name == name)
    return session.scalars(query.order_by(CataloguePlan.valid_from, CataloguePlan.id)).all()


def preview(session: Session, name: str, rows: RowsGiven) -> Preview:
    """Nothing is written."""
    form = form_of(name)
    findings = tuple(form.findings(rows))
    if findings:
        return Preview(findings, (), ())
    document = form.document(rows)
    found = changes(form, catalogues.current(session, name).content, document)
    return Preview((), tuple(found), tuple(_effects(session, name, document)))


def publish_version(
    session: Session,
    moment: datetime,
    actor: Actor,
    name: str,
    rows: RowsGiven,
    note: str,
    seen: str,
    valid_from: datetime | None = None,
) -> Catalogue | CataloguePlan:
    """A new version, in force now or from a day on. `seen`: the version it was made from.

    Raises InvalidInput, NotAllowed, AlreadyHandled when somebody published meanwhile.
    """
    actor.require(Right.EDIT_CATALOGUES, "发布目录新版本")
    form = form_of(name)
    findings = [*form.findings(rows)]
    if not clean(note):
        findings.append(Finding("note", "请填写修改说明或依据"))
    if valid_from is not None and valid_from <= moment:
        findings.append(Finding("valid_from", "生效时间应在将来；立即生效请不填"))
    if findings:
        raise InvalidInput(tuple(findings))
    version = f"{moment.astimezone(SHANGHAI):%Y%m%d.%H%M%S}"
    detail = {"version": version, "before": seen}
    if valid_from is not None:
        detail["valid_from"] = valid_from.isoformat()
    # The audit's lock is taken first: of two who publish at once the second sees the first's.
    record_audit(
        session, moment, actor, "catalogue.publish", "catalogue", name, reason=note, detail=detail
    )
    now = catalogues.current(session, name)
    if now.version != seen:
        change = f"发布了“{form.zh}”版本{now.version}"
        raise AlreadyHandled("catalogue", name, now.created_by, now.created_at, change)
    document = form.document(rows)
    if not changes(form, now.content, document):
        raise InvalidInput((Finding("rows", "与现行版本没有差别"),))
    if valid_from is None:
        return catalogues.publish(
            session, moment, actor.login, name, version, document, clean(note)
        )
    plan = CataloguePlan(
        name=name,
        version=version,
        content=document,
        note=clean(note),
        valid_from=valid_from,
        created_by=actor.login,
        created_by_name=actor.name,
        created_at=moment,
    )
    session.add(plan)
    session.flush()
    return plan


def cancel_plan(session: Session, moment: datetime, actor: Actor, plan_id: int) -> None:
    """Raises NotFound, NotAllowed."""
    actor.require(Right.EDIT_CATALOGUES, "取消待生效版本")
    plan = session.get(CataloguePlan, plan_id, with_for_update=True)
    if plan is None:
        raise NotFound("catalogue", plan_id)
    if plan.published_at or plan.cancelled_at:
        raise NotAllowed("取消待生效版本", "这个版本已经生效或已取消")
    plan.cancelled_at = moment
    detail = {"version": plan.version}
    record_audit(session, moment, actor, "catalogue.cancel", "catalogue", plan.name, detail=detail)


def publish_due(session: Session, moment: datetime) -> int:
    """Puts versions in force whose time has come; the worker calls it."""
    due = session.scalars(
        select(CataloguePlan)
        .where(
            CataloguePlan.published_at.is_(None),
            CataloguePlan.cancelled_at.is_(None),
            CataloguePlan.valid_from <= moment,
        )
        .order_by(CataloguePlan.valid_from, CataloguePlan.id)
        .with_for_update()
    ).all()
    for plan in due:
        catalogues.publish(
            session, moment, plan.created_by, plan.name, plan.version, plan.content, plan.note
        )
        plan.published_at = moment
        by = Actor(plan.created_by, plan.created_by_name, frozenset())
        detail = {"version": plan.version}
        record_audit(
            session, moment, by, "catalogue.in_force", "catalogue", plan.name, detail=detail
        )
    return len(due)


def changes(
    form: CatalogueForm, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Change]:
    """Rows that were added, removed or changed, by each sheet's key."""
    found: list[Change] = []
    for sheet in form.sheets:
        old = {sheet.key_of(row): row for row in sheet.read(dict(before))} if before else {}
        new = {sheet.key_of(row): row for row in sheet.read(dict(after))}
        found += [Change(sheet.name, "removed", old[k], None) for k in old if k not in new]
        found += [
            Change(sheet.name, "changed" if key in old else "added", old.get(key), row)
            for key, row in new.items()
            if old.get(key) != row
        ]
    return found


def _effects(session: Session, name: str, document: Mapping[str, Any]) -> list[str]:
    found = []
    if name == "taxonomy":
        found += _of_taxonomy(session, document)
    if name == "regions":
        found += _of_regions(session, document)
    if name == "policy":
        found.append("新的期限从下一次转办、受理起计算；正在计时的工单按原期限，除非另行重算")
    if waiting := plans(session, name):
        day = waiting[0].valid_from.astimezone(SHANGHAI)
        found.append(f"另有一个版本将于{day:%Y年%m月%d日 %H:%M}生效，届时会替换本次修改")
    return found


def _of_taxonomy(session: Session, document: Mapping[str, Any]) -> list[str]:
    """Routes and open orders whose class the tree would no longer know."""
    classes = {(row["domain"], row["topic"]) for row in document["entries"]}
    classes |= {(row["name"], "") for row in document["domains"]}
    lost = [
        route
        for route in catalogues.routes(session)
        if route.domain and (route.domain, route.topic) not in classes
    ]
    open_states = sorted({*OPEN_STATES, State.DRAFT})
    counted = session.execute(
        select(WorkOrder.domain, WorkOrder.topic, func.count())
        .where(WorkOrder.state.in_(open_states), WorkOrder.domain != "")
        .group_by(WorkOrder.domain, WorkOrder.topic)
    )
    aliases = document["aliases"]
    orders = sum(
        count
        for domain, topic, count in counted
        if (domain, aliases.get(topic, topic)) not in classes
    )
    found = [f"{len(lost)}条派单规则写着不再存在的分类，将不再起作用"] if lost else []
    if orders:
        found.append(f"{orders}件未办结工单的分类不在新版本中，转办前须更正分类")
    return found


def _of_regions(session: Session, document: Mapping[str, Any]) -> list[str]:
    codes = {row["code"] for row in document["regions"]}
    used = session.scalars(
        select(HandlingUnit.region_code).where(
            HandlingUnit.disabled_at.is_(None), HandlingUnit.region_code != ""
        )
    )
    gone = sorted({code for code in used if code not in codes})
    found = [f"承办单位仍使用将删除的区划：{'、'.join(gone)}"] if gone else []
    if catalogues.policy(session).region_code not in codes:
        found.append("本中心所在的行政区划不在新版本中，新工单将无法登记")
    return found
