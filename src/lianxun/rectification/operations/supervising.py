"""Joint supervision until the letter is out: proposed with its list, approved by the committee, its group named,
the letter served (R-4.2-6, R-5.4-5; domain.md §3 SM-6, W23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.access.models import Account
from lianxun.access.readers import readers
from lianxun.approvals import steps as approvals
from lianxun.documents import steps as documents
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.models import Unit
from lianxun.organisation.queries import body_above
from lianxun.rectification import rules, supervising
from lianxun.rectification.common import require, wait_for_numbers, words
from lianxun.rectification.enums import GroupRole, SupervisionState
from lianxun.rectification.models import Item, Supervised, Supervision, Supervisor
from lianxun.rectification.papers_supervision import notice_document
from lianxun.rectification.suggesting import reasons_of
from lianxun.rectification.supervision import (
    KIND,
    NOTICE,
    REPLY,
    SUPERVISIONS,
    clock,
    in_force,
    let_in,
    let_out,
    print_letter,
    responsible,
    site_clocks,
    stop,
    subject,
    unserved,
)
from lianxun.trace.door import operation

MOST_ITEMS, LONGEST_DAYS = 50, 366
ANSWERING = (SupervisionState.NOTICE, SupervisionState.RESPONDING)
PRESSED = "manual"  # no trigger holds: a person says why all the same


@operation("rectification.propose_supervision")
def propose_supervision(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    items: tuple[UUID, ...],
    units: tuple[UUID, ...],
    reason: str,
    demand: str,
) -> UUID:
    """Ask the committee to have items of one engagement supervised by several units together.

    Each item stands on the list with what the platform found about it on the day; ``reason`` is what people
    say. Nobody is told before the committee has decided.
    """
    require(rules.may_issue(actor))
    wait_for_numbers(engagement_id)
    chosen = list(Item.objects.filter(engagement=engagement_id, id__in=items).order_by("number"))
    named = list(Unit.objects.filter(id__in=units, valid_to__isnull=True).order_by("path"))
    said = words("reason", reason, "请写明提请理由。", most=1000)
    asked = words("demand", demand, "请写明督办要求。")
    errors = _problems(chosen, named, items=len(set(items)), units=len(set(units)))
    if errors:
        raise Invalid(*errors)
    owner, first = Unit.objects.get(id=actor.unit_id), chosen[0]
    base = first.number.rsplit("-改", 1)[0]
    row = Supervision.objects.create(
        created_at=now,
        number=f"{base}-督{Supervision.objects.filter(engagement=engagement_id).count() + 1}",
        state=SupervisionState.PROPOSED,
        rules_version=supervising.scheme().version,
        units=[u.id for u in named],
        reason=said,
        demand=asked,
        proposed_by_id=actor.account_id,
        level=max(Level.INTERNAL, *(i.level for i in chosen)),
        region=first.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement_id,
        subject_org=first.subject_org,
        subject_path=first.subject_path,
    )
    listed = _list(row, chosen, actor=actor, now=now)
    SUPERVISIONS.note(row, items=len(listed), units=len(named))
    approvals.propose(
        actor=actor,
        now=now,
        code=KIND,
        object_kind=KIND,
        object_id=row.id,
        title=f"关于对 {row.number} 等 {len(listed)} 项整改事项开展联合督办的请示",
        summary=_before_committee(row, listed, named)[:2000],
        body_id=body_above(UnitKind.COMMITTEE, path=row.owner_path).id,
        labels=Labels.of(row),
    )
    return row.id


def _problems(
    chosen: Sequence[Item], named: Sequence[Unit], *, items: int, units: int
) -> list[FieldError]:
    errors = []
    if not chosen or len(chosen) != items:
        errors.append(FieldError("items", "请选择本任务的整改事项。"))
    elif len(chosen) > MOST_ITEMS:
        errors.append(FieldError("items", f"一次联合督办不超过 {MOST_ITEMS} 项。"))
    settled = [i.number for i in chosen if i.state in supervising.SETTLED]
    if settled:
        errors.append(
            FieldError("items", f"{'、'.join(settled[:5])}已核验通过或销号，不需要督办。")
        )
    least = supervising.scheme().least_units
    if len(named) != units or len(named) < least:
        errors.append(FieldError("units", f"请至少选择 {least} 个督办单位。"))
    path = (chosen[0].subject_path or "~") if chosen else "~"
    if any(path.startswith(u.path) or u.path.startswith(path) for u in named):
        errors.append(FieldError("units", "被督办单位及其上下级不能参加督办。"))
    return errors


def _list(
    row: Supervision, chosen: Sequence[Item], *, actor: Actor, now: datetime
) -> list[Supervised]:
    found = reasons_of(chosen, actor=actor, now=now)
    rows = [
        Supervised(
            created_at=now,
            supervision=row,
            item=item,
            number=item.number,
            title=item.title,
            triggers=[r.trigger.code for r in found[item.id]] or [PRESSED],
            why="；".join(f"{r.trigger.name}：{r.words}" for r in found[item.id])[:500]
            or "由提请人说明理由",
            **Labels.of(row).columns(),
        )
        for item in chosen
    ]
    try:
        with transaction.atomic():
            Supervised.objects.bulk_create(rows)
    except IntegrityError as clash:
        raise Invalid.at("items", "所选事项中有的已在另一项联合督办中，请另选。") from clash
    return rows


def _before_committee(row: Supervision, listed: Sequence[Supervised], named: Sequence[Unit]) -> str:
    lines = [f"{s.number} {s.title}（{s.why}）" for s in listed]
    units = "、".join(u.short_name for u in named)
    return "\n".join([f"督办单位：{units}", f"提请理由：{row.reason}", *lines, row.demand])


def decided(row: Supervision, *, approved: bool, comment: str, actor: Actor, now: datetime) -> None:
    """The committee decided (handler of ``approvals.decided``): the letter may go, or the matter is dropped."""
    if row.state != SupervisionState.PROPOSED:
        return
    row.remark = fitting("comment", comment, 500)
    if not approved:
        row.listed.update(open=False)
        row.remark = row.remark or "协调对接委员会未批准。"
        SUPERVISIONS.move(row, SupervisionState.DROPPED, "remark")
        return
    row.approved_on = now.date()
    SUPERVISIONS.move(row, SupervisionState.APPROVED, "remark", "approved_on")
    owner = Unit.objects.get(id=row.owner_unit)
    clock(row, NOTICE, responsible(owner), actor=actor, now=now)


@operation("rectification.name_supervisor")
def name_supervisor(
    *,
    actor: Actor,
    now: datetime,
    supervision_id: UUID,
    revision: int,
    account_id: UUID,
    role: str,
    until: date,
) -> UUID:
    """Take somebody of a supervising unit into the joint group until a day. From then on he sees the list, its
    items and its letters, and nothing else of the engagement."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_issue(actor))
    if row.state in (SupervisionState.PROPOSED, SupervisionState.DROPPED, SupervisionState.LIFTED):
        raise WrongState("督办经委员会批准之后、解除之前才能组建督导组。")
    account = (
        Account.objects.select_related("unit")
        .filter(id=account_id, is_active=True, service="", unit_id__in=row.units)
        .first()
    )
    errors = []
    if account is None or "rectification" not in account.duties:
        errors.append(FieldError("account_id", "请选择督办单位中承担整改职责的同志。"))
    if role not in GroupRole.values:
        errors.append(FieldError("role", "请选择组内职责。"))
    if not 0 < (until - now.date()).days <= LONGEST_DAYS:
        errors.append(FieldError("until", "失效日期须晚于今天，且在一年以内。"))
    if errors or account is None:
        raise Invalid(*errors)
    member = Supervisor(
        created_at=now,
        supervision=row,
        account=account,
        name=account.display_name[:40],
        unit=account.unit,
        unit_name=account.unit.short_name,
        role=role,
        valid_from=now.date(),
        valid_to=until,
        **unserved(row),
    )
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as clash:
        raise Invalid.at("account_id", "该同志已在督导组中，或督导组已有组长。") from clash
    if account.id != actor.account_id:
        let_in(row, member, actor=actor, now=now)
    seen = readers(
        kind=KIND, object_id=row.id, unit_ids=[account.unit_id], roles=list(account.roles)
    )
    if account.id not in seen.get(account.unit_id, []):
        raise Invalid.at("account_id", "该同志不能知悉本事项（知悉级别、回避或单位关系），请另选。")
    duties.notify(
        now=now,
        accounts=[account.id],
        code=NoticeCode.ARRIVED,
        object_kind=KIND,
        object_id=row.id,
    )
    if row.state in (*ANSWERING, SupervisionState.ON_SITE):
        site_clocks(row, actor=actor, now=now)
    SUPERVISIONS.save(row, member=str(member.id))
    return member.id


