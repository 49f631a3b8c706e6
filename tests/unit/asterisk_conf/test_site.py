"""The site description: what is accepted, and how a mistake is told."""

from pathlib import Path

import pytest

from asterisk_conf.site_file import DEFAULT_SITE, SiteError, load_site

SMALL = """\
region: "210100"
title: 热线
numbers:
  "12328": {entry: main}
queues:
  common: {title: 综合}
  etc: {title: ETC, overflow: common}
trunks:
  carrier: {match: [192.0.2.1], contact: "sip:192.0.2.1"}
seats:
  - {first: 1001, last: 1002}
notice: {text: 本次通话将被录音。, version: "1"}
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "site.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(SiteError) as caught:
        load_site(path)
    return [line.replace(f"{path}:", "") for line in caught.value.problems]


def test_the_shipped_site_is_good_and_answers_around_the_clock() -> None:
    site = load_site(DEFAULT_SITE)
    assert site.default_queue == "common"
    assert site.numbers["12328"].entry == "main"
    assert site.services["12395"].distress
    assert not any(s.transfer for s in site.services.values())
    assert (site.hours.days, site.hours.start, site.hours.end) == ("every", "00:00", "24:00")
    assert len(list(site.extensions())) == 50


def test_a_small_site_gets_sensible_values_for_what_it_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(SMALL, "utf-8")
    site = load_site(path)
    assert site.trunks["carrier"].codecs == ["alaw", "ulaw"]
    assert site.queues["etc"].ring == 20


def test_a_mistake_is_told_with_file_line_and_what_to_do(tmp_path: Path) -> None:
    text = SMALL.replace("192.0.2.1]", "192.0.2.999]")
    (line,) = problems(tmp_path, text)
    assert line.startswith("9: trunks.carrier.match.0: '192.0.2.999': write an IP address")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = SMALL.replace('"210100"', "liaoning").replace("overflow: common", "overflow: nobody")
    text = text.replace("last: 1002", "last: many")
    lines = problems(tmp_path, text)
    assert [line.split(":")[0] for line in lines] == ["1", "11"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("common: {title: 综合}", "general: {title: 综合}", "Asterisk keeps this name"),
        ("overflow: common", "overflow: nobody", "is not a queue"),
        ("common: {title: 综合}", "common: {title: 综合, overflow: etc}", "break the ring"),
        ("first: 1001, last: 1002", "first: 1002, last: 1001", "first must not be above last"),
        ("  - {first: 1001", "  - {first: 1001, last: 1001}\n  - {first: 1001", "not overlap"),
        ("12328", "12328x", "digits only"),
        ("entry: main", "entry: main, kind: old_local", "at least one number of kind hotline"),
        ("entry: main", "entry: ../main", "small Latin letters"),
        ("match: [192.0.2.1], ", "", "give match:"),
        ("录音。", "录音。$x", "plain words only"),
        ("title: 热线", 'title: "热\\n[线]"', "plain words only"),
        ("sip:192.0.2.1", "sip:192.0.2.1\\ncontext=x", "SIP address"),
        ("region:", "regoin:", "Extra inputs"),
        ('"12328":', '"12328": {entry: a}\n  "12328":', "stands here twice"),
        ("seats:", "outbound: {trunk: other}\nseats:", "is not a trunk with contact"),
    ],
)  # fmt: skip
def test_what_would_not_work_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SMALL
    assert any(told in line for line in problems(tmp_path, SMALL.replace(old, new)))


def test_a_missing_file_and_broken_yaml_are_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="cannot be read"):
        load_site(tmp_path / "none.yaml")
    assert problems(tmp_path, "a: [1")[0].startswith("1:")
    assert "name: value" in problems(tmp_path, "- a\n")[0]
