"""AGI against an honest Asterisk and against everything else that may connect."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agi.protocol import Agi, AGIAppError, AGIError, AGIHangup, NotAsterisk
from agi.wire import LineClosed, LineFlooded, LineSilent, Wire

HEADER = b"agi_network: yes\nagi_request: agi://h/12328\nagi_network_script: 12328\n\n"


class Peer:
    """The two ends of one connection; `agi` is made when first asked for."""

    def __init__(self) -> None:
        self.theirs, self.ours = socket.socketpair()
        self.theirs.settimeout(10)

    def agi(self, header: bytes = HEADER, patience: float = 10.0) -> Agi:
        self.theirs.sendall(header)
        agi = Agi(Wire(self.ours, patience))
        agi.allow(patience)
        return agi

    def answers(self, data: bytes) -> None:
        """What Asterisk sends before or after the command: the order does not matter to TCP."""
        self.theirs.sendall(data)

    def sent(self) -> bytes:
        return self.theirs.recv(65536)

    def close(self) -> None:
        self.theirs.close()
        self.ours.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def test_a_header_is_read_off_the_main_thread_and_prints_nothing(
    peer: Peer, capfd: pytest.CaptureFixture[str]
) -> None:
    """pyst2 alone fails here: it installs a signal handler and prints every line."""
    made: list[Agi] = []
    thread = threading.Thread(target=lambda: made.append(peer.agi()))
    thread.start()
    thread.join(10)
    assert made[0].env["agi_network_script"] == "12328"
    peer.answers(b"200 result=1 (13800001111)\n")
    assert made[0].get_variable("CALLERID(num)") == "13800001111"
    assert capfd.readouterr() == ("", "")


def test_half_a_character_in_a_name_does_not_end_the_call(peer: Peer) -> None:
    name = "沈阳".encode()[:-1]
    agi = peer.agi(b"agi_calleridname: " + name + b"\n" + HEADER)
    assert agi.env["agi_calleridname"] == "沈\ufffd"


def test_a_name_of_ten_thousand_bytes_is_read_whole(peer: Peer) -> None:
    agi = peer.agi(b"agi_calleridname: " + b"x" * 10_000 + b"\n" + HEADER)
    assert len(agi.env["agi_calleridname"]) == 10_000


def test_a_connection_that_opens_and_closes_is_no_call(peer: Peer) -> None:
    peer.theirs.close()
    with pytest.raises(NotAsterisk):
        Agi(Wire(peer.ours, 5))


def test_a_connection_that_says_nothing_is_given_up_in_time(peer: Peer) -> None:
    began = time.monotonic()
    with pytest.raises(LineSilent):
        Agi(Wire(peer.ours, 0.2))
    assert time.monotonic() - began < 5


def test_one_byte_at_a_time_does_not_stretch_the_deadline(peer: Peer) -> None:
    """A deadline for each read would let a slow sender hold a thread for ever."""
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            try:
                peer.theirs.sendall(b"a")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(LineSilent):
        Agi(Wire(peer.ours, 0.5))
    stop.set()
    thread.join(10)


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\n", b"\x00\x01\x02\n\n", b"INVITE sip:x SIP/2.0\n\n"],
)
def test_other_protocols_are_no_call(peer: Peer, sent: bytes) -> None:
    peer.theirs.sendall(sent)
    with pytest.raises(NotAsterisk):
        Agi(Wire(peer.ours, 5))


def test_a_header_without_an_end_is_cut_off(peer: Peer) -> None:
    peer.theirs.sendall(b"x: y\n" * 1000)
    with pytest.raises(NotAsterisk):
        Agi(Wire(peer.ours, 5))


def test_a_line_without_an_end_is_cut_off(peer: Peer) -> None:
    thread = threading.Thread(target=lambda: peer.theirs.sendall(b"x" * 100_000))
    thread.start()
    with pytest.raises(LineFlooded):
        Agi(Wire(peer.ours, 5))
    peer.ours.close()
    thread.join(10)


@pytest.mark.parametrize(
    "value",
    ['a"b', "a\\", 'x" "y', "a\nGET VARIABLE x", "a\r\nHANGUP", "${SHELL(id)}", "𠮷", "\x00", ""],
)
def test_a_value_is_one_argument_of_one_command(peer: Peer, value: str) -> None:
    """A quote or a newline in what a caller sent must not become a command of its own."""
    agi = peer.agi()
    peer.answers(b"200 result=1\n")
    agi.set_variable("X", value)
    sent = peer.sent()
    assert sent.count(b"\n") == 1
    assert sent.endswith(b'"\n')
    assert unquoted(sent)[3] == value.replace("\r", " ").replace("\n", " ").replace("\x00", " ")


def unquoted(command: bytes) -> list[str]:
    """The words of a command as Asterisk's parse_args cuts them."""
    words, word, inside, escaped = [], "", False, False
    for char in command.decode().rstrip("\n"):
        if escaped:
            word, escaped = word + char, False
        elif char == "\\":
            escaped = True
        elif char == '"':
            inside = not inside
            if not inside and not word:
                words.append("")
        elif char == " " and not inside:
            words, word = [*words, word] if word else words, ""
        else:
            word += char
    return [*words, word] if word else words


