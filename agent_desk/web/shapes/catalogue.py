"""What the forms choose from."""

from pydantic import Field

from agent_desk.web.shapes.base import Answer, Choice


class SubItemNode(Answer):
    name: str
    kinds: list[str] = Field(description="出现在哪些业务类型下，空为全部")
    description: str
    third_levels: list[str]


class TopicNode(Answer):
    name: str
    sub_items: list[SubItemNode]


class DomainNode(Answer):
    name: str
    in_scope: bool
    topics: list[TopicNode]


class RegionNode(Choice):
    parent: str | None


class Catalogue(Answer):
    """Everything the forms choose from."""

    taxonomy_version: str
    kinds: list[Choice]
    domains: list[DomainNode]
    channels: list[Choice]
    regions: list[RegionNode]
    reject_codes: list[Choice]
    states: list[Choice]
    queues: list[Choice]
    ratings: list[Choice]
    caller_groups: list[Choice]
    roles: list[Choice]
