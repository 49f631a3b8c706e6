"""The side panel's schema: everything that can be written has a Chinese name, and nothing else."""

import yaml

from ivr_flows.language.flow import KINDS
from ivr_flows.language.schema import TITLES, flow_schema


def test_every_kind_and_every_part_has_a_title_and_says_what_it_is() -> None:
    schema = flow_schema()
    assert [one.kind for one in schema.kinds] == list(KINDS)
    for kind in (*schema.kinds, schema.head):
        assert kind.title
        assert kind.description
        for name, part in kind.properties.items():
            assert part["title"], (kind.kind, name)
            assert any("\u4e00" <= sign <= "\u9fff" for sign in part["description"]), name


def test_parts_have_the_names_they_are_written_with() -> None:
    digits = next(one for one in flow_schema().kinds if one.kind == "digits")
    assert {"sets", "min", "max", "text"} <= set(digits.properties)
    assert set(digits.required) == {"text", "sets", "min", "max"}
    assert digits.properties["min"]["minimum"] == 1


def test_what_a_part_names_and_what_may_be_chosen_is_told() -> None:
    kinds = {one.kind: one.properties for one in flow_schema().kinds}
    assert kinds["menu"]["keys"]["x-refers"] == "step"
    assert kinds["to_agent"]["skill"]["x-refers"] == "queue"
    assert kinds["query_order"]["number"]["x-refers"] == "variable"
    assert "x-refers" not in kinds["transfer"]["number"]
    assert kinds["branch"]["on"]["x-choices"]["hours"] == "日历"


def test_every_choice_of_a_part_has_a_word() -> None:
    schema = flow_schema()
    for kind in schema.kinds:
        for name, part in kind.properties.items():
            reference = part.get("$ref", "").rpartition("/")[2]
            values = part.get("enum") or schema.definitions.get(reference, {}).get("enum", [])
            assert set(values) <= set(part.get("x-choices", {})), (kind.kind, name)


def test_no_title_is_of_something_that_is_not_there() -> None:
    titles = yaml.load(TITLES.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 BaseLoader is safe
    schema = flow_schema()
    named = {name for kind in schema.kinds for name in kind.properties}
    own = {f"{kind.kind}.{name}" for kind in schema.kinds for name in kind.properties}
    assert set(titles["kinds"]) == set(KINDS)
    assert set(titles["parts"]) <= named | own
