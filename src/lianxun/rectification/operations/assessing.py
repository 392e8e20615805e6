"""The joint assessment until it is decided: several units score blind, the office merges and asks the
committee (R-4.2-4, R-5.3-8; domain.md §2 rule 25, §3 SM-5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from lianxun.approvals import steps as approvals
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.organisation.queries import body_above
from lianxun.rectification import rules, scoring
from lianxun.rectification.assessment import ASSESSMENT, ask, clock, facts_of, result_of, scheme_of
from lianxun.rectification.common import ASSESSMENTS, own_labels, require, wait_for_numbers, words
from lianxun.rectification.enums import AssessmentState, ItemState
from lianxun.rectification.models import Assessment, Item, Score
from lianxun.trace.door import operation


@operation("rectification.open_assessment")
def open_assessment(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    scheme: str,
    units: tuple[UUID, ...],
    until: date,
    open_reason: str = "",
) -> UUID:
    """Begin the assessment of an engagement's rectification and ask the units to score until a day.

    Items that are not closed have to be explained (``open_reason``). Node 8 is fulfilled by this act.
    """
    require(rules.may_issue(actor))
    wait_for_numbers(engagement_id)
    items = list(Item.objects.filter(engagement=engagement_id).order_by("number"))
    there = Assessment.objects.filter(engagement=engagement_id).values_list("state", flat=True)
    may = rules.may_open_assessment(actor, items=len(items), states=list(there.order_by("id")))
    if isinstance(may, Denied):
        raise WrongState(may.reason)
    wanted = scoring.scheme(scheme)
    known = list(Unit.objects.filter(id__in=units, valid_to__isnull=True).order_by("path"))
    subject = items[0]
    errors = _opening_problems(
        items,
        wanted,
        known=known,
        asked=len(set(units)),
        until=until,
        open_reason=open_reason,
        today=now.date(),
    )
    if errors or wanted is None:
        raise Invalid(*errors)
    owner = Unit.objects.get(id=actor.unit_id)
    row = Assessment.objects.create(
        created_at=now,
        number=f"{subject.number.rsplit('-改', 1)[0]}-评{_next(engagement_id)}",
        scheme=wanted.code,
        scheme_version=wanted.version,
        state=AssessmentState.SCORING,
        asked=[unit.id for unit in known],
        score_days=(until - now.date()).days,
        opened_by_id=actor.account_id,
        open_reason=open_reason.strip(),
        basis=_basis(items, now.date()),
        level=Level.INTERNAL,
        region=subject.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement_id,
        subject_org=subject.subject_org,
        subject_path=subject.subject_path,
    )
    ask(row, actor=actor, now=now)
    clock(row, "DT-RC-ASSESS", Responsible(owner.id, owner.short_name), actor=actor, now=now)
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind=duties.ENGAGEMENT_KIND,
        object_id=engagement_id,
        template_code="MS-N8",
    )
    ASSESSMENTS.note(row, units=len(known), scheme=row.scheme)
    return row.id


def _opening_problems(
    items: list[Item],
    wanted: scoring.Scheme | None,
    *,
    known: list[Unit],
    asked: int,
    until: date,
    open_reason: str,
    today: date,
) -> list[FieldError]:
    errors = []
    subject = items[0].subject_path or "~"
    if wanted is None or wanted.valid_from > today:
        errors.append(FieldError("scheme", "请选择现行的评估办法。"))
    elif len(known) != asked or len(known) < wanted.least_units:
        errors.append(FieldError("units", f"请至少选择 {wanted.least_units} 个评估单位。"))
    if any(subject.startswith(u.path) or u.path.startswith(subject) for u in known):
        errors.append(FieldError("units", "被巡视单位及其上下级不能参加评估。"))
    if until <= today:
        errors.append(FieldError("until", "评分截止日须晚于今天。"))
    unfinished = [i.number for i in items if i.state != ItemState.CLOSED]
    if unfinished and not open_reason.strip():
        said = "、".join(unfinished[:5]) + ("等" if len(unfinished) > 5 else "")
        errors.append(
            FieldError(
                "open_reason", f"还有 {len(unfinished)} 项未销号（{said}），请逐项说明原因。"
            )
        )
    elif len(open_reason.strip()) > 500:
        errors.append(
            FieldError("open_reason", f"不超过 500 字，现有 {len(open_reason.strip())} 字。")
        )
    return errors


def _next(engagement: UUID) -> int:
    return Assessment.objects.filter(engagement=engagement).count() + 1


def _basis(items: list[Item], today: date) -> dict[str, int]:
    """What the scores rest on, counted on the day: items, struck off in time, late, sham, reopened."""
    closed = [i for i in items if i.state == ItemState.CLOSED and i.closed_on]
    in_time = sum(1 for i in closed if i.closed_on is not None and i.closed_on <= i.due_on)
    return {
        "items": len(items),
        "closed": len(closed),
        "in_time": in_time,
        "late": sum(1 for i in items if i not in closed and i.due_on < today)
        + len(closed)
        - in_time,
        "sham": sum(i.sham_times for i in items),
        "reopened": sum(i.reopened_times for i in items),
        "extended": sum(1 for i in items if i.extended),
    }


@operation("rectification.score")
def score(
    *,
    actor: Actor,
    now: datetime,
    assessment_id: UUID,
    revision: int,
    deductions: Mapping[str, str],
    reasons: Mapping[str, str],
) -> UUID:
    """One unit's deductions, each with what it rests on. Once in a turn; other units do not see it."""
    row = ASSESSMENTS.lock(assessment_id, revision)
    require(rules.may_score(actor, facts_of(row)))
    if row.state != AssessmentState.SCORING:
        raise WrongState("评估不在评分阶段。")
    found, wrong = scoring.problems(scheme_of(row), deductions, reasons)
    if wrong:
        raise Invalid(*(FieldError(place, said) for place, said in wrong.items()))
    unit = Unit.objects.get(id=actor.unit_id)
    made = Score.objects.create(
        created_at=now,
        assessment=row,
        unit=unit,
        unit_name=unit.short_name,
        account_id=actor.account_id,
        name=actor.name[:40],
        turn=row.turn,
        deductions={code: str(points) for code, points in found.items()},
        reasons={code: reasons.get(code, "").strip() for code in found},
        **own_labels(row, actor),
    )
    ASSESSMENTS.note(row, turn=row.turn)
    return made.id


