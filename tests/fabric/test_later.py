"""A job that the database cannot take is refused in the database's words, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from procrastinate import exceptions

from lianxun.fabric import later
from lianxun.leads.models import Lead
from lianxun.trace.writer import unreachable
from tests.leads.test_intake import count
from tests.leads.test_pages import FORM, HERE
from tests.web.test_pages import client_of


def full(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """The server's answer when the disk is full just as the job is written."""
    if "procrastinate_defer_jobs" in sql:
        raise OperationalError("no space left") from psycopg.errors.DiskFull("no space left")
    return execute(sql, *rest)


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select queueing_lock from procrastinate_jobs where status = 'todo'")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_a_full_disk_is_said_as_by_every_other_statement() -> None:
    with pytest.raises(OperationalError) as caught, connection.execute_wrapper(full):
        later.defer("advice.prepare", lock="one", lead_id="x")
    assert isinstance(caught.value.__cause__, psycopg.errors.DiskFull)
    assert unreachable(caught.value)
    assert "one" not in jobs()


@pytest.mark.django_db
def test_a_second_call_changes_nothing_and_spoils_nothing() -> None:
    with transaction.atomic():
        later.defer("advice.prepare", lock="one", lead_id="x")
        later.defer("advice.prepare", lock="one", lead_id="x")
    assert jobs().count("one") == 1


@pytest.mark.django_db
def test_what_is_no_matter_of_the_database_stays_what_it_is() -> None:
    def broken(*_: Any) -> Any:
        raise exceptions.ConnectorException

    with pytest.raises(exceptions.ConnectorException), connection.execute_wrapper(broken):
        later.defer("advice.prepare", lock="one", lead_id="x")


def test_a_lead_whose_job_finds_no_room_is_answered_with_a_pause(cast: Any) -> None:
    client = client_of("clerk")
    client.raise_request_exception = False
    before = count(Lead, "clerk")
    with connection.execute_wrapper(full):
        answer = client.post(HERE, FORM)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "数据库暂时不可用" in page
    assert FORM["summary"] in page  # what was typed is not lost
    assert count(Lead, "clerk") == before
