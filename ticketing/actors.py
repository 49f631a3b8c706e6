"""Who acts: a person with their roles, a program with a token, or our own worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ticketing.errors import NotAllowed
from ticketing.rules.permissions import Right, Role, rights_of


@dataclass(frozen=True, slots=True)
class Actor:
    """Passed to every use case; what it may do follows from its roles alone."""

    login: str
    name: str
    roles: frozenset[Role]
    user_id: int | None = None
    unit_id: int | None = None
    """The handling unit this person works for."""

    def may(self, right: Right) -> bool:
        return right in rights_of(self.roles)

    def require(self, right: Right, what: str) -> None:
        """Raises NotAllowed; `what` is Chinese, e.g. 查看录音."""
        if not self.may(right):
            raise NotAllowed(what, "您没有这项权限")


SYSTEM: Final = Actor("system", "系统", frozenset({Role.SYSTEM}))
"""Our own worker: clocks, sampling, archiving."""


def person(
    login: str,
    name: str,
    roles: Iterable[Role],
    user_id: int | None = None,
    unit_id: int | None = None,
) -> Actor:
    return Actor(login, name, frozenset(roles), user_id, unit_id)
