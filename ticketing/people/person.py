"""Who acts. Every use case that needs a right or writes an audit row receives a Person."""

from collections.abc import Iterable
from dataclasses import dataclass

from ticketing.errors import NotAllowed
from ticketing.records.people import ApiToken, User
from ticketing.rules.permissions import Right, Role, rights_of


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user, a program with a token (`id` is None), or a process of ours."""

    id: int | None
    login: str
    """What stands in audit rows: login, `token:<name>` or the process's name."""
    name: str
    roles: frozenset[Role]
    rights: frozenset[Right]
    staff_no: str = ""
    region_code: str = ""
    handling_unit_id: int | None = None
    extension: str | None = None
    queues: tuple[str, ...] = ()
    must_change_password: bool = False

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raises NotAllowed when the person lacks the right."""
        if right not in self.rights:
            raise NotAllowed(right.value, "您没有此项权限")


def person_of(user: User) -> Person:
    """The user as one who acts; until a given password is changed, without any right."""
    roles = known_roles(user.roles)
    return Person(
        id=user.id,
        login=user.login,
        name=user.name,
        roles=roles,
        rights=frozenset() if user.must_change_password else rights_of(roles),
        staff_no=user.staff_no,
        region_code=user.region_code,
        handling_unit_id=user.handling_unit_id,
        extension=user.extension,
        queues=tuple(user.queues),
        must_change_password=user.must_change_password,
    )


def program_of(token: ApiToken) -> Person:
    roles = known_roles(token.roles)
    return Person(
        id=None,
        login=f"token:{token.name}",
        name=token.name,
        roles=roles,
        rights=rights_of(roles),
    )


def process(name: str) -> Person:
    """One of our own processes or the command line; it holds no right, it only signs."""
    return Person(id=None, login=name, name=name, roles=frozenset(), rights=frozenset())


def known_roles(names: Iterable[str]) -> frozenset[Role]:
    """The roles among `names`; one that a newer or older version knows gives nothing."""
    known = {role.value for role in Role}
    return frozenset(Role(name) for name in names if name in known)
