"""What the acts of an assessment share: its facts for the rules, its scheme, its result, its clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from lianxun.access import steps as access
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import WrongState
from lianxun.rectification import rules, scoring
from lianxun.rectification.models import Assessment
from lianxun.trace.door import noting

ASSESSMENT = "rectification.assessment"


def facts_of(row: Assessment) -> rules.AssessmentFacts:
    """``scored`` and ``scorers`` name this turn's units and people as far as the reader sees them."""
    turn = [s for s in row.scores.all() if s.turn == row.turn]
    return rules.AssessmentFacts(
        state=row.state,
        unit_path=row.subject_path or "",
        engagement=row.engagement,
        asked=frozenset(row.asked),
        scored=frozenset(s.unit_id for s in turn),
        scorers=frozenset(s.account_id for s in turn),
        merged_by=row.merged_by_id,
        object_until=row.object_until,
    )


def scheme_of(row: Assessment) -> scoring.Scheme:
    found = scoring.scheme(row.scheme)
    if found is None:
        raise WrongState("这一评估办法已不在库中，请联系系统管理员。")
    return found


def result_of(row: Assessment) -> scoring.Result | None:
    """What the scores of this turn that the reader may see come to; ``None`` without any."""
    scores = [
        {code: Decimal(points) for code, points in s.deductions.items()}
        for s in row.scores.all()
        if s.turn == row.turn
    ]
    if not scores:
        return None
    return scoring.merged(scheme_of(row), scores, sham_times=row.basis.get("sham", 0))


def ask(row: Assessment, *, actor: Actor, now: datetime) -> None:
    """Open the assessment to the units that score, for the days that a turn has; its owner has it open."""
    for unit in row.asked:
        if unit == row.owner_unit:
            continue
        access.let_participate(
            actor=actor,
            now=now,
            object_kind=ASSESSMENT,
            object_id=row.id,
            unit_id=unit,
            purpose="整改联合评估评分",
            valid_to=now.date() + timedelta(days=row.score_days),
        )


def clock(row: Assessment, code: str, who: Responsible, *, actor: Actor, now: datetime) -> UUID:
    return duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=ASSESSMENT,
        object_id=row.id,
        title=f"{row.number} 整改评估",
        responsible=who,
        labels=Labels.of(row),
    )


def stop(row: Assessment, code: str, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(
        actor=actor, now=now, object_kind=ASSESSMENT, object_id=row.id, template_code=code
    )
    noting().detail.setdefault("stopped", []).append(code)
