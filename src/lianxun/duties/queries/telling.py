"""The inbox: what somebody was told, newest first."""

from __future__ import annotations

from datetime import datetime

from lianxun.access.kinds import KINDS
from lianxun.access.queries import out_of_reach
from lianxun.duties.enums import NoticeCode
from lianxun.duties.models import Duty, Notice
from lianxun.duties.records import NoticeRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor
from lianxun.trace.door import noting, query

KIND = "duties.duty"
_TEXT = dict(NoticeCode.choices)


@query("duties.notices")
def notices(
    *, actor: Actor, now: datetime, page: int = 1, unread: bool = False
) -> Page[NoticeRecord]:
    """The actor's inbox. A notice stores no content: the title is read now, by what the actor may see now."""
    rows = Notice.objects.filter(account=actor.account_id).order_by("-created_at", "-id")
    if unread:
        rows = rows.filter(read_at__isnull=True)
    found, total = page_of(rows, page)
    wanted = [n.object_id for n in found if n.object_kind == KIND]
    about = {
        d.id: f"{d.title}：{d.object_title}"
        for d in Duty.objects.filter(within_reach(actor, kind=KIND), id__in=wanted)
    }
    gone = out_of_reach({(n.object_kind, n.object_id) for n in found})
    noting().about("duties.notice", actor.account_id, count=len(found))
    return Page(
        [
            NoticeRecord(
                id=n.id,
                code=n.code,
                text=str(_TEXT.get(n.code, "有一件事项等待您处理。")),
                object_kind=n.object_kind,
                object_id=n.object_id,
                created_at=n.created_at,
                read=n.read_at is not None,
                open=n.object_id not in gone,
                about=about.get(n.object_id, "") or _called(n.object_kind),
            )
            for n in found
        ],
        page,
        total,
    )


def _called(kind: str) -> str:
    """What sort of matter it is; of a clock its title says it."""
    said = KINDS.get(kind)
    return said.label if said is not None and kind != KIND else ""
