"""Checks a JSON value against a schema of our OpenAPI document: what pydantic writes, no more."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def problems_with(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any]) -> list[str]:
    """Where and how `value` departs from `schema`."""
    return list(_problems(value, schema, whole, "$"))


def _problems(
    value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str
) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _problems(value, whole["components"]["schemas"][name], whole, at)
        return
    if "anyOf" in schema:
        if all(list(_problems(value, one, whole, at)) for one in schema["anyOf"]):
            yield f"{at}: {value!r} is none of the alternatives"
        return
    kind = schema.get("type")
    if kind is not None and not _is(value, kind):
        yield f"{at}: {value!r} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        yield f"{at}: {value!r} has no offset"
    if kind == "object":
        yield from _object_problems(value, schema, whole, at)
    if kind == "array":
        for place, one in enumerate(value):
            yield from _problems(one, schema.get("items", {}), whole, f"{at}[{place}]")


def _is(value: Any, kind: str) -> bool:
    is_number = kind in ("integer", "number") and isinstance(value, bool)
    return isinstance(value, _TYPES[kind]) and not is_number


def _object_problems(
    value: dict[str, Any], schema: Mapping[str, Any], whole: Mapping[str, Any], at: str
) -> Iterator[str]:
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{at}: {name} is missing"
    for name, one in value.items():
        if name in properties:
            yield from _problems(one, properties[name], whole, f"{at}.{name}")
        elif properties:
            yield f"{at}: {name} is not in the document"
