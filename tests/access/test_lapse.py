"""An appointment that runs out by date: nothing is seen from the day after, and the sign-in closes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from lianxun.access import lapse, queries
from lianxun.access import operations as access
from lianxun.access.models import Account
from lianxun.demo.province import person_id
from lianxun.fabric.identity import acting_as
from lianxun.jobs import tasks
from lianxun.kernel.problems import NotFound, Refused, WrongState
from tests.inspection.support import sql
from tests.support.cast import account_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def ends(cast: Any, who: str, *, days: int) -> None:
    """All appointments of a person end so many days from today."""
    sql(
        cast,
        "coordinator",
        "update organisation_appointment set valid_from = least(valid_from, lx.today() - 400),"
        " valid_to = lx.today() + %s where person_id = %s",
        days,
        person_id(who),
    )


def rows(who: str, table: str) -> int:
    """What a session of that person counts, as the database has it."""
    with transaction.atomic(), acting_as(account_id(who)), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        found: int = cursor.fetchone()[0]
        return found


def account(who: str) -> Account:
    return Account.objects.get(id=account_id(who))


def test_on_the_last_day_everything_is_open_and_on_the_day_after_nothing(cast: Any) -> None:
    before = rows("finance", "organisation_unit")
    assert before > 0
    ends(cast, "finance", days=0)
    assert rows("finance", "organisation_unit") == before
    ends(cast, "finance", days=-1)
    assert account("finance").is_active  # no job has run
    for table in ("organisation_unit", "leads_lead", "exchange_inforequest", "duties_duty"):
        with pytest.raises(OperationalError, match=r"lx\.enter: identity refused"):
            rows("finance", table)


def test_an_end_to_come_or_another_office_closes_nothing(cast: Any) -> None:
    ends(cast, "finance", days=30)
    assert cast["finance"].name
    ends(cast, "finance", days=-1)
    sql(
        cast,
        "coordinator",
        "insert into organisation_appointment(id, revision, created_at, person_id, unit_id, kind,"
        " valid_from, valid_to, unit_path, region, basis)"
        " select gen_random_uuid(), 1, now(), person_id, unit_id, 'staff', lx.today(), null,"
        " unit_path, region, '' from organisation_appointment where person_id = %s limit 1",
        person_id("finance"),
    )
    assert cast["finance"].name


def test_who_has_no_appointment_or_no_person_is_not_meant(cast: Any) -> None:
    sql(
        cast,
        "coordinator",
        "delete from organisation_appointment where person_id = %s",
        person_id("finance"),
    )
    assert cast["finance"].name
    assert account("system_admin").person_id is None
    assert cast["system_admin"].name


@pytest.mark.django_db(transaction=True)
def test_the_next_page_closes_the_sign_in(cast: Any, heard: Recorded) -> None:
    client = client_of("finance")
    assert client.get("/requests/").status_code == 200
    ends(cast, "finance", days=-1)
    heard.clear()
    answer = client.get("/requests/")
    assert answer["Location"].startswith("/accounts/login/")
    (record,) = heard.of("access.close_lapsed")
    assert record["detail"]["accounts_closed"] == {"ended": [str(account_id("finance"))]}
    closed = account("finance")
    assert not closed.is_active
    assert "任职已到期" in closed.blocked_reason
    assert "_auth_user_id" not in client.session
    assert client.get("/requests/").status_code == 302  # and stays out


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_on_the_day_after_has_no_effect(cast: Any, heard: Recorded) -> None:
    client = client_of("finance")
    ends(cast, "finance", days=-1)
    heard.clear()
    answer = client.post("/access/recusals/new/", {"organisation": "x"})
    assert answer["Location"].startswith("/accounts/login/")
    assert [r["act"] for r in heard] == ["access.close_lapsed", "access.sign_out"]


def test_the_job_closes_who_never_came_back(cast: Any, heard: Recorded) -> None:
    secret = access.issue_token(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=account_id("finance"),
        purpose="单位系统对接",
        expires_on=cast.now.date() + timedelta(days=30),
    )
    ends(cast, "finance", days=-1)
    assert queries.actor_of_token(secret=secret) is None  # before the job too
    heard.clear()
    tasks.close_lapsed(timestamp=0)
    tasks.close_lapsed(timestamp=0)
    first, second = heard.of("access.close_lapsed")
    assert (first["detail"]["count"], second["detail"]["count"]) == (1, 0)
    assert not account("finance").is_active


def test_nobody_else_calls_it_and_nobody_else_learns_who_it_is(cast: Any) -> None:
    ends(cast, "finance", days=-1)
    with pytest.raises(Refused) as refused:
        lapse.close_lapsed(actor=cast["system_admin"], now=cast.now)
    assert refused.value.rule == "ACC-P6"
    assert sql(cast, "system_admin", "select lx.lapsed_people()") == 0


def test_the_sign_in_opens_again_with_a_new_office_only(cast: Any) -> None:
    ends(cast, "finance", days=-1)
    tasks.close_lapsed(timestamp=0)
    open_again = {
        "actor": cast["system_admin"],
        "now": cast.now,
        "account_id": account_id("finance"),
        "reason": "已核对任职文件",
    }
    with pytest.raises(WrongState, match="任职已到期，请先由组织管理人员登记新的任职"):
        access.unblock_account(**open_again)
    ends(cast, "finance", days=100)
    access.unblock_account(**open_again)
    assert cast["finance"].name


def test_whoever_asks_about_somebody_gone_learns_that_there_is_no_such_account(cast: Any) -> None:
    assert queries.account_named("finance") == account_id("finance")
    ends(cast, "finance", days=-1)
    assert queries.account_named("finance") is None
    with pytest.raises(NotFound, match="账号不存在或已停用"):
        queries.actor_for(account_id=account_id("finance"))
