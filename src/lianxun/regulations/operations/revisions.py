"""Institution documents in force (SM-9): revised, kept, abolished, and reviewed on time."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from lianxun.duties import steps as duties
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.regulations import rules
from lianxun.regulations.enums import InstitutionState as S
from lianxun.regulations.enums import ReviewKind, ReviewOutcome
from lianxun.regulations.models import Institution, InstitutionReview
from lianxun.regulations.operations.common import require, written
from lianxun.regulations.operations.institutions import (
    KIND,
    close_reviews,
    end,
    expect,
    load,
    move,
    open_review,
)
from lianxun.regulations.review import TEMPLATES
from lianxun.trace.door import noting, operation


@operation("regulations.revise_institution")
def revise(
    *, actor: Actor, now: datetime, institution_id: UUID, revision: int, reason: str
) -> UUID:
    """Begin the next edition; the present one stays in force until the new one is."""
    row = load(institution_id, revision)
    require(rules.may_draft(actor))
    expect(row, S.EFFECTIVE)
    why = written(reason, place="reason", most=500, words="请写明修订理由。")
    made = Institution.objects.create(
        created_at=now,
        title=row.title,
        template=row.template,
        state=S.DRAFT,
        text=row.text,
        edition=row.edition + 1,
        replaces=row,
        reason=why,
        drafted_by_id=actor.account_id,
        **Labels.of(row).columns(),
    )
    move(row, S.UNDER_REVISION)
    return made.id


@operation("regulations.keep_institution")
def keep(*, actor: Actor, now: datetime, institution_id: UUID, revision: int, reason: str) -> None:
    """Give the revision up: its draft goes, the document in force stays as it is."""
    row = load(institution_id, revision)
    require(rules.may_draft(actor))
    expect(row, S.UNDER_REVISION)
    row.reason = written(reason, place="reason", most=500, words="请写明不再修订的理由。")
    drafts = row.successors.filter(state__in=[S.DRAFT, S.REVIEW])
    noting().detail["dropped"] = [str(i) for i in drafts.values_list("id", flat=True)]
    drafts.delete()
    move(row, S.EFFECTIVE, "reason")


@operation("regulations.abolish_institution")
def abolish(
    *,
    actor: Actor,
    now: datetime,
    institution_id: UUID,
    revision: int,
    since: date,
    decided_by: str,
) -> None:
    """End a document without a successor."""
    row = load(institution_id, revision)
    require(rules.may_draft(actor))
    expect(row, S.UNDER_REVISION)
    words = written(decided_by, place="decided_by", most=200, words="请写明由哪次会议决定废止。")
    if row.effective_on is not None and since <= row.effective_on:
        raise Invalid.at("since", f"应晚于施行日期 {row.effective_on.isoformat()}。")
    row.successors.filter(state__in=[S.DRAFT, S.REVIEW]).delete()
    if row.work is not None:
        end(row.work, since=since, by=words, now=now)
    close_reviews(row, actor=actor, now=now, reason="制度已废止")
    row.reason = f"废止：{words}"[:500]
    move(row, S.SUPERSEDED, "reason")


# -- reviews ---------------------------------------------------------------------------------


@operation("regulations.review_institution")
def review(
    *,
    actor: Actor,
    now: datetime,
    institution_id: UUID,
    revision: int,
    kind: str,
    finding: str,
    outcome: str,
) -> UUID:
    """Record a review: its clock is fulfilled, the next of its kind is set."""
    row = load(institution_id, revision)
    require(rules.may_draft(actor))
    expect(row, S.EFFECTIVE, S.UNDER_REVISION)
    if kind not in ReviewKind.values:
        raise Invalid.at("kind", "请选择评估类型。")
    if outcome not in ReviewOutcome.values:
        raise Invalid.at("outcome", "请选择结论。")
    made = InstitutionReview.objects.create(
        created_at=now,
        institution=row,
        kind=kind,
        finding=written(finding, place="finding", most=1000, words="请写明执行情况和问题。"),
        outcome=outcome,
        account_id=actor.account_id,
        **Labels.of(row).columns(),
    )
    closed = duties.fulfil(
        actor=actor, now=now, object_kind=KIND, object_id=row.id, template_code=TEMPLATES[kind]
    )
    open_review(row, kind, since=timezone.localdate(now), actor=actor, now=now)
    row.revision += 1
    row.save(update_fields=["revision"])
    noting().about(KIND, row.id, revision=row.revision, review=kind, outcome=outcome, closed=closed)
    return made.id
