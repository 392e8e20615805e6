"""Warning letters on paper: official documents by GB/T 9704, printed by the platform's own service."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.documents.records import Block, Heading, Official, Paragraph
from lianxun.duties import rules
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import clock_of, day_of, light_of
from lianxun.duties.enums import Step
from lianxun.duties.models import Duty, Letter
from lianxun.duties.operations.tick import may_tick
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

# One run prints so many: a document takes about half a second, and a run is one transaction.
AT_ONCE = 20
_ASKS = {
    Step.GREEN: "请按期办理，办结后在平台登记。",
    Step.YELLOW: "请抓紧办理；确有困难的，说明情况并按规定申请延期。",
    Step.RED: "请立即办理，并在 3 个工作日内书面说明超期原因和补救措施。",
}


@operation("duties.print_letters")
def print_letters(*, actor: Actor, now: datetime) -> int:
    """Print the oldest letters that have no document yet. Returns how many were printed."""
    require(may_tick(actor))
    waiting = list(
        Letter.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pdf__isnull=True)
        .select_related("duty")
        .order_by("issued_on", "id")[:AT_ONCE]
    )
    names = dict(
        Unit.objects.filter(
            id__in={x.to_unit for x in waiting} | {x.owner_unit for x in waiting}
        ).values_list("id", "name")
    )
    for letter in waiting:
        letter.docx, letter.pdf = documents.issue(
            actor=actor,
            now=now,
            document=letter_document(letter, letter.duty, names, now),
            object_kind=letter.object_kind,
            object_id=letter.duty.object_id,
            labels=Labels.of(letter),
        )
        letter.revision += 1
        letter.save(update_fields=["docx", "pdf", "revision"])
    noting().about("duties.letter", actor.account_id, rule="ACC-P6", printed=len(waiting))
    return len(waiting)


def letter_document(letter: Letter, duty: Duty, names: dict[UUID, str], now: datetime) -> Official:
    """The text of one letter: what is due, under which clause, why the light is as it is."""
    step, today = Step(letter.step), day_of(now)
    issuer = names.get(letter.owner_unit, "")
    table = current_calendar()
    clock = clock_of(duty)
    why = rules.explain(
        clock=clock,
        plan=rules.schedule(clock, table),
        light=light_of(duty, now),
        today=today,
        now=now,
        title=duty.title,
        clause=duty.clause,
        calendar=table,
        calendar_version=duty.calendar_version,
    )
    blocks: tuple[Block, ...] = (
        Heading("一、事项"),
        Paragraph(f"{duty.object_title}：{duty.title}。"),
        Paragraph(f"责任单位：{duty.responsible_unit_name}。"),
        Heading("二、时限和依据"),
        *(Paragraph(sentence) for sentence in why),
        Heading("三、要求"),
        Paragraph(_ASKS[step]),
        Paragraph("收到本函后请在平台签收。"),
    )
    return Official(
        issuer=issuer,
        number=letter.number,
        title=f"{step.label}",
        addressee=names.get(letter.to_unit, duty.responsible_unit_name),
        blocks=blocks,
        signed_by=issuer,
        signed_on=letter.issued_on,
        level_mark=Level(letter.level).label,
        urgency="特急" if step is Step.RED else "",
        printed_by=issuer,
    )
