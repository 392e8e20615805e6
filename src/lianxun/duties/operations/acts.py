"""What a person does with a duty, a letter, a notice, a template."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lianxun.duties import rules, steps
from lianxun.duties.clocks import change, day_of
from lianxun.duties.enums import MACHINES, ChangeKind, DutyState
from lianxun.duties.models import Duty, DutyTemplate, Letter, Notice
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Person, Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import Rows, require

DUTIES = Rows(Duty, kind="duties.duty", noun="时限", machine=MACHINES["duties_duty"])


@operation("duties.extend")
def extend_duty(
    *, actor: Actor, now: datetime, duty_id: UUID, to: date, reason: str, revision: int
) -> date:
    """The one extension of a duty, by a leader of the body the template names. Returns the new day."""
    duty = DUTIES.lock(duty_id, revision)
    body = Unit.objects.filter(id=actor.unit_id).values_list("kind", flat=True).first() or ""
    require(
        rules.may_extend(
            actor, body=duty.extension_by, unit_kind=body, already=duty.extended_to is not None
        )
    )
    if not reason.strip():
        raise Invalid.at("reason", "请写明延期理由，理由将在内部公开。")
    due = steps.extend(
        actor=actor,
        now=now,
        duty_id=duty_id,
        to=to,
        reason=fitting("reason", reason, 200),
        body_kind=body,
    )
    _about(duty, due=due.isoformat())
    return due


@operation("duties.reassign")
def reassign(*, actor: Actor, now: datetime, duty_id: UUID, person_id: UUID, revision: int) -> None:
    """Hand a duty to a colleague of the responsible unit; the day stays (新官须理旧账)."""
    duty = DUTIES.lock(duty_id, revision)
    require(
        rules.may_reassign(
            actor, responsible_unit=duty.responsible_unit, person=duty.responsible_person
        )
    )
    if duty.state != DutyState.OPEN:
        raise WrongState(f"这一时限已是“{DutyState(duty.state).label}”，不能改派。")
    person = Person.objects.filter(id=person_id, unit_id=duty.responsible_unit, active=True).first()
    if person is None:
        raise Invalid.at("person_id", "请从责任单位的在岗人员中选择。")
    duty.responsible_person, duty.responsible_name = person.id, person.name
    duty.revision += 1
    duty.save(update_fields=["responsible_person", "responsible_name", "revision"])
    change(duty, actor=actor, now=now, kind=ChangeKind.REASSIGNED, old=duty.due_on).save(
        force_insert=True
    )
    _about(duty)


def _about(duty: Duty, **detail: Any) -> None:
    DUTIES.note(duty, code=duty.template_code, **detail)


@operation("duties.acknowledge_letter")
def acknowledge_letter(*, actor: Actor, now: datetime, letter_id: UUID) -> None:
    """The addressed unit confirms that it has read a warning letter. A second time changes nothing."""
    letter = Letter.objects.select_for_update().filter(id=letter_id).first()
    if letter is None:
        raise NotFound
    if letter.to_unit != actor.unit_id:
        raise Refused(Denied("只有收函单位可以签收预警函。", "ACC-DUTY-5"))
    noting().about(
        "duties.letter",
        letter.id,
        engagement=letter.engagement,
        rule="ACC-DUTY-5",
        step=letter.step,
    )
    if letter.acknowledged_on is None:
        letter.acknowledged_on, letter.acknowledged_by = day_of(now), actor.account_id
        letter.revision += 1
        letter.save(update_fields=["acknowledged_on", "acknowledged_by", "revision"])


@operation("duties.mark_read")
def mark_read(*, actor: Actor, now: datetime, notice_ids: Sequence[UUID] = ()) -> int:
    """Mark notices as read; all of the actor's when none is named."""
    rows = Notice.objects.filter(account=actor.account_id, read_at__isnull=True)
    if notice_ids:
        rows = rows.filter(id__in=list(notice_ids))
    count = rows.update(read_at=now)
    noting().about("duties.notice", actor.account_id, count=count)
    return count


@operation("duties.revise_template")
def revise_template(
    *,
    actor: Actor,
    now: datetime,
    template_id: UUID,
    amount: int,
    clause: str,
    source: str,
    confidence: str,
    valid_from: date,
    warn_amount: int | None = None,
) -> UUID:
    """A new version of a template from ``valid_from`` on; running duties keep the old one."""
    require(rules.may_keep_calendar(actor))
    old = DutyTemplate.objects.select_for_update().filter(id=template_id).first()
    if old is None:
        raise NotFound
    _check_revision(old, amount=amount, clause=clause, source=source, confidence=confidence)
    newest = (
        DutyTemplate.objects.filter(code=old.code, preset=old.preset).order_by("-version").first()
    )
    if newest is None or newest.version != old.version:
        raise Stale("这一模板已有更新的版本，请在最新版本上修改。")
    if valid_from <= max(old.valid_from, day_of(now)):
        raise Invalid.at("valid_from", "新版本须从今天以后、且晚于旧版本生效的日期开始生效。")
    old.valid_to = valid_from - timedelta(days=1)
    old.revision += 1
    old.save(update_fields=["valid_to", "revision"])
    new = DutyTemplate.objects.get(id=old.id)
    new.pk = new_id()
    new.version, new.revision, new.created_at = old.version + 1, 1, now
    new.amount, new.warn_amount = amount, warn_amount
    new.clause, new.source, new.confidence = clause.strip(), source.strip(), confidence
    new.valid_from, new.valid_to = valid_from, None
    new.save(force_insert=True)
    noting().about(
        "duties.template", new.id, revision=new.version, code=new.code, old=old.amount, new=amount
    )
    return new.pk


def _check_revision(
    old: DutyTemplate, *, amount: int, clause: str, source: str, confidence: str
) -> None:
    errors = []
    if not -400 <= amount <= 400 or (amount < 0) != (old.amount < 0):
        errors.append(FieldError("amount", "期限须为 0—400，且不得改变“之前”“之后”的方向。"))
    if not clause.strip() or len(clause) > 200:
        errors.append(FieldError("clause", "请写明条款，不超过 200 字。"))
    if not source.strip() or len(source) > 200:
        errors.append(FieldError("source", "请写明来源，不超过 200 字。"))
    if confidence not in ("R", "K", "P"):
        errors.append(
            FieldError("confidence", "来源可信度只能是 R（已读原文）、K（已知未核）、P（建议值）。")
        )
    if errors:
        raise Invalid(*errors)
