"""A round is planned with its focus, filled with engagements, and approved by the leading group."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.duties import queries as duties
from lianxun.duties import steps as duty_steps
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.inspection import definition, rules
from lianxun.inspection.common import ROUNDS, body_for, new_labels, note, require
from lianxun.inspection.enums import (
    CheckPhase,
    Kind,
    PhaseTaskState,
    Profile,
    RoundPhase,
    RoundState,
    State,
    TeamKind,
)
from lianxun.inspection.models import Engagement, Gate, Round, RoundCheck
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, NotFound, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation

MATTER = "inspection.round"
EVALUATION_CLOCK = "DT-IN-EVALUATE"
PRESETS = ("source-plan", "real-practice")
LOOKED_BACK_AT = (State.RECTIFYING, State.ASSESSED, State.LOOK_BACK, State.ARCHIVED)


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
    """Draft a round for the actor's own tier, with its checklist of political responsibility."""
    require(rules.may_prepare(actor, rules.Facts(RoundState.DRAFT, actor.unit_path)))
    errors = []
    if not name.strip():
        errors.append(FieldError("name", "请填写轮次名称。"))
    if len(name.strip()) > 80:
        errors.append(FieldError("name", "轮次名称不超过 80 字。"))
    if not focus.strip():
        errors.append(FieldError("focus", "请写明本轮监督重点。"))
    if not 2000 <= year <= 2099:
        errors.append(FieldError("year", "年份须为 2000 至 2099。"))
    if ends_on < starts_on:
        errors.append(FieldError("ends_on", "计划结束不能早于计划开始。"))
    if preset not in PRESETS:
        errors.append(FieldError("preset", "请选择节点方案。"))
    if errors:
        raise Invalid(*errors)
    owner = Unit.objects.get(id=actor.unit_id)
    labels = new_labels(owner=owner, subject=None, engagement=None)
    known = definition.current()
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
        definition_version=known.version,
        **labels.columns(),
    )
    RoundCheck.objects.bulk_create(
        RoundCheck(
            created_at=now,
            round=row,
            code=c.code,
            phase=c.phase,
            text=c.text,
            source=c.source,
            **labels.columns(),
        )
        for c in known.checks
    )
    ROUNDS.note(row)
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
    team_kind: str = TeamKind.SINGLE,
    partners: tuple[UUID, ...] = (),
    with_audit: bool = False,
    look_back_of: UUID | None = None,
) -> UUID:
    """Put a unit on the list of a round that is still a draft.

    ``partners`` are the units of a joint team; ``with_audit`` is short for 巡审联动: the joint team with
    the audit department of the round's tier.
    """
    return put_on_list(
        actor=actor,
        now=now,
        round_id=round_id,
        unit_id=unit_id,
        kind=kind,
        profile=profile,
        entry_on=entry_on,
        on_site_end_on=on_site_end_on,
        team_kind=team_kind,
        partners=partners,
        with_audit=with_audit,
        look_back_of=look_back_of,
    ).id


def put_on_list(
    *,
    actor: Actor,
    now: datetime,
    round_id: UUID,
    unit_id: UUID,
    kind: str,
    profile: str,
    entry_on: date,
    on_site_end_on: date,
    team_kind: str = TeamKind.SINGLE,
    partners: tuple[UUID, ...] = (),
    with_audit: bool = False,
    look_back_of: UUID | None = None,
) -> Engagement:
    """The part of ``plan_engagement`` that a look-back which was asked for shares."""
    campaign = ROUNDS.lock(round_id)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state != RoundState.DRAFT:
        raise WrongState("轮次已提请审批，不能再增加任务。")
    if with_audit:
        audit = _audit_department(campaign)
        team_kind, partners = TeamKind.AUDIT, tuple(dict.fromkeys((audit, *partners)))
    unit, errors = _checked(unit_id, kind=kind, profile=profile)
    errors += date_errors(entry_on, on_site_end_on, profile, today=now.date())
    errors += _team_errors(team_kind, partners)
    errors += _look_back_errors(kind, look_back_of, unit_id)
    if errors or unit is None:
        raise Invalid(*errors)
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
                team_kind=team_kind,
                partners=list(partners),
                entry_on=entry_on,
                on_site_end_on=on_site_end_on,
                state=State.DRAFT,
                definition_version=definition.current().version,
                look_back_of_id=look_back_of,
                **labels.columns(),
            )
    except IntegrityError as clash:
        raise Invalid.at("unit_id", "该单位已列入本轮次的同类任务。") from clash
    _open_gates(task, labels, now)
    note(task)
    return task


