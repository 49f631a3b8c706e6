"""What other programs rely on: the command's answers, the ports, the API's door."""

import json
import urllib.request

import pytest

from tests.installation import Town
from tests.rest import ApiPerson, Refused


def test_status_tells_a_program_what_it_needs(whole_town: Town) -> None:
    """Exit 0 and the fields of the contract, as JSON and nothing else on stdout."""
    code, told = whole_town.house.told_status()
    base = whole_town.house.port_base
    assert code == 0
    assert told["ready"] is True
    assert told["web_url"] == f"http://127.0.0.1:{base}"
    assert told["sip"] == {"host": "127.0.0.1", "port": base + 1}
    assert {one["name"] for one in told["processes"]} == {"asterisk", "worker", "agi", "desk"}
    assert all(one["ready"] and one["pid"] for one in told["processes"])


def test_the_api_describes_itself_and_asks_who_one_is(whole_town: Town) -> None:
    """The document is open, the data are not."""
    web = whole_town.house.web
    with urllib.request.urlopen(f"{web}/api/v1/openapi.json") as answer:  # noqa: S310 (our own)
        document = json.loads(answer.read())
    assert document["openapi"].startswith("3.1")
    for name in (
        "calls",
        "recordings",
        "work-orders",
        "handling-units",
        "queues",
        "agents",
        "road-notices",
        "knowledge",
        "users",
    ):
        assert any(
            path.startswith((f"/api/v1/{name}", f"/{name}")) for path in document["paths"]
        ), name
    with pytest.raises(Refused) as refused:
        ApiPerson(web, "agent1", "wrong password")
    assert refused.value.status == 401
