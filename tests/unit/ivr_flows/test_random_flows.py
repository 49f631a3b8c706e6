"""The checks keep their promise: a flow that passes them never strands anybody, whatever it is."""

import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr_flows.bundle import Bundle, gather
from ivr_flows.checks import check
from ivr_flows.engine.walk import MAX_STEPS, walk
from ivr_flows.graph import Graph
from ivr_flows.interfaces import KEYS, CallFacts, Hours, Reason, RoadAnswer, ToQueue
from ivr_flows.patience import silent_wait
from ivr_flows.surroundings import Limits
from tests.fakes.business import ORDER, FakeActions, FakeJournal
from tests.fakes.caller import FakeCaller, KeyPresser
from tests.unit.ivr_flows.walking import CALLER

MOMENT = datetime(2026, 11, 28, tzinfo=UTC)
NAMES = ["a", "b", "c", "d"]
TARGET = st.sampled_from(NAMES)
TEXT = st.sampled_from(["您好。", "请按1或2。", "是{x}。", "编号{order_no}。", "到{order_due}。"])
WORDS = st.sampled_from(["请按1或2。", "请输入。"])
NEXT = st.one_of(st.just({}), st.builds(lambda name: {"next": name}, TARGET))


def step(do: str, /, **parts: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    fixed = st.fixed_dictionaries({"do": st.just(do), **parts})
    if do in {"menu", "listen", "to_agent", "hang_up", "transfer", "back"}:
        return fixed
    return st.builds(lambda own, after: own | after, fixed, NEXT)


def one_case(case: str) -> st.SearchStrategy[dict[str, str]]:
    return st.builds(lambda target: {case: target}, TARGET)


KEY_TABLE = st.dictionaries(st.sampled_from(["1", "2", "*"]), TARGET, min_size=1)
SERVING = st.one_of(
    step(
        "road",
        number=st.sampled_from(["x", "dialled_number"]),
        text=st.sampled_from(["", "现在播报{road}。"]),
        clear=TARGET,
        never=TARGET,
        unknown=TARGET,
    ),
    step("send_message", what=st.just("road")),
    step("send_message", what=st.just("order"), refused=TARGET),
    step("subscribe", refused=TARGET),
    step("unsubscribe"),
    step("useful", text=WORDS, topic=st.just("t")),
    step("offer", text=WORDS, accepted=TARGET),
    step("offer_callback", text=WORDS, accepted=TARGET),
    step("order", what=st.sampled_from(["urge", "withdraw"]), refused=TARGET),
    step("supplement", text=WORDS, refused=TARGET),
    step("open_order", kind=st.just("consult"), topic=st.just("其他")),
    step("pace", speed=st.sampled_from(["slow", "usual"])),
    step("remember", group=st.just("direct")),
    step(
        "branch",
        on=st.just("queue"),
        of=st.just("q"),
        cases=st.builds(lambda t: {"long": t}, TARGET),
    ),
)
STEP = st.one_of(
    SERVING,
    step("say", text=TEXT),
    step("menu", text=WORDS, keys=KEY_TABLE),
    step(
        "listen",
        text=WORDS,
        keys=KEY_TABLE,
        intents=st.builds(
            lambda there: {
                "plain": {"title": "投诉", "phrases": ["我要投诉"], "next": there},
                "slot": {
                    "title": "查询",
                    "phrases": ["{x}路况"],
                    "sets": {"y": "1"},
                    "next": there,
                },
            },
            TARGET,
        ),
        slots=st.just({"x": "road"}),
    ),
    step("choose", text=WORDS, sets=st.just("x"), answers=st.just({"1": "是", "2": "否"})),
    step("digits", text=WORDS, sets=st.just("x"), min=st.just("1"), max=st.just("3"), empty=TARGET),
    step(
        "query_order",
        number=st.sampled_from(["x", "dialled_number"]),
        phone=st.just("caller_number"),
        not_found=TARGET,
        finished=TARGET,
    ),
    step("lookup", what=st.sampled_from(["road_notices", "announcement"]), none=TARGET),
    step(
        "branch",
        on=st.just("switch"),
        of=st.just("s"),
        cases=st.builds(lambda t: {"on": t}, TARGET),
    ),
    step(
        "branch",
        on=st.just("hours"),
        of=st.just("h"),
        cases=st.builds(lambda t: {"open": t}, TARGET),
    ),
    step("record_message", text=WORDS, kind=st.just("consult"), topic=st.just("其他")),
    step("survey", text=WORDS, question=st.just("service")),
    step("offer_message", text=WORDS),
    step("subflow", flow=st.just("sub")),
    step("to_agent", text=TEXT),
    step("transfer", number=st.just("12395"), refused=TARGET),
    step("hang_up", text=TEXT),
)
SUB_STEP = st.one_of(STEP.filter(lambda made: made["do"] != "subflow"), step("back"))


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """Any two flows of the language, good or bad."""
    texts = {}
    for name, kinds in (("main", STEP), ("sub", SUB_STEP)):
        steps = dict(zip(NAMES, draw(st.lists(kinds, min_size=4, max_size=4)), strict=True))
        texts[name] = json.dumps({"flow": name, "title": "t", "steps": steps}, ensure_ascii=False)
    return gather("main", texts.get)


def pruned(bundle: Bundle) -> Bundle | None:
    """The bundle without what only makes it untidy (unreached steps); None when it is faulty."""
    texts = {name: written.text for name, written in bundle.flows.items()}
    for _ in range(3):
        mistakes = check(gather("main", texts.get))
        if not mistakes:
            return gather("main", texts.get)
        if any("没有任何途径" not in mistake.message for mistake in mistakes):
            return None
        for name, text in texts.items():
            data = json.loads(text)
            gone = {m.where.split(".")[1] for m in mistakes if m.file == f"{name}.yaml"}
            data["steps"] = {key: part for key, part in data["steps"].items() if key not in gone}
            texts[name] = json.dumps(data, ensure_ascii=False)
    return None


def business(finished: bool) -> FakeActions:
    actions = FakeActions()
    actions.calendars["h"] = Hours.OPEN
    actions.switches = {"s"} if finished else set()
    actions.transfers = {"12395"} if finished else set()
    actions.roads = ("G1封闭。",) if finished else ()
    actions.orders["12328", CALLER] = ORDER
    notices = ("封闭。",) if finished else ()
    actions.road_answers["12328"] = RoadAnswer("G1京哈高速", "G1", notices, MOMENT)
    actions.queues["q"] = 9 if finished else 0
    actions.texts_reach = finished
    return actions


ACTS = [*KEYS, "我要投诉", "京哈高速路况", "对", "不对", "胡言乱语"]


@given(
    bundle=bundles(),
    row=st.lists(st.one_of(st.none(), st.sampled_from(ACTS)), max_size=30),
    finished=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_flow_that_passes_its_checks_leads_every_caller_to_a_person_or_an_end(
    bundle: Bundle, row: list[str | None], finished: bool
) -> None:
    fit = pruned(bundle)
    if fit is None:
        return
    journal = FakeJournal()
    call, caller = CallFacts(CALLER, "12328"), KeyPresser(row)
    ending = walk(fit, call, caller, business(finished), journal, lambda: MOMENT)
    assert not (isinstance(ending, ToQueue) and ending.reason is Reason.FAILURE)
    assert len(journal.entries) <= MAX_STEPS + 1


@given(bundle=bundles(), finished=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_silent_caller_never_waits_longer_than_the_check_reckons(
    bundle: Bundle, finished: bool
) -> None:
    fit = pruned(bundle)
    if fit is None:
        return
    caller = FakeCaller()
    began = caller.now
    call = CallFacts(CALLER, "12328")
    walk(fit, call, caller, business(finished), FakeJournal(), caller.clock)
    waited = (caller.now - began).total_seconds()
    engine_phrases = 20.0
    assert waited <= silent_wait(Graph(fit)) + engine_phrases
    assert silent_wait(Graph(fit)) <= Limits().silent_seconds
