"""What a standing agreement of sharing changes about the requests and deliveries that are made under it.

A delivery under an agreement belongs to the unit that handed it in and carries no engagement: membership alone does
not open it. Its team reads it by the agreement (ACC-P8), so that suspending, the last day and the archive close it
with the next statement of whoever reads.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from lianxun.duties.enums import NoticeCode
from lianxun.exchange import rules
from lianxun.exchange.enums import DeliveryState, SharingState
from lianxun.exchange.models import Delivery, FirstReading, InfoRequest, Sharing
from lianxun.exchange.quality import Report
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor, Decision
from lianxun.kernel.problems import Invalid, WrongState


def labels_of(row: InfoRequest) -> Labels:
    """The labels of a delivery for ``row``. It stays served on its provider, who may stand above whom it is about."""
    labels = Labels.of(row)
    if row.standing_id is None:
        return labels
    return replace(
        labels,
        owner_unit=row.provider_id,
        owner_path=row.provider.path,
        engagement=None,
    )


def sharing_of(row: InfoRequest, *, now: datetime) -> Sharing | None:
    """The agreement that ``row`` was made by. Raises ``WrongState`` when nothing may be delivered under it now."""
    if row.standing_id is None:
        return None
    found = Sharing.objects.get(id=row.standing_id)
    if not in_force(found, now.date()):
        raise WrongState(
            f"联动共享约定 {found.number} {why_not(found, now.date())}，目前不能按约定提供数据。"
        )
    return found


def in_force(row: Sharing, today: date) -> bool:
    return row.state == SharingState.IN_FORCE and row.valid_from <= today <= row.valid_to


def why_not(row: Sharing, today: date) -> str:
    """Why an agreement opens nothing today, as the end of a sentence; empty when it does."""
    if row.state != SharingState.IN_FORCE:
        return f"现为“{SharingState(row.state).label}”"
    if today < row.valid_from:
        return f"自 {row.valid_from:%Y-%m-%d} 起生效"
    if today > row.valid_to:
        return f"已于 {row.valid_to:%Y-%m-%d} 到期"
    return ""


def may_open(row: InfoRequest, actor: Actor, *, today: date) -> Decision:
    """Whether the actor may have the data of ``row``. Needs its provider and its agreement."""
    if row.standing_id is None:
        return rules.may_use(
            actor,
            owner_path=row.owner_path,
            provider_path=row.provider.path,
            engagement=row.engagement,
        )
    return rules.may_use_shared(
        actor,
        provider_path=row.provider.path,
        engagement=row.engagement,
        closed=why_not(row.standing, today) if row.standing else "不在您可以知悉的范围内",
    )


def must_be_clean(report: Report) -> None:
    """Under an agreement nobody judges afterwards: what the check finds wrong is mended before it is taken, and
    columns that were not agreed do not come along."""
    beyond = [*report.found["unasked"], *report.found["unknown"]]
    if beyond:
        raise Invalid.at(
            "file",
            f"文件带有约定之外的列：{'、'.join(beyond[:8])}。请删去后重新上传；确需共享的，另签约定。",
        )
    if report.bad_rows:
        raise Invalid.at(
            "file",
            f"有 {report.bad_rows} 行未通过校验。按共享约定提供的数据校验通过即向联合组开放，"
            "请用“先校验”下载标注，改正后重新上传。",
        )


def tell(row: Sharing, code: NoticeCode, *, now: datetime) -> None:
    """Tell the sides of an agreement; of new data (``SHARED``) the team alone. Again when the last notice was read."""
    with connection.cursor() as cursor:
        cursor.execute("select lx.tell_of_agreement(%s, %s, %s)", [row.id, code.value, now])


def note_first_reading(
    delivery: Delivery, row: InfoRequest, *, actor: Actor, now: datetime
) -> None:
    """Keep when the team first opened it: the measure of how long information takes (R-4.3-3)."""
    if row.standing_id is None or row.engagement not in actor.engagements:
        return
    if FirstReading.objects.filter(delivery=delivery).exists():
        return
    labels = replace(labels_of(row), engagement=row.engagement)
    FirstReading.objects.bulk_create(
        [FirstReading(created_at=now, delivery=delivery, read_at=now, **labels.columns())],
        ignore_conflicts=True,
    )


def corrected(row: InfoRequest, wanted: UUID | None) -> Delivery | None:
    """The delivery in use that a correction mends. Under an agreement several are in use: there it is named."""
    rows = list(row.deliveries.filter(state=DeliveryState.ACCEPTED).order_by("-created_at"))
    if wanted is not None:
        return next((d for d in rows if d.id == wanted), None)
    if len(rows) > 1:
        raise Invalid.at("delivery_id", f"有 {len(rows)} 份数据在用，请选择更正的是哪一份。")
    return rows[0] if rows else None
