"""The step that hears words and keys alike: `listen`."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, field_validator, model_validator

from ivr_flows import texts
from ivr_flows.interfaces import KEYS
from ivr_flows.language.words import Key, Name, Sets, Spoken, Text, Variable, Ways, Words
from ivr_flows.speech.grammar import LONGEST_PHRASE, MOST_PHRASES, spoken
from ivr_flows.speech.slots import Slot, SlotKind
from ivr_flows.speech.understanding import PERSON, Choices, choices
from ivr_flows.values import ReadAs

MOST_WAYS_TO_SAY: Final = MOST_PHRASES
"""All phrases of a step with all values in their places."""


class SlotWords(Words):
    """A part of a phrase that varies; `road: road` is short for `road: {kind: road}`."""

    kind: SlotKind
    values: dict[Text, Annotated[list[Text], Field(max_length=50)]] = Field(default_factory=dict)
    """word: what may be said, each with other ways to say it; road: further roads."""
    min: Annotated[int, Field(ge=1, le=32)] = 1
    max: Annotated[int, Field(ge=1, le=32)] = 32

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, written: Any) -> Any:
        return {"kind": written} if isinstance(written, str) else written

    @model_validator(mode="after")
    def _possible(self) -> "SlotWords":
        if (self.kind is SlotKind.WORD) and not self.values:
            raise ValueError("kind: word 要在 values 里写出可以说的词")
        if self.values and self.kind not in {SlotKind.WORD, SlotKind.ROAD}:
            raise ValueError("values 只用于 kind: word 和 kind: road")
        if self.min > self.max:
            raise ValueError(f"min {self.min} 大于 max {self.max}，请对调")
        return self

    def slot(self) -> Slot:
        values = {value: tuple(ways) for value, ways in self.values.items()}
        return Slot(self.kind, values, self.min, self.max)


class Intent(Words):
    """One thing a caller may want, in the ways they may say it."""

    title: Annotated[str, Field(min_length=1, max_length=30)]
    """What it is asked back as: 您是要{title}，对吗？"""
    phrases: Annotated[list[Text], Field(min_length=1, max_length=200)]
    sets: dict[Variable, Text] = Field(default_factory=dict)
    next: Name | None = None

    @field_validator("title")
    @classmethod
    def _readable(cls, title: str) -> str:
        if found := texts.mistakes_in(title):
            raise ValueError("；".join(found))
        return title

    @field_validator("phrases")
    @classmethod
    def _sayable(cls, phrases: list[str]) -> list[str]:
        for phrase in phrases:
            if found := [part for part in texts.mistakes_in(phrase) if "花括号" in part]:
                raise ValueError(f"“{phrase}”：{found[0]}")
            if not spoken(phrase):
                raise ValueError(f"“{phrase}”里没有可以说的字，请写上要说的话")
            if len(phrase) > LONGEST_PHRASE:
                raise ValueError(f"说法“{phrase[:10]}…”太长，最多 {LONGEST_PHRASE} 字")
        return phrases

    def slots(self) -> tuple[str, ...]:
        """Slots that stand in every phrase."""
        named = [frozenset(texts.names(phrase)) for phrase in self.phrases]
        return tuple(sorted(frozenset.intersection(*named)))


class Listen(Spoken):
    """Say what may be said or pressed; go on by either, ask back when unsure.

    Not understood three times: by keys alone, and after as many wrong keys a person.
    """

    do: Literal["listen"]
    invite: str = ""
    """Said at first, in place of the text, while words are heard; nobody is to speak in vain."""
    keys: Annotated[dict[Key, Name], Field(min_length=1)]
    repeat: Key | None = None
    intents: Annotated[dict[Name, Intent], Field(min_length=1, max_length=100)]
    slots: dict[Variable, SlotWords] = Field(default_factory=dict)
    confirm: Literal["unsure", "always", "never"] = "unsure"
    sure: Annotated[float, Field(ge=0.3, le=1)] = 0.8
    wait: Annotated[float, Field(ge=1, le=30)] = 5.0
    longest: Annotated[float, Field(ge=2, le=30)] = 8.0

    asks: ClassVar[bool] = True

    @field_validator("invite")
    @classmethod
    def _fixed(cls, invite: str) -> str:
        if invite and (found := texts.mistakes_in(invite)):
            raise ValueError("；".join(found))
        if texts.names(invite):
            raise ValueError("invite 里不能有变量，请写固定文字")
        return invite

    @model_validator(mode="after")
    def _one_meaning(self) -> "Listen":
        if self.repeat in self.keys:
            raise ValueError(f"按键 {self.repeat} 既是重听又是选项，请改其中一个")
        if strange := [name for name in self.intents if name in KEYS or name == PERSON]:
            raise ValueError(f"“{strange[0]}”不能作意图的名称，请换一个词")
        for intent in self.intents.values():
            self._check_slots(intent)
        if not self.is_small:
            raise ValueError(f"全部说法展开后超过 {MOST_WAYS_TO_SAY} 种，请减少说法或取值")
        self._check_same_words()
        return self

    def _check_slots(self, intent: Intent) -> None:
        for phrase in intent.phrases:
            names = texts.names(phrase)
            if missing := [name for name in names if name not in self.slots]:
                raise ValueError(f"“{phrase}”里的 {missing[0]} 没有写在 slots 里，请补上")
            if len(set(names)) < len(names):
                raise ValueError(f"“{phrase}”里同一个取值写了两次，请分开写")
            if sum(self.slots[name].slot().is_open for name in names) > 1:
                raise ValueError(f"“{phrase}”里只能有一个号码、车牌或日期，请分成两步问")
        if strange := sorted({*texts.names(intent.title)} - {*intent.slots()}):
            raise ValueError(
                f"标题“{intent.title}”里的 {strange[0]} 不是每种说法都有，请改标题或说法"
            )

    def _check_same_words(self) -> None:
        meant: dict[object, str] = {}
        for intent, wording in self.choices.wordings:
            key = (wording.before, wording.slot, wording.after)
            if meant.setdefault(key, intent) != intent:
                told = wording.before + wording.after or wording.slot
                raise ValueError(f"“{told}”同时属于 {meant[key]} 和 {intent}，请改其中一个")

    @property
    def is_small(self) -> bool:
        """Few enough ways to say it; reckoned before any of them is written out."""
        sizes = {name: len(slot.slot().wordings()) or 1 for name, slot in self.slots.items()}
        total = 0
        for intent in self.intents.values():
            for phrase in intent.phrases:
                ways = 1
                for name in texts.names(phrase):
                    ways *= sizes[name]
                total += ways
        return total <= MOST_WAYS_TO_SAY

    @cached_property
    def choices(self) -> Choices:
        """What may be understood here."""
        slots: Mapping[str, Slot] = {name: slot.slot() for name, slot in self.slots.items()}
        return choices(((name, intent.phrases) for name, intent in self.intents.items()), slots)

    def ways(self, below: str | None) -> Ways:
        said = {name: intent.next or self.next or below for name, intent in self.intents.items()}
        return said | dict(self.keys)

    def sets(self) -> Sets:
        return {name: self._set_by(intent) for name, intent in self.intents.items()}

    def _set_by(self, intent: Intent) -> dict[str, ReadAs]:
        found = dict.fromkeys(intent.sets, ReadAs.TEXT)
        for name in intent.slots():
            found |= self.slots[name].slot().variables(name)
        return found

    def may_say(self) -> tuple[str, ...]:
        values = [
            value
            for slot in self.slots.values()
            for value in dict.fromkeys(slot.slot().wordings().values())
        ]
        asked = [ASK_BACK.format(title=intent.title) for intent in self.intents.values()]
        return (self.text, *([self.invite] if self.invite else []), *asked, *values)


ASK_BACK: Final = "您是要{title}，"
"""Followed by the flow's own 对吗？"""
ASK_BACK_ENTRY: Final = "您说的是{entry}，"
