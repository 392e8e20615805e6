"""期满销毁: the list is drawn, one person reviews it, another destroys. Never one alone.

What is destroyed leaves number, dates and a digest. Rows go in the act's transaction; bytes and keys
after its commit (``removal``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from lianxun.documents import numbers, rules
from lianxun.documents.enums import DisposalState, HoldState, LineState
from lianxun.documents.held import held_among, lock_object
from lianxun.documents.keepers import Expired, keeper, keepers
from lianxun.documents.models import DisposalLine, DisposalList, LegalHold
from lianxun.documents.operations.common import LISTS, ill_worded, text
from lianxun.documents.register import issue_register, record_of
from lianxun.documents.retention import periods
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.digest import canonical, digest
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

Group = tuple[str, str, Labels]


@operation("documents.draw_lists")
def draw_lists(*, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    """Put what ran out on lists, one for each keeper and set of labels; returns the new lists.

    What stands on an open list, is held back or was kept less than a year ago is left alone: running it
    twice does nothing more.
    """
    require(rules.may_draw(actor))
    found: dict[Group, list[Expired]] = defaultdict(list)
    by = periods().listed_by(now.date())
    for one in keepers():
        for thing in one.expired(by, _left_alone(one.name, now)):
            labels = replace(thing.labels, addressee_unit=None, addressee_path=None)
            found[one.name, thing.object_kind, labels].append(thing)
    drawn = [_draw(group, things, actor, now) for group, things in found.items()]
    noting().about(
        "documents.disposal",
        actor.account_id,
        lists=len(drawn),
        lines=sum(len(things) for things in found.values()),
    )
    return tuple(row.id for row in drawn)


def _left_alone(name: str, now: datetime) -> Q:
    """Rows by their id: what stands on an open list, was kept lately or is held back. The keeper leaves
    them out before it takes a number of rows: else the same ones would stand before the others for ever."""
    since = periods().kept_until(now.date())
    settled = DisposalLine.objects.filter(
        Q(state=LineState.LISTED) | Q(state=LineState.KEPT, created_at__date__gt=since),
        keeper=name,
    )
    held = LegalHold.objects.filter(state=HoldState.HELD)
    return Q(id__in=settled.values("object_id")) | Q(id__in=held.values("object_id"))


def _draw(group: Group, things: list[Expired], actor: Actor, now: datetime) -> DisposalList:
    name, object_kind, labels = group
    row = DisposalList.objects.create(
        created_at=now,
        keeper=name,
        object_kind=object_kind,
        state=DisposalState.DRAWN,
        drawn_by_id=actor.account_id,
        **labels.columns(),
    )
    DisposalLine.objects.bulk_create(
        DisposalLine(
            created_at=now,
            disposal=row,
            keeper=name,
            object_kind=object_kind,
            object_id=thing.object_id,
            number=thing.number,
            retention=thing.retention,
            expired_on=thing.expired_on,
            basis=thing.basis[:200],
            state=LineState.LISTED,
            **labels.columns(),
        )
        for thing in things
    )
    announce("documents.list_drawn", actor=actor, now=now, disposal=_facts(row))
    return row


def _facts(row: DisposalList) -> dict[str, Any]:
    return {
        "id": row.id,
        "object_kind": row.object_kind,
        "number": row.number,
        "labels": Labels.of(row),
    }


@operation("documents.review_list")
def review_list(
    *,
    actor: Actor,
    now: datetime,
    disposal_id: UUID,
    revision: int,
    opinion: str,
    keep: Collection[UUID] = (),
    keep_reason: str = "",
) -> str:
    """The first person: each entry goes or stays (``keep``, with the reason). Returns the new state."""
    row = LISTS.lock(disposal_id, revision)
    require(rules.may_review(actor, object_kind=row.object_kind))
    errors = [
        ill_worded(
            "opinion", opinion, least=5, most=300, missing="请写明审核意见（不少于 5 个字）。"
        )
    ]
    lines = {line.id: line for line in row.lines.filter(state=LineState.LISTED)}
    kept = set(keep)
    if not kept <= lines.keys():
        errors.append(FieldError("keep", "所选条目不在清册中，请刷新后重新选择。"))
    if kept:
        errors.append(
            ill_worded(
                "keep_reason",
                keep_reason,
                least=5,
                most=200,
                missing="请写明留存理由（不少于 5 个字）。",
            )
        )
    if any(errors):
        raise Invalid(*(e for e in errors if e is not None))
    _keep([lines[i] for i in sorted(kept)], keep_reason.strip())
    row.opinion = opinion.strip()
    if kept == lines.keys():
        LISTS.move(row, DisposalState.KEPT, "opinion", kept=len(kept))
        announce("documents.list_settled", actor=actor, now=now, disposal=_facts(row))
        return row.state
    row.number = row.number or numbers.draw_number(
        unit_id=actor.unit_id, code="销册", year=now.year
    )
    row.reviewed_by_id, row.reviewed_at, row.return_reason = actor.account_id, now, ""
    LISTS.move(
        row,
        DisposalState.REVIEWED,
        *("number", "opinion", "reviewed_by", "reviewed_at", "return_reason"),
        kept=len(kept),
        lines=len(lines) - len(kept),
    )
    announce("documents.list_reviewed", actor=actor, now=now, disposal=_facts(row))
    return row.state


def _keep(lines: list[DisposalLine], reason: str) -> None:
    for line in lines:
        line.state, line.keep_reason, line.revision = LineState.KEPT, reason, line.revision + 1
        line.save(update_fields=["state", "keep_reason", "revision"])


@operation("documents.return_list")
def return_list(
    *, actor: Actor, now: datetime, disposal_id: UUID, revision: int, reason: str
) -> None:
    """The second person does not agree: back to review, with the reason."""
    row = LISTS.lock(disposal_id, revision)
    require(rules.may_destroy(actor, object_kind=row.object_kind, reviewed_by=row.reviewed_by_id))
    row.return_reason = text(
        "reason", reason, least=5, most=300, missing="请写明退回理由（不少于 5 个字）。"
    )
    row.reviewed_by_id = row.reviewed_at = None
    LISTS.move(row, DisposalState.DRAWN, "return_reason", "reviewed_by", "reviewed_at")


@operation("documents.destroy_list")
def destroy_list(*, actor: Actor, now: datetime, disposal_id: UUID, revision: int) -> int:
    """The second person destroys what the first one reviewed; all of it or nothing. Returns how many.

    Raises ``WrongState`` that names what is held back or not yet run out.
    """
    row = LISTS.lock(disposal_id, revision)
    require(rules.may_destroy(actor, object_kind=row.object_kind, reviewed_by=row.reviewed_by_id))
    if row.state != DisposalState.REVIEWED:
        raise WrongState(f"销毁清册现为“{LISTS.label(row.state)}”，不能销毁。")
    lines = list(row.lines.filter(state=LineState.LISTED).order_by("id"))
    _check_days_and_holds(lines, now)
    row.checked_by_id, row.checked_at = actor.account_id, now
    row.save(update_fields=["checked_by", "checked_at"])
    files = sum(_destroy(line, actor, now) for line in lines)
    row.sha256 = digest(canonical(record_of(row, row.lines.order_by("id")))).hex()
    LISTS.move(
        row,
        DisposalState.DESTROYED,
        "sha256",
        destroyed=len(lines),
        erased=files,
        sha256=row.sha256,
    )
    issue_register(actor=actor, now=now, disposal=row, owner=Unit.objects.get(id=row.owner_unit))
    announce("documents.list_settled", actor=actor, now=now, disposal=_facts(row))
    return len(lines)


def _check_days_and_holds(lines: list[DisposalLine], now: datetime) -> None:
    for line in lines:  # in the order of ids: two lists never wait for each other
        lock_object(line.object_id)
    early = [x.number for x in lines if x.expired_on > now.date()]
    if early:
        raise WrongState(f"{'、'.join(early[:5])}尚未期满，不能销毁；期满后再办理。")
    kept_back = held_among([x.object_id for x in lines])
    held = [x.number for x in lines if x.object_id in kept_back]
    if held:
        raise WrongState(
            f"{'、'.join(held[:5])}有法律保全，不能销毁。请退回审核改为留存，或待保全解除后再办理。"
        )


def _destroy(line: DisposalLine, actor: Actor, now: datetime) -> int:
    """Mark first: the database lets an object be emptied only under a checked line."""
    one = keeper(line.keeper)
    if one is None:
        raise LookupError(f"nobody keeps {line.keeper}")
    # The guards of the emptied tables look for this line; its digest is known a moment later.
    line.digest = "0" * 64
    line.state, line.revision = LineState.DESTROYED, line.revision + 1
    line.save(update_fields=["state", "digest", "revision"])
    gone = one.destroy(actor=actor, now=now, object_id=line.object_id)
    line.digest, line.files = gone.digest, gone.files
    line.save(update_fields=["digest", "files"])
    return gone.files
