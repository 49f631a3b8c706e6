"""Reading the site description: every mistake is told at once as `file:line: where: what to do`.

Everything is text to the YAML reader (BaseLoader: `no` stays `no`, `012` stays `012`); pydantic
makes the types.
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from asterisk_conf.site import Site

DEFAULT_SITE = Path(__file__).with_name("site.default.yaml")


class SiteError(Exception):
    """The site description is not usable; `problems` says where and what to do, a line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _StrictLoader(yaml.BaseLoader):
    """BaseLoader that refuses a key written twice instead of losing the first."""


def _mapping_once(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key.value!r} stands here twice: remove one", key.start_mark
            )
        seen.add(key.value)
    return {
        loader.construct_object(k, deep=True): loader.construct_object(v, deep=True)
        for k, v in node.value
    }


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping_once)


def load_site(path: Path) -> Site:
    """Read and check the site description; SiteError tells every mistake."""
    try:
        text = path.read_text("utf-8")
        root = yaml.compose(text, yaml.BaseLoader)
        data = yaml.load(text, _StrictLoader)  # noqa: S506 - BaseLoader makes only text
    except OSError as error:
        raise SiteError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise SiteError([f"{path}: must be saved as UTF-8"]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SiteError([f"{path}:{line}: {error.problem}"]) from error
    if not isinstance(data, dict):
        raise SiteError([f"{path}:1: write the site's parts as `name: value` lines"])
    try:
        return Site.model_validate(_nulls(data))
    except ValidationError as error:
        problems = [
            f"{path}:{_line_of(root, e['loc'])}: {'.'.join(map(str, e['loc'])) or 'site'}: "
            f"{e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise SiteError(problems) from error


def _nulls(data: object) -> object:
    """Empty values are absent values: `tls:` with nothing behind it is no TLS."""
    if isinstance(data, dict):
        return {key: _nulls(value) for key, value in data.items() if value != ""}
    if isinstance(data, list):
        return [_nulls(item) for item in data]
    return data


def _line_of(root: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line of the deepest part of `loc` that is written in the file."""
    node, line = root, 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == str(part)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
