"""Acts on accounts and grants."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lianxun.access import rules
from lianxun.access.enums import THREE_ADMINS, GrantKind, Role
from lianxun.access.models import Account, Grant, SystemToken
from lianxun.access.records import ObjectLabels
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require


def _account(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound("没有这个账号。")
    return account


@operation("access.open_account")
def open_account(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    password: str,
    display_name: str,
    unit_id: UUID,
    person_id: UUID | None = None,
) -> UUID:
    """Open a sign-in without any permission; the security administrator adds those."""
    require(rules.may_manage_accounts(actor))
    errors = []
    if not username.strip():
        errors.append(FieldError("username", "请填写账号。"))
    if not display_name.strip():
        errors.append(FieldError("display_name", "请填写显示名。"))
    if not Unit.objects.filter(id=unit_id).exists():
        errors.append(FieldError("unit_id", "没有这个单位，请从单位列表中选择。"))
    try:
        validate_password(password)
    except ValidationError as problem:
        errors.append(FieldError("password", "".join(problem.messages)))
    if errors:
        raise Invalid(*errors)
    try:
        with transaction.atomic():
            account = Account.objects.create(
                username=username.strip(),
                password=make_password(password),
                display_name=display_name.strip(),
                unit_id=unit_id,
                person_id=person_id,
                clearance=0,
                roles=[],
                created_at=now,
            )
    except IntegrityError as clash:
        raise Invalid.at(
            "username", "账号或人员已被占用，请换一个账号，或核对该人员是否已有账号。"
        ) from clash
    noting().about("access.account", account.id)
    return account.id


@operation("access.set_permissions")
def set_permissions(
    *,
    actor: Actor,
    now: datetime,
    account_id: UUID,
    roles: frozenset[str],
    duties: frozenset[str],
    clearance: int,
    compartments: frozenset[str] = frozenset(),
    region: tuple[int, int] | None = None,
) -> None:
    """Replace all permissions of an account; refused for one's own."""
    require(rules.may_set_permissions(actor))
    if account_id == actor.account_id:
        raise Refused(Denied("不能修改自己的权限，须由另一名安全管理员办理。", "ACC-ADMIN-4"))
    unknown = roles - set(Role.values)
    if unknown:
        raise Invalid.at("roles", f"没有这样的角色：{'、'.join(sorted(unknown))}。")
    admins = roles & {r.value for r in THREE_ADMINS}
    if admins and (len(roles) > 1 or duties or region):
        raise Invalid.at("roles", "系统、安全、审计管理员必须分设，且不得兼任业务角色。")
    if not 0 <= clearance <= 3:
        raise Invalid.at("clearance", "知悉级别只能是 0 公开、1 内部、2 敏感、3 核心。")
    account = _account(account_id)
    account.roles, account.duties = sorted(roles), sorted(duties)
    account.clearance, account.compartments = clearance, sorted(compartments)
    account.region_lo, account.region_hi = region or (None, None)
    account.save(
        update_fields=["roles", "duties", "clearance", "compartments", "region_lo", "region_hi"]
    )
    noting().about(
        "access.account",
        account.id,
        roles=sorted(roles),
        duties=sorted(duties),
        clearance=clearance,
    )


@operation("access.block_account")
def block_account(*, actor: Actor, now: datetime, account_id: UUID, reason: str) -> None:
    """Close a sign-in; effective with the person's next request."""
    require(rules.may_manage_accounts(actor))
    if not reason.strip():
        raise Invalid.at("reason", "请填写停用原因。")
    account = _account(account_id)
    account.is_active, account.blocked_reason = False, reason.strip()[:120]
    account.save(update_fields=["is_active", "blocked_reason"])
    noting().about("access.account", account.id)


@operation("access.share")
def share(
    *,
    actor: Actor,
    now: datetime,
    obj: ObjectLabels,
    to_unit: UUID | None,
    to_account: UUID | None,
    purpose: str,
    legal_basis: str,
    valid_to: date,
) -> UUID:
    """Let a unit or a person read one object for a purpose until a day (P4)."""
    require(rules.may_share(actor, obj))
    errors = []
    if not purpose.strip():
        errors.append(FieldError("purpose", "请填写共享用途。"))
    if (to_unit is None) == (to_account is None):
        errors.append(FieldError("to_unit", "请选择一个接收单位或一名接收人。"))
    if valid_to < now.date():
        errors.append(FieldError("valid_to", "失效日期不能早于今天。"))
    if errors:
        raise Invalid(*errors)
    grant = Grant.objects.create(
        created_at=now,
        kind=GrantKind.SHARE,
        unit_id=to_unit,
        account_id=to_account,
        object_kind=obj.table,
        object_id=obj.id,
        purpose=purpose.strip(),
        legal_basis=legal_basis.strip(),
        granted_by_id=actor.account_id,
        valid_from=now.date(),
        valid_to=valid_to,
        owner_path=actor.unit_path,
    )
    noting().about(
        obj.table, obj.id, level=obj.level, engagement=obj.engagement, grant=str(grant.id)
    )
    return grant.id


@operation("access.revoke")
def revoke(*, actor: Actor, now: datetime, grant_id: UUID, revision: int) -> None:
    """Take a grant back; effective with the next statement of whoever held it."""
    grant = _grant(grant_id, revision)
    if grant.revoked_at is not None:
        raise WrongState("这项授权已经撤销。")
    changed = Grant.objects.filter(id=grant.id, revision=revision).update(
        revoked_at=now, revision=revision + 1
    )
    if not changed:
        raise Refused(Denied("只有授权人或安全管理员可以撤销。", "ACC-REVOKE"))
    noting().about("access.grant", grant.id, revision=revision + 1)


def _grant(grant_id: UUID, revision: int) -> Grant:
    grant = Grant.objects.select_for_update().filter(id=grant_id).first()
    if grant is None:
        raise NotFound
    if grant.revision != revision:
        raise Stale
    return grant


@operation("access.issue_token")
def issue_token(
    *, actor: Actor, now: datetime, account_id: UUID, purpose: str, expires_on: date
) -> str:
    """A token for a unit's own system; shown once, stored as a digest. At most one year."""
    require(rules.may_set_permissions(actor))
    errors = []
    if not purpose.strip():
        errors.append(FieldError("purpose", "请写明令牌用途。"))
    if not now.date() < expires_on <= now.date() + timedelta(days=366):
        errors.append(FieldError("expires_on", "失效日期须在一年以内，且晚于今天。"))
    if errors:
        raise Invalid(*errors)
    account = _account(account_id)
    if set(account.roles) & {r.value for r in THREE_ADMINS}:
        raise Refused(Denied("三员账号不得签发系统令牌。", "ACC-TOKEN"))
    secret = secrets.token_urlsafe(32)
    token = SystemToken.objects.create(
        account=account,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        purpose=purpose.strip()[:120],
        issued_at=now,
        expires_on=expires_on,
    )
    noting().about("access.token", token.id)
    return secret


@operation("access.revoke_token")
def revoke_token(*, actor: Actor, now: datetime, token_id: UUID) -> None:
    """End a token at once."""
    require(rules.may_set_permissions(actor))
    changed = SystemToken.objects.filter(id=token_id, revoked_at__isnull=True).update(
        revoked_at=now
    )
    if not changed:
        raise NotFound("没有这个有效的令牌。")
    noting().about("access.token", token_id)
