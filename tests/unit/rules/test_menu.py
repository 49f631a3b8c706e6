"""Which calls hear the version on trial."""

from hypothesis import given
from hypothesis import strategies as st

from ticketing.rules.menu import Trial, takes_trial

KEYS = [f"hotline1-{1_700_000_000 + number}.{number}" for number in range(4000)]


@given(st.text(), st.text(max_size=20), st.integers(0, 100))
def test_a_call_is_chosen_or_not_whoever_asks_and_stays_when_the_share_grows(
    key: str, caller: str, share: int
) -> None:
    chosen = takes_trial(Trial(7, share), key, caller)
    assert chosen == takes_trial(Trial(7, share), key, "other")
    assert takes_trial(Trial(7, min(100, share + 1)), key, caller) or not chosen
    assert not takes_trial(Trial(7, 0), key, caller)
    assert takes_trial(Trial(7, 100), key, caller)


def test_a_share_is_about_that_many_of_the_calls() -> None:
    for share in (1, 10, 50, 90):
        chosen = sum(takes_trial(Trial(7, share), key, "") for key in KEYS)
        assert abs(chosen / len(KEYS) * 100 - share) < 3


def test_a_listed_caller_is_always_chosen() -> None:
    trial = Trial(7, callers=("13800000000",))
    assert all(takes_trial(trial, key, "13800000000") for key in KEYS[:100])
    assert not any(takes_trial(trial, key, "13800000001") for key in KEYS[:100])
    assert not takes_trial(trial, KEYS[0], "")