@given(value=st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_is_one_argument_of_one_line(value: str) -> None:
    peer = Peer()
    agi = peer.agi()
    peer.answers(b"200 result=1\n")
    agi.set_variable("X", value)
    sent = peer.sent()
    peer.close()
    assert sent.count(b"\n") == 1
    assert len(unquoted(sent)) == 4


def _value(agi: Agi) -> object:
    return agi.get_variable("X")


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (b"200 result=1 (hello world)\n", "hello world"),
        (b"200 result=1 (x) result=-1 (y)\n", "x) result=-1 (y"),
        (b"200 result=1 (a=b c=d)\n", "a=b c=d"),
        (b"200 result=1 (hangup)\n", "hangup"),
        (b"200 result=1 ()\n", ""),
        (b"200 result=0\n", ""),
        (b"100 Trying\n200 result=1 (late)\n", "late"),
        (b"second line of something)\n200 result=1 (right)\n", "right"),
    ],
)
def test_values_arrive_as_they_are(peer: Peer, answer: bytes, value: str) -> None:
    agi = peer.agi()
    peer.answers(answer)
    assert _value(agi) == value


@pytest.mark.parametrize(
    "answer",
    [b"HANGUP\n", b"", b"511 Command Not Permitted on a dead channel\n", b"520-Invalid\nusage"],
)
def test_every_form_of_hanging_up_is_a_hang_up(peer: Peer, answer: bytes) -> None:
    agi = peer.agi()
    peer.answers(answer)
    peer.theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(AGIHangup):
        agi.execute("NOOP")


def test_after_the_hangup_notice_no_further_command_is_sent(peer: Peer) -> None:
    agi = peer.agi()
    peer.answers(b"HANGUP\n200 result=0\n")
    agi.execute("NOOP")
    with pytest.raises(AGIHangup):
        agi.execute("NOOP")


@pytest.mark.parametrize(
    "answer",
    [
        b"510 Invalid or unknown command\n",
        b"520 Invalid command syntax.  Proper usage not available.\n",
        b"520-Invalid command syntax.  Proper usage follows:\nUsage: X\n520 End of proper usage.\n",
        b"999 what\n",
        b"201 odd\n",
    ],
)
def test_a_refused_command_leaves_the_session_usable(peer: Peer, answer: bytes) -> None:
    agi = peer.agi()
    peer.answers(answer + b"200 result=1 (next)\n")
    with pytest.raises(AGIError) as failure:
        agi.execute("NOOP")
    assert not isinstance(failure.value, AGIHangup)
    assert _value(agi) == "next"


def test_minus_one_is_an_application_error(peer: Peer) -> None:
    agi = peer.agi()
    peer.answers(b"200 result=-1\n")
    with pytest.raises(AGIAppError) as failure:
        agi.execute("EXEC", "Nothing")
    assert not isinstance(failure.value, AGIHangup)


def test_noise_without_an_end_is_given_up(peer: Peer) -> None:
    agi = peer.agi()
    peer.answers(b"noise\n" * 100)
    with pytest.raises(AGIHangup):
        agi.execute("NOOP")


@given(garbage=st.binary(max_size=600))
@settings(max_examples=300, deadline=None)
def test_whatever_bytes_arrive_reading_ends_with_a_known_ending(garbage: bytes) -> None:
    """No exception of another kind, no endless loop, whatever is sent in place of an answer."""
    ends_with(garbage, lambda agi: agi.execute("NOOP"))


@given(
    lines=st.lists(
        st.sampled_from(
            [b"200 result=-1", b"200", b"520-x", b"520 x", b"HANGUP", b"100", b"200 result=(", b""]
        ),
        max_size=8,
    )
)
@settings(max_examples=200, deadline=None)
def test_broken_answers_end_with_a_known_ending(lines: list[bytes]) -> None:
    ends_with(b"\n".join(lines), lambda agi: agi.execute("NOOP"))


def ends_with(garbage: bytes, do: Callable[[Agi], object]) -> None:
    peer = Peer()
    agi = peer.agi()
    peer.answers(garbage)
    peer.theirs.shutdown(socket.SHUT_WR)
    try:
        do(agi)
    except (AGIError, LineClosed, LineFlooded, LineSilent):
        pass
    finally:
        peer.close()


@given(garbage=st.binary(max_size=600))
@settings(max_examples=200, deadline=None)
def test_whatever_bytes_arrive_as_header_it_ends(garbage: bytes) -> None:
    peer = Peer()
    peer.theirs.sendall(garbage)
    peer.theirs.shutdown(socket.SHUT_WR)
    try:
        Agi(Wire(peer.ours, 5))
    except (NotAsterisk, LineFlooded):
        pass
    finally:
        peer.close()
