"""How much of a caller a reader sees (管理办法 第七条)."""

from dataclasses import dataclass

from agent_desk.web.routing import AnyAsk
from ticketing.people.audit import record_use, was_noted
from ticketing.people.person import Person
from ticketing.rules.masking import masked_name, masked_phone, masked_speech, masked_text
from ticketing.rules.permissions import Right


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see of callers."""

    numbers: bool
    seals: bool = True
    """Whether a confidential caller's seal is whole; broken only by reveal_caller."""

    def is_open(self, sealed: bool) -> bool:
        return self.numbers and not (sealed and self.seals)

    def number(self, number: str, *, sealed: bool = False) -> str:
        return number if self.is_open(sealed) else masked_phone(number)

    def name(self, name: str, *, sealed: bool = False) -> str:
        return name if self.is_open(sealed) else masked_name(name)

    def words(self, text: str, sealed: bool) -> str:
        """Free text; numbers in it are hidden like the others."""
        return text if self.is_open(sealed) else masked_text(text)

    def said(self, words: str) -> str:
        """What was said in the menu: spoken numbers and plates are hidden like written ones."""
        return words if self.numbers else masked_speech(words)


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
