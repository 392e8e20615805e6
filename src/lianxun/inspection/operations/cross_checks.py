"""人员交叉核验 (R-1.3.2-1): who comes from one unit verifies what somebody of another unit wrote."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianxun.fabric.labels import Labels
from lianxun.inspection import permits, rules
from lianxun.inspection.common import facts_of, require
from lianxun.inspection.enums import CrossVerdict, PaperState, TeamGroup
from lianxun.inspection.models import CrossCheck, Paper
from lianxun.inspection.operations.papers import PAPERS
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.trace.door import operation


@operation("inspection.cross_check")
def cross_check(
    *, actor: Actor, now: datetime, paper_id: UUID, revision: int, verdict: str, text: str
) -> UUID:
    """Verify a paper that a colleague of another home unit signed, before the head signs it.

    In a team with the audit department an inspector verifies what an auditor wrote and the other way
    round. The verdict binds nobody: deputy and head read it before they sign.
    """
    paper: Paper = PAPERS.lock(paper_id, revision)
    facts = facts_of(paper.task)
    author = permits.author_of(paper)
    require(rules.may_cross_check(actor, facts, state=paper.state, author=author))
    own = facts.seat_of(actor)
    written = next(
        (s for s in facts.seats if s.account == author and s.group == TeamGroup.ON_SITE), None
    )
    if own is None or own.home is None or written is None or written.home is None:
        raise WrongState("席位没有登记原单位，请先在“组员”中补登。")
    if actor.account_id in {c.checked_by_id for c in permits.current_checks(paper)}:
        raise WrongState("您已核验过这份底稿。")
    if verdict not in CrossVerdict.values:
        raise Invalid.at("verdict", "请选择核验结论。")
    seen = fitting("text", text, 500)
    if len(seen) < 10:
        raise Invalid.at("text", "请写明怎样核验、核对了什么（不少于 10 个字）。")
    signature = paper.signatures.get(place=PaperState.SIGNED_AUTHOR)
    row = CrossCheck.objects.create(
        created_at=now,
        paper=paper,
        signed_at=signature.created_at,
        author_id=written.account,
        author_home_id=written.home,
        checked_by_id=actor.account_id,
        name=actor.name,
        home_id=own.home,
        verdict=verdict,
        text=seen,
        **Labels.of(paper).columns(),
    )
    PAPERS.note(paper, cross_check=str(row.id), verdict=verdict)
    return row.id
