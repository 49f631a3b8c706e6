"""Puts the worker's jobs together and keeps them going until it is told to stop."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from types import FrameType
from typing import Final

from sqlalchemy.orm import Session

from ticketing.clock import Clock
from ticketing.database import Database
from ticketing.imports.working import ImportWorker
from ticketing.information.road_messages import forget_subscriptions
from ticketing.menu_figures.building import DayBuilder
from ticketing.notices.gateways import gateway_of
from ticketing.notices.sending import Sender, SmsGateway
from ticketing.notices.smpp.gateway import SmppGateway
from ticketing.notices.smpp.incoming import Incoming
from ticketing.orders.disposal import dispose_orders
from ticketing.orders.jobs import OrderJobs
from ticketing.photos.keeping import forget_unsent, remove_strays
from ticketing.photos.store import PhotoStore
from ticketing.readiness import Readiness
from ticketing.recordings import reconcile
from ticketing.recordings.converter import Converter
from ticketing.recordings.disposal import dispose_due
from ticketing.recordings.keeper import Keeper, OpensDraft
from ticketing.recordings.reading import LogReader
from ticketing.recordings.vault import Vault
from ticketing.window.sending import CodeSender
from ticketing.worker.lanes import Job, Lane
from ticketing.worker.settings import WorkerSettings

logger = logging.getLogger(__name__)

_BEAT: Final = 1.0
_STOP_PATIENCE: Final = 5.0
_INTERRUPTED_PATIENCE: Final = 2.0
"""Seconds a lane gets to end its job; SIGTERM has to be obeyed within ten."""


def work(settings: WorkerSettings, clock: Clock, open_draft: OpensDraft) -> None:
    """Works until SIGTERM or SIGINT."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    database = Database(settings.database)
    gateway = gateway_of(settings.sms, settings.sms_log, clock)
    converter = Converter()
    lanes = (
        *recording_lanes(settings, database, clock, converter, open_draft),
        order_lane(OrderJobs(database, clock)),
        import_lane(ImportWorker(database, clock)),
        keeping_lane(database, clock, PhotoStore(settings.vault)),
        sms_lane(database, clock, gateway),
        figures_lane(database, clock),
    )
    _run(lanes, Readiness(settings.state, "worker"), stopped, converter.kill)
    if isinstance(gateway, SmppGateway):
        gateway.close()
    converter.close()
    database.close()


def recording_lanes(
    settings: WorkerSettings,
    database: Database,
    clock: Clock,
    converter: Converter,
    open_draft: OpensDraft,
) -> Sequence[Lane]:
    """Reading Asterisk's logs; taking recordings into the vault; what may wait a minute."""
    vault = Vault(settings.vault)
    node, monitor = settings.systemname, settings.monitor

    def restarted(session: Session, at: datetime) -> None:
        reconcile.close_lost_calls(session, node, at, monitor)

    def close_stale() -> int:
        with database.transaction() as session:
            return reconcile.close_stale_calls(session, node, clock.now(), monitor)

    reader = LogReader(database, node, settings.cel, settings.queue_log, restarted)
    keeper = Keeper(database, clock, node, monitor, vault, converter, open_draft)

    def adopt() -> int:
        return reconcile.adopt_orphans(database, node, monitor, clock.now())

    return (
        Lane("logs", [Job("read Asterisk's logs", 0.3, reader.read_on)], patience=60),
        Lane("recordings", [Job("keep recordings", 0.5, keeper.tick)], patience=3600),
        Lane(
            "upkeep",
            [
                Job("adopt orphans", 60, adopt),
                Job("close stale calls", 600, close_stale),
                Job("dispose", 3600, lambda: dispose_due(database, vault, clock)),
            ],
            patience=3600,
        ),
    )


def order_lane(jobs: OrderJobs) -> Lane:
    """The clocks of work orders."""
    return Lane(
        "orders",
        [
            Job("report overdue orders", 30, jobs.report_overdue),
            Job("remind of near limits", 60, jobs.remind_due_soon),
            Job("put catalogues in force", 30, jobs.put_catalogues_in_force),
            Job("recompute due times", 60, jobs.recompute_due),
            Job("carry out asked recomputes", 20, jobs.follow_limits),
            Job("draw return visits", 600, jobs.draw_sample),
            Job("archive orders", 600, jobs.archive_due),
            Job("raise alarms", 600, jobs.raise_alarms),
        ],
        patience=600,
    )


def import_lane(imports: ImportWorker) -> Lane:
    """Files people brought; a big one takes minutes."""
    return Lane(
        "imports",
        [Job("take files in", 1, imports.tick), Job("forget files", 3600, imports.forget)],
        patience=600,
    )


def keeping_lane(database: Database, clock: Clock, store: PhotoStore) -> Lane:
    """What nobody may keep any longer: photos never sent, orders after their five years."""

    def forget() -> bool:
        with database.transaction() as session:
            return forget_unsent(session, clock.now(), store) > 0

    def tidy() -> None:
        with database.reading() as session:
            moment = clock.now()
            remove_strays(session, moment, store, int(moment.timestamp() // 3600))

    return Lane(
        "keeping",
        [
            Job("forget unsent photos", 600, forget),
            Job("remove stray photos", 3600, tidy),
            Job("dispose of orders", 3600, lambda: dispose_orders(database, store, clock) > 0),
        ],
        patience=3600,
    )


def sms_lane(database: Database, clock: Clock, gateway: SmsGateway) -> Lane:
    """Codes somebody waits for, then notices; a slow gateway delays no other lane."""
    codes, notices = CodeSender(database, clock, gateway), Sender(database, clock, gateway)

    def forget() -> int:
        with database.transaction() as session:
            return forget_subscriptions(session, clock.now())

    jobs = [
        Job("send codes", 1, codes.tick),
        Job("send messages", 2, notices.tick),
        Job("forget codes", 3600, codes.forget),
        Job("forget road subscriptions", 3600, forget),
    ]
    if isinstance(gateway, SmppGateway):
        incoming = Incoming(database, clock, gateway.receipt_ids)
        jobs += [
            Job("hear the message centre", 1, lambda: gateway.listen(incoming.take)),
            Job("settle parts of messages", 600, incoming.settle_fragments),
        ]
    return Lane("sms", jobs, patience=600)


def figures_lane(database: Database, clock: Clock) -> Lane:
    """What is added up for people to look at; never in the way of anything else."""
    builder = DayBuilder(database, clock)
    return Lane("figures", [Job("add up the menu's days", 300, builder.build)], patience=3600)


def _run(
    lanes: Sequence[Lane],
    readiness: Readiness,
    stopped: threading.Event,
    interrupt: Callable[[], None],
) -> None:
    for lane in lanes:
        lane.start()
    while not stopped.wait(_BEAT):
        hung = [lane.name for lane in lanes if not lane.is_alive]
        if hung:
            logger.error("no sign of life from: %s", ", ".join(hung))
        elif lanes[0].has_worked:
            readiness.beat()
    for lane in lanes:
        lane.stop()
    if _still_working(lanes, _STOP_PATIENCE):
        interrupt()  # a long conversion is begun again next time
    if busy := _still_working(lanes, _INTERRUPTED_PATIENCE):
        logger.warning("stopped in the middle of: %s; done again at the next start", busy)
    readiness.end()


def _still_working(lanes: Sequence[Lane], seconds: float) -> list[str]:
    deadline = time.monotonic() + seconds
    return [lane.name for lane in lanes if not lane.join(max(0.0, deadline - time.monotonic()))]
