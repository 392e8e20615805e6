"""The periodic tasks: registered once, doing one operation under the service identity."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from lianxun.duties.models import Letter
from lianxun.fabric.identity import acting_as
from lianxun.jobs import tasks
from tests.duties.support import opened


def test_the_tick_is_planned_every_five_minutes() -> None:
    found = {task.name: periodic.cron for (_, task), periodic in periodic_tasks()}
    assert found["duties.tick"] == "*/5 * * * *"


def periodic_tasks() -> list[Any]:
    registry = app.periodic_registry.periodic_tasks
    return [((key, periodic.task), periodic) for key, periodic in registry.items()]


def test_the_tick_writes_the_letters_of_today(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit)  # due long before the database's today
    tasks.duties_tick(timestamp=0)
    tasks.duties_tick(timestamp=300)
    with acting_as(audit.account_id), transaction.atomic():
        assert [x.step for x in Letter.objects.filter(duty_id=ident)] == ["red"]
