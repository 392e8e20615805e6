"""Acts on items (SM-5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from lianxun.access import steps as access
from lianxun.approvals import steps as approvals
from lianxun.documents import queries as files
from lianxun.documents import steps as documents
from lianxun.documents.enums import FileRole
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Decision, Denied
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.rectification import rules
from lianxun.rectification.enums import (
    TRANSITIONS,
    ItemState,
    ItemType,
    ReopenCause,
    ReviewOpinion,
    Verdict,
)
from lianxun.rectification.models import Check, CloseOut, Item, Reopening, Review
from lianxun.trace.door import noting, operation

KIND = "rectification.item"
EXTENSION = "rectification.extension"
_ALLOWED = frozenset(TRANSITIONS)


def require(decision: Decision) -> None:
    if isinstance(decision, Denied):
        raise Refused(decision)
    noting().rule = decision.rule


def load(item_id: UUID, revision: int | None = None) -> Item:
    row = Item.objects.select_for_update().filter(id=item_id).first()
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row


def facts_of(item: Item) -> rules.Facts:
    return rules.Facts(
        state=item.state,
        owner_path=item.owner_path,
        unit_path=item.subject_path or "",
        engagement=item.engagement,
        submitted_by=item.submitted_by_id,
        signed_units=frozenset({item.signed_unit} if item.signed_unit else ()),
    )


def move(item: Item, to: ItemState, *fields: str, **detail: Any) -> None:
    if (item.state, to.value) not in _ALLOWED:
        raise WrongState(f"整改事项现为“{ItemState(item.state).label}”，不能改为“{to.label}”。")
    item.state, item.revision = to, item.revision + 1
    item.save(update_fields=["state", "revision", *fields])
    note(item, to=to.value, **detail)


def note(item: Item, **detail: Any) -> None:
    noting().about(
        KIND,
        item.id,
        revision=item.revision,
        engagement=item.engagement,
        level=item.level,
        **detail,
    )


def own_labels(item: Item, actor: Actor) -> dict[str, object]:
    """Labels of what a body writes about an item: its own row, blind to the other bodies, and never
    served on the inspected unit."""
    columns = Labels.of(item).columns()
    return columns | {
        "owner_unit": actor.unit_id,
        "owner_path": actor.unit_path,
        "addressee_unit": None,
        "addressee_path": None,
    }


def _unit_in_charge(item: Item) -> Responsible:
    unit = Unit.objects.get(id=item.subject_org or item.owner_unit)
    return Responsible(unit.id, unit.short_name)


def _office(item: Item) -> Responsible:
    unit = Unit.objects.get(id=item.owner_unit)
    return Responsible(unit.id, unit.short_name)


def _open(
    item: Item,
    code: str,
    who: Responsible,
    *,
    actor: Actor,
    now: datetime,
    due_on: date | None = None,
) -> None:
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=KIND,
        object_id=item.id,
        title=f"{item.number} 整改事项",
        responsible=who,
        labels=Labels.of(item),
        due_on=due_on,
    )


def _done(item: Item, code: str, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(actor=actor, now=now, object_kind=KIND, object_id=item.id, template_code=code)


@operation("rectification.issue_item")
def issue_item(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    engagement_number: str,
    unit_id: UUID,
    title: str,
    type: str,
    due_on: date,
    detail: str = "",
    paper_id: UUID | None = None,
) -> UUID:
    """One issue of the feedback becomes one number, served on the unit."""
    require(rules.may_issue(actor))
    unit = Unit.objects.filter(id=unit_id).first()
    errors = []
    if unit is None:
        errors.append(FieldError("unit_id", "没有这个单位。"))
    if not title.strip():
        errors.append(FieldError("title", "请写明问题。"))
    if type not in ItemType.values:
        errors.append(FieldError("type", "请选择整改类型。"))
    if due_on <= now.date():
        errors.append(FieldError("due_on", "完成期限须晚于今天。"))
    if errors or unit is None:
        raise Invalid(*errors)
    owner = Unit.objects.get(id=actor.unit_id)
    count = Item.objects.filter(engagement=engagement_id).count() + 1
    item = Item.objects.create(
        created_at=now,
        number=f"{engagement_number}-改{count:03d}",
        title=title.strip()[:300],
        detail=detail.strip(),
        paper=paper_id,
        type=type,
        due_on=due_on,
        state=ItemState.ISSUED,
        level=Level.INTERNAL,
        region=unit.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement_id,
        subject_org=unit.id,
        subject_path=unit.path,
        addressee_unit=unit.id,
        addressee_path=unit.path,
    )
    _open(
        item,
        "DT-RC-ITEM",
        Responsible(unit.id, unit.short_name),
        actor=actor,
        now=now,
        due_on=due_on,
    )
    note(item)
    return item.id


@operation("rectification.invite")
def invite(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    units: tuple[UUID, ...],
    until: date,
) -> None:
    """Ask other bodies to review, check and sign this item together with the office (五方会审)."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    known = list(Unit.objects.filter(id__in=units))
    if not known or len(known) != len(set(units)):
        raise Invalid.at("units", "请选择会同办理的单位。")
    if any(
        (item.subject_path or "").startswith(u.path) or u.path.startswith(item.subject_path or "~")
        for u in known
    ):
        raise Invalid.at("units", "被巡视单位及其上下级不能参加审核和销号。")
    if until <= now.date():
        raise Invalid.at("until", "会同办理的期限须晚于今天。")
    for unit in known:
        access.let_participate(
            actor=actor,
            now=now,
            object_kind=KIND,
            object_id=item.id,
            unit_id=unit.id,
            purpose="整改方案会审与销号",
            valid_to=until,
        )
    item.revision += 1
    item.save(update_fields=["revision"])
    note(item, units=len(known))


