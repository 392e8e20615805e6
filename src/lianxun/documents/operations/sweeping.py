"""What lost its row leaves the disk."""

from __future__ import annotations

from datetime import datetime

from lianxun.documents.keepers import remover
from lianxun.documents.models import Removal
from lianxun.documents.removal import SERVICE
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Refused
from lianxun.trace.door import noting, operation

AT_ONCE = 1000


@operation("documents.sweep")
def sweep(*, actor: Actor, now: datetime) -> int:
    """Remove bytes and keys that wait for it; returns how many went.

    Killed before the commit, the next run removes again what is gone already, and says so then.
    """
    if actor.service != SERVICE:
        raise Refused(Denied("由后台作业办理。", "DOC-SWEEP"))
    rows = list(
        Removal.objects.select_for_update(skip_locked=True)
        .filter(done_at__isnull=True)
        .order_by("id")[:AT_ONCE]
    )
    for row in rows:
        remover(row.remover)(row.ref)
    Removal.objects.filter(id__in=[row.id for row in rows]).update(done_at=now)
    noting().about("documents.removal", actor.account_id, removed=len(rows))
    return len(rows)
