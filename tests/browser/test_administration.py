"""An administrator brings a file and publishes a catalogue; an inspector draws a sample."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Browsers
from tests.browser.desk import PATIENCE, Screen

UNITS = (
    "单位代码,单位名称,单位类型,上级单位代码\n"
    "SY-FERRY,市轮渡公司,企事业单位,SY-JT\n"
    "X,,企事业单位,\n"
)


def test_a_file_of_units_is_checked_and_its_good_row_loaded(
    browsers: Browsers, tmp_path: Path
) -> None:
    """The faulty row is told with line and column; the other is there after one click."""
    file = tmp_path / "单位.csv"
    file.write_bytes(UNITS.encode("gb18030"))
    screen = Screen(browsers.page("admin"))
    screen.page.goto("/admin?tab=imports")
    screen.at("import-file").set_input_files(file)
    screen.at("import-bring").click()
    expect(screen.at("import-state")).to_have_text("待确认", timeout=PATIENCE)
    expect(screen.at("import-faults")).to_contain_text("缺少单位名称", timeout=PATIENCE)
    expect(screen.at("import-summary")).to_contain_text("新增 1 个单位")
    screen.at("import-load").click()
    expect(screen.at("import-state")).to_have_text("已导入", timeout=PATIENCE)


def test_a_catalogue_is_compared_before_it_is_published(browsers: Browsers) -> None:
    """A new channel: seen as the one difference, published with a reason."""
    screen = Screen(browsers.page("admin"))
    screen.page.goto("/admin/catalogues/channels")
    before = screen.at("catalogue-version").inner_text()
    screen.at("sheet-add-channels").click()
    for name, text in (("code", "letter"), ("name", "来信"), ("report_name", "其他")):
        screen.at(f"cell-{name}").locator("input").or_(screen.at(f"cell-{name}")).last.fill(text)
    screen.at("catalogue-preview").click()
    expect(screen.at("change-list")).to_contain_text("来信", timeout=PATIENCE)
    screen.at("publish-note").fill("试点来信受理")
    screen.at("publish-submit").click()
    expect(screen.at("catalogue-version")).not_to_have_text(before, timeout=PATIENCE)


def test_an_inspector_draws_a_sample_with_a_kept_seed(browsers: Browsers) -> None:
    """The sample's page names its seed; callers' numbers are masked."""
    screen = Screen(browsers.page("inspector"))
    screen.page.goto("/quality")
    screen.at("spot-seed").fill("20261128")
    screen.at("spot-draw").click()
    expect(screen.page.get_by_text("种子 20261128")).to_be_visible(timeout=PATIENCE)
