"""Opening of sealed identities: asked with a purpose, decided by a custodian, for one hour."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, Refused, WrongState
from lianxun.leads import rules, sources
from lianxun.leads.operations.common import facts_of, load, note, require
from lianxun.trace.door import noting, operation


def _custodian(actor: Actor) -> None:
    if not actor.has_role("custodian"):
        raise Refused(Denied("由身份保管员办理。", "LEAD-CUSTODIAN"))


@operation("leads.enrol_custodian")
def enrol_custodian(*, actor: Actor, now: datetime, passphrase: str) -> None:
    """Register the custodian's key under a passphrase apart from the sign-in."""
    _custodian(actor)
    try:
        sources.enrol(account=actor.account_id, passphrase=passphrase)
    except sources.CustodyError as problem:
        raise Invalid.at("passphrase", str(problem)) from problem
    noting().about("leads.custodian", actor.account_id)


@operation("leads.ask_identity")
def ask_identity(*, actor: Actor, now: datetime, lead_id: UUID, purpose: str) -> UUID:
    """Ask for the identity behind a lead the actor may see."""
    lead = load(lead_id)
    require(rules.may_register(actor, engagement=lead.engagement))
    if not lead.in_vault:
        raise WrongState("该线索没有封存的反映人信息。")
    if len(purpose.strip()) < 10:
        raise Invalid.at("purpose", "请写明调阅用途（不少于 10 个字）。")
    opening = sources.ask(lead=lead.id, purpose=purpose.strip())
    note(lead, opening=str(opening))
    return opening


@operation("leads.decide_opening")
def decide_opening(*, actor: Actor, now: datetime, opening_id: UUID, grant: bool) -> None:
    """The custodian grants for an hour, or refuses."""
    _custodian(actor)
    try:
        sources.decide(opening=opening_id, grant=grant)
    except sources.CustodyError as problem:
        raise WrongState(str(problem)) from problem
    noting().about("leads.opening", opening_id, grant=grant)


@operation("leads.open_identity")
def open_identity(
    *, actor: Actor, now: datetime, opening_id: UUID, passphrase: str
) -> sources.Identity:
    """The custodian opens a granted identity with his passphrase; seen on his screen only."""
    _custodian(actor)
    try:
        _, identity = sources.open_granted(
            opening=opening_id, account=actor.account_id, passphrase=passphrase
        )
    except sources.CustodyError as problem:
        raise WrongState(str(problem)) from problem
    noting().about("leads.opening", opening_id)
    return identity


@operation("leads.shred_identity")
def shred_identity(*, actor: Actor, now: datetime, lead_id: UUID, reason: str) -> None:
    """Erase an identity for ever; the lead stays."""
    _custodian(actor)
    if not reason.strip():
        raise Invalid.at("reason", "请写明销毁依据。")
    lead = load(lead_id)
    facts_of(lead)
    if not sources.shred(lead=lead.id):
        raise WrongState("该线索没有封存的反映人信息。")
    lead.in_vault, lead.revision = False, lead.revision + 1
    lead.save(update_fields=["in_vault", "revision"])
    note(lead)


def reporter_of(*, name: str, contact: str, note: str) -> sources.Identity | None:
    """What a form's sealed fields amount to; ``None`` when all are empty (anonymous)."""
    if not (name.strip() or contact.strip() or note.strip()):
        return None
    return sources.Identity(name=name.strip(), contact=contact.strip(), note=note.strip())
