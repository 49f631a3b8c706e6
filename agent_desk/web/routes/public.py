"""The public window: open to everybody, so bodies are small and every address has its limits.

All of it is POST, with JSON but for photos: neither a number nor a pass ever stands in an address
that is logged.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from agent_desk.web.problems import BadRequest
from agent_desk.web.routing import AnyAsk, AnyRoute, Ask, Everybody, post
from agent_desk.web.shapes.base import Choice, Nothing
from agent_desk.web.shapes.public import (
    CodeAsked,
    CodeBody,
    Entered,
    EntryBody,
    MatterBody,
    MatterFiled,
    PassBody,
    PhotoTaken,
    ProgressShape,
    PublicRatingBody,
)
from ticketing.photos.keeping import take_photo
from ticketing.photos.picture import LARGEST_FILE
from ticketing.photos.store import PhotoStore
from ticketing.rules.classification import Kind
from ticketing.rules.ratings import Rating
from ticketing.window.codes import VALID_FOR, Asked, Codes, order_behind
from ticketing.window.filing import Matter, file_matter
from ticketing.window.following import Progress, progress_of, rate_matter

LARGEST_BODY: Final = 16 * 1024
"""Bytes; four thousand characters of Chinese and their names."""
PHOTO_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
UPLOAD_TIME: Final = 180
"""Seconds; a slow mobile network carries a photo in less."""
_OVER: Final = "查询已超时，请重新获取验证码"


async def file_public_matter(ask: Ask[Nothing, MatterBody]) -> MatterFiled:
    """Raises InvalidInput with the same findings as the agent's form."""
    moment, body = ask.desk.clock.now(), ask.body
    ask.desk.limits.public_filings.take(ask.address, moment)
    values = body.model_dump() | {"kind": Kind(body.kind), "photos": tuple(body.photos)}
    order = await ask.desk.database.write(file_matter, moment, Matter(**values))
    return MatterFiled(order_no=order.order_no)


async def take_public_photo(ask: Ask[Nothing, Nothing]) -> PhotoTaken:
    """The photo's own bytes are the body. Raises InvalidInput, TooMany, BadRequest."""
    moment = ask.desk.clock.now()
    ask.desk.limits.public_photos.take(ask.address, moment)
    picture = await ask.desk.pictures.make(await _photo_bytes(ask))
    token = await ask.desk.database.write(
        take_photo,
        moment,
        PhotoStore(ask.desk.settings.vault),
        picture,
        _codes(ask).keyed("photo", ask.address),
    )
    return PhotoTaken(photo=token)


async def _photo_bytes(ask: AnyAsk) -> bytes:
    """Read here: the application's own limit is for JSON."""
    request = ask.request
    if request.content_type not in PHOTO_TYPES:
        raise BadRequest("请以 image/jpeg、image/png 或 image/webp 提交", 415)
    if request.content_length is None or request.content_length > LARGEST_FILE:
        raise BadRequest("照片过大或没有说明长度", 413)
    if not request.can_read_body:
        return b""
    try:
        async with asyncio.timeout(UPLOAD_TIME):
            return await request.content.readexactly(request.content_length)
    except (TimeoutError, asyncio.IncompleteReadError) as error:
        raise BadRequest("照片没有传完，请重试") from error


async def ask_public_code(ask: Ask[Nothing, CodeBody]) -> CodeAsked:
    moment = _counted(ask)
    asked = Asked(ask.body.order_no, ask.body.phone, ask.address)
    ticket = await ask.desk.database.write(_codes(ask).ask, moment, asked)
    return CodeAsked(ticket=ticket, valid_seconds=int(VALID_FOR.total_seconds()))


async def enter_public_code(ask: Ask[Nothing, EntryBody]) -> Entered:
    moment = _counted(ask)
    key = await ask.desk.database.write(_codes(ask).enter, moment, ask.body.ticket, ask.body.code)
    if key is None:
        raise BadRequest("验证码不对或已失效；工单编号与手机号码不一致时收不到短信")
    return Entered(key=key, progress=await _progress(ask, moment, key))


async def show_public_progress(ask: Ask[Nothing, PassBody]) -> ProgressShape:
    return await _progress(ask, _counted(ask), ask.body.key)


async def rate_public_matter(ask: Ask[Nothing, PublicRatingBody]) -> ProgressShape:
    moment, body = _counted(ask), ask.body
    before = await _progress(ask, moment, body.key)
    rating = Rating(body.rating)
    await ask.desk.database.write(
        partial(rate_matter, opinion=body.opinion, means=body.channel),
        moment,
        before.order_no,
        rating,
    )
    return await _progress(ask, moment, body.key)


def _counted(ask: AnyAsk) -> datetime:
    moment = ask.desk.clock.now()
    ask.desk.limits.public_requests.take(ask.address, moment)
    return moment


def _codes(ask: AnyAsk) -> Codes:
    return Codes(ask.desk.settings.installation_secret)


async def _progress(ask: AnyAsk, moment: datetime, key: str) -> ProgressShape:
    found = await ask.desk.database.read(_look, moment, key)
    if found is None:
        raise BadRequest(_OVER)
    return _shape(found)


def _look(session: Session, moment: datetime, key: str) -> Progress | None:
    order = order_behind(session, moment, key)
    return progress_of(session, order) if order else None


def _shape(progress: Progress) -> ProgressShape:
    rating = progress.rating
    return ProgressShape(
        order_no=progress.order_no,
        kind=Choice(value=progress.kind, label=progress.kind.zh),
        stage=Choice(value=progress.stage, label=progress.stage.zh),
        explanation=progress.stage.explanation,
        received_at=progress.received_at,
        due_day=progress.due_day,
        reply=progress.reply,
        closed_at=progress.closed_at,
        rating=Choice(value=rating, label=rating.zh) if rating else None,
        may_rate=progress.may_rate,
    )


_PHOTOS: Final = replace(
    post(
        "/public/photos",
        take_public_photo,
        Everybody.OPEN,
        Nothing,
        PhotoTaken,
        "公众：上传一张照片",
        status=201,
    ),
    body_type="image/*",
)

ROUTES: tuple[AnyRoute, ...] = (
    _PHOTOS,
    *(
        replace(route, body_limit=LARGEST_BODY)
        for route in (
            post(
                "/public/matters",
                file_public_matter,
                Everybody.OPEN,
                MatterBody,
                MatterFiled,
                "公众：提交诉求",
                status=201,
            ),
            post(
                "/public/codes",
                ask_public_code,
                Everybody.OPEN,
                CodeBody,
                CodeAsked,
                "公众：获取短信验证码",
            ),
            post(
                "/public/entries",
                enter_public_code,
                Everybody.OPEN,
                EntryBody,
                Entered,
                "公众：凭验证码查进度",
            ),
            post(
                "/public/progress",
                show_public_progress,
                Everybody.OPEN,
                PassBody,
                ProgressShape,
                "公众：再看进度",
            ),
            post(
                "/public/ratings",
                rate_public_matter,
                Everybody.OPEN,
                PublicRatingBody,
                ProgressShape,
                "公众：好差评",
            ),
        )
    ),
)
