"""Jobs of a killed worker run again (stack: at least once), and only those."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxun.jobs import tasks

pytestmark = pytest.mark.django_db(transaction=True)


def doing(task: str, *, silent_for: int, lock: str | None = None) -> int:
    """A job that a worker took, and how many seconds ago that worker last reported."""
    job = app.configure_task(task, queueing_lock=lock, allow_unknown=True).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers(last_heartbeat) "
            "values (now() - make_interval(secs => %s)) returning id",
            [silent_for],
        )
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s where id = %s",
            [cursor.fetchone()[0], job],
        )
    return job


def status(job: int) -> str:
    return str(ProcrastinateJob.objects.get(id=job).status)


def recover() -> None:
    async_to_sync(tasks.recover_jobs.func)(timestamp=0)


def test_the_recovery_is_planned_every_minute() -> None:
    planned = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
    }
    assert planned["jobs.recover"] == "* * * * *"


def test_job_of_a_dead_worker_waits_again() -> None:
    job = doing("duties.tick", silent_for=tasks.STALLED_SECONDS + 30)
    recover()
    assert status(job) == "todo"


def test_job_of_a_living_worker_is_left_alone() -> None:
    job = doing("duties.tick", silent_for=5)
    recover()
    assert status(job) == "doing"


def test_job_whose_next_run_waits_already_is_closed_instead_of_blocking_the_recovery() -> None:
    stalled = doing("duties.tick", silent_for=90, lock="duties.tick")
    other = doing("duties.other", silent_for=90)
    waiting = app.configure_task("duties.tick", queueing_lock="duties.tick").defer(timestamp=1)
    recover()
    assert status(stalled) == "failed"
    assert status(other) == "todo"
    assert status(waiting) == "todo"
