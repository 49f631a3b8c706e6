"""Calls as tests begin them: each party hums a tone of its own."""

from dataclasses import dataclass

from asterisk_conf.names import FLOW_QUEUE, FLOW_RESULT, SURVEY_SCRIPT, DialplanEvent, FlowResult
from tests.asterisk.carrier import Carrier
from tests.asterisk.pbx import HotlinePbx
from tests.asterisk.phone import Phone
from tests.asterisk.sound import RATE, read_wav, seconds_of_tone
from tests.fakes.fastagi import AgiSession
from tests.waiting import wait_for

CALLER, AGENT, SECOND, OUTSIDE = 1450.0, 2525.0, 575.0, 3125.0


@dataclass(frozen=True, slots=True)
class Talk:
    """A caller and a seat, talking; `key` is the call's key, `leg` the seat's leg."""

    caller: Phone
    seat: Phone
    key: str
    leg: str


def to_queue(session: AgiSession, queue: str = "") -> None:
    """What a flow does that ends in a queue."""
    session.set(FLOW_QUEUE, queue)
    session.set(FLOW_RESULT, FlowResult.QUEUE)


def menu_then_goodbye(session: AgiSession) -> None:
    """A flow that ends in the default queue, and a survey that asks nothing."""
    if session.script != SURVEY_SCRIPT:
        to_queue(session)


def a_talk(pbx: HotlinePbx, carrier: Carrier, seat: str = "1041") -> Talk:
    """A call that has reached `seat` without any Python; both hear each other."""
    pbx.sign_in(seat, "common")
    before = len(pbx.told(DialplanEvent.CALL))
    caller = carrier.dial("12328")
    caller.speaks(CALLER)
    ringing = carrier.rings(seat)
    phone = ringing.answer(hums=AGENT)
    caller.hears_tone(AGENT)
    phone.hears_tone(CALLER)
    key = pbx.wait_told(DialplanEvent.CALL, since=before)["call"]
    return Talk(caller, phone, key, leg_of(pbx, seat))


def talk_on(phone: Phone, seconds: float = 1) -> None:
    """Let so much of the talk go by, as this phone hears it."""
    end = len(phone.heard()) + int(RATE * seconds)
    wait_for(f"{seconds} s of talk", lambda: len(phone.heard()) > end)


def leg_of(pbx: HotlinePbx, endpoint: str) -> str:
    """The hotline's channel to `endpoint` that is up."""

    def look() -> str | None:
        for line in pbx.instance.cli("core show channels concise").splitlines():
            if line.startswith(f"PJSIP/{endpoint}-"):
                return line.split("!")[0]
        return None

    return wait_for(f"a leg to {endpoint}", look)


def seconds_recorded(pbx: HotlinePbx, call: str, role: str, party: str, hertz: float) -> float:
    """For how many seconds the stretches of one party hold its tone."""
    files = [
        pbx.settings.monitor / fields["file"].rsplit("/", 1)[1]
        for fields in pbx.told(DialplanEvent.STRETCH, call)
        if (fields["role"], fields["party"]) == (role, party)
    ]
    assert files, f"no stretch of {role} {party}"
    return sum(seconds_of_tone(read_wav(file), hertz) for file in files if file.exists())
