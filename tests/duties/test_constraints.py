"""What the database refuses, whoever asks; and the acts on templates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from lianxun.duties import operations, queries, steps
from lianxun.duties.models import Duty, DutyPause, DutyTemplate, Letter, WorkDay
from lianxun.fabric.identity import acting_as
from lianxun.fabric.labels import Labels
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale
from tests.duties.support import MONDAY, at, inside, labels, opened, owes


def refused(cast: Any, key: str, wrong: Callable[[], object], sentence: str) -> None:
    with acting_as(cast[key].account_id), transaction.atomic():  # noqa: SIM117
        with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
            wrong()


def test_warnings_out_of_order_cannot_be_stored(cast: Any) -> None:
    rows = Duty.objects.filter(id=opened(cast["audit"]))
    refused(
        cast, "audit", lambda: rows.update(warn_from=date(2027, 1, 1)), "warnings_come_in_order"
    )


def test_a_closed_duty_cannot_be_paused(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit)
    inside(audit, steps.fulfil_duty, now=at(MONDAY), duty_id=ident)
    rows = Duty.objects.filter(id=ident)
    refused(cast, "audit", lambda: rows.update(paused_on=MONDAY), "paused_only_while_open")


def child(ident: object, **values: Any) -> dict[str, Any]:
    duty = Duty.objects.get(id=ident)
    common = {"duty": duty, "object_kind": duty.object_kind, "created_at": at(MONDAY)}
    return {**common, **Labels.of(duty).columns(), **values}


def test_a_duty_has_one_open_pause_and_pauses_end_after_they_begin(cast: Any) -> None:
    ident = opened(cast["audit"])
    facts = {"from_on": MONDAY, "reason": "停线", "decided_by": new_id()}

    def twice() -> None:
        DutyPause.objects.create(**child(ident, **facts))
        DutyPause.objects.create(**child(ident, **facts))

    refused(cast, "audit", twice, "one_open_pause")
    before = MONDAY - timedelta(days=1)
    refused(
        cast,
        "audit",
        lambda: DutyPause.objects.create(**child(ident, **facts, to_on=before)),
        "ends_after_it_begins",
    )


def test_one_letter_per_step_and_due_day(cast: Any) -> None:
    ident = opened(cast["audit"])
    facts = {
        "step": "red",
        "due_on": MONDAY,
        "number": "1",
        "issued_on": MONDAY,
        "to_unit": new_id(),
        "to_roles": "",
    }

    def twice() -> None:
        Letter.objects.create(**child(ident, **facts))
        Letter.objects.create(**child(ident, **facts))

    refused(cast, "audit", twice, "once_per_step")


def test_the_same_clock_is_not_open_twice_for_one_unit(cast: Any) -> None:
    ident = opened(cast["audit"])

    def copy() -> None:
        row = Duty.objects.get(id=ident)
        row.pk = new_id()
        row.save(force_insert=True)

    refused(cast, "audit", copy, "open_once_per_object")


def test_a_template_version_is_written_once(cast: Any) -> None:
    def copy() -> None:
        row = DutyTemplate.objects.get(code="DT-LD-RECEIPT")
        row.pk = new_id()
        row.save(force_insert=True)

    refused(cast, "coordinator", copy, "version_is_unique")


def test_calendar_and_templates_are_read_by_all_and_written_by_few(cast: Any) -> None:
    for key in ("audit", "contact", "system_admin"):
        with acting_as(cast[key].account_id), transaction.atomic():
            assert WorkDay.objects.filter(date=MONDAY).update(is_work=False) == 0
            assert DutyTemplate.objects.filter(code="DT-LD-RECEIPT").update(amount=99) == 0
            assert DutyTemplate.objects.filter(code="DT-LD-RECEIPT").exists()


def test_without_identity_there_are_no_rows(cast: Any) -> None:
    opened(cast["audit"])
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("duties_duty", "duties_letter", "duties_dutychange", "duties_workday"):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,), table


def revised(cast: Any, **more: Any) -> Any:
    keeper = cast["coordinator"]
    found = queries.templates(actor=keeper, now=at(MONDAY))
    old = next(t for t in found if t.code == "DT-LD-RECEIPT" and t.valid_to is None)
    values = {
        "actor": keeper,
        "now": at(MONDAY),
        "template_id": old.id,
        "amount": 2,
        "clause": "移交后 2 个工作日内签收",
        "source": "云岭省实施细则",
        "confidence": "R",
        "valid_from": date(2026, 4, 1),
    }
    return operations.revise_template(**{**values, **more})


def test_a_new_version_holds_from_its_day_and_running_clocks_keep_the_old(cast: Any) -> None:
    audit = cast["audit"]
    running = opened(audit)
    revised(cast)
    before = opened(audit, on=date(2026, 3, 31))
    after = opened(audit, on=date(2026, 4, 1))
    due = {
        i: queries.duty(actor=audit, now=at(MONDAY), duty_id=i).duty.due_on
        for i in (running, before, after)
    }
    assert due == {
        running: date(2026, 3, 5),
        before: date(2026, 4, 3),
        after: date(2026, 4, 3),  # two days instead of three
    }
    detail = queries.duty(actor=audit, now=at(MONDAY), duty_id=after)
    assert "依据：移交后 2 个工作日内签收。" in detail.explanation


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": 500}, "0—400"),
        ({"amount": -2}, "方向"),
        ({"clause": " "}, "请写明条款"),
        ({"source": ""}, "请写明来源"),
        ({"confidence": "X"}, "可信度"),
        ({"valid_from": MONDAY}, "今天以后"),
    ],
)
def test_a_version_that_does_not_fit_is_refused(
    cast: Any, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        revised(cast, **change)


def test_only_the_newest_version_is_revised_and_only_by_the_keeper(cast: Any) -> None:
    keeper = cast["coordinator"]
    old = next(
        t for t in queries.templates(actor=keeper, now=at(MONDAY)) if t.code == "DT-LD-RECEIPT"
    )
    revised(cast)
    with pytest.raises(Stale, match="更新的版本"):
        revised(cast, template_id=old.id)
    with pytest.raises(Refused):
        revised(cast, actor=cast["audit"])
    with pytest.raises(NotFound):
        revised(cast, template_id=new_id())


def test_fulfilling_for_one_unit_leaves_the_others_running(cast: Any) -> None:
    office, lead = cast["coordinator"], new_id()
    for key in ("audit", "finance"):
        opened(office, object_id=lead, responsible=owes(cast[key]))
    closed = inside(
        office,
        steps.fulfil,
        now=at(MONDAY),
        object_kind="leads.lead",
        object_id=lead,
        template_code="DT-LD-RECEIPT",
        responsible_unit=cast["audit"].unit_id,
    )
    assert closed == 1
    left = queries.duties_of(actor=office, now=at(MONDAY), object_kind="leads.lead", object_id=lead)
    assert {d.responsible_unit_name: d.state for d in left} == {
        cast["audit"].unit_name: "fulfilled",
        cast["finance"].unit_name: "open",
    }


def test_cancelling_says_why_and_leaves_other_clocks(cast: Any) -> None:
    audit, lead = cast["audit"], new_id()
    first = opened(audit, object_id=lead)
    second = opened(audit, object_id=lead, code="DT-LD-OPINION")
    facts = {"now": at(MONDAY), "object_kind": "leads.lead", "object_id": lead}
    assert inside(audit, steps.cancel, **facts, reason="退回", template_code="DT-LD-RECEIPT") == 1
    shown = queries.duty(actor=audit, now=at(MONDAY), duty_id=first)
    assert (shown.duty.state, shown.changes[-1].reason) == ("cancelled", "退回")
    assert queries.duty(actor=audit, now=at(MONDAY), duty_id=second).duty.state == "open"


def test_a_relabelled_object_takes_its_clocks_along(cast: Any) -> None:
    office, finance = cast["coordinator"], cast["finance"]
    lead = new_id()
    ident = opened(office, object_id=lead)
    with pytest.raises(NotFound):
        queries.duty(actor=finance, now=at(MONDAY), duty_id=ident)
    with acting_as(office.account_id), transaction.atomic():
        moved = steps.relabel(
            object_kind="leads.lead", object_id=lead, labels=labels(finance), title="改由财政办理"
        )
    assert moved == 1
    shown = queries.duty(actor=finance, now=at(MONDAY), duty_id=ident)
    assert shown.duty.object_title == "改由财政办理"
    assert [c.kind for c in shown.changes] == ["opened"]


def test_a_node_without_anybody_responsible_is_refused(cast: Any) -> None:
    office, task = cast["coordinator"], new_id()
    with pytest.raises(Invalid, match="没有指定责任单位"):
        inside(
            office,
            steps.open_milestones,
            now=at(MONDAY),
            engagement=task,
            title="第一轮",
            anchors={"entry": date(2026, 3, 30)},
            labels=labels(office, engagement=task),
            responsible={},
        )


def test_an_extension_is_shown_before_it_is_given(cast: Any) -> None:
    chair = cast["chair"]
    ident = opened(chair, code="DT-LD-RESULT")
    saturday = date(2026, 8, 1)
    move = queries.preview_extension(actor=chair, now=at(MONDAY), duty_id=ident, to=saturday)
    assert move is not None
    assert (move.new_due, move.off) == (date(2026, 8, 3), "周六")
    assert (
        queries.preview_extension(actor=cast["tax"], now=at(MONDAY), duty_id=ident, to=saturday)
        is None
    )
