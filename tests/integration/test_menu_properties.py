"""Whatever editors do in whatever order: what is live exists and is fit, and nothing is forgotten.

Edits, freezes, publications, trials and rollbacks at random, also by people who look at old
screens.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.centre import at
from tests.menus import installed, mistakes_in, shipped_texts
from ticketing import menu
from ticketing.actors import person
from ticketing.database import Database
from ticketing.errors import BusinessError
from ticketing.menu import Alias, Published
from ticketing.people.audit import verify_audit
from ticketing.records.flows import MenuPublication, MenuVersion
from ticketing.rules.permissions import Role

PEOPLE = [person(login, login, [Role.ADMIN]) for login in ("first", "second")]
GOOD = "flow: NAME\ntitle: 试验\nsteps:\n  a: {do: hang_up, text: WORDS。}\n"
BROKEN = "flow: NAME\ntitle: 试验\nsteps:\n  a: {do: fly}\n"

people = st.sampled_from(PEOPLE)
names = st.sampled_from(["12328", "survey", "one", "two"])
texts = st.one_of(
    st.just(BROKEN), st.sampled_from("甲乙丙丁").map(lambda words: GOOD.replace("WORDS", words))
)
numbers = st.integers(0, 12)
Row = tuple[Any, ...]


class Editing(RuleBasedStateMachine):
    """One installation, two editors."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="menu")
        path = Path(self._folder.name) / "hotline.db"
        shutil.copy(self.template, path)
        self.database = Database(f"sqlite:///{path}")
        installed(self.database)
        self.now: datetime = at("2026-11-25 10:00")
        self.versions: list[Row] = []
        self.publications: list[Row] = []
        self.fit: set[int] = set()
        """Versions found fit; they never change, which is looked at too."""
        self.revisions: dict[str, int | None] = {}
        """What is on the editors' screens, perhaps old."""

    def teardown(self) -> None:
        with self.database.reading() as session:
            assert verify_audit(session) is None
        self.database.close()
        self._folder.cleanup()

    def tries(self, act: Callable[..., Any], *arguments: Any, **more: Any) -> None:
        """What the business refuses leaves everything as it was: the invariants look."""
        self.now += timedelta(seconds=1)
        try:
            with self.database.transaction() as session:
                act(session, self.now, *arguments, **more)
        except BusinessError:
            pass

    @rule(name=names)
    def opens(self, name: str) -> None:
        with self.database.reading() as session:
            found = {flow.name: flow.revision for flow in menu.draft_flows(session)}
        self.revisions[name] = found.get(name)

    @rule(by=people, name=names, text=texts)
    def saves(self, by: Any, name: str, text: str) -> None:
        words = text.replace("NAME", name if not name.isdigit() else f'"{name}"')
        self.tries(menu.save_draft, by, name, words, self.revisions.get(name))

    @rule(by=people, name=names)
    def removes(self, by: Any, name: str) -> None:
        self.tries(menu.remove_draft, by, name, self.revisions.get(name))

    @rule(by=people, reason=st.sampled_from(["改", ""]))
    def freezes(self, by: Any, reason: str) -> None:
        """As the desk does: only what is fit."""
        with self.database.reading() as session:
            draft = menu.draft_texts(session)
        if not mistakes_in(draft):
            self.tries(menu.freeze, by, reason, menu.digest_of(draft))

    @rule(by=people, number=numbers, share=st.integers(-1, 101), alias=st.sampled_from(Alias))
    def publishes(self, by: Any, number: int, share: int, alias: Alias) -> None:
        wish = Published(number, alias, "试", share if alias is Alias.TRIAL else 0)
        self.tries(menu.publish, by, wish)

    @rule(by=people, number=numbers)
    def rolls_back(self, by: Any, number: int) -> None:
        self.tries(menu.roll_back, by, "退", number)

    @rule(by=people)
    def rolls_back_rightly(self, by: Any) -> None:
        try:
            with self.database.reading() as session:
                number = menu.rolls_back_to(session).number
        except BusinessError:
            return
        self.tries(menu.roll_back, by, "退", number)

    @rule(by=people)
    def ends_the_trial(self, by: Any) -> None:
        self.tries(menu.end_trial, by, "够了")

    @rule(by=people, number=numbers, discard=st.booleans())
    def takes(self, by: Any, number: int, discard: bool) -> None:
        self.tries(menu.take_as_draft, by, number, discard=discard)

    @rule(by=people, is_on=st.booleans())
    def switches_the_rule(self, by: Any, is_on: bool) -> None:
        self.tries(menu.set_two_person, by, is_on=is_on)

    @rule(words=st.sampled_from("子丑"))
    def is_upgraded(self, words: str) -> None:
        more = shipped_texts(new=GOOD.replace("NAME", "new").replace("WORDS", words))
        self.tries(menu.install_menu, more, {}, own_fit=True)

    @invariant()
    def what_callers_hear_exists_and_is_fit(self) -> None:
        with self.database.reading() as session:
            now = menu.aliases(session)
            assert now.live is not None
            heard = [now.live] + ([now.trial.number] if now.trial else [])
            for number in set(heard) - self.fit:
                assert mistakes_in(menu.find_version(session, number).texts) == []
                self.fit.add(number)

    @invariant()
    def history_only_grows(self) -> None:
        with self.database.reading() as session:
            versions = [
                (row.number, row.digest, menu.digest_of(row.texts), row.author, row.at)
                for row in session.scalars(select(MenuVersion).order_by(MenuVersion.number))
            ]
            publications = [
                (row.id, row.alias, row.number, row.done_by, row.at, row.reason)
                for row in session.scalars(select(MenuPublication).order_by(MenuPublication.id))
            ]
        assert versions[: len(self.versions)] == self.versions
        assert publications[: len(self.publications)] == self.publications
        assert [row[0] for row in versions] == list(range(1, len(versions) + 1))
        assert all(row[1] == row[2] for row in versions)
        self.versions, self.publications = versions, publications


def test_any_order_of_edits_and_publications_keeps_the_menu_whole(
    request: pytest.FixtureRequest,
) -> None:
    template = request.getfixturevalue("_sqlite_template")
    machine = type("Edited", (Editing,), {"template": template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
