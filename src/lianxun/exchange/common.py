"""Loading, saying and clocks that all acts of the room share."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.exchange.catalogue import data_class
from lianxun.exchange.enums import MACHINES, StatementKind
from lianxun.exchange.models import InfoRequest, Question, Sharing, Statement
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.organisation.models import Unit
from lianxun.trace.rows import Rows

KIND = "exchange.request"
QUESTION_KIND = "exchange.question"
SHARING_KIND = "exchange.sharing"
REPLY = ("DT-EX-REPLY", "DT-EX-URGENT")
SUPPLY = ("DT-EX-SUPPLY", "DT-EX-URGENT")
REQUESTS = Rows(
    InfoRequest,
    kind=KIND,
    noun="信息需求",
    machine=MACHINES["exchange_inforequest"],
    related=("provider",),
)
QUESTIONS = Rows(
    Question,
    kind=QUESTION_KIND,
    noun="核验单",
    machine=MACHINES["exchange_question"],
    related=("provider",),
)

SHARINGS = Rows(
    Sharing,
    kind=SHARING_KIND,
    noun="联动共享约定",
    machine=MACHINES["exchange_sharing"],
    related=("provider",),
)


def say(row: InfoRequest, kind: StatementKind, text: str, *, actor: Actor, now: datetime) -> str:
    """Keep what was said, whole; returns it shortened for the row itself (its latest word)."""
    Statement.objects.create(
        created_at=now,
        request=row,
        kind=kind,
        rung=row.rung,
        account_id=actor.account_id,
        name=actor.name[:40],
        unit_name=actor.unit_name[:60],
        text=text.strip(),
        **Labels.of(row).columns(),
    )
    return text.strip()[:500]


def owner_of(row: InfoRequest | Question) -> Responsible:
    """The asking unit as the one who owes the next step."""
    unit = Unit.objects.get(id=row.owner_unit)
    return Responsible(unit.id, unit.short_name)


def provider_of(row: InfoRequest | Question) -> Responsible:
    return Responsible(row.provider_id, row.provider.short_name)


def start_clock(
    row: InfoRequest | Question, code: str, who: Responsible, *, actor: Actor, now: datetime
) -> None:
    """Open a duty of the given template about the row."""
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=KIND if isinstance(row, InfoRequest) else QUESTION_KIND,
        object_id=row.id,
        title=f"{row.number} {data_class(row.data_class).name_zh}",
        responsible=who,
        labels=Labels.of(row),
    )


def stop_clocks(row: InfoRequest | Question, *codes: str, actor: Actor, now: datetime) -> None:
    """The act these clocks waited for happened."""
    kind = KIND if isinstance(row, InfoRequest) else QUESTION_KIND
    for code in dict.fromkeys(codes):
        duties.fulfil(actor=actor, now=now, object_kind=kind, object_id=row.id, template_code=code)


def serve_clocks(row: InfoRequest, *, actor: Actor, now: datetime) -> None:
    """What runs for the provider once a request is with him."""
    codes = ("DT-EX-URGENT",) if row.urgent else ("DT-EX-REPLY", "DT-EX-SUPPLY")
    for code in codes:
        start_clock(row, code, provider_of(row), actor=actor, now=now)


def cancel_clocks(kind: str, row_id: UUID, *, actor: Actor, now: datetime, reason: str) -> None:
    duties.cancel(actor=actor, now=now, object_kind=kind, object_id=row_id, reason=reason)