@operation("rectification.merge_scores")
def merge_scores(
    *, actor: Actor, now: datetime, assessment_id: UUID, revision: int, summary: str
) -> UUID:
    """The office merges the scores, explains where units lie far apart, and asks the committee.

    By somebody who did not score. The number of sham findings is counted anew on the day.
    """
    row = ASSESSMENTS.lock(assessment_id, revision)
    require(rules.may_merge(actor, facts_of(row)))
    if row.state != AssessmentState.SCORING:
        raise WrongState("评估不在评分阶段。")
    said = words("summary", summary, "请写明评估意见。")
    sham = Item.objects.filter(engagement=row.engagement).aggregate(n=Sum("sham_times"))["n"]
    row.basis = {**row.basis, "sham": sham or 0}
    scored, wanted = sum(s.turn == row.turn for s in row.scores.all()), scheme_of(row)
    if scored < wanted.least_units:
        raise WrongState(f"至少要有 {wanted.least_units} 个单位评分，现有 {scored} 个。")
    found = result_of(row)
    assert found is not None
    unsaid = [name for name in found.apart if name not in said]
    if unsaid:
        raise Invalid.at(
            "summary", f"各单位对“{'”“'.join(unsaid)}”评分分歧较大，请在评估意见中逐项说明。"
        )
    row.merged_by_id = actor.account_id
    ASSESSMENTS.move(row, AssessmentState.MERGED, "merged_by", "basis", scored=scored)
    return approvals.propose(
        actor=actor,
        now=now,
        code=ASSESSMENT,
        object_kind=ASSESSMENT,
        object_id=row.id,
        title=f"关于 {row.number} 整改评估结论的请示：{found.total} 分，{found.grade}",
        summary=_before_committee(row, found, said, wanted)[:2000],
        body_id=body_above(UnitKind.COMMITTEE, path=row.owner_path).id,
        labels=Labels.of(row),
        facts=_outcome(found, said),
    )


def _outcome(found: scoring.Result, said: str) -> dict[str, Any]:
    return {
        "parts": [
            {
                "code": p.indicator.code,
                "name": p.indicator.name,
                "weight": p.indicator.weight,
                "points": str(p.points),
                "spread": str(p.spread),
            }
            for p in found.parts
        ],
        "total": str(found.total),
        "grade": found.grade,
        "remark": found.veto or found.cap,
        "summary": said,
    }


def _before_committee(
    row: Assessment, found: scoring.Result, said: str, wanted: scoring.Scheme
) -> str:
    lines = [f"{p.indicator.name} {p.points}/{p.indicator.weight}" for p in found.parts]
    worst = [wanted.worst] if found.grade == wanted.grades[-1].name else []
    extra = [x for x in (found.veto, found.cap, row.open_reason) if x] + worst
    return "\n".join(["；".join(lines), *extra, f"评估意见：{said}"])
