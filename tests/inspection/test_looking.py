"""What an act would move is shown on its own form, and nothing has happened yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.inspection.support import Play
from tests.web.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(play: Play) -> Play:
    play.open_round()
    play.plan(
        entry_on=play.today + timedelta(days=30), on_site_end_on=play.today + timedelta(days=75)
    )
    play.submit_round()
    play.decide("leader")
    return play


def sent(play: Play, **values: Any) -> Any:
    client, url = client_of("coordinator"), f"/engagements/{play.id}/do/reschedule/"
    form = client.get(url).context["form"]
    data = {
        "entry_on": play.today + timedelta(days=37),
        "on_site_end_on": play.today + timedelta(days=82),
        "reason": "与市级巡察衔接。",
        "revision": form["revision"].value(),
        "submission_key": form["submission_key"].value(),
    }
    return client.post(url, data | values)


def test_a_look_shows_what_would_move_and_moves_nothing(approved: Play) -> None:
    before = approved.task()
    answer = sent(approved, look="1")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "以下只是预览，还没有办理" in page
    assert "移动的时限" in page
    assert "与市级巡察衔接。" in page  # what was typed is still there
    after = approved.task()
    assert (after.entry_on, after.revision) == (before.entry_on, before.revision)


def test_after_the_look_the_same_form_acts(approved: Play) -> None:
    looked = sent(approved, look="1")
    key = looked.context["form"]["submission_key"].value()
    answer = sent(approved, submission_key=key)
    assert answer.status_code == 302
    assert approved.task().entry_on == approved.today + timedelta(days=37)


def test_a_look_at_impossible_dates_says_so_at_the_field(approved: Play) -> None:
    answer = sent(approved, look="1", on_site_end_on=approved.today + timedelta(days=20))
    assert answer.status_code == 422
    assert "on_site_end_on" in answer.context["form"].errors
    assert "以下只是预览" not in answer.content.decode()


@pytest.mark.parametrize("field", ["entry_on", "on_site_end_on", "reason"])
def test_a_look_at_an_unfinished_form_names_what_is_missing(approved: Play, field: str) -> None:
    answer = sent(approved, look="1", **{field: ""})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_an_act_without_a_look_takes_no_notice_of_the_word(approved: Play) -> None:
    client, url = client_of("coordinator"), f"/engagements/{approved.id}/do/obstacle/"
    revision = client.get(url).context["form"]["revision"].value()
    data = {"text": "口径不一", "between": "两家单位", "revision": revision, "look": "1"}
    assert client.post(url, data).status_code == 302
    assert len(approved.task().obstacles) == 1
