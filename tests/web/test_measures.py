"""协作度量: every number leads to exactly its rows, for whoever may count, and to nobody else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from lianxun.duties import queries as duties
from lianxun.duties import steps
from lianxun.web.measures.tables import MEASURES, SHARING
from tests.duties.support import at, inside, labels, opened, owes
from tests.exchange.support import sent
from tests.inspection.support import Play
from tests.leads.support import Desk
from tests.rectification.support import issued
from tests.rectification.test_measures import Earlier, new_head
from tests.support.cast import unit_id
from tests.web.test_pages import client_of

NUMBER = re.compile(r'<td data-label="([^"]*)"[^>]*><a href="([^"]+)">(\d+)</a>')
FRACTION = re.compile(r">\d+/\d+</a>")  # of a ratio: leads to the page its rows stand on


def page(who: str, name: str, query: str = "") -> str:
    answer = client_of(who).get(f"/measures/{name}/{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def numbers(text: str) -> list[tuple[str, str, int]]:
    """Column, address and number of every linked number."""
    return [(label, url, int(n)) for label, url, n in NUMBER.findall(text)]


def supply(cast: Any, on: date) -> UUID:
    """A request of the office that the finance department has to answer with data."""
    office = cast["coordinator"]
    return opened(
        office,
        code="DT-EX-SUPPLY",
        on=on,
        object_kind="exchange.request",
        labels=labels(office),
        responsible=owes(cast["finance"]),
    )


@pytest.fixture
def busy(cast: Any) -> Any:
    """Requests, leads on their way, an inspection, inherited items: something to count in each table."""
    desk = Desk(cast)
    desk.at("approved")
    desk.at("transferred")
    desk.at("received")
    sent(cast)
    sent(cast)
    month_ago = cast.now.date() - timedelta(days=30)
    kept = supply(cast, month_ago)
    inside(cast["coordinator"], steps.fulfil_duty, now=at(month_ago), duty_id=kept)
    supply(cast, month_ago)  # overdue by now
    new_head(cast)
    issued(Earlier(cast))
    task = Play(cast).approved()
    issued(cast, engagement_id=task.id, engagement_number="巡〔2026〕77号")
    return cast


@pytest.mark.parametrize("who", ["coordinator", "leader", "audit", "discipline"])
def test_every_number_leads_to_exactly_its_rows(busy: Any, who: str) -> None:
    client = client_of(who)
    for name in MEASURES:
        answer = client.get(f"/measures/{name}/")
        if MEASURES[name].duty not in busy[who].duties:
            assert answer.status_code == 404, name
            continue
        assert answer.status_code == 200, name
        for label, url, number in numbers(unescape(answer.content.decode())):
            if label == "督导组人数":
                continue
            shown = client.get(url)
            assert shown.status_code == 200, url
            assert shown.context["page"].total == number, (label, url)


def test_the_coordinator_finds_something_in_every_table(busy: Any) -> None:
    for name in MEASURES:
        text = page("coordinator", name)
        assert numbers(text) or FRACTION.search(text), name


def test_late_supply_is_said_and_leads_to_the_clock(busy: Any) -> None:
    text = page("coordinator", "sharing")
    found = {label: url for label, url, _ in numbers(text)}
    assert {"按期", "超期未办"} <= set(found)
    assert f"unit={busy['finance'].unit_id}" in found["超期未办"]
    assert "省财政厅" in text
    assert f"provider={busy['finance'].unit_id}" in text


def test_the_sharing_rate_is_what_was_supplied_in_time_of_what_was_due(cast: Any) -> None:
    day = cast.now.date() - timedelta(days=30)
    before = {r.unit: r for r in rated(cast)}.get(str(cast["finance"].unit_id))
    for n in range(4):
        clock = supply(cast, day)
        if n:  # three of four are supplied, one of them late
            late = 25 if n == 3 else 0
            inside(
                cast["coordinator"],
                steps.fulfil_duty,
                now=at(day + timedelta(days=late)),
                duty_id=clock,
            )
    [row] = [r for r in rated(cast) if r.unit == str(cast["finance"].unit_id)]
    assert row.due == 4 + (before.due if before else 0)
    if before is None:
        assert row.rate == 50
    mine = duties.rates(actor=cast["police"], now=cast.now, codes=SHARING)
    assert row.unit not in {r.unit for r in mine}


def rated(cast: Any) -> Any:
    return [
        r
        for r in duties.rates(actor=cast["coordinator"], now=cast.now, codes=SHARING)
        if r.code == "DT-EX-SUPPLY"
    ]


def test_waiting_leads_say_since_when(busy: Any) -> None:
    text = page("coordinator", "transfer")
    assert "最久已等" in text
    found = {label: n for label, url, n in numbers(text) if "state=approved" in url}
    assert found["待移交"] >= 1


def test_repeated_requests_stand_out(busy: Any) -> None:
    text = page("coordinator", "burden")
    again = [n for label, url, n in numbers(text) if label == "重复要的"]
    assert again
    assert min(again) >= 1
    assert 'lx-hot"><a' in text


def test_another_year_and_nonsense_years(busy: Any) -> None:
    assert "2011年没有" not in page("coordinator", "burden", "?year=2011")
    assert "没有您可以知悉的巡视任务" in page("coordinator", "burden", "?year=2011")
    this = f"{busy.now.year}年各单位"
    for nonsense in ("x", "99999", "-1", "１２３４", "1999"):
        assert this in page("coordinator", "burden", f"?year={nonsense}")


def test_inherited_matters_name_the_day_the_head_came(busy: Any) -> None:
    text = page("coordinator", "inherited")
    since = busy.now.date() - timedelta(days=30)
    assert f"{since.year}年{since.month}月{since.day}日" in text
    labels = {label for label, _, _ in numbers(text)}
    assert {"遗留未销号", "其中超期", "到任后无报告也无核验"} <= labels


def test_support_leads_to_the_team_where_people_are_added(busy: Any) -> None:
    text = page("coordinator", "support")
    assert "/tab/team/" in text
    assert "督导组人数" in text


@pytest.mark.parametrize(
    "who", ["contact", "system_admin", "security_admin", "audit_admin", "auditor_expert"]
)
def test_who_does_not_coordinate_has_no_measures(cast: Any, who: str) -> None:
    client = client_of(who)
    for name in ("", *(f"{n}/" for n in MEASURES)):
        assert client.get(f"/measures/{name}").status_code == 404
    assert "协作度量" not in client.get("/").content.decode()


def test_the_entry_leads_to_the_first_table_one_may_count(cast: Any) -> None:
    client = client_of("coordinator")
    answer = client.get("/measures/")
    assert answer["Location"] == "/measures/sharing/"
    assert "协作度量" in client.get("/").content.decode()


def test_a_member_unit_counts_itself_only(busy: Any) -> None:
    text = page("finance", "sharing")
    assert "省财政厅" in text or "还没有到期" in text
    assert "省审计厅" not in text


def test_lists_ignore_nonsense_in_the_new_filters(cast: Any) -> None:
    client = client_of("coordinator")
    for url in (
        "/items/?subject=x&inherited=zzz&unfinished=zzz&engagement=1",
        "/requests/?about=x&provider=y&year=20&again=2",
        "/leads/?owner=x&handed=abc",
        "/engagements/?unit=x&year=-5",
        "/measures/sharing/?page=999999",
    ):
        assert client.get(url).status_code == 200, url


def test_the_unit_of_a_number_is_the_unit_of_its_list(busy: Any) -> None:
    client = client_of("coordinator")
    answer = client.get(f"/items/?subject={unit_id('YL-DX')}&inherited=all")
    assert all(r[0].subject_org == unit_id("YL-DX") for r in answer.context["rows"])
