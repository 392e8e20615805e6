"""A round is planned with its focus, filled with engagements, and approved by the leading group."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db import IntegrityError, transaction

from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.fabric.labels import Labels
from lianxun.inspection import rules
from lianxun.inspection.common import body_for, new_labels, note, require
from lianxun.inspection.enums import DEFINITION_VERSION, Kind, Profile, RoundState, State
from lianxun.inspection.models import Engagement, Gate, Round
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Stale, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation

MATTER = "inspection.round"
_DATA = Path(__file__).parent.parent / "data" / "gates.yaml"


@cache
def gate_templates() -> tuple[dict[str, Any], ...]:
    """The gates as shipped: code, stage, text, source, political."""
    return tuple(yaml.safe_load(_DATA.read_text())["gates"])


@operation("inspection.open_round")
def open_round(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    year: int,
    focus: str,
    starts_on: date,
    ends_on: date,
    preset: str = "real-practice",
) -> UUID:
    """Draft a round for the actor's own tier."""
    require(rules.may_prepare(actor, rules.Facts(RoundState.DRAFT, actor.unit_path)))
    errors = []
    if not name.strip():
        errors.append(FieldError("name", "请填写轮次名称。"))
    if not focus.strip():
        errors.append(FieldError("focus", "请写明本轮监督重点。"))
    if ends_on < starts_on:
        errors.append(FieldError("ends_on", "计划结束不能早于计划开始。"))
    if preset not in ("source-plan", "real-practice"):
        errors.append(FieldError("preset", "请选择节点方案。"))
    if errors:
        raise Invalid(*errors)
    owner = Unit.objects.get(id=actor.unit_id)
    row = Round.objects.create(
        created_at=now,
        name=name.strip(),
        tier=owner.tier,
        year=year,
        focus=focus.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        preset=preset,
        state=RoundState.DRAFT,
        **new_labels(owner=owner, subject=None, engagement=None).columns(),
    )
    noting().about("inspection.round", row.id, revision=1, level=row.level)
    return row.id


@operation("inspection.plan_engagement")
def plan_engagement(
    *,
    actor: Actor,
    now: datetime,
    round_id: UUID,
    unit_id: UUID,
    kind: str,
    profile: str,
    entry_on: date,
    on_site_end_on: date,
    with_audit: bool = False,
    look_back_of: UUID | None = None,
) -> UUID:
    """Put a unit on the list of a round that is still a draft."""
    campaign = _round(round_id)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state != RoundState.DRAFT:
        raise WrongState("轮次已提请审批，不能再增加任务。")
    unit = _checked_unit(
        unit_id,
        kind=kind,
        profile=profile,
        entry_on=entry_on,
        end_on=on_site_end_on,
        look_back_of=look_back_of,
    )
    owner = Unit.objects.get(id=campaign.owner_unit)
    own_id = new_id()
    number = documents.draw_number(unit_id=actor.unit_id, code="巡", year=campaign.year)
    labels = new_labels(owner=owner, subject=unit, engagement=own_id)
    try:
        with transaction.atomic():
            task = Engagement.objects.create(
                id=own_id,
                created_at=now,
                round=campaign,
                number=number,
                unit=unit,
                kind=kind,
                profile=profile,
                with_audit=with_audit,
                entry_on=entry_on,
                on_site_end_on=on_site_end_on,
                state=State.DRAFT,
                definition_version=DEFINITION_VERSION,
                look_back_of_id=look_back_of,
                **labels.columns(),
            )
    except IntegrityError as clash:
        raise Invalid.at("unit_id", "该单位已列入本轮次的同类任务。") from clash
    _open_gates(task, labels, now)
    note(task)
    return task.id


def _checked_unit(
    unit_id: UUID,
    *,
    kind: str,
    profile: str,
    entry_on: date,
    end_on: date,
    look_back_of: UUID | None,
) -> Unit:
    errors = []
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        errors.append(FieldError("unit_id", "没有这个单位，请从单位列表中选择。"))
    if kind not in Kind.values:
        errors.append(FieldError("kind", "请选择巡视方式。"))
    if profile not in Profile.values:
        errors.append(FieldError("profile", "请选择时间类型。"))
    if end_on <= entry_on:
        errors.append(FieldError("on_site_end_on", "驻点结束日必须晚于进驻日。"))
    if kind == Kind.LOOK_BACK and look_back_of is None:
        errors.append(FieldError("look_back_of", "“回头看”必须选择原巡视任务。"))
    if errors or unit is None:
        raise Invalid(*errors)
    return unit


def _open_gates(task: Engagement, labels: Labels, now: datetime) -> None:
    Gate.objects.bulk_create(
        Gate(
            created_at=now,
            task=task,
            stage=g["stage"],
            code=g["code"],
            text=g["text"],
            source=g["source"],
            political=g.get("political", False),
            **labels.columns(),
        )
        for g in gate_templates()
    )


@operation("inspection.submit_round")
def submit_round(*, actor: Actor, now: datetime, round_id: UUID, revision: int) -> UUID:
    """Bring the round before the leading group; the answer approves every engagement on its list."""
    campaign = _round(round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state != RoundState.DRAFT:
        raise WrongState("轮次不在起草状态，不能提请审批。")
    tasks = list(campaign.engagements.select_related("unit"))
    if not tasks:
        raise Invalid.at("engagements", "轮次还没有列入任何被巡视单位，请先增加任务。")
    body = body_for(UnitKind.LEADING_GROUP, tier=campaign.tier, owner_path=campaign.owner_path)
    campaign.state, campaign.revision = RoundState.PROPOSED, campaign.revision + 1
    campaign.save(update_fields=["state", "revision"])
    matter = approvals.propose(
        actor=actor,
        now=now,
        code=MATTER,
        object_kind="inspection.round",
        object_id=campaign.id,
        title=f"关于{campaign.name}任务安排的请示",
        summary=campaign.focus,
        body_id=body.id,
        labels=Labels.of(campaign),
        facts={"units": [t.unit.name for t in tasks], "starts_on": campaign.starts_on.isoformat()},
    )
    noting().about(
        "inspection.round", campaign.id, revision=campaign.revision, level=campaign.level
    )
    return matter


def _round(round_id: UUID, revision: int | None = None) -> Round:
    row = Round.objects.select_for_update().filter(id=round_id).first()
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row