def _checked(unit_id: UUID, *, kind: str, profile: str) -> tuple[Unit | None, list[FieldError]]:
    errors = []
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        errors.append(FieldError("unit_id", "没有这个单位，请从单位列表中选择。"))
    if kind not in Kind.values:
        errors.append(FieldError("kind", "请选择巡视方式。"))
    if profile not in Profile.values:
        errors.append(FieldError("profile", "请选择时间类型。"))
    return unit, errors


def date_errors(entry_on: date, end_on: date, profile: str, *, today: date) -> list[FieldError]:
    """Elastic time (R-7.3-1): the template says how long a body of this profile may be inspected."""
    if end_on <= entry_on:
        return [FieldError("on_site_end_on", "驻点结束日必须晚于进驻日。")]
    if profile not in Profile.values:
        return []
    latest = duties.on_site_end(entry=entry_on, profile=profile, on=today)
    if end_on <= latest.raw:
        return []
    label = Profile(profile).label
    return [
        FieldError(
            "on_site_end_on",
            f"“{label}”的驻点时间最长到 {latest.raw:%Y-%m-%d}；确需延长的，进驻后申请延期。",
        )
    ]


def _team_errors(team_kind: str, partners: tuple[UUID, ...]) -> list[FieldError]:
    if team_kind not in TeamKind.values:
        return [FieldError("team_kind", "请选择组队方式。")]
    if team_kind == TeamKind.SINGLE:
        return [FieldError("partners", "单独组队不填联合单位。")] if partners else []
    if not partners:
        return [FieldError("partners", f"{TeamKind(team_kind).label}须选择联合单位。")]
    known = Unit.objects.filter(id__in=partners, kind=UnitKind.MEMBER).count()
    if known != len(partners):
        return [FieldError("partners", "联合单位须从成员单位中选择，不能重复。")]
    return []


def _audit_department(campaign: Round) -> UUID:
    top = campaign.owner_path.split("/", 1)[0] + "/"
    found = (
        Unit.objects.filter(
            kind=UnitKind.MEMBER,
            tier=campaign.tier,
            path__startswith=top,
            name__contains="审计",
            valid_to__isnull=True,
        )
        .order_by("path")
        .values_list("id", flat=True)
        .first()
    )
    if found is None:
        raise Invalid.at("team_kind", "本级没有登记审计机关，不能组成巡审联动组。")
    return found


def _look_back_errors(kind: str, look_back_of: UUID | None, unit_id: UUID) -> list[FieldError]:
    if kind != Kind.LOOK_BACK:
        if look_back_of is not None:
            return [FieldError("look_back_of", "只有“回头看”才对应原巡视任务。")]
        return []
    if look_back_of is None:
        return [FieldError("look_back_of", "“回头看”必须选择原巡视任务。")]
    first = Engagement.objects.filter(id=look_back_of).first()
    if first is None or first.unit_id != unit_id:
        return [FieldError("look_back_of", "请选择同一单位以往的巡视任务。")]
    if first.state not in {s.value for s in LOOKED_BACK_AT}:
        return [
            FieldError(
                "look_back_of",
                f"原任务现为“{State(first.state).label}”，进入整改之后才能安排“回头看”。",
            )
        ]
    return []


def _open_gates(task: Engagement, labels: Labels, now: datetime) -> None:
    Gate.objects.bulk_create(
        Gate(
            created_at=now,
            task=task,
            stage=g.stage,
            code=g.code,
            text=g.text,
            source=g.source,
            political=g.political,
            **labels.columns(),
        )
        for g in definition.current().gates
    )


