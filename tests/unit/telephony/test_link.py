"""The link to Asterisk against a manager interface that speaks real bytes and misbehaves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from panoramisk.message import Message

from agent_desk.telephony.errors import TelephoneAway, TelephoneRefused
from agent_desk.telephony.link import Address, Link, Patience
from agent_desk.telephony.wire import MOST_UNFINISHED, first
from tests.fakes.ami import SECRET, FakeAmi
from tests.unit.waiting import wait_until

HASTY = Patience(
    answer=0.5,
    connect=2,
    boot=2,
    ping_every=0.1,
    ping_answer=0.5,
    first_retry=0.02,
    longest_retry=0.1,
)


@dataclass
class Ear:
    """Who listens on a link."""

    events: list[Message] = field(default_factory=list)
    ups: int = 0
    downs: list[str] = field(default_factory=list)

    async def up(self) -> None:
        self.ups += 1

    def named(self, name: str) -> list[Message]:
        return [one for one in self.events if first(one, "Event") == name]


@asynccontextmanager
async def linked(
    ami: FakeAmi, secret: str = SECRET, patience: Patience = HASTY
) -> AsyncIterator[tuple[Link, Ear]]:
    ear = Ear()
    address = Address("127.0.0.1", ami.port, "desk", secret)
    link = Link(address, ear.events.append, ear.up, ear.downs.append, patience)
    task = asyncio.create_task(link.run())
    try:
        yield link, ear
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def ami() -> AsyncIterator[FakeAmi]:
    async with FakeAmi().running() as server:
        yield server


async def test_an_action_is_answered_once_logged_in(ami: FakeAmi) -> None:
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        answer = await link.ask("Hangup", {"Channel": "PJSIP/1001-1"})
        assert answer.success
        assert link.trouble == ""
        assert ami.actions("Hangup")[0]["Channel"] == "PJSIP/1001-1"


async def test_adding_a_queue_member_is_answered_although_it_says_added_to_queue(
    ami: FakeAmi,
) -> None:
    """panoramisk's guess would wait for a list that never comes."""
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        fields = {"Queue": "common", "Interface": "PJSIP/1001", "Paused": "false"}
        answer = await link.ask("QueueAdd", fields)
        assert first(answer, "Message") == "Added interface to queue"


async def test_a_list_comes_whole_and_a_refused_list_is_an_error_at_once(ami: FakeAmi) -> None:
    ami.channels = [{"Channel": f"PJSIP/1001-{n}", "Uniqueid": f"u.{n}"} for n in range(300)]
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        assert len(await link.ask_list("CoreShowChannels")) == 300
        with pytest.raises(TelephoneRefused) as refused:
            await link.ask_list("PJSIPShowContacts")
        assert refused.value.reason == "No Contacts found"


async def test_a_character_split_over_two_packets_stays_whole(ami: FakeAmi) -> None:
    text = "交通运输服务𠮷"
    raw = f"Event: UserEvent\r\nUserEvent: T\r\nFields: {text}\r\n\r\n".encode()
    async with linked(ami) as (_, ear):
        await wait_until("log-in", lambda: ear.ups)
        for place in range(len(raw)):
            ami.send(raw[place : place + 1])
            await asyncio.sleep(0)
        events = await wait_until("the event", lambda: ear.named("UserEvent"))
        assert first(events[0], "Fields") == text


async def test_bytes_that_are_no_utf8_do_not_end_the_connection(ami: FakeAmi) -> None:
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        ami.send(b"Event: Newchannel\r\nCallerIDName: \xff\xfe\xe4\xba\r\n\r\n")
        ami.tell("Newstate", Uniqueid="u.1")
        await wait_until("the next event", lambda: ear.named("Newstate"))
        assert (await link.ask("Ping", {})).success
        assert ear.downs == []


