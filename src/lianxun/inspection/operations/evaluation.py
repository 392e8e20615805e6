"""《巡视协调对接工作评估报告》 (W27): how the coordination of one round went, by figures and by two opinions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from lianxun.documents import steps as documents
from lianxun.documents.records import Official
from lianxun.duties import steps as duties
from lianxun.exchange import steps as exchange
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.inspection import rules, texts
from lianxun.inspection.common import ROUNDS, require
from lianxun.inspection.enums import (
    CorroborationState,
    PaperState,
    RoundState,
    SeatState,
    TeamGroup,
)
from lianxun.inspection.models import (
    Consultation,
    Corroboration,
    Engagement,
    Obstacle,
    Paper,
    Round,
    Seat,
)
from lianxun.inspection.operations.rounds import EVALUATION_CLOCK
from lianxun.inspection.records import EvaluatedTask, Figure
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation

EVENT = "inspection.evaluating"
LEAST, MOST = 20, 4000
WORDS = {
    "effects": "主要成效",
    "problems": "存在问题",
    "internal": "内部评估意见",
    "third_party": "第三方评估意见",
    "measures": "改进措施",
}


@operation("inspection.issue_evaluation")
def issue_evaluation(
    *,
    actor: Actor,
    now: datetime,
    round_id: UUID,
    revision: int,
    effects: str,
    problems: str,
    internal: str,
    third_party_name: str,
    third_party: str,
    measures: str,
    code: str = "巡评",
) -> tuple[UUID, UUID]:
    """Print the evaluation of a round's coordination: counted figures, the own opinion and a third party's
    (R-6.4-3). Rooms above add their figures (``inspection.evaluating``). Returns the DOCX and the PDF."""
    campaign = ROUNDS.lock(round_id, revision)
    require(rules.may_prepare(actor, rules.Facts(campaign.state, campaign.owner_path)))
    if campaign.state not in (RoundState.APPROVED, RoundState.CLOSED):
        raise WrongState(f"轮次现为“{RoundState(campaign.state).label}”，批准并实施之后才能评估。")
    given = {
        "effects": effects,
        "problems": problems,
        "internal": internal,
        "third_party": third_party,
        "measures": measures,
    }
    said = _checked(given, third_party_name)
    owner = Unit.objects.get(id=campaign.owner_unit)
    tasks = _tasks(campaign)
    figures = _figures(campaign, now)
    announce(EVENT, engagements=[t.id for t in tasks], figures=figures)
    document = Official(
        issuer=owner.name,
        number=documents.next_number(
            unit_id=actor.unit_id, code=f"{code}{owner.code}", year=now.year
        ),
        title=f"{campaign.name}巡视协调对接工作评估报告",
        addressee="巡视工作领导小组、巡视协调对接委员会",
        blocks=texts.evaluation(
            campaign, tasks, figures, said, third_party_name=third_party_name.strip()
        ),
        signed_by=owner.short_name,
        signed_on=now.date(),
        level_mark=Level(campaign.level).label,
        printed_by=owner.short_name,
    )
    files = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind="inspection.round",
        object_id=campaign.id,
        labels=Labels.of(campaign),
    )
    duties.fulfil(
        actor=actor,
        now=now,
        object_kind="inspection.round",
        object_id=campaign.id,
        template_code=EVALUATION_CLOCK,
    )
    ROUNDS.note(campaign, number=document.number, figures=len(figures))
    return files


def _checked(given: Mapping[str, str], third_party_name: str) -> dict[str, str]:
    said = {name: text.strip() for name, text in given.items()}
    errors = [
        FieldError(name, f"请写明{WORDS[name]}（不少于 {LEAST} 个字）。")
        if len(text) < LEAST
        else FieldError(name, f"{WORDS[name]}不超过 {MOST} 字（现为 {len(text)} 字）。")
        for name, text in said.items()
        if not LEAST <= len(text) <= MOST
    ]
    if not third_party_name.strip():
        errors.append(FieldError("third_party_name", "请写明第三方评估机构。"))
    if len(third_party_name.strip()) > 80:
        errors.append(FieldError("third_party_name", "第三方评估机构名称不超过 80 字。"))
    if errors:
        raise Invalid(*errors)
    return said


def _tasks(campaign: Round) -> list[EvaluatedTask]:
    """Each engagement of the round with the depth of its coordination."""
    rows = Engagement.objects.filter(round=campaign).select_related("unit")
    signed = Q(papers__state=PaperState.SIGNED_HEAD)
    confirmed = Q(papers__corroborations__state=CorroborationState.CONFIRMED)
    counted = rows.annotate(
        signed=Count("papers", filter=signed, distinct=True),
        confirmed=Count("papers__corroborations", filter=confirmed, distinct=True),
        stuck=Count("obstacles", distinct=True),
    )
    return [
        EvaluatedTask(
            id=t.id,
            number=t.number,
            unit_name=t.unit.short_name,
            team_label=t.get_team_kind_display(),
            state_label=t.get_state_display(),
            signed=t.signed,
            confirmed=t.confirmed,
            obstacles=t.stuck,
        )
        for t in counted.order_by("number")
    ]


def _figures(campaign: Round, now: datetime) -> list[Figure]:
    """What this room and those below it know of the round, under the reader's own need-to-know."""
    inside = {"task__round": campaign}
    seats = Seat.objects.filter(group=TeamGroup.ON_SITE, state=SeatState.CONFIRMED, **inside)
    lent = seats.exclude(home_id=campaign.owner_unit)
    answers = Corroboration.objects.filter(paper__task__round=campaign)
    stuck = Obstacle.objects.filter(**inside)
    tasks = list(campaign.engagements.values_list("id", flat=True))
    asked = exchange.request_counts(engagements=tasks)
    kept = duties.kept_counts(now=now, engagements=tasks)
    return [
        Figure("信息会商", f"{Consultation.objects.filter(**inside).count()} 次"),
        Figure(
            "抽调外单位人员",
            f"{lent.count()} 人，来自 {lent.values('home').distinct().count()} 家单位",
        ),
        Figure("问题底稿", f"{Paper.objects.filter(**inside).count()} 份"),
        Figure(
            "组外印证",
            f"请求 {answers.count()} 次，"
            f"属实 {answers.filter(state=CorroborationState.CONFIRMED).count()} 次",
        ),
        Figure(
            "堵点",
            f"登记 {stuck.count()} 个，打通 {stuck.filter(removed_on__isnull=False).count()} 个",
        ),
        Figure(
            "信息需求",
            f"送达 {asked.sent} 件，已提供 {asked.supplied} 件，不予提供 {asked.refused} 件",
        ),
        Figure(
            "时限", f"到期 {kept.due} 件，按期办结 {kept.in_time} 件，超期未办 {kept.overdue} 件"
        ),
    ]
