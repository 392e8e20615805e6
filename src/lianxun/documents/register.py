"""《销毁清册》: what the record of a destruction says, its digest, and the paper two people sign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lianxun.documents.enums import LineState, Retention
from lianxun.documents.keepers import keeper
from lianxun.documents.models import DisposalLine, DisposalList
from lianxun.documents.records import Heading, Official, Paragraph, Table
from lianxun.documents.steps import issue
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import canonical, digest
from lianxun.organisation.models import Unit


def record_of(disposal: DisposalList, lines: Iterable[DisposalLine]) -> dict[str, Any]:
    """What the digest of a destruction covers: who, when, which numbers, which digests."""
    return {
        "id": str(disposal.id),
        "number": disposal.number,
        "keeper": disposal.keeper,
        "reviewed_by": str(disposal.reviewed_by_id),
        "reviewed_at": _moment(disposal.reviewed_at),
        "checked_by": str(disposal.checked_by_id),
        "checked_at": _moment(disposal.checked_at),
        "lines": [
            {
                "object": str(line.object_id),
                "number": line.number,
                "expired_on": line.expired_on.isoformat(),
                "state": str(line.state),
                "digest": line.digest,
                "files": line.files,
            }
            for line in lines
        ],
    }


def is_whole(disposal: DisposalList, lines: Iterable[DisposalLine]) -> bool:
    """Whether the record of a destruction still is what was signed."""
    return digest(canonical(record_of(disposal, lines))).hex() == disposal.sha256


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.timestamp():.6f}"


def issue_register(*, actor: Actor, now: datetime, disposal: DisposalList, owner: Unit) -> None:
    """Print the 《销毁清册》 and keep it for good."""
    lines = list(disposal.lines.order_by("id"))
    gone = [line for line in lines if line.state == LineState.DESTROYED]
    one = keeper(disposal.keeper)
    rows = tuple(
        (
            str(index),
            line.number,
            line.retention,
            line.expired_on.isoformat(),
            LineState(line.state).label,
            line.digest[:16] or line.keep_reason,
        )
        for index, line in enumerate(lines, start=1)
    )
    reviewer = disposal.reviewed_by
    document = Official(
        issuer=owner.name,
        number=disposal.number,
        title="销毁清册",
        addressee="",
        blocks=(
            Paragraph(
                f"下列{one.noun if one else '材料'}保管期满，经审核、监销，销毁 {len(gone)} 件，"
                f"留存 {len(lines) - len(gone)} 件。"
            ),
            Table(
                ("序号", "编号", "保管期限", "期满", "处置", "摘要或留存理由"),
                rows,
                (1, 4, 2, 2, 2, 3),
            ),
            Heading("审核意见"),
            Paragraph(disposal.opinion),
            Paragraph(f"销毁记录摘要（SHA-256）：{disposal.sha256}"),
        ),
        signed_by=owner.short_name,
        signed_on=now.date(),
        level_mark=Level(disposal.level).label,
        printed_by=owner.short_name,
        signatures=(
            f"审核人（签字）{reviewer.display_name if reviewer else ''}",
            f"监销人（签字）{actor.name}",
        ),
    )
    issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=disposal.object_kind,
        object_id=disposal.id,
        labels=Labels.of(disposal),
        retention=Retention.PERMANENT,
    )
