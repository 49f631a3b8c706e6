"""What can be written in a flow, as JSON schema with Chinese titles: the editor's side panel.

Shapes come from the classes the loader checks with, so the panel cannot offer what it refuses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, get_args

import yaml
from pydantic import BaseModel

from ivr_flows.language.flow import AnyStep, FlowFile

TITLES: Final = Path(__file__).with_name("titles.yaml")


@dataclass(frozen=True)
class Written:
    """One kind of step, or the head of a flow."""

    kind: str
    title: str
    description: str
    properties: Mapping[str, Any]
    required: list[str]


@dataclass(frozen=True)
class Schema:
    """All that can be written."""

    kinds: tuple[Written, ...]
    head: Written
    definitions: Mapping[str, Any]
    """What `$ref` leads to, by `#/$defs/NAME`."""


@lru_cache(maxsize=1)
def flow_schema() -> Schema:
    """The same for everybody, as long as the program is the same."""
    titles = _titles()
    definitions: dict[str, Any] = {}
    kinds = [_kind(model, titles, definitions) for model in get_args(get_args(AnyStep)[0])]
    return Schema(tuple(kinds), _head(titles, definitions), definitions)


def _titles() -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(TITLES.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 BaseLoader is safe
    return data


def _kind(model: type[BaseModel], titles: dict[str, Any], definitions: dict[str, Any]) -> Written:
    schema = model.model_json_schema()
    definitions.update(schema.get("$defs", {}))
    kind = schema["properties"]["do"]["const"]
    title, description = titles["kinds"][kind]
    properties = {
        name: {**part, **dict(_told(kind, name, titles))}
        for name, part in schema["properties"].items()
        if name != "do"
    }
    required = [name for name in schema.get("required", []) if name != "do"]
    return Written(kind, title, description, properties, required)


def _told(kind: str, name: str, titles: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the panel needs beside the shape."""
    own = f"{kind}.{name}"
    parts = titles["parts"]
    title, description = parts[own] if own in parts else parts[name]
    yield "title", title
    yield "description", description
    for refers, names in titles["refers"].items():
        if own in names or (name in names and not _refers_otherwise(own, titles)):
            yield "x-refers", refers
    if name in titles["choices"]:
        yield "x-choices", titles["choices"][name]


def _refers_otherwise(own: str, titles: dict[str, Any]) -> bool:
    return any(own in names for names in titles["refers"].values())


def _head(titles: dict[str, Any], definitions: dict[str, Any]) -> Written:
    schema = FlowFile.model_json_schema()
    definitions.update(schema.get("$defs", {}))
    properties = {}
    for name, part in schema["properties"].items():
        if name != "steps":
            title, description = titles["head"][name]
            properties[name] = {**part, "title": title, "description": description}
    required = [name for name in schema["required"] if name != "steps"]
    return Written("", "流程", "写在最前面的几项", properties, required)
