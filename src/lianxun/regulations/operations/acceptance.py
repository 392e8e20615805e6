"""Acceptance of an import: the dry run comes true, work by work, each step an act of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import WrongState
from lianxun.regulations import parsing, rules, writing
from lianxun.regulations.enums import WRITTEN, FileOutcome, IntakeState, Origin
from lianxun.regulations.models import Intake, IntakeFile, Version, Work
from lianxun.regulations.operations.common import require
from lianxun.regulations.operations.intake import (
    KIND,
    enqueue,
    files_with,
    iso,
    load,
    new_versions,
)
from lianxun.trace.door import noting, operation
from lianxun_insight.articles import ParsedText
from lianxun_insight.articles.library import Version as NewVersion

WRITE_AT_ONCE = 120  # works a step
LINK_AT_ONCE = 200  # versions a step


@operation("regulations.accept")
def accept(
    *,
    actor: Actor,
    now: datetime,
    intake_id: UUID,
    revision: int,
    replace: bool = False,
    queue: bool = True,
) -> None:
    """Let the dry run come true. ``replace``: a text of the same day that differs corrects the stored one."""
    require(rules.may_keep(actor))
    row = load(intake_id, revision)
    if row.state != IntakeState.READY:
        raise WrongState(f"本批导入现为“{IntakeState(row.state).label}”，不能入库。")
    writes = set(WRITTEN) | ({FileOutcome.CONFLICT} if replace else set())
    if not row.files.filter(outcome__in=writes).exists():
        raise WrongState("本批没有可以入库的法规；请查看各文件的说明，修改后重新导入。")
    row.state, row.replace = IntakeState.ACCEPTING, replace
    row.revision += 1
    row.save(update_fields=["state", "replace", "revision"])
    noting().about(KIND, row.id, revision=row.revision, replace=replace)
    if queue:
        enqueue("regulations.write", row.id, actor)


@operation("regulations.write_works")
def write_next(*, actor: Actor, now: datetime, intake_id: UUID, limit: int = WRITE_AT_ONCE) -> int:
    """Write the next works, then find citations; returns how many works and versions are left."""
    require(rules.may_keep(actor))
    row = load(intake_id)
    if row.state != IntakeState.ACCEPTING:
        return 0
    pending = _pending(row)
    if pending:
        keys = _next_keys(pending, limit)
        written = _write(row, keys, now=now)
        noting().about(KIND, row.id, works=len(keys), articles=written)
        return len(pending)  # at least: the citations come last
    unlinked = list(
        Version.objects.select_related("work")
        .filter(linked=False, **_own(actor))
        .order_by("id")[:LINK_AT_ONCE]
    )
    found = writing.link(unlinked, writing.Names()) if unlinked else 0
    left = Version.objects.filter(linked=False, **_own(actor)).count()
    noting().about(KIND, row.id, linked=len(unlinked), citations=found)
    if not left:
        row.state, row.finished_at = IntakeState.ACCEPTED, now
        row.revision += 1
        row.save(update_fields=["state", "finished_at", "revision"])
    return left


def _own(actor: Actor) -> dict[str, Any]:
    return {"owner_unit": actor.unit_id}


def _pending(row: Intake) -> list[list[str]]:
    """The works of each file that the import has still to write, in the order of the files."""
    writes = set(WRITTEN) | ({FileOutcome.CONFLICT} if row.replace else set())
    rows = row.files.filter(outcome__in=writes, done=False).order_by("id")
    return [[w[0] for w in works] for works in rows.values_list("works", flat=True)]


def _next_keys(pending: Sequence[Sequence[str]], limit: int) -> list[str]:
    """Works of whole files, at least one file and about ``limit`` works."""
    keys: dict[str, None] = {}
    for works in pending:
        if keys and len(keys) + len(works) > limit:
            break
        keys.update(dict.fromkeys(works))
    return list(keys)


def _write(row: Intake, keys: Sequence[str], *, now: datetime) -> int:
    labels = Labels.of(row)
    files = files_with(row, keys)
    by_id = {str(f.id): f for f in files}
    touched: dict[UUID, Work] = {}
    total = 0
    for version, text in new_versions(files, keys):
        work = writing.work_of(
            version, now=now, labels=labels, everyone=row.everyone, origin=Origin.IMPORTED
        )
        names = [by_id[s].name for s in version.sources]
        new = _stored(work, version, text, row, now=now, labels=labels, names=names)
        touched[work.id] = work
        total += new
        if new:
            _share_out(version, [by_id[s] for s in version.sources])
    for file in files:
        file.done = file.done or all(w[0] in keys for w in file.works)
    IntakeFile.objects.bulk_update(files, ["written", "message", "done"], batch_size=200)
    writing.settle(touched.values(), now=now)
    return total


def _share_out(version: NewVersion, files: Sequence[IntakeFile]) -> None:
    """Count the written articles for the files they came from; what came twice counts for the first."""
    left = len(parsing.stored_articles(version))
    for file in files:
        sent = sum(w[3] for w in file.works if w[0] == version.work and w[2] == iso(version.day))
        counted = min(sent, left)
        left -= counted
        file.written += counted
        if counted < sent:
            file.message = f"与同批其他文件或本文件前文重复的 {sent - counted} 条只入库一次。"


def _stored(
    work: Work,
    version: NewVersion,
    text: ParsedText,
    row: Intake,
    *,
    now: datetime,
    labels: Labels,
    names: list[str],
) -> int:
    """Write the version unless it is there; correct the one of the same day when that was asked for."""
    there = Version.objects.filter(work=work, day=version.day).first()
    if there is not None:
        same = there.digest == parsing.digest(parsing.stored_articles(version))
        if same or not row.replace:
            return 0
        there.delete()
    made = writing.write_version(
        work, version, now=now, labels=labels, notes="\n".join(text.note_lines)
    )
    made.sources = names
    made.save(update_fields=["sources"])
    return made.count
