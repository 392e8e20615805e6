"""Opening of sealed identities: asked with a purpose, decided by a custodian, for one hour; and erasing."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from lianxun.fabric.safefiles import identify
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, Refused, WrongState
from lianxun.leads import rules, sources
from lianxun.leads.operations.common import LEADS, facts_of, require, words
from lianxun.trace.door import noting, operation


def custodian(actor: Actor) -> None:
    if not actor.has_role("custodian"):
        raise Refused(Denied("由身份保管员办理。", "LEAD-CUSTODIAN"))


@operation("leads.ask_identity")
def ask_identity(
    *, actor: Actor, now: datetime, lead_id: UUID, purpose: str, item: UUID | None = None
) -> UUID:
    """Ask for what lies sealed behind a lead the actor may see: the identity, or another ``item``."""
    lead = LEADS.lock(lead_id)
    require(rules.may_register(actor, engagement=lead.engagement))
    sealed = sources.items(lead=lead.id)
    wanted = [x for x in sealed if x.id == item or (item is None and x.kind == "identity")]
    if not wanted:
        raise WrongState("该线索没有封存的反映人信息。")
    if len(purpose.strip()) < 10:
        raise Invalid.at("purpose", "请写明调阅用途（不少于 10 个字）。")
    why = words("purpose", purpose, most=300, missing="请写明调阅用途。")
    opening = sources.ask(item=wanted[0].id, purpose=why)
    LEADS.note(lead, opening=str(opening), kind=wanted[0].kind)
    return opening


@operation("leads.decide_opening")
def decide_opening(*, actor: Actor, now: datetime, opening_id: UUID, grant: bool) -> None:
    """The custodian grants for an hour, or refuses."""
    custodian(actor)
    try:
        sources.decide(opening=opening_id, grant=grant)
    except sources.CustodyError as problem:
        raise WrongState(str(problem)) from problem
    noting().about("leads.opening", opening_id, grant=grant)


@operation("leads.open_identity")
def open_identity(
    *, actor: Actor, now: datetime, opening_id: UUID, passphrase: str
) -> sources.Identity | sources.Original:
    """The custodian who granted opens with his passphrase; seen on his screen only."""
    custodian(actor)
    try:
        _, found = sources.open_granted(
            opening=opening_id, account=actor.account_id, passphrase=passphrase
        )
    except sources.CustodyError as problem:
        raise WrongState(str(problem)) from problem
    noting().about("leads.opening", opening_id)
    return found


@operation("leads.attach_sealed")
def attach_sealed(
    *, actor: Actor, now: datetime, lead_id: UUID, revision: int, file: BinaryIO, name: str
) -> UUID:
    """Seal an original that tells who wrote it: no copy, no title, no digest outside of the vault."""
    lead = LEADS.lock(lead_id, revision)
    require(rules.may_attach(actor, facts_of(lead)))
    kind = identify(file, name="原件")
    file.seek(0)
    try:
        item = sources.put_original(
            lead=lead.id, content=file.read(), suffix=kind.suffix, label=kind.label
        )
    except sources.CustodyError as problem:
        raise Invalid.at("file", str(problem)) from problem
    lead.in_vault = True
    LEADS.save(lead, "in_vault", sealed=str(item))
    return item


@operation("leads.shred_identity")
def shred_identity(
    *, actor: Actor, now: datetime, lead_id: UUID, reason: str, revision: int | None = None
) -> None:
    """Erase everything sealed about a lead for ever; the lead stays."""
    custodian(actor)
    words("reason", reason, most=300, missing="请写明销毁依据。")
    lead = LEADS.lock(lead_id, revision)
    gone = sources.shred(lead=lead.id)
    if not gone:
        raise WrongState("该线索没有封存的反映人信息。")
    lead.in_vault = False
    LEADS.save(lead, "in_vault", shredded=gone)


def reporter_of(*, name: str, contact: str, note: str) -> sources.Identity | None:
    """What a form's sealed fields amount to; ``None`` when all are empty (anonymous)."""
    if not (name.strip() or contact.strip() or note.strip()):
        return None
    return sources.Identity(name=name.strip(), contact=contact.strip(), note=note.strip())
