"""How much of a caller a reader sees (管理办法 第七条)."""

from dataclasses import dataclass

from agent_desk.web.routing import AnyAsk
from ticketing.people.audit import record_use, was_noted
from ticketing.people.person import Person
from ticketing.rules.masking import masked_name, masked_phone
from ticketing.rules.permissions import Right


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see of callers."""

    numbers: bool

    def number(self, number: str) -> str:
        return number if self.numbers else masked_phone(number)

    def name(self, name: str) -> str:
        return name if self.numbers else masked_name(name)


def sight_of(person: Person) -> Sight:
    return Sight(numbers=person.may(Right.SEE_NUMBERS))


async def note_sight(ask: AnyAsk, subject_type: str, subject_key: str) -> None:
    """Who saw numbers whole is on the record, once per use."""
    if not ask.person.may(Right.SEE_NUMBERS):
        return
    moment = ask.desk.clock.now()
    seen = (moment, ask.person, "number.see", subject_type, subject_key)
    if not await ask.desk.database.read(was_noted, *seen):
        await ask.desk.database.write(record_use, *seen, address=ask.address)