@operation("rectification.draft_plan")
def draft_plan(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    lead_person: str,
    lead_unit: str,
    measures: str,
    standard: str,
    institution: str = "",
) -> None:
    """The unit writes responsibility, measures, standard and institution."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    values = {
        "lead_person": (lead_person, "请填写责任领导。"),
        "lead_unit": (lead_unit, "请填写责任部门。"),
        "measures": (measures, "请填写整改措施。"),
        "standard": (standard, "请填写完成标准。"),
    }
    errors = [FieldError(k, words) for k, (text, words) in values.items() if not text.strip()]
    if errors:
        raise Invalid(*errors)
    for name, (text, _) in values.items():
        setattr(item, name, text.strip())
    item.institution = institution.strip()
    fields = (*values, "institution")
    if item.state == ItemState.PLAN_DRAFTED:
        item.revision += 1
        item.save(update_fields=["revision", *fields])
        note(item)
    else:
        move(item, ItemState.PLAN_DRAFTED, *fields)


@operation("rectification.submit_plan")
def submit_plan(*, actor: Actor, now: datetime, item_id: UUID, revision: int) -> None:
    """The head has signed; the plan goes to the reviewing bodies."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    move(item, ItemState.UNDER_REVIEW)


@operation("rectification.review_plan")
def review_plan(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, opinion: str, text: str = ""
) -> None:
    """One reviewing body gives its opinion on the plan."""
    item = load(item_id, revision)
    require(rules.may_review(actor, facts_of(item)))
    if item.state != ItemState.UNDER_REVIEW:
        raise WrongState("方案不在审核中。")
    if opinion not in ReviewOpinion.values:
        raise Invalid.at("opinion", "请选择审核意见。")
    if opinion == ReviewOpinion.REVISE and not text.strip():
        raise Invalid.at("text", "需修改的，请写明具体意见。")
    turn = item.plan_round
    if item.reviews.filter(unit_id=actor.unit_id, round=turn).exists():
        raise WrongState("本单位已提出审核意见。")
    Review.objects.create(
        created_at=now,
        item=item,
        unit_id=actor.unit_id,
        account_id=actor.account_id,
        opinion=opinion,
        text=text.strip()[:500],
        round=turn,
        **own_labels(item, actor),
    )
    note(item, opinion=opinion)


