"""Material of a lead: files that may travel with it, kept by the documents room."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.documents.enums import FileRole
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.leads import rules
from lianxun.leads.operations.common import KIND, LEADS, facts_of, require, words
from lianxun.trace.door import operation


@operation("leads.attach")
def attach(
    *,
    actor: Actor,
    now: datetime,
    lead_id: UUID,
    revision: int,
    file: BinaryIO,
    name: str,
    title: str,
) -> UUID:
    """Keep a file that does not tell who reported; it is handed over with the lead."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_attach(actor, facts_of(lead)))
    named = words("title", title, most=120, missing="请写明材料名称（不写反映人姓名）。")
    stored = documents.store(
        actor=actor,
        now=now,
        stream=file,
        name=name,
        title=named,
        role=FileRole.MATERIAL,
        object_kind=KIND,
        object_id=lead.id,
        labels=Labels.of(lead),
    )
    LEADS.save(lead, file=str(stored))
    return stored
