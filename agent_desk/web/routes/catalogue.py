"""What the forms choose from."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from agent_desk.web.moves.fields import Named
from agent_desk.web.routing import AnyRoute, Ask, Everybody, get
from agent_desk.web.shapes.base import Choice, Nothing
from agent_desk.web.shapes.catalogue import (
    Catalogue,
    DomainNode,
    RegionNode,
    SubItemNode,
    TopicNode,
)
from ticketing import catalogues
from ticketing.rules.acceptance import RejectCode
from ticketing.rules.classification import Domain, Kind, Taxonomy
from ticketing.rules.permissions import Role
from ticketing.rules.ratings import Rating
from ticketing.rules.states import State

CALLER_GROUPS = ("社会公众", "货车司机", "出租汽车司机", "网约车司机", "公交司机", "船员", "快递员")


async def show_catalogue(ask: Ask[Nothing, Nothing]) -> Catalogue:
    return await ask.desk.database.read(_catalogue, ask.desk.queues)


def _catalogue(session: Session, queues: Mapping[str, str]) -> Catalogue:
    tree = catalogues.taxonomy(session)
    channels = catalogues.channels(session)
    return Catalogue(
        taxonomy_version=tree.version,
        kinds=_choices(Kind),
        domains=[_domain(tree, domain) for domain in tree.domains],
        channels=[Choice(value=one.code, label=one.name) for one in channels],
        regions=[
            RegionNode(value=one.code, label=one.name, parent=one.parent or None)
            for one in catalogues.regions(session)
        ],
        reject_codes=_choices(RejectCode),
        states=_choices(State),
        queues=[Choice(value=name, label=title) for name, title in queues.items()],
        ratings=_choices(Rating),
        caller_groups=[Choice(value=name, label=name) for name in CALLER_GROUPS],
        roles=_choices(Role),
    )


def _choices(words: Iterable[Named]) -> list[Choice]:
    return [Choice(value=word.value, label=word.zh) for word in words]


def _domain(tree: Taxonomy, domain: Domain) -> DomainNode:
    topics = [
        TopicNode(
            name=topic, sub_items=[_sub_item(tree, topic, one) for one in tree.sub_items(topic)]
        )
        for topic in tree.topics(domain.name)
    ]
    return DomainNode(name=domain.name, in_scope=domain.in_scope, topics=topics)


def _sub_item(tree: Taxonomy, topic: str, name: str) -> SubItemNode:
    described = (
        entry.description
        for entry in tree.entries
        if (entry.topic, entry.sub_item) == (tree.canonical(topic), name) and entry.description
    )
    return SubItemNode(
        name=name,
        kinds=[],
        description=next(described, ""),
        third_levels=[one for one in tree.third_levels(topic, name) if one],
    )


ROUTES: tuple[AnyRoute, ...] = (
    get("/catalogue", show_catalogue, Everybody.SIGNED_IN, Nothing, Catalogue, "各类目录"),
)
