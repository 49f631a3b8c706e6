"""Log-in, the signed-in person, users, the audit."""

from typing import Any

from pydantic import Field, SecretStr

from agent_desk.web.shapes.base import Answer, Input, Moment, PageQuery


class SignIn(Input):
    login: str = Field(min_length=1, max_length=64)
    password: SecretStr = Field(min_length=1, max_length=128)


class NewPassword(Input):
    old: SecretStr = Field(min_length=1, max_length=128)
    new: SecretStr = Field(min_length=1, max_length=128)


class UnitName(Answer):
    id: int
    name: str


class Me(Answer):
    """Who is signed in and what the page may offer."""

    id: int | None
    login: str
    name: str
    staff_no: str
    roles: list[str]
    rights: list[str]
    extension: str | None
    queues: list[str]
    region_code: str
    handling_unit: UnitName | None
    must_change_password: bool
    csrf_token: str
    demo: bool


class UserShape(Answer):
    id: int
    login: str
    name: str
    staff_no: str
    roles: list[str]
    region_code: str
    handling_unit: UnitName | None
    extension: str | None
    queues: list[str]
    active: bool
    must_change_password: bool
    locked_until: Moment | None
    disabled_at: Moment | None
    created_at: Moment


class UserBody(Input):
    login: str = Field(min_length=2, max_length=64)
    name: str = Field(min_length=1, max_length=64)
    roles: list[str] = Field(min_length=1, max_length=20)
    staff_no: str = Field("", max_length=16)
    region_code: str = Field("", pattern=r"^(\d{6})?$")
    handling_unit_id: int | None = Field(None, ge=1)
    extension: str | None = Field(None, max_length=8)
    queues: list[str] = Field([], max_length=50)
    password: SecretStr | None = Field(None, max_length=128, description="不填则生成")


class UserPatch(Input):
    """Only what is there is changed."""

    name: str | None = Field(None, min_length=1, max_length=64)
    roles: list[str] | None = Field(None, min_length=1, max_length=20)
    staff_no: str | None = Field(None, max_length=16)
    region_code: str | None = Field(None, pattern=r"^(\d{6})?$")
    handling_unit_id: int | None = Field(None, ge=0, description="0 为取消")
    extension: str | None = Field(None, max_length=8, description="空串为取消座席")
    queues: list[str] | None = Field(None, max_length=50)
    disabled: bool | None = None
    unlock: bool = False
    reset_password: bool = False


class UserChanged(Answer):
    user: UserShape
    password: str | None = Field(None, description="新生成的密码，仅显示这一次")


class AuditQuery(PageQuery):
    who: str = Field("", max_length=64)
    what: str = Field("", max_length=64)
    subject_type: str = Field("", max_length=32)
    subject_key: str = Field("", max_length=64)


class AuditShape(Answer):
    id: int
    at: Moment
    who: str
    what: str
    subject_type: str
    subject_key: str
    reason: str
    detail: dict[str, Any]
    address: str
    hash: str


class AuditCheck(Answer):
    """Whether the chain of the audit is whole."""

    whole: bool
    first_broken_id: int | None
