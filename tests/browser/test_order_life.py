"""A complaint's whole life through the pages of everybody who has a part in it."""

from playwright.sync_api import expect

from tests.browser.conftest import Browsers, Seated
from tests.browser.desk import AgentDesk, OrderForm, OrderPage
from tests.installation import Town
from tests.rest import ApiPerson
from tests.waiting import wait_for

CITIZEN = "13940004321"
FACTS = "十一月二十八日晚七点左右在沈阳站东广场打车，司机询问目的地后拒绝载客并离开。"
ANSWER = "经核查车载定位和录像，驾驶员确有拒载行为，已责令其停运培训三日并向乘客致歉。"


class Desks:
    """The order on the page of one person after the other."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self._pages: dict[str, OrderPage] = {}

    def of(self, login: str, order_no: str) -> OrderPage:
        if login not in self._pages:
            self._pages[login] = OrderPage(self._browsers.page(login))
        page = self._pages[login]
        page.open(order_no)
        return page

    def does(self, login: str, order_no: str, event: str) -> None:
        """One move that asks for nothing, or whose form is filled already."""
        page = self.of(login, order_no)
        page.begin(event)
        page.finish()


def test_a_complaint_goes_through_everybodys_hands_from_the_call_to_the_archive(
    browser_town: Town, browsers: Browsers, seated: Seated
) -> None:
    """Agent, dispatcher, unit, authority (extension), return visit by a real call, province."""
    desks = Desks(browsers)
    order_no = _taken_down(seated("agent1"))
    desks.does("dispatcher", order_no, "dispatch")
    desks.does("unit1", order_no, "sign")
    unit = desks.of("unit1", order_no)
    unit.begin("request_extension")
    unit.choose("move-field-ground", "情形复杂")
    unit.fill("reason", "涉及两家出租汽车企业，需要调取车载录像核实")
    unit.choose("move-field-working_days", "5个工作日")
    unit.finish()
    desks.does("authority", order_no, "approve_extension")
    _replies(desks.of("unit1", order_no))
    desks.does("dispatcher", order_no, "confirm")

    visitor = desks.of("visitor", order_no)
    visitor.begin("revisit")
    visitor.choose("move-field-means", "电话")
    for question in ("efficiency", "reply", "result", "satisfaction"):
        visitor.choose(f"move-field-{question}", "非常满意")
    visitor.at("move-submit").click()
    expect(visitor.at("move-failure")).to_be_visible()  # a visit without a call is no visit
    visitor.fill("call_key", _called_back(browser_town, seated))
    visitor.finish()
    assert visitor.state() == "已回访"

    dispatcher = desks.of("dispatcher", order_no)
    assert dispatcher.state() == "已回访"
    assert "archive" not in dispatcher.offered()  # the province has not reviewed it yet
    province = desks.of("province", order_no)
    province.begin("review_ok")
    province.fill("opinion", "录像和约谈记录齐全，处理适当")
    province.finish()
    desks.does("dispatcher", order_no, "archive")
    archived = desks.of("dispatcher", order_no)
    assert archived.state() == "已归档"
    assert archived.history() == [
        "登记",
        "提交审核",
        "转办",
        "签收",
        "申请延期",
        "批准延期",
        "回复",
        "程序性确认",
        "列入回访",
        "回访",
        "复核通过",
        "归档",
    ]


def test_an_order_returned_by_two_units_is_coordinated_and_finished_with_the_helpers_opinion(
    browsers: Browsers, seated: Seated
) -> None:
    """Nobody takes it; the authority names who leads and who helps, and it cannot be sent back."""
    desks = Desks(browsers)
    order_no = _taken_down(seated("agent1"))
    desks.does("dispatcher", order_no, "dispatch")
    _sends_back(desks.of("unit1", order_no), "被投诉车辆不是出租汽车，属公交集团通勤车")
    desks.does("dispatcher", order_no, "accept_return")
    dispatcher = desks.of("dispatcher", order_no)
    dispatcher.begin("dispatch")
    _names(dispatcher, "unit", "市公交集团", "冯公交")
    dispatcher.finish()
    _sends_back(desks.of("unit2", order_no), "该车已转让，现由出租汽车企业营运")
    dispatcher = desks.of("dispatcher", order_no)
    dispatcher.begin("coordinate")
    dispatcher.fill("reason", "两家单位先后退单，均称不归其管理")
    dispatcher.finish()
    authority = desks.of("authority", order_no)
    authority.begin("decide_coordination")
    _names(authority, "unit", "市出租汽车管理处", "陈承办")
    authority.choose("move-field-co_unit", "市公交集团")
    authority.fill("reason", "车辆现属出租汽车企业，公交集团提供转让材料")
    authority.finish()

    helper = desks.of("unit2", order_no)
    assert helper.offered() == {"contribute", "supplement"}
    helper.begin("contribute")
    helper.fill("opinion", "车辆转让合同和过户登记已提供")
    helper.finish()
    helper.page.goto("/orders")
    expect(helper.page.get_by_text(order_no).first).to_be_visible()
    desks.does("unit1", order_no, "sign")
    lead = desks.of("unit1", order_no)
    assert "request_return" not in lead.offered()
    expect(lead.at("order-history")).to_contain_text("车辆转让合同和过户登记已提供")
    _replies(lead)
    desks.does("dispatcher", order_no, "confirm")
    finished = desks.of("dispatcher", order_no)
    assert finished.state() == "待回访"
    assert finished.history() == [
        "登记",
        "提交审核",
        "转办",
        "申请退单",
        "同意退单",
        "转办",
        "申请退单",
        "报请协调",
        "协调决定",
        "协办意见",
        "签收",
        "回复",
        "程序性确认",
        "列入回访",
    ]


def _replies(unit: OrderPage) -> None:
    unit.begin("reply")
    unit.fill("result", ANSWER)
    unit.fill("process", "调取车载录像，约谈驾驶员")
    unit.fill("basis", "《出租汽车驾驶员从业资格管理规定》第四十二条")
    unit.choose("move-field-told_by", "电话")
    unit.finish()


def _sends_back(unit: OrderPage, why: str) -> None:
    unit.begin("request_return")
    unit.fill("reason", why)
    unit.finish()


def _names(page: OrderPage, field: str, unit: str, person: str) -> None:
    page.choose(f"move-field-{field}", unit)
    page.fill("responsible_person", person)


def _taken_down(desk: AgentDesk) -> str:
    """An agent writes it down while the citizen is on another line (no call of ours)."""
    form = OrderForm(desk.page)
    form.classify("拒载")
    form.complain("辽A12345", "司机明确表示不去浑南，直接开走")
    form.write(FACTS)
    form.at("order-caller-number").fill(CITIZEN)
    form.pass_on()
    return form.save()


def _called_back(town: Town, seated: Seated) -> str:
    """The visitor calls the citizen from the seat; the key of the call that was had."""
    desk = seated("visitor")
    desk.at("dial-number").fill(CITIZEN)
    desk.at("dial-submit").click()
    citizen = town.carrier.rings(CITIZEN, 60).answer(hums=440.0)
    desk.expect_phone("talking")
    citizen.hears_tone(600.0, 40)
    desk.hang_up()
    person = ApiPerson(town.house.web, "visitor")

    def ended() -> str | None:
        calls = person.get(f"/calls?caller_number={CITIZEN}")["items"]
        return calls[0]["key"] if calls and calls[0]["talk_seconds"] else None

    return wait_for("the call is on record", ended, 60)