@operation("inspection.submit_round")
def submit_round(*, actor: Actor, now: datetime, round_id: UUID, revision: int) -> UUID:
    """Bring the round before the leading group; the answer approves every engagement on its list."""
    campaign = ROUNDS.lock(round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state != RoundState.DRAFT:
        raise WrongState("轮次不在起草状态，不能提请审批。")
    tasks = list(campaign.engagements.select_related("unit"))
    if not tasks:
        raise Invalid.at("engagements", "轮次还没有列入任何被巡视单位，请先增加任务。")
    body = body_for(UnitKind.LEADING_GROUP, tier=campaign.tier, owner_path=campaign.owner_path)
    _nothing_open(campaign)
    ROUNDS.move(campaign, RoundState.PROPOSED)
    return approvals.propose(
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


def _nothing_open(campaign: Round) -> None:
    """凡协调必先问政治 (R-5.3-2): open lines of the deployment phase bar the submission. Raises
    ``WrongState`` that names each."""
    lines = campaign.checks.filter(phase=CheckPhase.DEPLOY, passed_at__isnull=True)
    named = [f"{line.code}“{line.text}”" for line in lines.order_by("code")]
    if named:
        raise WrongState(
            f"政治责任清单（部署环节）还有 {len(named)} 条未落实：{'；'.join(named)}。"
            "请在轮次页面用“落实清单条目”逐条写明落实情况和依据，再提请审批。"
        )


@operation("inspection.pass_check")
def pass_check(
    *, actor: Actor, now: datetime, check_id: UUID, revision: int, evidence: str
) -> None:
    """Answer one line of the round's political checklist, with what it rests on."""
    check = RoundCheck.objects.select_for_update().filter(id=check_id).first()
    if check is None:
        raise NotFound
    campaign = ROUNDS.lock(check.round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state == RoundState.CLOSED:
        raise WrongState("轮次已结束，清单不再变动。")
    if check.passed_at is not None:
        raise WrongState("该条目已经落实。")
    if not evidence.strip():
        raise Invalid.at("evidence", "请写明落实情况和依据（文件、会议或核对情况）。")
    check.passed_at, check.passed_by_id = now, actor.account_id
    check.evidence, check.revision = fitting("evidence", evidence, 300), check.revision + 1
    check.save(update_fields=["passed_at", "passed_by", "evidence", "revision"])
    ROUNDS.save(campaign, check=check.code)


@operation("inspection.close_round")
def close_round(*, actor: Actor, now: datetime, round_id: UUID, revision: int, result: str) -> None:
    """End a round: what became of its focus, after everything in it is archived (R-1.4.1, R-6.4-3)."""
    campaign = ROUNDS.lock(round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state != RoundState.APPROVED:
        raise WrongState(f"轮次现为“{RoundState(campaign.state).label}”，不能结束。")
    missing = rules.missing_to_close(
        running=list(
            campaign.engagements.exclude(state=State.ARCHIVED)
            .order_by("number")
            .values_list("number", flat=True)
        ),
        open_checks=list(
            campaign.checks.filter(passed_at__isnull=True)
            .order_by("code")
            .values_list("code", flat=True)
        ),
        open_tasks=list(
            campaign.phase_tasks.filter(
                phase__in=[RoundPhase.PREPARE, RoundPhase.IMPLEMENT],
                state__in=[PhaseTaskState.OPEN, PhaseTaskState.REPORTED],
            )
            .order_by("code")
            .values_list("code", flat=True)
        ),
    )
    if missing:
        raise WrongState("；".join(missing) + "。请先办结再结束轮次。")
    if len(result.strip()) < 20:
        raise Invalid.at(
            "result", "请逐项写明监督重点发现了什么、推动解决了什么（不少于 20 个字）。"
        )
    campaign.result, campaign.closed_on = result.strip(), now.date()
    campaign.closed_by_id = actor.account_id
    ROUNDS.move(campaign, RoundState.CLOSED, "result", "closed_on", "closed_by")
    if not documents.issued(object_kind="inspection.round", object_id=campaign.id):
        _expect_evaluation(campaign, actor=actor, now=now)


def _expect_evaluation(campaign: Round, *, actor: Actor, now: datetime) -> None:
    """The month of the summary begins: the evaluation of the coordination is due in it (R-6.4-3)."""
    owner = Unit.objects.get(id=campaign.owner_unit)
    duty_steps.open_duty(
        actor=actor,
        now=now,
        template_code=EVALUATION_CLOCK,
        object_kind="inspection.round",
        object_id=campaign.id,
        title=campaign.name,
        responsible=Responsible(owner.id, owner.short_name),
        labels=Labels.of(campaign),
    )
