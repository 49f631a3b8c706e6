"""The absolute timeout is wound up for each wait, and not for what needs no winding."""

from agi.watchdog import SLACK_SECONDS, TOLERANCE_SECONDS, Watchdog


def test_a_short_command_is_watched_for_seconds_not_for_the_whole_menu() -> None:
    wound: list[float] = []
    Watchdog(900.0, wound.append).expect(5.0)
    assert len(wound) == 1
    assert 5.0 + SLACK_SECONDS <= wound[0] <= 5.0 + SLACK_SECONDS + TOLERANCE_SECONDS


def test_commands_alike_are_wound_once() -> None:
    """A command a key press costs enough; the timeout that runs is still long enough."""
    wound: list[float] = []
    watchdog = Watchdog(900.0, wound.append)
    watchdog.expect(5.0)
    watchdog.expect(4.0)
    watchdog.expect(2.0)
    assert len(wound) == 1


def test_a_longer_command_gets_more_time() -> None:
    wound: list[float] = []
    watchdog = Watchdog(900.0, wound.append)
    watchdog.expect(5.0)
    watchdog.expect(60.0)
    assert wound[-1] > 60.0


def test_the_menus_own_limit_is_never_exceeded() -> None:
    wound: list[float] = []
    watchdog = Watchdog(20.0, wound.append)
    watchdog.expect(300.0)
    watchdog.expect(1.0)
    watchdog.expect(300.0)
    assert all(seconds <= 20.0 for seconds in wound)


def test_without_a_limit_there_is_nothing_to_watch() -> None:
    wound: list[float] = []
    Watchdog(None, wound.append).expect(300.0)
    assert wound == []


def test_the_first_command_always_winds_because_the_dialplans_own_limit_is_shorter() -> None:
    """Even when the menu's limit is just what the command needs."""
    wound: list[float] = []
    Watchdog(15.0, wound.append).expect(5.0)
    assert len(wound) == 1
