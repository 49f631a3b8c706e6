"""Every catalogue a place keeps for itself, as sheets, with what its rules refuse (第三十九条)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ticketing.catalogue_checks import (
    channels_findings,
    policy_findings,
    regions_findings,
    taxonomy_findings,
    template_findings,
    text_rules_findings,
)
from ticketing.catalogue_sheets import (
    Document,
    Rows,
    Sheet,
    SheetColumn,
    SheetRow,
    listed,
    options_of,
)
from ticketing.errors import Finding
from ticketing.rules.acceptance import TextRuleType, When
from ticketing.rules.classification import Kind
from ticketing.rules.deadlines import STATUTORY, Postponement
from ticketing.rules.notices import Means, NoticeKind, Recipient
from ticketing.rules.policy import Policy, from_document, to_document

_Column = SheetColumn


@dataclass(frozen=True)
class CatalogueForm:
    """One catalogue. `check` gets a document whose cells are all of the right kind."""

    name: str
    zh: str
    note: str
    """What it is for, in a sentence."""
    sheets: tuple[Sheet, ...]
    check: Callable[[Document], list[Finding]]

    def rows(self, document: Document) -> Rows:
        return {sheet.name: sheet.read(document) for sheet in self.sheets}

    def document(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Document:
        whole: Document = {}
        for sheet in self.sheets:
            whole |= sheet.write([sheet.tidy(row) for row in rows.get(sheet.name, [])])
        return whole

    def findings(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Finding]:
        """Everything that is wrong; the rules are only asked when every cell can be read."""
        known = {sheet.name for sheet in self.sheets}
        found = [Finding(name, "没有这张表") for name in rows if name not in known]
        for sheet in self.sheets:
            found += sheet.findings(rows.get(sheet.name, []))
        return found or self.check(self.document(rows))


def _read_aliases(document: Document) -> list[SheetRow]:
    return [{"alias": alias, "topic": topic} for alias, topic in document["aliases"].items()]


def _read_source_kinds(document: Document) -> list[SheetRow]:
    return [{"source_type": name, "kind": kind or ""} for name, kind in document.items()]


_POLICY_FLAGS: Final = ("province_review", "two_person_menu")
_POLICY_FIELDS: Final = tuple(
    name for name in to_document(Policy()) if name not in ("local_limits", *_POLICY_FLAGS)
)
_WHOLE: Final = frozenset(_POLICY_FIELDS) - {"region_code", "platform", "revisit_share"}


def _read_policy(document: Document) -> list[SheetRow]:
    whole = to_document(from_document(document))
    return [{name: whole[name] for name in (*_POLICY_FIELDS, *_POLICY_FLAGS)}]


def _write_policy(rows: list[SheetRow]) -> Document:
    row = rows[0] if rows else _read_policy({})[0]
    return {
        name: int(value) if name in _WHOLE and isinstance(value, int | float) else value
        for name, value in row.items()
    }


_KINDS: Final = options_of(Kind)
_WHEN: Final = (
    (When.INTAKE.value, "受理登记"),
    (When.INSTANT_REPLY.value, "即时答复"),
    (When.REPLY.value, "承办回复"),
    (When.REJECT.value, "不予受理"),
)
_RULE_TYPES: Final = (
    (TextRuleType.FORBIDS.value, "不得出现"),
    (TextRuleType.AT_LEAST_HAN.value, "至少多少汉字"),
    (TextRuleType.REQUIRED.value, "必填"),
)
_TEXT_FIELDS: Final = (
    ("content", "诉求内容"),
    ("object", "对象"),
    ("reason", "理由"),
    ("result", "答复内容"),
)
_REGION_KINDS: Final = (("province", "省"), ("city", "市"), ("district", "区县"))
_READINGS: Final = (
    (Postponement.WORKING_DAYS_ONLY.value, "只在工作日内计时"),
    (Postponement.SAME_TIME_NEXT_WORKING_DAY.value, "顺延到下一工作日同一时刻"),
    (Postponement.END_OF_NEXT_WORKING_DAY.value, "顺延到下一工作日结束"),
)

_FORMS: Final = (
    CatalogueForm(
        "taxonomy",
        "业务分类",
        "领域、热点事项、细项；旧工单保留登记时的版本",
        (
            listed(
                "domains",
                "业务领域",
                ("name",),
                _Column("name", "名称", required=True),
                _Column("report_group", "报表归类", required=True),
                _Column("in_scope", "属受理范围", "flag"),
                _Column("central", "部直属海事救捞", "flag"),
            ),
            listed(
                "entries",
                "事项",
                ("domain", "topic", "sub_item", "third_level"),
                _Column("domain", "业务领域", required=True),
                _Column("topic", "热点事项", required=True),
                _Column("sub_item", "细项"),
                _Column("third_level", "三级事项"),
                _Column("code", "标准编码"),
                _Column("description", "说明", "longtext"),
            ),
            Sheet(
                "aliases",
                "事项别名",
                (
                    _Column("alias", "别名", required=True),
                    _Column("topic", "热点事项", required=True),
                ),
                ("alias",),
                _read_aliases,
                lambda rows: {"aliases": {str(row["alias"]): row["topic"] for row in rows}},
            ),
        ),
        taxonomy_findings,
    ),
    CatalogueForm(
        "regions",
        "行政区划",
        "GB/T 2260 代码",
        (
            listed(
                "regions",
                "行政区划",
                ("code",),
                _Column("code", "代码", required=True),
                _Column("name", "名称", required=True),
                _Column("kind", "级别", "choice", required=True, options=_REGION_KINDS),
                _Column("parent", "上级代码"),
            ),
        ),
        regions_findings,
    ),
    CatalogueForm(
        "channels",
        "受理渠道",
        "工单来自哪里，及其在部报表中的名称",
        (
            listed(
                "channels",
                "受理渠道",
                ("code",),
                _Column("code", "代码", required=True),
                _Column("name", "名称", required=True),
                _Column("report_name", "报表名称", required=True),
                _Column("is_transfer", "他处转来", "flag"),
            ),
        ),
        channels_findings,
    ),
    CatalogueForm(
        "source_kinds",
        "12345类型对照",
        "12345 的诉求类型对应 12328 的业务类型；空为由人判断",
        (
            Sheet(
                "source_kinds",
                "类型对照",
                (
                    _Column("source_type", "12345类型", required=True),
                    _Column("kind", "业务类型", "choice", options=_KINDS),
                ),
                ("source_type",),
                _read_source_kinds,
                lambda rows: {str(row["source_type"]): row["kind"] or None for row in rows},
            ),
        ),
        lambda _document: [],
    ),
    CatalogueForm(
        "notice_templates",
        "通知模板",
        "发给来电人、承办单位、主管部门的文字；没有模板的通知不发送",
        (
            listed(
                "templates",
                "通知模板",
                ("kind", "recipient", "means"),
                _Column("kind", "事项", "choice", True, options_of(NoticeKind)),
                _Column(
                    "recipient", "对象", "choice", required=True, options=options_of(Recipient)
                ),
                _Column(
                    "means",
                    "方式",
                    "choice",
                    required=True,
                    options=((Means.SMS.value, "短信"), (Means.IN_APP.value, "系统内")),
                ),
                _Column("text", "文字", "longtext", required=True),
            ),
        ),
        template_findings,
    ),
    CatalogueForm(
        "text_rules",
        "填写规则",
        "登记、答复、回复时对文字的要求，不符合的不能提交",
        (
            listed(
                "rules",
                "填写规则",
                ("name",),
                _Column("name", "代码", required=True),
                _Column("when", "环节", "choices", required=True, options=_WHEN),
                _Column("field", "栏目", "choice", required=True, options=_TEXT_FIELDS),
                _Column("type", "要求", "choice", required=True, options=_RULE_TYPES),
                _Column("pattern", "词语"),
                _Column("number", "汉字数", "number"),
                _Column("kinds", "业务类型", "choices", required=True, options=_KINDS),
                _Column("message", "提示语", "longtext", required=True),
                _Column("source", "依据"),
            ),
        ),
        text_rules_findings,
    ),
    CatalogueForm(
        "policy",
        "办理规则",
        "顺延的算法、回访比例、集中反映预警和更严的地方期限（第三十九条）",
        (
            Sheet(
                "policy",
                "办理规则",
                (
                    _Column("region_code", "本地行政区划", required=True),
                    _Column("platform", "平台代码", required=True),
                    _Column(
                        "postponement", "24小时顺延", "choice", required=True, options=_READINGS
                    ),
                    _Column("revisit_share", "抽查回访比例（0–1）", "number"),
                    _Column("rating_fix_working_days", "差评整改工作日", "number"),
                    _Column("reminder_working_days", "临期提醒提前工作日", "number"),
                    _Column("hot_spot_count", "集中反映件数", "number"),
                    _Column("hot_spot_days", "集中反映天数", "number"),
                    _Column("recording_years", "录音保存年数", "number"),
                    _Column("province_review", "投诉办结后省级复核", "flag"),
                    _Column("two_person_menu", "语音菜单的修改人不能发布", "flag"),
                ),
                (),
                _read_policy,
                _write_policy,
                single=True,
            ),
            listed(
                "local_limits",
                "地方期限",
                ("clock",),
                _Column(
                    "clock",
                    "期限",
                    "choice",
                    required=True,
                    options=tuple((one.clock.value, one.zh) for one in STATUTORY),
                ),
                _Column("amount", "数值", "number"),
                _Column("basis", "依据", required=True),
            ),
        ),
        policy_findings,
    ),
)

FORMS: Final[Mapping[str, CatalogueForm]] = MappingProxyType({form.name: form for form in _FORMS})
