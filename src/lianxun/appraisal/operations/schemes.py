"""The indicators of a year: drafted by the office from the shipped body, approved by the committee."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from lianxun.appraisal import rules
from lianxun.appraisal.body import body_of, shipped
from lianxun.appraisal.common import (
    APPROVE,
    SCHEME,
    SCHEMES,
    audience_of,
    body_unit,
    period_name,
    today_of,
    worded,
)
from lianxun.appraisal.enums import SchemeState
from lianxun.appraisal.models import Scheme
from lianxun.approvals import steps as approvals
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

WHOLE = 100


@operation("appraisal.draft_scheme")
def draft_scheme(
    *,
    actor: Actor,
    now: datetime,
    year: int,
    share: int,
    weights: Mapping[str, int] | None = None,
    note: str = "",
) -> UUID:
    """Draft the indicators of ``year``: what the platform ships, with own weights (percent, together 100) and the
    weight of the whole in a unit's annual assessment. One draft at a time."""
    owner = Unit.objects.get(id=actor.unit_id)
    require(rules.may_run(actor, region=owner.region))
    data = shipped(date(year, 1, 1)) if 2020 <= year <= 2099 else {}
    errors = _errors(data, year=year, share=share, weights=weights, now=now)
    errors += worded("note", note, least=0, most=300, what="起草说明")
    if errors:
        raise Invalid(*errors)
    earlier = Scheme.objects.filter(owner_unit=owner.id, year=year)
    if earlier.filter(state__in=[SchemeState.DRAFT, SchemeState.PENDING]).exists():
        raise WrongState(f"{year}年的指标体系正在起草或报批，请先办结。")
    version = earlier.count() + 1
    scheme = Scheme.objects.create(
        created_at=now,
        year=year,
        version=version,
        state=SchemeState.DRAFT,
        share=share,
        weights={i["code"]: i["weight"] for i in data["indicators"]} | dict(weights or {}),
        body=data,
        audience_path=audience_of(owner),
        note=note.strip(),
        drafted_by_id=actor.account_id,
        level=Level.INTERNAL,
        region=owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
    )
    SCHEMES.note(scheme, year=year, share=share)
    return scheme.id


def _errors(
    data: Mapping[str, object],
    *,
    year: int,
    share: int,
    weights: Mapping[str, int] | None,
    now: datetime,
) -> list[FieldError]:
    if not data or not -1 <= year - today_of(now).year <= 1:
        return [FieldError("year", "年度须为去年、今年或明年。")]
    body = body_of(data, share=share, weights=weights or {})
    errors = []
    if not 1 <= share <= body.most:
        errors.append(
            FieldError(
                "share", f"在单位年度考核中的权重为 1%—{body.most}%（{body.share_clause}）。"
            )
        )
    for line in body.indicators:
        if not 0 <= line.weight <= WHOLE:
            errors.append(FieldError(f"weight_{line.code}", f"{line.title}的权重为 0—100。"))
    total = sum(line.weight for line in body.indicators)
    if total != WHOLE:
        errors.append(
            FieldError("weights", f"各项指标的权重合计须为 100（现为 {total}），请调整后再提交。")
        )
    if set(weights or {}) - {line.code for line in body.indicators}:
        errors.append(FieldError("weights", "有的指标不在指标体系中，请从页面上填写。"))
    return errors


@operation("appraisal.submit_scheme")
def submit_scheme(
    *, actor: Actor, now: datetime, scheme_id: UUID, revision: int, remark: str = ""
) -> UUID:
    """Bring the draft before the committee. Returns the matter."""
    scheme = SCHEMES.lock(scheme_id, revision)
    require(rules.may_propose_scheme(actor, region=scheme.region, state=scheme.state))
    body = body_unit(UnitKind.COMMITTEE, region=scheme.region)
    matter = approvals.propose(
        actor=actor,
        now=now,
        code=APPROVE,
        object_kind=SCHEME,
        object_id=scheme.id,
        title=f"{period_name(scheme.year, 0)}巡视协调对接考核指标体系",
        body_id=body.id,
        labels=Labels.of(scheme),
        summary=f"在单位年度考核中的权重 {scheme.share}%，共 {len(scheme.weights)} 项指标。{scheme.note}",
        barred=[scheme.drafted_by_id],
        remark=remark,
    )
    SCHEMES.move(scheme, SchemeState.PENDING)
    return matter


def decided(scheme: Scheme, *, state: str, comment: str, actor: Actor, now: datetime) -> None:
    """The committee has decided. A new version in force takes the place of the one before."""
    scheme.answer = fitting("comment", comment, 500)
    if state != "approved":
        to = SchemeState.REFUSED if state == "rejected" else SchemeState.DRAFT
        SCHEMES.move(scheme, to, "answer")
        return
    same = Scheme.objects.filter(
        owner_unit=scheme.owner_unit, year=scheme.year, state=SchemeState.EFFECTIVE
    )
    for old in same.select_for_update().order_by("id"):
        SCHEMES.move(old, SchemeState.SUPERSEDED)
    scheme.decided_by_id, scheme.decided_at = actor.account_id, now
    SCHEMES.move(scheme, SchemeState.EFFECTIVE, "answer", "decided_by", "decided_at")
