"""Public keys of units: registered by one person, compared by another, ended at any time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.exchange import rules
from lianxun.exchange.models import UnitKey
from lianxun.fabric.models import Level
from lianxun.kernel import keybox
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import Rows, require

KEYS = Rows(UnitKey, kind="exchange.key", noun="单位公钥")


@operation("exchange.register_key")
def register_key(*, actor: Actor, now: datetime, public_key: str) -> UUID:
    """Register the public half (64 hex digits) of a pair made on the unit's own machine."""
    require(rules.may_register_key(actor))
    try:
        raw = bytes.fromhex(public_key.replace(" ", "").strip())
        keybox.close(raw, b"\0" * 32, context=b"probe")
    except ValueError as bad:
        raise Invalid.at(
            "public_key",
            "这不是公钥：应为“./lianxun package-key”生成的 64 位十六进制数，请整行复制。",
        ) from bad
    owner = Unit.objects.get(id=actor.unit_id)
    row = UnitKey.objects.create(
        created_at=now,
        public_key=raw,
        fingerprint=keybox.fingerprint(raw),
        registered_by_id=actor.account_id,
        level=Level.INTERNAL,
        region=owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
    )
    KEYS.note(row, fingerprint=row.fingerprint)
    return row.id


@operation("exchange.confirm_key")
def confirm_key(
    *, actor: Actor, now: datetime, key_id: UUID, revision: int, fingerprint: str
) -> None:
    """A second person types the fingerprint he was told: the key is in force, an older one ends."""
    row = KEYS.lock(key_id, revision)
    require(
        rules.may_confirm_key(actor, registered_by=row.registered_by_id, owner_path=row.owner_path)
    )
    if row.revoked_at is not None or row.confirmed_at is not None:
        raise WrongState("这把公钥已经核对或停用。")
    if fingerprint.replace(" ", "").lower() != row.fingerprint.replace(" ", ""):
        raise Invalid.at(
            "fingerprint", "指纹与登记的公钥不符：请与持钥人重新核对，不符的请停用后重新登记。"
        )
    UnitKey.objects.filter(
        owner_unit=row.owner_unit, confirmed_at__isnull=False, revoked_at__isnull=True
    ).update(revoked_at=now)
    row.confirmed_by_id, row.confirmed_at = actor.account_id, now
    try:
        with transaction.atomic():
            KEYS.save(row, "confirmed_by", "confirmed_at", fingerprint=row.fingerprint)
    except IntegrityError as clash:
        raise WrongState("本单位的公钥刚由他人更换，请刷新后核对。") from clash


@operation("exchange.revoke_key")
def revoke_key(*, actor: Actor, now: datetime, key_id: UUID, revision: int) -> None:
    """End a key at once: nothing is closed to it any more."""
    row = KEYS.lock(key_id, revision)
    require(rules.may_register_key(actor))
    if row.revoked_at is not None:
        raise WrongState("这把公钥已经停用。")
    row.revoked_at = now
    KEYS.save(row, "revoked_at", fingerprint=row.fingerprint)
