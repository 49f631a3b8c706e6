"""One hotline Asterisk with the shipped menu and one carrier for all menu tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_conf.secrets import seat_password
from asterisk_conf.tree import Asterisk
from tests.asterisk.carrier import TRUNK, Carrier, Seat
from tests.asterisk.menu.house import AgiProcess, MenuHouse, Phrases, menu_site
from tests.asterisk.pbx import HotlinePbx, throwaway_settings
from tests.menus import installed
from ticketing.database import Database

SEATS = ("1041", "1042", "1043")


@pytest.fixture(scope="session")
def menu_state() -> Iterator[Path]:
    """A folder with a short name: Asterisk's socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="hm") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def menu_pbx(asterisk: Asterisk, menu_state: Path) -> Iterator[HotlinePbx]:
    settings = throwaway_settings(menu_state, systemname="hm1")
    pbx = HotlinePbx(asterisk, settings, menu_site(TRUNK, settings.carrier_port))
    pbx.start()
    yield pbx
    pbx.stop()


@pytest.fixture(scope="session")
def menu_carrier(asterisk: Asterisk, menu_state: Path, menu_pbx: HotlinePbx) -> Iterator[Carrier]:
    settings = menu_pbx.settings
    carrier = Carrier(
        asterisk, menu_state / "c", settings.prompts, settings.carrier_port, settings.sip_port
    )
    secret = settings.installation_secret
    carrier.start([Seat(e, seat_password(secret, e)) for e in SEATS])
    yield carrier
    carrier.stop()


@pytest.fixture
def pbx(menu_pbx: HotlinePbx) -> Iterator[HotlinePbx]:
    yield menu_pbx
    menu_pbx.sign_out_all()
    menu_pbx.hang_up_all()


@pytest.fixture
def carrier(menu_carrier: Carrier, pbx: HotlinePbx) -> Iterator[Carrier]:
    yield menu_carrier
    menu_carrier.hang_up_all()


@pytest.fixture(scope="session")
def phrases(menu_pbx: HotlinePbx) -> Phrases:
    phrases = Phrases(menu_pbx.settings.prompts)
    phrases.make()
    return phrases


@pytest.fixture(scope="session")
def menu_database(menu_state: Path, _sqlite_template: Path) -> Iterator[Database]:
    path = menu_state / "hotline.db"
    shutil.copy(_sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    installed(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def menu_agi(
    menu_state: Path, menu_pbx: HotlinePbx, menu_database: Database
) -> Iterator[AgiProcess]:
    url = menu_database.engine.url.render_as_string(hide_password=False)
    process = AgiProcess(menu_state, menu_pbx.settings, url)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def menu(
    menu_agi: AgiProcess, phrases: Phrases, pbx: HotlinePbx, menu_database: Database
) -> MenuHouse:
    """Everything running, every sound made."""
    return MenuHouse(pbx, menu_agi, menu_database, phrases)
