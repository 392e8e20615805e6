"""A duty's page offers exactly what its reader may do with it, and the acts go through."""

from __future__ import annotations

from typing import Any

from lianxun.duties import operations, queries
from tests.duties.support import at, opened
from tests.web.test_pages import client_of


def test_extension_is_offered_to_the_committee_s_leader_alone(cast: Any) -> None:
    today = cast.now.date()
    ident = opened(cast["audit"], code="DT-LD-RESULT", on=today)
    assert "批准延期" not in client_of("audit").get(f"/duties/{ident}/").content.decode()
    assert client_of("audit").get(f"/duties/{ident}/do/extend/").status_code == 404
    chair = client_of("chair")
    assert "批准延期" in chair.get(f"/duties/{ident}/").content.decode()
    due = queries.duty(actor=cast["chair"], now=cast.now, duty_id=ident).duty.due_on
    form = {"to": due.replace(day=1).isoformat(), "reason": "案情复杂", "revision": 1}
    answer = chair.post(f"/duties/{ident}/do/extend/", form)
    assert answer.status_code == 422
    assert "晚于原到期日" in answer.content.decode()
    later = due.replace(year=due.year + (due.month == 12), month=due.month % 12 + 1, day=10)
    answer = chair.post(f"/duties/{ident}/do/extend/", {**form, "to": later.isoformat()})
    assert answer.status_code == 302
    assert queries.duty(actor=cast["chair"], now=cast.now, duty_id=ident).duty.due_on >= later


def test_a_duty_is_handed_on_from_its_page(cast: Any) -> None:
    ident = opened(cast["audit"], on=cast.now.date())
    client = client_of("audit")
    page = client.get(f"/duties/{ident}/do/reassign/").content.decode()
    assert "卓越然" in page
    form = {"person_id": str(cast["auditor_expert"].person_id), "revision": 1}
    assert client.post(f"/duties/{ident}/do/reassign/", form).status_code == 302
    assert "卓越然" in client.get(f"/duties/{ident}/").content.decode()
    assert client_of("finance").get(f"/duties/{ident}/do/reassign/").status_code == 404


def test_handing_on_can_be_undone_where_somebody_had_the_duty(cast: Any) -> None:
    """First from nobody to one person (no way back), then to another: back to the first."""
    ident = opened(cast["audit"], on=cast.now.date())
    client, url = client_of("audit"), f"/duties/{ident}/do/reassign/"
    first, second = str(cast["auditor_expert"].person_id), str(cast["audit"].person_id)
    page = client.post(url, {"person_id": first, "revision": 1}, follow=True).content.decode()
    assert "已改派。" in page
    assert "撤销" not in page
    page = client.post(url, {"person_id": second, "revision": 2}, follow=True).content.decode()
    assert f'href="{url}?person_id={first}">撤销</a>' in page
    assert client.get(f"{url}?person_id={first}").context["form"]["person_id"].value() == first


def test_a_standing_duty_is_reported_from_its_page(cast: Any) -> None:
    now = cast.now
    operations.open_standing(actor=cast["coordinator"], now=now, year=now.year)
    duty = queries.duties(
        actor=cast["coordinator"], now=at(now.date()), filters={"code": "DT-ST-TUNE"}
    ).duties[0]
    client = client_of("coordinator")
    answer = client.post(f"/duties/{duty.id}/do/report/", {"note": "已报送", "revision": 1})
    assert answer.status_code == 302
    assert client.get(f"/duties/{duty.id}/do/report/").status_code == 404
