"""Letters, notices, recalculation: done by the platform's service identity, once however often it ticks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from lianxun.access.queries import service_actor
from lianxun.duties import operations, queries, seed, steps
from lianxun.duties.enums import NoticeCode
from lianxun.duties.models import Duty, Letter
from lianxun.fabric import outbox
from lianxun.fabric.identity import acting_as
from lianxun.fabric.models import Outbox
from lianxun.kernel.problems import Refused
from tests.duties.support import MONDAY, at, inside, labels, opened, owes


def tick(day: date) -> Any:
    return operations.tick(actor=service_actor(service="duties"), now=at(day))


def steps_of(actor: Any, ident: object) -> list[str]:
    with acting_as(actor.account_id), transaction.atomic():
        return list(
            Letter.objects.filter(duty_id=ident)
            .order_by("created_at")
            .values_list("step", flat=True)
        )


def test_a_long_clock_gets_green_yellow_and_red_in_turn_and_once_each(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit, code="DT-LD-RESULT")  # three months: due 2 June
    for day, expected in [
        (date(2026, 5, 12), []),
        (date(2026, 5, 13), ["green"]),
        (date(2026, 5, 20), ["green"]),
        (date(2026, 5, 23), ["green", "yellow"]),
        (date(2026, 6, 2), ["green", "yellow"]),
        (date(2026, 6, 3), ["green", "yellow", "red"]),
        (date(2026, 9, 3), ["green", "yellow", "red"]),
    ]:
        tick(day)
        tick(day)
        assert steps_of(audit, ident) == expected, day


def unread(who: Any) -> list[UUID]:
    found = queries.notices(actor=who, now=at(date(2026, 3, 6)), unread=True)
    assert found.total == len(found.rows)
    return [n.object_id for n in found.rows]


def test_letters_point_their_addressees_to_the_duty_without_content(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit, title="线索移交〔2026〕88号")
    tick(date(2026, 3, 6))
    inbox = queries.notices(actor=audit, now=at(date(2026, 3, 6))).rows
    assert [n.object_id for n in inbox] == [ident]
    assert "88号" not in inbox[0].text
    assert inbox[0].about == "线索签收回执：线索移交〔2026〕88号"
    assert unread(audit) == [ident]
    assert operations.mark_read(actor=audit, now=at(date(2026, 3, 6))) == 1
    assert unread(audit) == []
    for key in ("finance", "auditor_expert", "system_admin"):
        assert queries.notices(actor=cast[key], now=at(date(2026, 3, 6))).rows == []


def test_a_notice_names_its_duty_only_to_whom_the_duty_is_open(cast: Any) -> None:
    audit, finance = cast["audit"], cast["finance"]
    ident = opened(audit)

    def tell(*, actor: Any) -> None:
        steps.notify(
            now=at(MONDAY),
            accounts=[audit.account_id, finance.account_id],
            code=NoticeCode.RETURNED,
            object_kind="duties.duty",
            object_id=ident,
        )

    inside(cast["coordinator"], tell)
    named = [queries.notices(actor=a, now=at(MONDAY)).rows[0].about for a in (audit, finance)]
    assert named == ["线索签收回执：线索移交〔2026〕1号", ""]


def test_one_notice_of_a_cause_is_unread_and_what_comes_again_is_told_again(cast: Any) -> None:
    audit, matter = cast["audit"], uuid4()

    def tell(*, actor: Any) -> None:
        steps.notify(
            now=at(MONDAY),
            accounts=[audit.account_id],
            code=NoticeCode.RETURNED,
            object_kind="leads.lead",
            object_id=matter,
        )

    for _ in range(2):
        inside(cast["coordinator"], tell)
        assert unread(audit) == [matter]
    one = queries.notices(actor=audit, now=at(MONDAY)).rows[0]
    stranger = cast["finance"]
    assert operations.mark_read(actor=stranger, now=at(MONDAY), notice_ids=[one.id]) == 0
    assert operations.mark_read(actor=audit, now=at(MONDAY), notice_ids=[one.id]) == 1
    assert operations.mark_read(actor=audit, now=at(MONDAY), notice_ids=[one.id]) == 0
    assert unread(audit) == []
    inside(cast["coordinator"], tell)  # sent back a second time
    assert unread(audit) == [matter]
    assert [n.read for n in queries.notices(actor=audit, now=at(MONDAY)).rows] == [False, True]


def test_a_red_letter_reaches_the_head_of_the_unit(cast: Any) -> None:
    discipline, head = cast["discipline"], cast["discipline_head"]
    opened(discipline)
    tick(date(2026, 3, 2))
    assert queries.notices(actor=head, now=at(MONDAY)).rows == []
    tick(date(2026, 3, 6))
    assert [n.code for n in queries.notices(actor=head, now=at(MONDAY)).rows] == ["letter.red"]


def test_a_closed_or_paused_duty_gets_no_letter(cast: Any) -> None:
    audit = cast["audit"]
    closed, still = opened(audit), opened(audit)
    inside(audit, steps.fulfil_duty, now=at(MONDAY), duty_id=closed)
    with acting_as(audit.account_id), transaction.atomic():
        kept = Duty.objects.get(id=still)
    inside(
        audit,
        steps.pause_object,
        now=at(MONDAY),
        object_kind=kept.object_kind,
        object_id=kept.object_id,
        reason="停线",
    )
    tick(date(2026, 4, 1))
    assert steps_of(audit, closed) == steps_of(audit, still) == []


def test_a_letter_is_acknowledged_by_the_addressed_unit_only(cast: Any) -> None:
    audit, coordinator = cast["audit"], cast["coordinator"]
    opened(audit)
    tick(date(2026, 3, 6))
    letter = queries.letters(actor=audit, now=at(MONDAY))[0]
    assert letter.number.startswith("联巡预警〔2026〕红")
    with pytest.raises(Refused, match="收函单位"):
        operations.acknowledge_letter(actor=coordinator, now=at(MONDAY), letter_id=letter.id)
    for _ in range(2):
        operations.acknowledge_letter(actor=audit, now=at(MONDAY), letter_id=letter.id)
    again = queries.letters(actor=audit, now=at(MONDAY))[0]
    assert (again.acknowledged_on, again.revision) == (MONDAY, 2)


def test_nobody_but_the_service_ticks(cast: Any) -> None:
    for key in ("coordinator", "system_admin"):
        with pytest.raises(Refused, match="时限服务"):
            operations.tick(actor=cast[key], now=at(MONDAY))


NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月13日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


def imported(cast: Any, day: date, *, confirm: bool) -> Any:
    from lianxun.duties.notice_text import from_text

    return operations.import_calendar(
        actor=cast["coordinator"], now=at(day), days=from_text(NOTICE), confirm=confirm
    )


def test_a_new_notice_moves_exactly_the_duties_it_said_it_would(cast: Any) -> None:
    coordinator = cast["coordinator"]
    lead = cast["audit"]
    counted = opened(
        coordinator, code="DT-EX-SUPPLY", on=date(2027, 2, 1), object_kind="exchange.request"
    )
    hidden = opened(lead, code="DT-EX-SUPPLY", on=date(2027, 2, 1), object_kind="exchange.request")
    before = queries.duty(actor=coordinator, now=at(date(2027, 2, 1)), duty_id=counted).duty
    assert before.provisional
    shown = imported(cast, date(2027, 2, 2), confirm=False)
    assert not shown.applied
    said = {m.duty: (m.old_due, m.new_due) for m in shown.moves}
    assert said[counted] == (before.due_on, date(2027, 2, 22))
    assert (
        queries.duty(actor=coordinator, now=at(MONDAY), duty_id=counted).duty.due_on
        == before.due_on
    )
    done = imported(cast, date(2027, 2, 2), confirm=True)
    assert (done.applied, done.version) == (True, 2)
    assert tick(date(2027, 2, 2)).recalculated == len(said | {hidden: ()})
    after = queries.duty(actor=coordinator, now=at(date(2027, 2, 1)), duty_id=counted)
    assert (after.duty.due_on, after.duty.provisional) == (date(2027, 2, 22), False)
    assert after.changes[-1].kind == "recalculated"
    assert any("第2版" in line for line in after.explanation)
    assert tick(date(2027, 2, 2)).recalculated == 0
    page = queries.calendar_page(actor=coordinator, now=at(MONDAY), year=2027)
    assert not page.provisional
    assert [v.number for v in queries.calendar_versions(actor=coordinator, now=at(MONDAY))] == [
        2,
        1,
    ]
    with pytest.raises(Exception, match="完全一致"):
        imported(cast, date(2027, 2, 2), confirm=True)


def test_the_calendar_is_kept_by_the_coordinator_alone(cast: Any) -> None:
    rows = [seed.DayRow(date(2027, 1, 1), False, "元旦", "x", "official")]
    for key in ("audit", "team_head", "system_admin", "contact"):
        with pytest.raises(Refused, match="协调专员"):
            operations.import_calendar(actor=cast[key], now=at(MONDAY), days=rows)


def test_a_year_cannot_be_skipped(cast: Any) -> None:
    rows = [
        seed.DayRow(date(2029, 1, 1) + timedelta(days=i), False, "元旦", "x", "official")
        for i in range(8)
    ]
    with pytest.raises(Exception, match="不能跳过年份"):
        operations.import_calendar(
            actor=cast["coordinator"], now=at(MONDAY), days=rows, confirm=True
        )


def test_a_handler_that_fails_is_tried_again_and_stops_nobody(cast: Any) -> None:
    from lianxun.fabric.handlers import handles

    seen: list[str] = []

    @handles("outbox.test.good")
    def good(*, payload: dict[str, str], key: str, now: object) -> None:
        seen.append(key)

    @handles("outbox.test.bad")
    def bad(*, payload: dict[str, str], key: str, now: object) -> None:
        raise RuntimeError("不通")

    with transaction.atomic():
        for kind in ("bad", "good", "good"):
            outbox.put(f"test.{kind}", key=f"k-{kind}", payload={}, now=at(MONDAY))
        assert outbox.drain(now=at(MONDAY)) == outbox.Drained(1, 1)
        assert outbox.drain(now=at(MONDAY)) == outbox.Drained(0, 0)
        assert outbox.drain(now=at(MONDAY) + timedelta(minutes=1)) == outbox.Drained(0, 1)
        row = Outbox.objects.get(key="k-bad")
    assert seen == ["k-good"]
    assert (row.attempts, row.done_at, row.last_error) == (2, None, "RuntimeError: 不通")


def test_an_extension_is_given_on_the_page_by_the_committee_s_leader(cast: Any) -> None:
    chair, audit = cast["chair"], cast["audit"]
    ident = opened(audit, code="DT-LD-RESULT", responsible=owes(audit), labels=labels(audit))
    shown = queries.duty(actor=chair, now=at(MONDAY), duty_id=ident)
    assert shown.may_extend
    arguments = {"duty_id": ident, "to": date(2026, 7, 1), "reason": "案情复杂", "revision": 1}
    mine = queries.duty(actor=audit, now=at(MONDAY), duty_id=ident)
    assert not mine.may_extend
    with pytest.raises(Refused, match=mine.why_not_extend):
        operations.extend_duty(actor=audit, now=at(MONDAY), **arguments)
    assert operations.extend_duty(actor=chair, now=at(MONDAY), **arguments) == date(2026, 7, 1)
    with pytest.raises(Exception, match="刚被他人修改"):
        operations.extend_duty(actor=chair, now=at(MONDAY), **arguments)


def test_a_duty_is_handed_on_inside_the_unit_only(cast: Any) -> None:
    audit = cast["audit"]
    ident = opened(audit)
    expert = cast["auditor_expert"].person_id
    operations.reassign(actor=audit, now=at(MONDAY), duty_id=ident, person_id=expert, revision=1)
    shown = queries.duty(actor=audit, now=at(MONDAY), duty_id=ident).duty
    assert (shown.responsible_name, shown.due_on) == ("卓越然", date(2026, 3, 5))
    with pytest.raises(Exception, match="在岗人员"):
        operations.reassign(
            actor=audit,
            now=at(MONDAY),
            duty_id=ident,
            person_id=cast["finance"].person_id,
            revision=2,
        )
    with pytest.raises(Refused, match="责任单位"):
        operations.reassign(
            actor=cast["coordinator"], now=at(MONDAY), duty_id=ident, person_id=expert, revision=2
        )