@operation("rectification.leave_group")
def leave_group(
    *, actor: Actor, now: datetime, supervision_id: UUID, revision: int, member_id: UUID
) -> None:
    """Somebody leaves the group; he sees nothing of it from now on. What he found stays."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_issue(actor))
    member = row.group.filter(id=member_id, left_on__isnull=True).first()
    if member is None:
        raise Invalid.at("member_id", "请选择现在的督导组成员。")
    ended = let_out(row, member, actor=actor, now=now)
    SUPERVISIONS.save(row, member=str(member.id), ended=ended)


@operation("rectification.send_notice")
def send_notice(
    *,
    actor: Actor,
    now: datetime,
    supervision_id: UUID,
    revision: int,
    due_on: date | None = None,
) -> None:
    """Issue 《联合督办通知书》 with the list, the demand and the day (by rule 15 days): served on the unit."""
    row = SUPERVISIONS.lock(supervision_id, revision)
    require(rules.may_issue(actor))
    if row.state != SupervisionState.APPROVED:
        raise WrongState("委员会批准之后才能发出联合督办通知书，且只发一次。")
    group, least = in_force(row, now.date()), supervising.scheme().least_units
    if len({g.unit_id for g in group}) < least:
        raise WrongState(f"督导组须有 {least} 个以上督办单位的人员，请先组建督导组。")
    if due_on is not None and due_on <= now.date():
        raise Invalid.at("due_on", "答复期限须晚于今天；不填的按规则计算。")
    unit, owner = subject(row), Unit.objects.get(id=row.owner_unit)
    row.due_on = clock(row, REPLY, responsible(unit), actor=actor, now=now, due_on=due_on)
    row.notice_on = now.date()
    row.notice_number = documents.next_number(
        unit_id=actor.unit_id, code=f"联督{unit.code}", year=now.year
    )
    row.addressee_unit, row.addressee_path = unit.id, unit.path
    SUPERVISIONS.move(
        row,
        SupervisionState.NOTICE,
        *("due_on", "notice_on", "notice_number", "addressee_unit", "addressee_path"),
    )
    served = {"addressee_unit": unit.id, "addressee_path": unit.path}
    row.listed.update(**served)
    names = dict(Unit.objects.filter(id__in=row.units).values_list("id", "name"))
    listed = list(row.listed.select_related("item").order_by("number"))
    letter = notice_document(
        row, listed, owner=owner, unit=unit, units=[names[u] for u in row.units], now=now
    )
    print_letter(row, letter, Labels.of(row), actor=actor, now=now)
    site_clocks(row, actor=actor, now=now)
    stop(row, NOTICE, actor=actor, now=now)
