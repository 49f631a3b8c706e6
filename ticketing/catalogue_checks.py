"""What a catalogue's rules refuse of a document whose cells are all of the right kind."""

import re
from collections.abc import Mapping
from typing import Any, Final

from ticketing import catalogues
from ticketing.catalogue_sheets import Document
from ticketing.errors import Finding
from ticketing.rules.acceptance import TextRuleType
from ticketing.rules.policy import from_document

BUILT_IN_CHANNELS: Final = frozenset({"phone", "web", "miniapp", "sms"})
"""Named by our own window, telephone and messages."""


def taxonomy_findings(document: Document) -> list[Finding]:
    domains = {row["name"] for row in document["domains"]}
    topics = {row["topic"] for row in document["entries"]}
    strange = [
        Finding(f"entries.{n}.domain", f"事项第{n + 1}行：业务领域“{row['domain']}”不在领域表中")
        for n, row in enumerate(document["entries"])
        if row["domain"] not in domains
    ]
    orphans = [
        Finding(f"entries.{n}.sub_item", f"事项第{n + 1}行：写明三级事项时须写明细项")
        for n, row in enumerate(document["entries"])
        if row["third_level"] and not row["sub_item"]
    ]
    dangling = [
        Finding("aliases", f"别名“{alias}”指向的事项“{topic}”不存在")
        for alias, topic in document["aliases"].items()
        if topic not in topics
    ]
    return strange + orphans + dangling


def channels_findings(document: Document) -> list[Finding]:
    gone = BUILT_IN_CHANNELS - {row["code"] for row in document["channels"]}
    return [Finding("channels", f"渠道“{code}”由系统使用，不能删除") for code in sorted(gone)]


def regions_findings(document: Document) -> list[Finding]:
    codes = {row["code"] for row in document["regions"]}
    found = []
    for n, row in enumerate(document["regions"]):
        if not re.fullmatch(r"\d{6}", row["code"], re.ASCII):
            found.append(Finding(f"regions.{n}.code", f"第{n + 1}行：行政区划代码应为6位数字"))
        if row["parent"] and (row["parent"] not in codes or row["parent"] == row["code"]):
            found.append(Finding(f"regions.{n}.parent", f"第{n + 1}行：上级代码不在表中"))
    return found


def text_rules_findings(document: Document) -> list[Finding]:
    found = []
    for n, row in enumerate(document["rules"]):
        problem = _text_rule(row)
        if problem:
            found.append(Finding(f"rules.{n}.{problem[0]}", f"规则第{n + 1}行：{problem[1]}"))
    return found


def _text_rule(row: Mapping[str, Any]) -> tuple[str, str] | None:
    if row["type"] == TextRuleType.FORBIDS:
        if not row["pattern"]:
            return "pattern", "须写明不得出现的词语"
        try:
            re.compile(row["pattern"])
        except re.error:
            return "pattern", "词语的写法不能识别（多个词语以 | 分开）"
    if row["type"] == TextRuleType.AT_LEAST_HAN and row["number"] < 1:
        return "number", "须写明至少多少个汉字"
    try:
        row["message"].format(count=0, found="")
    except (KeyError, IndexError, ValueError):
        return "message", "提示语中只能使用 {count}、{found}"
    return None


def template_findings(document: Document) -> list[Finding]:
    return list(catalogues.template_findings(document))


def policy_findings(document: Document) -> list[Finding]:
    share = document["revisit_share"]
    if not 0 <= share <= 1:
        return [Finding("policy.0.revisit_share", "抽查回访比例应在0与1之间")]
    try:
        from_document(document)
    except ValueError as error:
        return [Finding("local_limits", str(error))]
    return []
