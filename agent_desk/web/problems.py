"""The one table that turns refusals of the business into RFC 9457 problems, in Chinese."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from pydantic import ValidationError

from agent_desk.menu.reporting import NotFit
from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused
from ticketing import errors
from ticketing.clock import SHANGHAI
from ticketing.people.sessions import SignedOut, WrongPassword

_THINGS: Final[Mapping[str, str]] = {
    "announcement": "公告",
    "audit": "审计记录",
    "calendar_release": "日历",
    "flow": "流程",
    "flow_test": "测试用例",
    "menu_version": "菜单版本",
    "trial": "试行版本",
    "call": "通话",
    "caller_group_member": "号码",
    "catalogue": "目录",
    "handling_unit": "承办单位",
    "hot_spot": "集中反映",
    "import": "导入",
    "knowledge": "知识条目",
    "hold": "保全",
    "notice": "通知",
    "photo": "照片",
    "recording": "录音",
    "road_notice": "路况",
    "switch": "开关",
    "routing_route": "派单规则",
    "seat": "座席",
    "spot_check": "抽检",
    "spot_check_item": "抽检工单",
    "queue": "队列",
    "token": "令牌",
    "user": "用户",
    "work_order": "工单",
}


class BadRequest(errors.BusinessError):
    """The request is not what HTTP or JSON asks for; `reason` is Chinese."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class ForeignPage(errors.BusinessError):
    """The request comes from another site's page, or without the session's CSRF token."""


@dataclass(frozen=True, slots=True)
class _Line:
    status: int
    slug: str
    title: str
    more: Callable[[Any], dict[str, Any]]


def _findings(error: errors.InvalidInput) -> dict[str, Any]:
    return {
        "detail": "；".join(one.message for one in error.findings),
        "findings": [{"field": one.field, "message": one.message} for one in error.findings],
    }


def _handled(error: errors.AlreadyHandled) -> dict[str, Any]:
    at = error.at.astimezone(SHANGHAI)
    return {
        "detail": f"{error.by}已于{at:%m月%d日 %H:%M}处理：{error.change}",
        "by": error.by,
        "at": at.isoformat(timespec="milliseconds"),
        "change": error.change,
    }


def _too_many(error: errors.TooMany) -> dict[str, Any]:
    seconds = math.ceil(error.retry_after)
    wait = f"{seconds}秒" if seconds < 120 else f"{math.ceil(seconds / 60)}分钟"
    what = "登录失败次数过多" if error.what == "sign-in" else "操作太频繁"
    return {"detail": f"{what}，请在{wait}后再试", "retry_after": seconds}


def _not_fit(error: NotFit) -> dict[str, Any]:
    report = error.report
    mistakes = [one for one in report.findings if one.severity == "mistake"]
    failed = [one for one in report.tests if not one.passed]
    what = f"有{len(mistakes)}处需要改正" if mistakes else f"有{len(failed)}个测试用例没有通过"
    return {
        "detail": f"检查没有通过，{what}",
        "findings": [
            *({"field": f"{one.file}:{one.line}", "message": one.message} for one in mistakes),
            *({"field": one.name, "message": "；".join(one.failures)} for one in failed),
        ],
        "report": report.model_dump(mode="json"),
    }


_TABLE: Final[Mapping[type[errors.BusinessError], _Line]] = {
    errors.InvalidInput: _Line(422, "invalid-input", "填写的内容有误", _findings),
    errors.NotFound: _Line(
        404,
        "not-found",
        "找不到",
        lambda error: {"detail": f"没有这个{_THINGS.get(error.thing, '对象')}，或您无权查看"},
    ),
    errors.NotAllowed: _Line(403, "not-allowed", "不允许", lambda error: {"detail": error.reason}),
    errors.AlreadyHandled: _Line(409, "already-handled", "已被他人处理", _handled),
    errors.TooMany: _Line(429, "too-many", "请稍后再试", _too_many),
    errors.DatabaseAway: _Line(
        503, "database-away", "数据库暂时不可用", lambda _: {"detail": "请稍后重试，内容未保存"}
    ),
    NotFit: _Line(422, "menu-not-fit", "语音菜单还不能用于来电", _not_fit),
    SignedOut: _Line(401, "signed-out", "请先登录", lambda _: {"detail": "尚未登录，或登录已失效"}),
    WrongPassword: _Line(
        401, "wrong-password", "登录失败", lambda _: {"detail": "登录名或密码不正确"}
    ),
    ForeignPage: _Line(
        403, "foreign-page", "请求来源不可信", lambda _: {"detail": "请刷新页面后重试"}
    ),
    TelephoneAway: _Line(
        503, "telephone-away", "电话系统暂时不可用", lambda error: {"detail": error.reason}
    ),
    TelephoneRefused: _Line(
        409, "telephone-refused", "电话系统未能完成操作", lambda error: {"detail": error.reason}
    ),
}

_HTTP_TITLES: Final[Mapping[int, str]] = {
    400: "请求有误",
    404: "找不到",
    405: "不支持这种操作",
    413: "内容过大",
    415: "内容类型不支持",
    416: "范围超出文件",
    426: "需要WebSocket连接",
    501: "尚未接通",
    503: "服务暂时不可用",
}


def problem_of(error: errors.BusinessError) -> web.Response:
    """The answer for a refusal; what no line knows is the base error's 400."""
    if isinstance(error, BadRequest):
        return problem(error.status, "bad-request", _HTTP_TITLES[error.status], error.reason)
    for kind in type(error).__mro__:
        line = _TABLE.get(kind)
        if line is not None:
            more = line.more(error)
            answer = problem(line.status, line.slug, line.title, **more)
            if "retry_after" in more:
                answer.headers["Retry-After"] = str(more["retry_after"])
            return answer
    return problem(400, "refused", "未能完成", "请求被拒绝")


def problem_of_http(error: web.HTTPException) -> web.Response:
    """aiohttp's own refusals (no such path, wrong method, too large) in the same form."""
    title = _HTTP_TITLES.get(error.status, "请求未能完成")
    answer = problem(error.status, "http", title, title)
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def problem(status: int, slug: str, title: str, detail: str, **more: Any) -> web.Response:
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    return web.Response(
        status=status,
        text=json.dumps(body | more, ensure_ascii=False),
        content_type="application/problem+json",
    )


def findings_of(error: ValidationError) -> errors.InvalidInput:
    """What pydantic found wrong, in Chinese."""
    return errors.InvalidInput(
        tuple(
            errors.Finding(".".join(map(str, one["loc"])), _advice(one["type"], one.get("ctx", {})))
            for one in error.errors(include_url=False, include_input=False)
        )
    )


_ADVICE: Final[Mapping[str, str]] = {
    "missing": "必填",
    "extra_forbidden": "没有这一项",
    "string_too_short": "至少{min_length}个字符",
    "string_too_long": "最多{max_length}个字符",
    "string_pattern_mismatch": "格式不正确",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "literal_error": "应为以下之一：{expected}",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "too_long": "最多{max_length}项",
    "too_short": "至少{min_length}项",
    "timezone_aware": "时间须带时区",
    "datetime_parsing": "时间格式不正确",
    "datetime_from_date_parsing": "时间格式不正确",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "json_invalid": "不是有效的JSON",
}


def _advice(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return str(context["error"])
    return _ADVICE.get(kind, "填写有误").format_map(context)
