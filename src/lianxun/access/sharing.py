"""P4: share one object with a unit or a person, for a purpose, until a day.

A share of 敏感 (level 2) opens when a second person of the own unit has consented; 核心 is never shared.
What touches the negative list is not shared: the room of exchanges is asked and may stop it
(``access.sharing``). The database holds the same: a trigger asks for the second person by the level of
the object itself, and nobody gives to himself, consents for himself or prolongs what he holds.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lianxun.access import queries, rules
from lianxun.access.enums import GrantKind
from lianxun.access.kinds import KINDS
from lianxun.access.models import Account, Grant
from lianxun.access.records import ShareRecord
from lianxun.fabric.handlers import announce
from lianxun.kernel.actor import Actor, Allowed, Denied
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation, query
from lianxun.trace.rows import require

SECOND_FROM = 2  # 敏感: from this level on a second person of the own unit consents
LONGEST_DAYS = 366


@operation("access.share")
def share(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    object_id: UUID,
    to_unit: UUID | None,
    to_account: UUID | None,
    purpose: str,
    legal_basis: str,
    valid_to: date,
    second: UUID | None = None,
) -> UUID:
    """Let a unit or a person read one object for a purpose until a day (P4)."""
    obj = queries.known(kind=kind, object_id=object_id)
    require(rules.may_share(actor, obj))
    errors = []
    if not 0 < len(purpose.strip()) <= 200:
        errors.append(FieldError("purpose", "请填写共享用途（不超过 200 字）。"))
    if not 0 < len(legal_basis.strip()) <= 200:
        errors.append(FieldError("legal_basis", "请填写共享依据（不超过 200 字）。"))
    if (to_unit is None) == (to_account is None):
        errors.append(FieldError("to_unit", "请选择一个接收单位或一名接收人，只选一项。"))
    errors += _bad_receiver(actor, to_unit, to_account)
    if not 0 <= (valid_to - now.date()).days <= LONGEST_DAYS:
        errors.append(FieldError("valid_to", "失效日期须在今天至一年以内。"))
    needed = obj.level >= SECOND_FROM
    if needed and not (second and _seconds(actor).filter(id=second).exists()):
        errors.append(
            FieldError("second", "敏感级事项须由本单位另一名同志同意，请从名单中选择第二人。")
        )
    if errors:
        raise Invalid(*errors)
    announce(
        "access.sharing",
        actor=actor,
        kind=kind,
        object_id=object_id,
        words={"purpose": purpose, "legal_basis": legal_basis},
    )
    grant = Grant.objects.create(
        created_at=now,
        kind=GrantKind.SHARE,
        unit_id=to_unit,
        account_id=to_account,
        object_kind=kind,
        object_id=object_id,
        purpose=purpose.strip(),
        legal_basis=legal_basis.strip(),
        granted_by_id=actor.account_id,
        second_person_id=second if needed else None,
        valid_from=now.date(),
        valid_to=valid_to,
        owner_path=actor.unit_path,
    )
    if needed:
        announce("access.share_asked", grant_id=grant.id, second=second, now=now)
    noting().about(kind, object_id, level=obj.level, engagement=obj.engagement, grant=str(grant.id))
    return grant.id


def _bad_receiver(actor: Actor, to_unit: UUID | None, to_account: UUID | None) -> list[FieldError]:
    if to_unit == actor.unit_id or to_account == actor.account_id:
        return [FieldError("to_unit", "不能共享给本单位或本人。")]
    if to_unit is not None and not Unit.objects.filter(id=to_unit).exists():
        return [FieldError("to_unit", "没有这个单位，请从单位列表中选择。")]
    if (
        to_account is not None
        and not Account.objects.filter(id=to_account, is_active=True, service="").exists()
    ):
        return [FieldError("to_account", "没有这个账号，或账号已停用。")]
    return []


@operation("access.consent_share")
def consent_share(*, actor: Actor, now: datetime, grant_id: UUID, revision: int) -> None:
    """The second person of the own unit opens the share."""
    grant = _load(grant_id, revision)
    if grant.second_person_id != actor.account_id:
        raise NotFound
    if grant.consented_at is not None:
        raise WrongState("这项共享已经同意过。")
    if grant.revoked_at is not None:
        raise WrongState("这项共享已经撤销。")
    if grant.valid_to is not None and grant.valid_to < now.date():
        raise WrongState("这项共享已过期，请重新提出。")
    if not _sees(grant):
        raise Refused(
            Denied("您对该事项须回避或不在知悉范围，不能同意，请由另一名同志办理。", "ACC-SHARE-3")
        )
    Grant.objects.filter(id=grant.id, revision=revision).update(
        consented_at=now, revision=revision + 1
    )
    noting().about("access.grant", grant.id, revision=revision + 1, rule="ACC-SHARE-3")


def _sees(grant: Grant) -> bool:
    """Whoever consents answers for it: he must be able to look at what is shared."""
    if grant.object_id is None:
        return False
    try:
        queries.known(kind=grant.object_kind, object_id=grant.object_id)
    except NotFound:
        return False
    return True


@operation("access.revoke", kind="safety")
def revoke(*, actor: Actor, now: datetime, grant_id: UUID, revision: int) -> None:
    """Take a grant back; effective with the next statement of whoever held it."""
    # Read first: who holds a share may read it, but the database does not let him lock or change it.
    held = Grant.objects.filter(id=grant_id).first()
    if held is None:
        raise NotFound
    if not _may_revoke(actor, held):
        raise Refused(Denied("只有授权人、本单位授权管理人员或安全管理员可以撤销。", "ACC-REVOKE"))
    grant = _load(grant_id, revision, share=False)
    if grant.revoked_at is not None:
        raise WrongState("这项授权已经撤销。")
    Grant.objects.filter(id=grant.id, revision=revision).update(
        revoked_at=now, revision=revision + 1
    )
    noting().about("access.grant", grant.id, revision=revision + 1)


def _may_revoke(actor: Actor, grant: Grant) -> bool:
    return (
        grant.granted_by_id == actor.account_id
        or actor.has_role("security_admin")
        or ("access" in actor.duties and actor.in_own_unit(grant.owner_path))
    )


def _load(grant_id: UUID, revision: int, *, share: bool = True) -> Grant:
    grant = Grant.objects.select_for_update().filter(id=grant_id).first()
    if grant is None or (share and grant.kind != GrantKind.SHARE):
        raise NotFound
    if grant.revision != revision:
        raise Stale
    return grant


@query("access.shares_of")
def shares_of(*, actor: Actor, now: datetime, kind: str, object_id: UUID) -> list[ShareRecord]:
    """Shares of one object that the actor gave, received or seconds, newest first."""
    obj = queries.known(kind=kind, object_id=object_id)
    noting().about(kind, object_id, level=obj.level, engagement=obj.engagement)
    return _records(actor, now, Q(object_kind=kind, object_id=object_id))


@query("access.my_shares")
def my_shares(*, actor: Actor, now: datetime) -> list[ShareRecord]:
    """Shares the actor gave, received, seconds or administers, newest first."""
    found = _records(actor, now, Q())
    noting().about("access.grant", actor.account_id, count=len(found))
    return found


@query("access.share_one")
def one_share(*, actor: Actor, now: datetime, grant_id: UUID) -> ShareRecord:
    """One share. Raises ``NotFound``."""
    found = _records(actor, now, Q(id=grant_id))
    if not found:
        raise NotFound
    noting().about("access.grant", grant_id, revision=found[0].revision)
    return found[0]


def seconds(*, actor: Actor) -> list[tuple[UUID, str]]:
    """Who may be the second person: people of the own unit with business, but the actor."""
    rows = _seconds(actor).order_by("display_name", "username")
    return [(a.id, a.display_name) for a in rows]


def _seconds(actor: Actor) -> QuerySet[Account]:
    return Account.objects.filter(
        unit_id=actor.unit_id,
        is_active=True,
        service="",
        clearance__gte=SECOND_FROM,
        duties__len__gt=0,
    ).exclude(id=actor.account_id)


def may_share(*, actor: Actor, kind: str, object_id: UUID) -> bool:
    """Whether the actor may share the object with others."""
    obj = queries.known(kind=kind, object_id=object_id)
    return isinstance(rules.may_share(actor, obj), Allowed)


def _records(actor: Actor, now: datetime, wanted: Q) -> list[ShareRecord]:
    rows = (
        Grant.objects.filter(wanted, kind=GrantKind.SHARE)
        .select_related("account", "unit", "granted_by", "second_person")
        .order_by("-created_at", "-id")[:200]
    )
    return [_record(g, actor, now) for g in rows]


def _record(g: Grant, actor: Actor, now: datetime) -> ShareRecord:
    over = g.valid_to is None or g.valid_to < now.date()
    waiting = g.second_person_id is not None and g.consented_at is None
    state = "revoked" if g.revoked_at else "over" if over else "waiting" if waiting else "open"
    permitted = set()
    if state == "waiting" and g.second_person_id == actor.account_id:
        permitted.add("consent")
    if state in ("waiting", "open") and _may_revoke(actor, g):
        permitted.add("revoke")
    return ShareRecord(
        id=g.id,
        revision=g.revision,
        object_kind=g.object_kind,
        kind_label=KINDS[g.object_kind].label if g.object_kind in KINDS else g.object_kind,
        object_id=g.object_id or g.id,
        to_name=g.unit.short_name if g.unit else g.account.display_name if g.account else "",
        by_name=g.granted_by.display_name,
        second_name=g.second_person.display_name if g.second_person else "",
        purpose=g.purpose,
        legal_basis=g.legal_basis,
        valid_from=g.valid_from,
        valid_to=g.valid_to or g.valid_from,
        state=state,
        state_label=_STATES[state],
        permitted=frozenset(permitted),
    )


_STATES = {"waiting": "等待第二人同意", "open": "共享中", "over": "已到期", "revoked": "已撤销"}
