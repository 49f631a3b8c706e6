"""Who is signed in: an Actor for every use case, and what the desk knows beyond that."""

from collections.abc import Iterable
from dataclasses import dataclass

from ticketing.actors import Actor
from ticketing.records.people import ApiToken, User
from ticketing.rules.permissions import Right, Role, rights_of


@dataclass(frozen=True, slots=True)
class Person(Actor):
    """A signed-in user, or a program with a token (`user_id` is None)."""

    staff_no: str = ""
    region_code: str = ""
    extension: str | None = None
    queues: tuple[str, ...] = ()
    must_change_password: bool = False
    """Until then the person has no role, so no right."""

    @property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.roles)


def person_of(user: User) -> Person:
    return Person(
        login=user.login,
        name=user.name,
        roles=frozenset() if user.must_change_password else known_roles(user.roles),
        user_id=user.id,
        unit_id=user.handling_unit_id,
        staff_no=user.staff_no,
        region_code=user.region_code,
        extension=user.extension,
        queues=tuple(user.queues),
        must_change_password=user.must_change_password,
    )


def program_of(token: ApiToken) -> Person:
    return Person(login=f"token:{token.name}", name=token.name, roles=known_roles(token.roles))


def process(name: str) -> Person:
    """The command line, or nobody yet; it holds no right, it only signs."""
    return Person(login=name, name=name, roles=frozenset())


def known_roles(names: Iterable[str]) -> frozenset[Role]:
    """The roles among `names`; one that a newer or older version knows gives nothing."""
    known = {role.value for role in Role}
    return frozenset(Role(name) for name in names if name in known)
