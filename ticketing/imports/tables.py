"""Reads a table out of a CSV or XLSX file, row by row, under the names that we give its columns.

People's spreadsheets come with a BOM or in GB18030, with Chinese or our own headings, with dates as
numbers and with empty rows; whatever cannot be read is told in a sentence.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import load_workbook

from ticketing.errors import Finding, InvalidInput
from ticketing.rules.texts import clean

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file."""
LARGEST_UNPACKED: Final = 1024 * 1024 * 1024
MOST_ROWS: Final = 300_000
LONGEST_CELL: Final = 32_767
"""Excel's own limit."""


@dataclass(frozen=True)
class Column:
    """`name` in code, `zh` in the file's heading; either is understood."""

    name: str
    zh: str
    required: bool = False
    example: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the file; the heading is line 1."""

    line: int
    values: dict[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def read_table(name: str, content: bytes, columns: Sequence[Column]) -> Iterator[Row]:
    """The rows of a file. Raises InvalidInput when it is not a table with these columns."""
    lines = _sheet(content) if content[:2] == b"PK" else _csv(name, content)
    heading = next(lines, None)
    if heading is None:
        raise unreadable("文件是空的")
    names = _names(heading[1], columns)
    for count, (line, cells) in enumerate(lines):
        if count >= MOST_ROWS:
            raise unreadable(f"一个文件最多{MOST_ROWS}行，请分开导入")
        values = {
            name: clean(cell) for name, cell in zip(names, cells, strict=False) if name and cell
        }
        if any(values.values()):
            yield Row(line, values)


def ignored_columns(name: str, content: bytes, columns: Sequence[Column]) -> tuple[str, ...]:
    """Headings that are nobody's; their cells are passed over."""
    lines = _sheet(content) if content[:2] == b"PK" else _csv(name, content)
    heading = next(lines, (1, []))[1]
    known = {word for column in columns for word in (column.name, column.zh)}
    return tuple(cell for cell in map(clean, heading) if cell and cell not in known)


def unreadable(message: str) -> InvalidInput:
    return InvalidInput((Finding("file", message),))


def template(columns: Sequence[Column]) -> str:
    """An empty table with the headings and one example row, for a person to fill in."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([column.zh for column in columns])
    writer.writerow([column.example for column in columns])
    return out.getvalue()


def _names(heading: Iterable[str], columns: Sequence[Column]) -> list[str]:
    """Our name of each cell of a row, empty for columns that are nobody's."""
    known = {word: column.name for column in columns for word in (column.name, column.zh)}
    names = [known.get(clean(cell), "") for cell in heading]
    there = [name for name in names if name]
    missing = [column.zh for column in columns if column.required and column.name not in there]
    if missing:
        raise unreadable(f"第一行应为列名，缺少：{'、'.join(missing)}")
    if len(there) != len(set(there)):
        raise unreadable("第一行有重复的列名")
    return names


def _csv(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    if name.lower().endswith(".xls") or content[:4] == b"\xd0\xcf\x11\xe0":
        raise unreadable("不支持旧版 .xls 文件，请另存为 .xlsx 或 CSV")
    reader = csv.reader(io.StringIO(_text(content), newline=""))
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise unreadable(f"第{reader.line_num}行不是规范的CSV（引号不成对或单元格过长）") from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable("文件编码不能识别，请另存为 UTF-8 的 CSV 或 .xlsx")


def _sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet. Reading goes on while the rows are used: a big file is never whole in
    memory as cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise unreadable("文件展开后过大，请分开导入")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, [_cell(cell) for cell in cells]
    except InvalidInput:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do on a broken file
        raise unreadable("不是有效的 .xlsx 文件，或文件已损坏") from error


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            whole_day = value.time() == time()
            return f"{value:%Y-%m-%d}" if whole_day else f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)[:LONGEST_CELL]
