"""Keys of custodians and escrow holders: enrol, change, seal anew, bring back what was lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.leads import sources
from lianxun.leads.operations.common import words
from lianxun.leads.operations.identity import custodian
from lianxun.trace.door import noting, operation


def _escrow(actor: Actor) -> None:
    if not actor.has_role("escrow"):
        raise Refused(Denied("由密钥托管人办理。", "LEAD-ESCROW"))


@operation("leads.enrol_custodian")
def enrol_custodian(
    *, actor: Actor, now: datetime, passphrase: str, again: str | None = None, replace: bool = False
) -> None:
    """Register the custodian's key under a passphrase apart from the sign-in.

    ``replace`` gives up the present key pair (passphrase lost): what was sealed for it opens for him again
    only after another custodian sealed it anew.
    """
    custodian(actor)
    _same(passphrase, again)
    try:
        sources.enrol(account=actor.account_id, passphrase=passphrase, replace=replace)
    except sources.CustodyError as problem:
        raise Invalid.at("passphrase", str(problem)) from problem
    noting().about("leads.custodian", actor.account_id, replaced=replace)


@operation("leads.enrol_escrow")
def enrol_escrow(*, actor: Actor, now: datetime, passphrase: str, again: str | None = None) -> int:
    """Register one of three escrow holders, each of another unit; returns his place (1–3)."""
    _escrow(actor)
    _same(passphrase, again)
    try:
        place = sources.enrol_escrow(account=actor.account_id, passphrase=passphrase)
    except sources.CustodyError as problem:
        raise Invalid.at("passphrase", str(problem)) from problem
    noting().about("leads.escrow", actor.account_id, place=place)
    return place


@operation("leads.change_passphrase")
def change_passphrase(
    *, actor: Actor, now: datetime, old: str, passphrase: str, again: str | None = None
) -> None:
    """Another passphrase for the same key: what is sealed stays as it is."""
    custodian(actor)
    _same(passphrase, again)
    try:
        sources.change_passphrase(account=actor.account_id, old=old, new=passphrase)
    except sources.CustodyError as problem:
        wrong_old = "不正确" in str(problem)
        raise Invalid.at("old" if wrong_old else "passphrase", str(problem)) from problem
    noting().about("leads.custodian", actor.account_id)


def _same(passphrase: str, again: str | None) -> None:
    if again is not None and passphrase != again:
        raise Invalid.at("again", "两次输入的口令不一致，请重新输入。")


@operation("leads.reseal")
def reseal(*, actor: Actor, now: datetime, passphrase: str) -> tuple[int, int]:
    """Wrap every outdated data key to the present holders; returns (sealed anew, left for another).

    Needed after somebody enrolled, replaced his key or left. Nothing is opened on the way: the data key
    changes its wrapping, the ciphertext is handed to nobody.
    """
    custodian(actor)
    done = left = 0
    for item in sources.outdated():
        try:
            sources.reseal(item=item, account=actor.account_id, passphrase=passphrase)
        except sources.CustodyError as problem:
            if "口令" in str(problem) or "登记" in str(problem):
                raise Invalid.at("passphrase", str(problem)) from problem
            left += 1
        else:
            done += 1
    noting().about("leads.custodian", actor.account_id, resealed=done, left=left)
    return done, left


@operation("leads.ask_recovery")
def ask_recovery(*, actor: Actor, now: datetime, lead_id: UUID, purpose: str) -> tuple[UUID, ...]:
    """A custodian who cannot open any more asks two escrow holders for the keys of a lead."""
    custodian(actor)
    why = words("purpose", purpose, most=300, missing="请写明申请恢复的理由。")
    if len(why) < 10:
        raise Invalid.at("purpose", "请写明申请恢复的理由（不少于 10 个字）。")
    found = sources.items_of(lead=lead_id)
    if not found:
        raise NotFound
    waiting = {r.item for r in sources.recoveries()}
    wanted = [item for item in found if item not in waiting]
    if not wanted:
        raise WrongState("该线索的恢复申请正在等待托管人放行，不需要重复申请。")
    asked = tuple(sources.ask_recovery(item=item, purpose=why) for item in wanted)
    noting().about("leads.recovery", asked[0], count=len(asked))
    return asked


@operation("leads.release_pieces")
def release_pieces(*, actor: Actor, now: datetime, recovery_id: UUID, passphrase: str) -> int:
    """An escrow holder releases his pieces, sealed for the custodian who asked; returns how many did."""
    _escrow(actor)
    try:
        released = sources.release(
            recovery=recovery_id, account=actor.account_id, passphrase=passphrase
        )
    except sources.CustodyError as problem:
        raise WrongState(str(problem)) from problem
    noting().about("leads.recovery", recovery_id, released=released)
    return released


@operation("leads.finish_recovery")
def finish_recovery(*, actor: Actor, now: datetime, recovery_id: UUID, passphrase: str) -> None:
    """The custodian joins what two holders released, and seals anew for everybody."""
    custodian(actor)
    try:
        item = sources.finish_recovery(
            recovery=recovery_id, account=actor.account_id, passphrase=passphrase
        )
    except sources.CustodyError as problem:
        raise WrongState(str(problem)) from problem
    noting().about("leads.recovery", recovery_id, item=str(item))
