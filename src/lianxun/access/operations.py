"""Acts on accounts and grants."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from lianxun.access import rules
from lianxun.access.enums import NO_LEVEL, THREE_ADMINS, Role
from lianxun.access.models import Account, SystemToken
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require


def _account(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound("没有这个账号。")
    return account


def _save(account: Account, *fields: str) -> None:
    account.revision += 1
    account.save(update_fields=["revision", *fields])


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
    revision: int,
    roles: frozenset[str],
    duties: frozenset[str],
    clearance: int,
    compartments: frozenset[str] = frozenset(),
    region: tuple[int, int] | None = None,
) -> None:
    """Replace all permissions of an account; refused for one's own. An administrator knows nothing of business,
    whatever ``clearance`` says. Raises ``Stale`` where somebody
    changed the account since it was read: what he gave is not taken back by accident."""
    require(rules.may_set_permissions(actor))
    if account_id == actor.account_id:
        raise Refused(Denied("不能修改自己的权限，须由另一名安全管理员办理。", "ACC-ADMIN-4"))
    unknown = roles - set(Role.values)
    if unknown:
        raise Invalid.at("roles", f"没有这样的角色：{'、'.join(sorted(unknown))}。")
    admins = roles & {r.value for r in THREE_ADMINS}
    if admins and (len(roles) > 1 or duties or region or compartments):
        raise Invalid.at("roles", "系统、安全、审计管理员必须分设，且不得兼任业务角色。")
    if not 0 <= clearance <= 3:
        raise Invalid.at("clearance", "知悉级别只能是 0 公开、1 内部、2 敏感、3 核心。")
    if admins:
        clearance = NO_LEVEL
    account = _account(account_id)
    if account.revision != revision:
        raise Stale
    account.roles, account.duties = sorted(roles), sorted(duties)
    account.clearance, account.compartments = clearance, sorted(compartments)
    account.region_lo, account.region_hi = region or (None, None)
    _save(account, "roles", "duties", "clearance", "compartments", "region_lo", "region_hi")
    noting().about(
        "access.account",
        account.id,
        revision=account.revision,
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
    if not account.is_active:
        raise WrongState("这个账号已经停用。")
    account.is_active, account.blocked_reason = False, fitting("reason", reason, 120)
    _save(account, "is_active", "blocked_reason")
    noting().about("access.account", account.id, revision=account.revision)


@operation("access.unblock_account")
def unblock_account(*, actor: Actor, now: datetime, account_id: UUID, reason: str) -> None:
    """Open a closed sign-in again. What was opened in an emergency must have been reviewed first."""
    require(rules.may_manage_accounts(actor))
    if not 0 < len(reason.strip()) <= 120:
        raise Invalid.at("reason", "请填写恢复原因（不超过 120 字）。")
    account = _account(account_id)
    if account.is_active:
        raise WrongState("这个账号没有停用。")
    with connection.cursor() as cursor:
        cursor.execute("select lx.has_unreviewed(%s)", [account_id])
        if cursor.fetchone()[0]:
            raise WrongState("这个账号还有应急调阅没有经过审查，请先由第二人或安全管理员审查。")
        cursor.execute("select lx.lapsed(%s)", [account.person_id])
        if cursor.fetchone()[0]:
            raise WrongState("本人的任职已到期，请先由组织管理人员登记新的任职，再恢复账号。")
    account.is_active, account.blocked_reason = True, ""
    _save(account, "is_active", "blocked_reason")
    noting().about("access.account", account.id, revision=account.revision)


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
        purpose=fitting("purpose", purpose, 120),
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