async def test_a_wrong_password_is_said_in_words(ami: FakeAmi) -> None:
    async with linked(ami, secret="wrong") as (link, ear):
        await wait_until("refusal", lambda: ear.downs)
        assert "用户名和密码" in link.trouble
        assert ear.ups == 0
        with pytest.raises(TelephoneAway) as away:
            await link.ask("Hangup", {"Channel": "x"})
        assert "用户名和密码" in away.value.reason


async def test_a_frozen_asterisk_is_noticed_and_left(ami: FakeAmi) -> None:
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        ami.frozen = True
        await wait_until("loss", lambda: ear.downs)
        assert "没有响应" in ear.downs[0]
        ami.frozen = False
        await wait_until("second log-in", lambda: ear.ups == 2)
        assert link.trouble == ""


async def test_an_action_without_answer_ends_by_its_own_deadline(ami: FakeAmi) -> None:
    patient = Patience(answer=0.2, ping_every=30)
    async with linked(ami, patience=patient) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        ami.frozen = True
        with pytest.raises(TelephoneAway):
            await link.ask("Redirect", {"Channel": "x"})


async def test_what_was_pending_when_the_connection_broke_fails_and_is_never_sent_again(
    ami: FakeAmi,
) -> None:
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        ami.dies_at = "Originate"
        with pytest.raises(TelephoneAway):
            await link.ask("Originate", {"Channel": "PJSIP/1001"})
        ami.dies_at = None
        await wait_until("second log-in", lambda: ear.ups == 2)
        await link.ask("Ping", {})
        assert len(ami.actions("Originate")) == 1


async def test_nothing_is_sent_while_there_is_no_connection(ami: FakeAmi) -> None:
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        await ami.stop()
        await wait_until("loss", lambda: ear.downs)
        with pytest.raises(TelephoneAway):
            await link.ask("DBPut", {"Family": "f"})
        await ami.start()
        await wait_until("second log-in", lambda: ear.ups == 2)
        assert ami.actions("DBPut") == []


async def test_a_line_break_in_a_value_begins_no_second_action(ami: FakeAmi) -> None:
    async with linked(ami) as (link, ear):
        await wait_until("log-in", lambda: ear.ups)
        evil = "x\r\n\r\nAction: Command\r\nCommand: core stop now\r\n\r\n"
        await link.ask("Hangup", {"Channel": evil, "Cause": "16"})
        await link.ask("Ping", {})
        assert ami.actions("Command") == []


@pytest.mark.parametrize(
    "noise", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00" * 64, b"HTTP/1.1 400\r\n\r\n"]
)
async def test_a_peer_that_is_no_asterisk_is_left_with_a_clear_word(noise: bytes) -> None:
    ami = FakeAmi()
    ami.greeting = (noise,)
    async with ami.running(), linked(ami) as (link, ear):
        await wait_until("loss", lambda: ear.downs)
        assert "不是 Asterisk" in link.trouble


async def test_endless_bytes_without_a_message_are_cut_off(ami: FakeAmi) -> None:
    async with linked(ami) as (_, ear):
        await wait_until("log-in", lambda: ear.ups)
        for _ in range(MOST_UNFINISHED // 65536 + 2):
            ami.send(b"x" * 65536)
            await asyncio.sleep(0)
        await wait_until("cut", lambda: ear.downs)
        assert "无法识别" in ear.downs[0]
        await wait_until("second log-in", lambda: ear.ups == 2)


async def test_a_greeting_in_pieces_is_still_a_greeting() -> None:
    ami = FakeAmi()
    ami.greeting = (b"Asterisk", b" Call Man", b"ager/11.0.0\r\n")
    async with ami.running(), linked(ami) as (_, ear):
        await wait_until("log-in", lambda: ear.ups)


async def test_an_asterisk_that_shuts_down_is_left_and_found_again(ami: FakeAmi) -> None:
    async with linked(ami) as (_, ear):
        await wait_until("log-in", lambda: ear.ups)
        ami.tell("Shutdown", Shutdown="Cleanly", Restart="False")
        await wait_until("loss", lambda: ear.downs)
        assert "关闭" in ear.downs[0]
        await wait_until("second log-in", lambda: ear.ups == 2)
