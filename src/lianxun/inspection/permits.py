"""Which acts a reader may do with an engagement, a seat, a paper, a question: what he may not is absent."""

from __future__ import annotations

from uuid import UUID

from lianxun.inspection import rules
from lianxun.inspection.enums import (
    FORWARD,
    PAUSABLE,
    CorroborationState,
    PaperState,
    SeatState,
    State,
)
from lianxun.inspection.models import Corroboration, CrossCheck, Paper, Seat
from lianxun.kernel.actor import Actor


def next_states(actor: Actor, facts: rules.Facts) -> tuple[tuple[str, str], ...]:
    return tuple(
        (to.value, to.label)
        for start, to in FORWARD
        if start == facts.state and rules.may_advance(actor, facts, to)
    )


_PREPARING = (State.APPROVED, State.CONSULTING, State.PREPARED)
_STAFFING = (*_PREPARING, State.ON_SITE, State.EXTENDED, State.FED_BACK, State.RECTIFYING)
_ON_SITE = (State.ON_SITE, State.EXTENDED)
_RUNNING = tuple(s for s in State if s not in (State.DRAFT, State.PAUSED, State.ARCHIVED))
_ALWAYS = tuple(State)
# act → (who, in which states); "office", "team", "head" are the rules, "any" = whoever sees it.
_ACTS: dict[str, tuple[str, tuple[State, ...]]] = {
    "gate": ("office", _ALWAYS),
    "consult": ("office", (State.APPROVED, State.CONSULTING)),
    "line": ("office", _PREPARING),
    "focus": ("focus", (*_PREPARING, *_ON_SITE)),
    "drop_focus": ("focus", (*_PREPARING, *_ON_SITE)),
    "joint_task": ("direct", (State.PREPARED, *_ON_SITE)),
    "member": ("office", (*_PREPARING, *_ON_SITE)),
    "list": ("office", _PREPARING),
    "minutes": ("office", _PREPARING),
    "print_plan": ("office", (*_PREPARING, *_ON_SITE)),
    "secondment": ("office", (*_PREPARING, *_ON_SITE)),
    "carry": ("office", (*_PREPARING, *_ON_SITE)),
    "plan": ("office", _PREPARING),
    "seat": ("office", _STAFFING),
    "team": ("office", _STAFFING),
    "reschedule": ("office", _PREPARING),
    "feedback": ("office", (State.DECIDED,)),
    "issue": ("office", (State.FED_BACK, State.RECTIFYING)),
    "paper": ("team", _ON_SITE),
    "extend": ("head", (State.ON_SITE,)),
    "report": ("head", (State.REPORTING,)),
    "pause": ("any", PAUSABLE),
    "obstacle": ("obstacle", _RUNNING),
    "look_back": ("look_back", _ON_SITE),
    "resume": ("resume", (State.PAUSED,)),
}


def permitted(actor: Actor, facts: rules.Facts) -> frozenset[str]:
    """Names of the acts this reader may do now; what he may not do is absent from the page."""
    is_head = bool(rules.may_enter_site(actor, facts))
    may = {
        "office": bool(rules.may_prepare(actor, facts)),
        "team": bool(rules.may_work(actor, facts)),
        "head": is_head,
        "focus": bool(rules.may_focus(actor, facts)),
        "direct": bool(rules.may_direct_joint(actor, facts)),
        "any": True,
        "obstacle": bool(rules.may_record_obstacle(actor, facts)),
        "look_back": bool(rules.may_look_back(actor, facts)),
        "resume": actor.has_role("leader") or bool(rules.may_prepare(actor, facts)) or is_head,
    }
    found = {name for name, (who, states) in _ACTS.items() if may[who] and facts.state in states}
    return frozenset(found | {"gate"} if is_head else found)


def of_seat(s: Seat, actor: Actor, *, body_path: str = "") -> frozenset[str]:
    """Acts on one seat. ``body_path`` is the leading group's, where it is known."""
    found = set()
    open_seat = s.state in (SeatState.PROPOSED, SeatState.ALTERNATE)
    if open_seat and rules.may_object(
        actor, account=s.account_id, home=s.home_id, owner_path=s.owner_path
    ):
        found.add("object")
    if s.state == SeatState.OBJECTED and rules.may_settle(
        actor,
        body_path=body_path or "-",
        proposed_by=s.proposed_by_id,
        objected_by=s.objected_by_id,
    ):
        found.add("settle")
    if (open_seat or s.state == SeatState.CONFIRMED) and actor.account_id == s.account_id:
        found.add("stand_down")
    facts = rules.Facts("", s.owner_path)
    replaceable = (*_SEATED, SeatState.RECUSED)
    if s.state in replaceable and rules.may_prepare(actor, facts):
        found.add("replace")
    return frozenset(found)


_SEATED = (SeatState.PROPOSED, SeatState.ALTERNATE, SeatState.CONFIRMED)


def author_of(p: Paper) -> UUID | None:
    """Who signed first; nobody while it is a draft."""
    return next(
        (s.account_id for s in p.signatures.all() if s.place == PaperState.SIGNED_AUTHOR), None
    )


def current_checks(p: Paper) -> list[CrossCheck]:
    """Cross-checks of the text as it is signed now; those of an earlier text stay, but count no more."""
    signed = {s.created_at for s in p.signatures.all() if s.place == PaperState.SIGNED_AUTHOR}
    return [c for c in p.cross_checks.all() if c.signed_at in signed]


def of_paper(p: Paper, actor: Actor, facts: rules.Facts) -> frozenset[str]:
    """Acts on one paper: sign at the next place, send back, revise, ask for corroboration."""
    found = set()
    if not rules.may_work(actor, facts):
        return frozenset()
    place = rules.next_place(p.state)
    signed_by = [s.account_id for s in p.signatures.all()]
    if place is not None and rules.may_sign(actor, facts, place=place, signed_by=signed_by):
        found.add("sign")
    if p.state in (PaperState.SIGNED_AUTHOR, PaperState.SIGNED_DEPUTY) and (
        actor.account_id not in signed_by or rules.may_enter_site(actor, facts)
    ):
        found.add("return")
    if rules.may_cross_check(
        actor, facts, state=p.state, author=author_of(p)
    ) and actor.account_id not in {c.checked_by_id for c in current_checks(p)}:
        found.add("cross_check")
    on_site = facts.state in _ON_SITE
    if p.state == PaperState.DRAFT and on_site:
        found.add("revise")
    if on_site:
        found.add("ask")
    return frozenset(found)


def of_corroboration(c: Corroboration, actor: Actor) -> frozenset[str]:
    waiting = c.state == CorroborationState.ASKED
    return frozenset({"answer"} if waiting and rules.may_answer(actor, c.unit_id) else ())