@operation("rectification.decide_plan")
def decide_plan(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, approves: bool, merged: str = ""
) -> None:
    """The office merges the opinions into one answer: the plan stands, or goes back with what to mend."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    if (
        approves
        and item.reviews.filter(opinion=ReviewOpinion.REVISE, round=item.plan_round).exists()
    ):
        raise WrongState("还有审核单位要求修改，不能直接通过；请退回修改。")
    if not approves and not merged.strip():
        raise Invalid.at("merged", "退回须写明归口后的修改意见。")
    if approves:
        move(item, ItemState.APPROVED)
        return
    item.plan_round, item.plan_answer = item.plan_round + 1, merged.strip()[:500]
    move(item, ItemState.PLAN_DRAFTED, "plan_round", "plan_answer")


@operation("rectification.start")
def start(*, actor: Actor, now: datetime, item_id: UUID, revision: int) -> None:
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    move(item, ItemState.IN_PROGRESS)


@operation("rectification.add_evidence")
def add_evidence(
    *, actor: Actor, now: datetime, item_id: UUID, stream: BinaryIO, name: str, title: str
) -> UUID:
    """Upload evidence; it is served on the unit like the item."""
    item = load(item_id)
    require(rules.may_rectify(actor, facts_of(item)))
    if item.state not in (ItemState.IN_PROGRESS, ItemState.RETURNED, ItemState.REOPENED):
        raise WrongState("只有整改期间可以上传佐证。")
    file_id = documents.store(
        actor=actor,
        now=now,
        stream=stream,
        name=name,
        title=title,
        role=FileRole.EVIDENCE,
        object_kind=KIND,
        object_id=item.id,
        labels=Labels.of(item),
    )
    note(item)
    return file_id


@operation("rectification.submit")
def submit(*, actor: Actor, now: datetime, item_id: UUID, revision: int, progress: str) -> None:
    """Hand the item in for checking; evidence is required (evidence to close)."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    if not progress.strip():
        raise Invalid.at("progress", "请写明整改情况。")
    if not files.of_object(actor=actor, object_kind=KIND, object_id=item.id):
        raise Invalid.at("evidence", "请至少上传一份佐证材料。")
    item.progress, item.submitted_by_id = progress.strip(), actor.account_id
    move(item, ItemState.SUBMITTED, "progress", "submitted_by")
    _done(item, "DT-RC-ITEM", actor=actor, now=now)
    _open(item, "DT-RC-CHECK", _office(item), actor=actor, now=now)


@operation("rectification.check")
def check(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    verdict: str,
    finding: str,
    on_site: bool = False,
    new_due_on: date | None = None,
) -> None:
    """Somebody else looks: confirmed, insufficient or sham. The last two go back with a new day."""
    item = load(item_id, revision)
    require(rules.may_check(actor, facts_of(item)))
    errors = []
    if verdict not in Verdict.values:
        errors.append(FieldError("verdict", "请选择核验结论。"))
    if not finding.strip():
        errors.append(FieldError("finding", "请写明核验情况。"))
    if verdict != Verdict.CONFIRMED and (new_due_on is None or new_due_on <= now.date()):
        errors.append(FieldError("new_due_on", "退回须给出新的完成期限（晚于今天）。"))
    if errors:
        raise Invalid(*errors)
    if item.submitted_by_id is None:
        raise WrongState("该事项还没有报送。")
    Check.objects.create(
        created_at=now,
        item=item,
        submitted_by_id=item.submitted_by_id,
        checker_id=actor.account_id,
        checker_name=actor.name,
        on_site=on_site,
        verdict=verdict,
        finding=finding.strip()[:500],
        **own_labels(item, actor),
    )
    _done(item, "DT-RC-CHECK", actor=actor, now=now)
    if verdict == Verdict.CONFIRMED:
        move(item, ItemState.CONFIRMED, verdict=verdict)
        return
    item.due_on = new_due_on or item.due_on
    move(item, ItemState.RETURNED, "due_on", verdict=verdict)
    _open(item, "DT-RC-ITEM", _unit_in_charge(item), actor=actor, now=now, due_on=item.due_on)


