"""What first pages ask of the clocks: the same answers as one by one, in one query."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lianxun.duties import queries, steps
from lianxun.duties.models import Duty
from lianxun.duties.queries import desk
from lianxun.fabric.identity import acting_as
from lianxun.fabric.paging import page_of, uncounted
from lianxun.kernel.clock import Light
from lianxun.kernel.ids import new_id
from tests.duties.support import MONDAY, at, inside, labels, opened, owes
from tests.duties.test_boards import TODAY, mixture


def test_each_object_shows_its_gravest_clock(cast: Any) -> None:
    audit, both, calm, paused = cast["audit"], new_id(), new_id(), new_id()
    opened(audit, object_id=both, code="DT-LD-RESULT")  # green on TODAY
    late = opened(audit, object_id=both)  # red on TODAY
    green = opened(audit, object_id=calm, code="DT-LD-RESULT")
    opened(audit, object_id=paused)
    inside(
        audit,
        steps.pause_object,
        now=at(MONDAY),
        object_kind="leads.lead",
        object_id=paused,
        reason="停线",
    )
    asked = {"now": at(TODAY), "objects": [both, calm, paused, new_id()]}
    found = queries.clocks_of(actor=audit, **asked)
    assert {k: (d.id, d.light) for k, d in found.items()} == {
        both: (late, Light.RED),
        calm: (green, Light.GREEN),
    }
    assert queries.clocks_of(actor=cast["finance"], **asked) == {}
    assert queries.clocks_of(actor=audit, now=at(TODAY), objects=[]) == {}


def test_late_matters_are_each_counted_once_and_only_for_who_may_know(cast: Any) -> None:
    audit, lead = cast["audit"], new_id()
    for day in (MONDAY, MONDAY + timedelta(days=1)):
        ident = opened(audit, object_id=lead, on=day, code="DT-LD-RECEIPT")
        with acting_as(audit.account_id), transaction.atomic():
            Duty.objects.filter(id=ident).update(occurrence=day)
    opened(audit)
    opened(audit, code="DT-LD-RESULT")  # not late yet
    found = queries.late(actor=audit, now=at(TODAY))
    assert len(found) == 2
    assert {m.template_code for m in found} == {"DT-LD-RECEIPT"}
    assert lead in {m.object_id for m in found}
    assert {m.responsible_unit for m in found} == {audit.unit_id}
    assert queries.late(actor=cast["finance"], now=at(TODAY)) == ()


def test_what_burns_is_what_the_list_shows_in_that_light(cast: Any) -> None:
    mixture(cast)
    actor = cast["coordinator"]
    for lights in ([Light.RED], [Light.YELLOW], [Light.RED, Light.YELLOW, Light.GREEN]):
        burning = queries.burning(actor=actor, now=at(TODAY), lights=lights)
        listed = [
            d
            for light in lights
            for d in queries.duties(
                actor=actor, now=at(TODAY), filters={"board": "1", "light": light.value}
            ).duties
        ]
        assert sorted(d.id for d in burning) == sorted(d.id for d in listed)
        assert [d.due_on for d in burning] == sorted(d.due_on for d in burning)
    one = queries.burning(
        actor=actor, now=at(TODAY), lights=[Light.RED, Light.GREEN], codes=["DT-LD-RESULT"]
    )
    assert {d.code for d in one} == {"DT-LD-RESULT"}


def test_time_lines_of_several_engagements_are_those_of_each(cast: Any) -> None:
    leader, tasks = cast["coordinator"], [new_id(), new_id()]
    for turn, task in enumerate(tasks):
        inside(
            leader,
            steps.open_milestones,
            now=at(MONDAY),
            engagement=task,
            title="第一轮",
            anchors={
                "entry": date(2026, 3, 30) + timedelta(days=7 * turn),
                "on_site_end": date(2026, 5, 29),
            },
            labels=labels(leader, engagement=task),
            responsible={"": owes(leader)},
        )
    now, nowhere = at(date(2026, 4, 14)), new_id()
    with acting_as(leader.account_id), transaction.atomic():
        queries.calendar()
        with CaptureQueriesContext(connection) as said:
            found = queries.timelines(actor=leader, now=now, engagements=[*tasks, nowhere])
    assert len([q for q in said if "duties_duty" in q["sql"]]) == 1
    assert found.keys() == {*tasks, nowhere}
    assert found[nowhere] == ()
    for task in tasks:
        assert len(found[task]) > 5
        assert found[task] == queries.timeline(actor=leader, now=now, engagement=task)
    assert queries.timelines(actor=leader, now=now, engagements=[]) == {}
    stranger = queries.timelines(actor=cast["neighbour"], now=now, engagements=tasks)
    assert set(stranger.values()) == {()}


def test_only_so_many_late_matters_are_counted(cast: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(desk, "LATE_MOST", 1)
    opened(cast["audit"])
    opened(cast["audit"])
    assert len(queries.late(actor=cast["audit"], now=at(TODAY))) == 1


def test_an_uncounted_page_counts_nothing(cast: Any) -> None:
    for _ in range(3):
        opened(cast["audit"])
    with acting_as(cast["audit"].account_id), transaction.atomic():
        rows = Duty.objects.order_by("id")
        assert page_of(rows, 1)[1] == 3
        with uncounted(), CaptureQueriesContext(connection) as said:
            found, total = page_of(rows, 2)
        assert (found, total) == ([], 20)
        assert not [q for q in said if "COUNT" in q["sql"]]
