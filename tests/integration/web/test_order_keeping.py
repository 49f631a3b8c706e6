"""Photos over HTTP from the public window to the order's page; holds; limits anew."""

import io
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from agent_desk.web.desk import Limits
from agent_desk.web.limits import Rate
from tests.centre import Centre
from tests.desk import Answer, Browser, RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from tests.integration.web.test_public import MATTER
from ticketing.database import Database
from ticketing.people.person import process
from ticketing.people.tokens import add_token
from ticketing.records.keeping import OrderPhoto
from ticketing.records.people import AuditEntry, User
from ticketing.records.work_orders import WorkOrder
from ticketing.rules.permissions import Role


def photo(form: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form)
    return out.getvalue()


async def sent(browser: Browser, raw: bytes, kind: str = "image/jpeg") -> Answer:
    headers = {"Content-Type": kind}
    return await browser.ask("POST", "/public/photos", data=io.BytesIO(raw), headers=headers)


async def filed(desk: RunningDesk, **more: object) -> tuple[str, int]:
    """A matter with one photo: its number and the photo's."""
    public = desk.browser()
    taken = await sent(public, photo())
    assert taken.status == 201, taken.body
    matter = {**MATTER, "photos": [taken.body["photo"]], **more}
    answer = await public.post("/public/matters", matter)
    assert answer.status == 201, answer.body
    with desk.database.reading() as session:
        return answer.body["order_no"], session.scalars(select(OrderPhoto.id)).one()


async def test_a_photo_is_seen_on_the_orders_page_with_headers_that_run_nothing(
    desk: RunningDesk,
) -> None:
    order_no, photo_id = await filed(desk)
    agent = await desk.signed_in("agent1")
    order = await agent.get(f"/work-orders/{order_no}")
    assert order.body["photos"] == [{"id": photo_id, "width": 64, "height": 48}]
    shown = await agent.get(f"/work-orders/{order_no}/photos/{photo_id}")
    assert shown.status == 200
    assert shown.body.startswith(b"\xff\xd8")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, no-store"
    with desk.database.reading() as session:
        seen = session.scalars(select(AuditEntry).where(AuditEntry.what == "photo.see")).one()
    assert (seen.who, seen.subject_key) == ("agent1", order_no)


async def test_nobody_else_sees_it(desk: RunningDesk) -> None:
    order_no, photo_id = await filed(desk)
    path = f"/work-orders/{order_no}/photos/{photo_id}"
    assert (await desk.browser().get(path)).status == 401
    unit = await desk.signed_in("unit1")
    assert (await unit.get(path)).status == 404  # it is not with this unit
    agent = await desk.signed_in("agent1")
    assert (await agent.get(f"/work-orders/{order_no}/photos/{photo_id + 1}")).status == 404


async def test_a_unit_does_not_see_photos_of_a_confidential_caller(desk: RunningDesk) -> None:
    order_no, photo_id = await filed(desk, confidential=True)
    with desk.database.transaction() as session:
        order = session.scalars(select(WorkOrder)).one()
        unit1 = session.scalars(select(User).where(User.login == "unit1")).one()
        order.lead_unit_id = unit1.handling_unit_id
    unit, agent = await desk.signed_in("unit1"), await desk.signed_in("agent1")
    path = f"/work-orders/{order_no}"
    assert (await unit.get(path)).body["photos"] == []
    assert (await unit.get(f"{path}/photos/{photo_id}")).status == 404
    assert (await agent.get(f"{path}/photos/{photo_id}")).status == 200


async def test_what_is_no_photo_or_too_large_is_refused(desk: RunningDesk) -> None:
    public = desk.browser()
    assert (await sent(public, b"<svg/>")).status == 422
    assert (await sent(public, photo(), "text/html")).status == 415
    assert (await sent(public, b"\0" * (12 * 1024 * 1024 + 1))).status == 413
    assert (await sent(public, b"")).status == 422
    assert (await sent(public, photo("PNG"), "image/png")).status == 201
    assert (await sent(public, photo("WEBP"), "application/octet-stream")).status == 201
    six = {**MATTER, "photos": ["0123456789abcdef"] * 6}
    assert (await public.post("/public/matters", six)).status == 422
    gone = await public.post("/public/matters", {**MATTER, "photos": ["0123456789abcdef"]})
    assert (gone.status, gone.body["findings"][0]["field"]) == (422, "photos")
    with desk.database.reading() as session:
        assert session.scalars(select(WorkOrder)).all() == []


async def test_one_address_sends_only_so_many_in_a_row(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    limits = Limits(public_photos=Rate(per_second=1e-6, burst=2))
    async with running_desk(database, clock, tmp_path, limits=limits) as desk:
        public = desk.browser()
        statuses = [(await sent(public, photo())).status for _ in range(3)]
        assert statuses == [201, 201, 429]


async def manager(desk: RunningDesk, clock: MovableClock) -> Browser:
    with desk.database.transaction() as session:
        key = add_token(session, clock.now(), process("t"), "manager", [Role.CENTRE_MANAGER])
    return desk.program(key)


async def test_a_hold_is_placed_seen_and_released_with_reasons(
    desk: RunningDesk, clock: MovableClock
) -> None:
    order_no, _ = await filed(desk)
    boss, agent = await manager(desk, clock), await desk.signed_in("agent1")
    path = f"/work-orders/{order_no}/holds"
    body = {"kind": "dispute", "reason": "当事人提起行政复议"}
    assert (await agent.post(path, body)).status == 403
    placed = await boss.post(path, body)
    assert placed.status == 201, placed.body
    (hold,) = placed.body["holds"]
    assert (hold["kind"], hold["reason"], hold["released_at"]) == ("dispute", body["reason"], None)
    assert (await boss.post(f"{path}/{hold['id']}/release", {"reason": ""})).status == 422
    assert (await boss.post(f"{path}/{hold['id'] + 1}/release", {"reason": "x"})).status == 404
    released = await boss.post(f"{path}/{hold['id']}/release", {"reason": "复议已结"})
    assert released.body["holds"][0]["release_reason"] == "复议已结"


async def test_limits_are_shown_previewed_and_recomputed_by_who_edits_catalogues(
    desk: RunningDesk, clock: MovableClock
) -> None:
    with desk.database.transaction() as session:
        Centre(session, clock.now())
    admin, agent = await desk.signed_in("admin"), await desk.signed_in("agent1")
    assert (await agent.get("/limits")).status == 403
    shown = await admin.get("/limits")
    assert {"投诉举报办理", "工单存档"} <= {one["label"] for one in shown.body["limits"]}
    assert shown.body["last"] is None
    assert (await admin.get("/limits/outlook")).body["changed"] == 0
    asked = await admin.post("/limits/recomputes", {"reason": "细则修改"})
    assert (asked.status, asked.body["done_at"]) == (202, None)
    again = await admin.post("/limits/recomputes", {"reason": "细则修改"})
    assert again.status == 403
    assert (await admin.get("/limits")).body["last"]["reason"] == "细则修改"
