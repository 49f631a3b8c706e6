"""What a person sees of a catalogue's document: sheets of rows, each column with its own kind.

A form only says how a document is taken apart and put together; what may stand in it is asked of
the rules themselves, by the very functions that read the catalogue in use.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from ticketing.errors import Finding
from ticketing.rules.texts import clean

CellType = Literal["text", "longtext", "choice", "choices", "flag", "number"]
Cell = str | bool | int | float | list[str]
SheetRow = dict[str, Cell]
Rows = dict[str, list[SheetRow]]
"""By the sheet's name."""
Document = dict[str, Any]

LONGEST: Final = {"text": 128, "longtext": 1000, "choice": 64}
MOST_ROWS: Final = 5_000


class Named(Protocol):
    """A word of the rules with its Chinese name."""

    @property
    def value(self) -> str: ...
    @property
    def zh(self) -> str: ...


@dataclass(frozen=True)
class SheetColumn:
    """One column."""

    name: str
    zh: str
    type: CellType = "text"
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of a choice."""

    def empty(self) -> Cell:
        empties: dict[CellType, Cell] = {"flag": False, "number": 0, "choices": []}
        return empties.get(self.type, "")

    def wrong(self, value: Any) -> str:
        """Why a cell cannot be taken; empty: it can."""
        match self.type:
            case "flag":
                return "" if isinstance(value, bool) else "应为是或否"
            case "number":
                is_number = isinstance(value, int | float) and not isinstance(value, bool)
                return "" if is_number and 0 <= value <= 1_000_000 else "应为不小于0的数"
            case "choices":
                return self._wrong_choices(value)
            case _:
                return self._wrong_text(value)

    def _wrong_choices(self, value: Any) -> str:
        known = {one for one, _ in self.options}
        if not isinstance(value, list) or not set(map(str, value)) <= known:
            return "含有不认识的选项"
        return "至少选一项" if self.required and not value else ""

    def _wrong_text(self, value: Any) -> str:
        if not isinstance(value, str):
            return "应为文字"
        if not value.strip():
            return "必填" if self.required else ""
        if self.options and value not in {one for one, _ in self.options}:
            return f"没有“{value[:20]}”这个选项"
        longest = LONGEST.get(self.type, 128)
        return f"最多{longest}个字符" if len(value) > longest else ""


@dataclass(frozen=True)
class Sheet:
    """One table of a document. `key`: the columns by which a row is the same in two versions."""

    name: str
    zh: str
    columns: tuple[SheetColumn, ...]
    key: tuple[str, ...]
    read: Callable[[Document], list[SheetRow]]
    write: Callable[[list[SheetRow]], Document]
    single: bool = False
    """One row: settings rather than a table."""

    def findings(self, rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
        """Wrong cells, and rows that stand twice."""
        found: list[Finding] = []
        seen: dict[tuple[str, ...], int] = {}
        if len(rows) > MOST_ROWS:
            return [Finding(self.name, f"{self.zh}最多{MOST_ROWS}行")]
        for number, row in enumerate(rows, start=1):
            for column in self.columns:
                why = column.wrong(row.get(column.name, column.empty()))
                if why:
                    found.append(self.finding(number, column.name, f"{column.zh}：{why}"))
            key = self.key_of(row)
            if key in seen:
                found.append(self.finding(number, self.key[0], f"与第{seen[key]}行重复"))
            seen.setdefault(key, number)
        return found

    def finding(self, number: int, column: str, message: str) -> Finding:
        return Finding(f"{self.name}.{number - 1}.{column}", f"{self.zh}第{number}行 {message}")

    def key_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(str(row.get(name, "")) for name in self.key)

    def tidy(self, row: Mapping[str, Any]) -> SheetRow:
        """Only the sheet's own columns, texts cleaned, in the columns' order."""
        return {
            column.name: clean(value) if isinstance(value, str) else value
            for column in self.columns
            for value in [row.get(column.name, column.empty())]
        }


def listed(name: str, zh: str, key: tuple[str, ...], *columns: SheetColumn) -> Sheet:
    """A sheet that is a list of objects in the document."""
    names = [column.name for column in columns]
    empties = {column.name: column.empty() for column in columns}

    def read(document: Document) -> list[SheetRow]:
        return [
            {one: row.get(one, empties[one]) for one in names} for row in document.get(name, ())
        ]

    return Sheet(name, zh, columns, key, read, lambda rows: {name: rows})


def options_of(words: type[Any]) -> tuple[tuple[str, str], ...]:
    """The members of an enumeration with Chinese names."""
    return tuple((word.value, word.zh) for word in words)