@operation("rectification.sign_close_out")
def sign_close_out(*, actor: Actor, now: datetime, item_id: UUID, revision: int) -> bool:
    """Sign the close-out sheet; returns True when this was the second body and the number is struck off."""
    item = load(item_id, revision)
    facts = facts_of(item)
    require(rules.may_close(actor, facts))
    if item.state != ItemState.CONFIRMED:
        raise WrongState("只有核验通过的事项可以销号。")
    unit = Unit.objects.get(id=actor.unit_id)
    CloseOut.objects.create(
        created_at=now,
        item=item,
        unit=unit,
        unit_name=unit.short_name,
        account_id=actor.account_id,
        name=actor.name,
        turn=item.reopened_times,
        **own_labels(item, actor),
    )
    if not facts.signed_units:
        item.signed_unit, item.revision = actor.unit_id, item.revision + 1
        item.save(update_fields=["revision", "signed_unit"])
        note(item, signed=1)
        return False
    item.closed_on = now.date()
    move(item, ItemState.CLOSED, "closed_on", signed=2)
    return True


@operation("rectification.reopen")
def reopen(
    *,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    revision: int,
    cause: str,
    text: str,
    due_on: date,
) -> None:
    """A closed number comes back: look-back, audit or rebound."""
    item = load(item_id, revision)
    require(rules.may_issue(actor))
    bring_back(item, actor=actor, now=now, cause=cause, text=text, due_on=due_on)


def bring_back(
    item: Item, *, actor: Actor, now: datetime, cause: str, text: str, due_on: date
) -> None:
    """Reopen a closed item inside the running act; whoever may do that was decided before."""
    errors = []
    if cause not in ReopenCause.values:
        errors.append(FieldError("cause", "请选择起因。"))
    if not text.strip():
        errors.append(FieldError("text", "请写明发现的情况。"))
    if due_on <= now.date():
        errors.append(FieldError("due_on", "完成期限须晚于今天。"))
    if errors:
        raise Invalid(*errors)
    item.closed_on, item.due_on, item.signed_unit = None, due_on, None
    item.reopened_times += 1
    move(
        item,
        ItemState.REOPENED,
        "closed_on",
        "due_on",
        "signed_unit",
        "reopened_times",
        cause=cause,
    )
    Reopening.objects.create(
        created_at=now,
        item=item,
        cause=cause,
        account_id=actor.account_id,
        text=text.strip()[:500],
        **own_labels(item, actor),
    )
    _open(item, "DT-RC-ITEM", _unit_in_charge(item), actor=actor, now=now, due_on=due_on)


@operation("rectification.ask_extension")
def ask_extension(
    *, actor: Actor, now: datetime, item_id: UUID, revision: int, to: date, reason: str
) -> UUID:
    """Ask the coordination committee for the one extension an item may have."""
    item = load(item_id, revision)
    require(rules.may_rectify(actor, facts_of(item)))
    if to <= item.due_on:
        raise Invalid.at("to", "延期后的日期须晚于原期限。")
    if not reason.strip():
        raise Invalid.at("reason", "请写明延期理由。")
    top = item.owner_path.split("/", 1)[0] + "/"
    body = (
        Unit.objects.filter(kind=UnitKind.COMMITTEE, path__startswith=top).order_by("path").first()
    )
    if body is None:
        raise WrongState("本级没有登记协调对接委员会，不能办理延期。")
    note(item)
    return approvals.propose(
        actor=actor,
        now=now,
        code=EXTENSION,
        object_kind=KIND,
        object_id=item.id,
        title=f"关于 {item.number} 整改延期的请示",
        summary=reason.strip(),
        body_id=body.id,
        labels=Labels.of(item),
        facts={"to": to.isoformat(), "from": item.due_on.isoformat()},
    )
