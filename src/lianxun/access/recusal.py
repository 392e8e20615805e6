"""R2: what concerns an organisation is closed to whoever stands down from it, from the same day on.

Everybody declares his own recusal; whoever keeps permissions also enters one for another. Only another
person ends it. Why somebody stands down is known to himself alone; others learn that he does.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.access.models import Account, Recusal
from lianxun.access.records import RecusalRecord
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation.enums import RecusalKind
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation, query

REASONS = (*RecusalKind.choices, ("interest", "与该单位有其他利害关系"))
_CODES = dict(REASONS)


@operation("access.declare_recusal", kind="safety")
def declare_recusal(
    *,
    actor: Actor,
    now: datetime,
    organisation: UUID,
    reason_code: str,
    account_id: UUID | None = None,
) -> UUID:
    """Stand down from everything about an organisation, from today on; ``account_id``: another person."""
    whom = account_id or actor.account_id
    if whom != actor.account_id and "access" not in actor.duties:
        raise Refused(Denied("为他人登记回避，须由授权管理人员办理。", "ACC-R2"))
    errors = []
    if not Unit.objects.filter(id=organisation).exists():
        errors.append(FieldError("organisation", "没有这个单位，请从单位列表中选择。"))
    if reason_code not in _CODES:
        errors.append(FieldError("reason_code", "请选择回避事由。"))
    if not Account.objects.filter(id=whom, is_active=True, service="").exists():
        errors.append(FieldError("account_id", "没有这个账号，或账号已停用。"))
    if errors:
        raise Invalid(*errors)
    again = Recusal.objects.filter(account_id=whom, organisation_id=organisation)
    if any(r.valid_to is None or r.valid_to >= now.date() for r in again):
        raise WrongState("对这个单位的回避已经登记，不需要重复登记。")
    row = Recusal.objects.create(
        created_at=now,
        account_id=whom,
        organisation_id=organisation,
        reason_code=reason_code,
        valid_from=now.date(),
    )
    noting().about("access.recusal", row.id, revision=row.revision, rule="ACC-R2")
    return row.id


@operation("access.end_recusal")
def end_recusal(
    *, actor: Actor, now: datetime, recusal_id: UUID, revision: int, checked: str
) -> None:
    """The reason is gone: another person has checked it and says how. Effective from the next day."""
    row = Recusal.objects.filter(id=recusal_id).first()
    if row is None:
        raise NotFound
    decision = may_end(actor, row.account_id)
    if decision is not None:
        raise Refused(decision)
    if not 0 < len(checked.strip()) <= 200:
        raise Invalid.at("checked", "请写明核对情况（不超过 200 字）。")
    if row.revision != revision:
        raise Stale
    if row.valid_to is not None and row.valid_to <= now.date():
        raise WrongState("这项回避已经终止。")
    last = max(now.date(), row.valid_from)
    changed = Recusal.objects.filter(id=row.id, revision=revision).update(
        valid_to=last, revision=revision + 1
    )
    if not changed:  # somebody was quicker, or the database does not let this person
        raise Stale
    noting().about("access.recusal", row.id, revision=revision + 1, rule="ACC-R2", until=str(last))


def may_end(actor: Actor, account_id: UUID) -> Denied | None:
    """``None`` when the actor may end a recusal of the account."""
    if account_id == actor.account_id:
        return Denied("本人的回避须由另一名授权管理人员核对后终止。", "ACC-R2")
    if "access" not in actor.duties:
        return Denied("终止回避须由授权管理人员办理。", "ACC-R2")
    return None


@query("access.recusals")
def recusals(*, actor: Actor, now: datetime) -> list[RecusalRecord]:
    """One's own recusals, and those one keeps; running ones first."""
    rows = Recusal.objects.select_related("account", "organisation").order_by("-valid_from", "-id")[
        :500
    ]
    found = [_record(r, actor, now.date()) for r in rows]
    noting().about("access.recusal", actor.account_id, count=len(found))
    return sorted(found, key=lambda r: not r.permitted)


@query("access.recusal")
def one_recusal(*, actor: Actor, now: datetime, recusal_id: UUID) -> RecusalRecord:
    """One recusal. Raises ``NotFound``."""
    row = Recusal.objects.select_related("account", "organisation").filter(id=recusal_id).first()
    if row is None:
        raise NotFound
    noting().about("access.recusal", row.id, revision=row.revision)
    return _record(row, actor, now.date())


def _record(r: Recusal, actor: Actor, today: date) -> RecusalRecord:
    running = r.valid_to is None or r.valid_to > today
    mine = r.account_id == actor.account_id
    return RecusalRecord(
        id=r.id,
        revision=r.revision,
        person_name="本人" if mine else r.account.display_name,
        organisation_name=r.organisation.short_name,
        reason_label=str(_CODES.get(r.reason_code, "其他")) if mine else "",
        valid_from=r.valid_from,
        valid_to=r.valid_to,
        permitted=frozenset({"end"} if running and may_end(actor, r.account_id) is None else ()),
    )
