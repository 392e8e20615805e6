"""Receipts of the negative list, keys of units, and what the standard pack would ask of whom."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.exchange import rules
from lianxun.exchange.catalogue import (
    catalogue,
    data_class,
    needed_fields,
    pack_choices,
    packs,
    question_only,
)
from lianxun.exchange.enums import ReceiptStage
from lianxun.exchange.models import RefusalReceipt, UnitKey
from lianxun.exchange.queries.requests import held_already
from lianxun.exchange.records import KeyRecord, PackClass, ReceiptRecord
from lianxun.fabric.paging import COUNT_LIMIT, Page, window
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.queries.choices import unit_choices, unit_names
from lianxun.trace.door import noting, query


@query("exchange.receipts")
def receipts(*, actor: Actor, now: datetime, page: int = 1) -> Page[ReceiptRecord]:
    """Receipts of what the negative list stopped: rule, stage, desk, day; newest first."""
    rows = RefusalReceipt.objects.order_by("-created_at", "-id")
    total = rows.order_by()[:COUNT_LIMIT].count()
    found = list(rows[window(page)])
    names = unit_names({r.owner_unit for r in found})
    rule_names = {item.id: item.name_zh for item in catalogue().negative_list}
    noting().about("exchange.receipt", actor.account_id, count=len(found))
    return Page(
        [
            ReceiptRecord(
                rule=r.rule,
                rule_name=rule_names.get(r.rule, ""),
                stage_label=ReceiptStage(r.stage).label,
                unit_name=names.get(r.owner_unit, ""),
                at=r.created_at,
            )
            for r in found
        ],
        page,
        total,
    )


@query("exchange.keys")
def keys(*, actor: Actor, now: datetime) -> list[KeyRecord]:
    """Keys of the units the actor may see, those in force first."""
    rows = UnitKey.objects.select_related("registered_by", "confirmed_by").order_by(
        "revoked_at", "-created_at", "id"
    )[:200]
    found = list(rows)
    names = unit_names({r.owner_unit for r in found})
    noting().about("exchange.key", actor.account_id, count=len(found))
    return [_key(row, actor, names) for row in found]


def _key(row: UnitKey, actor: Actor, names: dict[UUID, str]) -> KeyRecord:
    permitted = set()
    if row.revoked_at is None:
        if row.confirmed_at is None and rules.may_confirm_key(
            actor, registered_by=row.registered_by_id, owner_path=row.owner_path
        ):
            permitted.add("confirm")
        if rules.may_register_key(actor) and actor.in_own_unit(row.owner_path):
            permitted.add("revoke")
    state = "已停用" if row.revoked_at else "在用" if row.confirmed_at else "待核对指纹"
    return KeyRecord(
        id=row.id,
        revision=row.revision,
        unit_name=names.get(row.owner_unit, ""),
        fingerprint=row.fingerprint,
        registered_by_name=row.registered_by.display_name,
        confirmed_by_name=row.confirmed_by.display_name if row.confirmed_by else "",
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        revoked_at=row.revoked_at,
        state_label=state,
        permitted=frozenset(permitted),
    )


def providers(code: str, units: list[tuple[UUID, str]] | None = None) -> UUID | None:
    """The member unit that most likely provides a class: its short name holds a word of the department."""
    words = packs()["departments"].get(data_class(code).provider, ())
    choices = unit_choices(kinds=(UnitKind.MEMBER,)) if units is None else units
    for word in words:
        for unit_id, name in choices:
            if word in name:
                return unit_id
    return None


@query("exchange.pack")
def pack_lines(
    *,
    actor: Actor,
    now: datetime,
    preset: str,
    subject_org: UUID | None,
    period_from: date,
    period_to: date,
) -> list[PackClass]:
    """The lines of a preset as the form proposes them. Raises ``Invalid`` for an unknown preset."""
    pack = next((p for p in pack_choices() if p.id == preset), None)
    if pack is None:
        raise Invalid.at("preset", "请选择资料包。")
    units = unit_choices(kinds=(UnitKind.MEMBER,))
    found = []
    for code in pack.classes:
        wanted = data_class(code)
        held = held_already(
            data_class_code=code,
            subject_org=subject_org,
            period_from=period_from,
            period_to=period_to,
        )
        found.append(
            PackClass(
                code=code,
                name=wanted.name_zh,
                department=wanted.provider,
                level=wanted.level,
                fields=len(needed_fields(code)),
                provider_id=providers(code, units),
                question_only=question_only(code),
                held=held[0].number if held else "",
                kind=pack.words.get(code, ""),
            )
        )
    noting().about("exchange.request", actor.account_id, count=len(found))
    return found
