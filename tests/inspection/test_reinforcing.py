"""An extension with more people (R-6.4-4, R-7.3-3): asked for by skill, decided, found within days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianxun.approvals import queries as matters
from lianxun.duties import queries as duties
from lianxun.inspection import operations as do
from lianxun.kernel.problems import Invalid
from tests.inspection.support import Play
from tests.web.test_pages import client_of

CODE = "DT-IN-REINFORCE"


def ask(play: Play, **more: Any) -> Any:
    values = {
        "engagement_id": play.id,
        "revision": play.task("team_head").revision,
        "to": play.task("team_head").on_site_end_on + timedelta(days=14),
        "reason": "投资项目核查需增加审计和法律力量。",
        "skills": ("audit", "law"),
        "people": 3,
    }
    return play.act("team_head", do.ask_extension, **{**values, **more})


def clock(play: Play, who: str = "coordinator") -> Any:
    found = play.see(who, duties.duties_of, object_kind="inspection.engagement", object_id=play.id)
    return next((d for d in found if d.code == CODE), None)


def test_the_leading_group_reads_how_many_and_of_what_skill(play: Play) -> None:
    play.on_site()
    ask(play)
    [matter] = [m for m in play.see("leader", matters.inbox) if "延期" in m.title]
    assert "申请增派：审计、法律 3 人" in matter.summary


def test_approved_the_office_has_three_working_days_to_find_them(play: Play, cast: Any) -> None:
    play.on_site()
    ask(play)
    assert clock(play) is None  # nothing is owed before the decision
    play.decide("leader", "延期")
    found = clock(play)
    assert found.state == "open"
    assert found.responsible_unit == cast["coordinator"].unit_id
    assert "审计、法律 3 人" in found.object_title
    play.seat("auditor_expert", "expert")
    assert clock(play).state == "open"  # proposed is not there yet
    play.confirm()
    assert clock(play).state == "fulfilled"


def test_refused_nobody_is_owed(play: Play) -> None:
    play.on_site()
    ask(play)
    play.decide("leader", "延期", opinion="disagree", comment="按期结束。")
    assert clock(play) is None


def test_an_extension_alone_asks_for_nobody(play: Play) -> None:
    play.on_site()
    ask(play, skills=(), people=None)
    [matter] = [m for m in play.see("leader", matters.inbox) if "延期" in m.title]
    assert "增派" not in matter.summary
    play.decide("leader", "延期")
    assert clock(play) is None
    assert play.task().extended


@pytest.mark.parametrize(
    ("more", "places"),
    [
        ({"people": None}, ["people"]),
        ({"skills": ()}, ["skills"]),
        ({"skills": ("cooking",)}, ["skills"]),
        ({"people": 0}, ["people"]),
        ({"people": 21}, ["people"]),
        ({"people": 1}, ["people"]),
        ({"skills": ("cooking",), "people": -1}, ["skills", "people"]),
    ],
)
def test_people_are_asked_for_by_skill_and_number(
    play: Play, more: dict[str, Any], places: list[str]
) -> None:
    play.on_site()
    with pytest.raises(Invalid) as problem:
        ask(play, **more)
    assert [e.place for e in problem.value.errors] == places


def test_the_head_asks_on_the_page_of_the_engagement(play: Play) -> None:
    play.on_site()
    client = client_of("team_head")
    url = f"/engagements/{play.id}/do/extend/"
    form = client.get(url)
    assert "申请增派的专长" in form.content.decode()
    task = play.task("team_head")
    sent = {
        "submission_key": form.context["form"]["submission_key"].value(),
        "revision": task.revision,
        "to": (task.on_site_end_on + timedelta(days=10)).isoformat(),
        "reason": "投资项目核查需增加审计力量。",
    }
    assert client.post(url, {**sent, "skills": ["audit"]}).status_code == 422
    answer = client.post(url, {**sent, "skills": ["audit"], "people": "2"}, follow=True)
    assert "已提请审批" in answer.content.decode()
    [matter] = [m for m in play.see("leader", matters.inbox) if "延期" in m.title]
    assert "审计 2 人" in matter.summary
