"""What a matter is about: kind, domain, topic, sub-item, as a tree with versions.

The tree is replaceable data (JT/T 1019.4 and every province's additions), the version stays on the
order, and the first class is kept beside a corrected one (工单分类正确率). A sub-item's name recurs
under several topics, so its key is always (topic, sub-item).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """业务类型, the three of 管理办法 第二条; an order has exactly one."""

    CONSULT = "consult"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"

    @property
    def zh(self) -> str:
        return _KIND_ZH[self]


_KIND_ZH: Mapping[Kind, str] = {
    Kind.CONSULT: "信息咨询",
    Kind.COMPLAINT: "投诉举报",
    Kind.SUGGESTION: "意见建议",
}


class ComplainantType(StrEnum):
    """Who complains: 第二十五条 names both, and they are counted apart."""

    PUBLIC = "public"
    PRACTITIONER = "practitioner"

    @property
    def zh(self) -> str:
        return "从业人员" if self is ComplainantType.PRACTITIONER else "社会公众"


@dataclass(frozen=True)
class Domain:
    """业务领域. `report_group` is its row in the published tables; out of scope: told elsewhere."""

    name: str
    report_group: str
    in_scope: bool = True
    central: bool = False
    """Handled by the ministry's own units by way of the province centre (第二十一条)."""


@dataclass(frozen=True)
class TaxonomyEntry:
    """A leaf of the tree; `code` stays empty until the owner supplies the standard's codes."""

    domain: str
    topic: str
    sub_item: str = ""
    third_level: str = ""
    code: str = ""
    description: str = ""


@dataclass(frozen=True)
class Channel:
    """受理渠道. `report_name` is its row in the ministry's form (JT/T 1019.5 A.3)."""

    code: str
    name: str
    report_name: str
    is_transfer: bool = False


class RegionKind(StrEnum):
    """Tiers of places; an enterprise platform is no region."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"


@dataclass(frozen=True)
class Region:
    """行政区域, GB/T 2260."""

    code: str
    name: str
    kind: RegionKind
    parent: str = ""


@dataclass(frozen=True)
class Classification:
    """An order's class. A topic without a sub-item is normal (未细分)."""

    kind: Kind
    domain: str
    topic: str = ""
    sub_item: str = ""
    third_level: str = ""


@dataclass(frozen=True)
class Taxonomy:
    """One version of the tree."""

    version: str
    domains: tuple[Domain, ...]
    entries: tuple[TaxonomyEntry, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def topics(self, domain: str) -> tuple[str, ...]:
        return _distinct(entry.topic for entry in self.entries if entry.domain == domain)

    def sub_items(self, topic: str) -> tuple[str, ...]:
        name = self.canonical(topic)
        return _distinct(entry.sub_item for entry in self.entries if entry.topic == name)

    def third_levels(self, topic: str, sub_item: str) -> tuple[str, ...]:
        key = (self.canonical(topic), sub_item)
        return _distinct(
            entry.third_level for entry in self.entries if (entry.topic, entry.sub_item) == key
        )

    def domain(self, name: str) -> Domain | None:
        return next((domain for domain in self.domains if domain.name == name), None)

    def canonical(self, topic: str) -> str:
        """The tree's name of a topic that is printed under several (网络预约出租车)."""
        return self.aliases.get(topic, topic)

    def problems(self, found: Classification) -> list[str]:
        """What is wrong with a class, in Chinese; empty when it is one of the tree's."""
        if self.domain(found.domain) is None:
            return [f"业务领域“{found.domain}”不在当前分类表中"]
        if not found.topic:
            return ["选择细项前应先选择热点事项"] if found.sub_item else []
        topic = self.canonical(found.topic)
        if topic not in self.topics(found.domain):
            return [f"“{found.domain}”下没有热点事项“{found.topic}”"]
        if not found.sub_item:
            return ["选择三级事项前应先选择细项"] if found.third_level else []
        if found.sub_item not in self.sub_items(topic):
            return [f"“{topic}”下没有细项“{found.sub_item}”"]
        if found.third_level and found.third_level not in self.third_levels(topic, found.sub_item):
            return [f"“{topic}－{found.sub_item}”下没有三级事项“{found.third_level}”"]
        return []


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
