"""The OpenAPI 3.1 document, made from the table of routes and the shapes: nothing typed twice."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from agent_desk.web.routing import AnyRoute, Everybody
from agent_desk.web.shapes.base import Nothing, Problem
from agent_desk.web.shapes.live import LiveMessages

_REF: Final = "#/components/schemas/{model}"
_PART: Final = re.compile(r"\{(\w+)(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")


def document(routes: Iterable[AnyRoute], version: str) -> dict[str, Any]:
    """The whole document, ready for JSON."""
    table = list(routes)
    refs, definitions = _schemas(table)
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        path = _PART.sub(r"{\1}", route.full_path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "12328 热线系统",
            "version": version,
            "description": "时间均为带时区的 ISO 8601；列表按新到旧，用 after 与 limit 翻页；"
            "错误为 RFC 9457 problem。",
        },
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "hotline_session"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


_Refs = Mapping[tuple[Any, JsonSchemaMode], Mapping[str, Any]]


def _schemas(routes: Iterable[AnyRoute]) -> tuple[_Refs, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
        (Problem, "serialization"): None,
        (LiveMessages, "serialization"): None,
    }
    for route in routes:
        if route.body is not Nothing:
            wanted[route.body, "validation"] = None
        if route.answer is not type(None):
            wanted[route.answer, "serialization"] = None
    refs, whole = models_json_schema(list(wanted), ref_template=_REF)
    return refs, whole.get("$defs", {})


def _operation(route: AnyRoute, refs: _Refs) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.strip("/").split("/")[0]],
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": {
            str(route.status): _success(route, refs),
            "default": {
                "description": "未能完成",
                "content": {"application/problem+json": {"schema": refs[Problem, "serialization"]}},
            },
        },
        "security": _security(route),
    }
    if isinstance(route.access, frozenset):
        operation["x-rights"] = sorted(right.value for right in route.access)
    if route.body_type != "application/json":
        operation["requestBody"] = {
            "required": True,
            "content": {route.body_type: {"schema": {"type": "string", "format": "binary"}}},
        }
    elif route.body is not Nothing:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": refs[route.body, "validation"]}},
        }
    return operation


def _success(route: AnyRoute, refs: _Refs) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if route.media_type != "application/json":
        answer["content"] = {route.media_type: {"schema": {"type": "string", "format": "binary"}}}
    elif route.answer is not type(None):
        answer["content"] = {"application/json": {"schema": refs[route.answer, "serialization"]}}
    return answer


def _security(route: AnyRoute) -> list[dict[str, list[str]]]:
    if route.access is Everybody.OPEN:
        return []
    cookie: dict[str, list[str]] = {"session": []}
    if route.method != "GET":
        cookie["csrf"] = []
    return [cookie, {"token": []}]


def _path_parameters(route: AnyRoute) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if pattern == r"\d+" else "string"},
        }
        for name, pattern in _PART.findall(route.path)
    ]


def _query_parameters(route: AnyRoute) -> list[dict[str, Any]]:
    schema = route.query.model_json_schema(mode="validation")
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": {key: value for key, value in part.items() if key != "title"},
        }
        for name, part in schema.get("properties", {}).items()
    ]
