"""Draft, mend and hand in requests, singly or as the standard pack for a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lianxun.documents import steps as documents
from lianxun.exchange import rules
from lianxun.exchange.catalogue import data_class, is_known, needed_fields, question_only
from lianxun.exchange.common import KIND, REQUESTS, cancel_clocks, owner_of, start_clock
from lianxun.exchange.enums import ReceiptStage, RequestState
from lianxun.exchange.models import InfoRequest, RefusalReceipt
from lianxun.exchange.negative import stop_at
from lianxun.exchange.queries.requests import held_already
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a request asks for."""

    provider_id: UUID
    subject_org: UUID | None
    code: str
    fields: tuple[str, ...]
    purpose: str
    basis: str
    period_from: date
    period_to: date
    scope: str = ""
    urgent: bool = False
    again_reason: str = ""


@operation("exchange.draft_request")
def draft_request(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID | None,
    subject_org: UUID | None,
    provider_id: UUID,
    data_class_code: str,
    fields: tuple[str, ...],
    purpose: str,
    basis: str,
    period_from: date,
    period_to: date,
    scope: str = "",
    urgent: bool = False,
    again_reason: str = "",
) -> UUID:
    """Draft a request. What touches the negative list is refused with a receipt and nothing of it kept;
    what is already held is named instead of asked again (审计法 2021, 政务数据共享条例: 已有不再要)."""
    require(rules.may_draft(actor, engagement=engagement_id))
    wish = Wish(
        provider_id=provider_id,
        subject_org=subject_org,
        code=data_class_code,
        fields=fields,
        purpose=purpose,
        basis=basis,
        period_from=period_from,
        period_to=period_to,
        scope=scope,
        urgent=urgent,
        again_reason=again_reason,
    )
    row = _draft(wish, actor=actor, now=now, engagement=engagement_id)
    REQUESTS.note(row, data_class=row.data_class)
    return row.id


@operation("exchange.change_draft")
def change_draft(
    *,
    actor: Actor,
    now: datetime,
    request_id: UUID,
    revision: int,
    fields: tuple[str, ...],
    purpose: str,
    basis: str,
    period_from: date,
    period_to: date,
    scope: str = "",
    urgent: bool = False,
) -> None:
    """Mend a draft, such as one that compliance sent back; checked like a new one."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    if row.state != RequestState.DRAFT:
        raise WrongState("只有起草中的需求可以修改；已送出的请先撤回再重新起草。")
    wish = Wish(
        provider_id=row.provider_id,
        subject_org=row.subject_org,
        code=row.data_class,
        fields=fields,
        purpose=purpose,
        basis=basis,
        period_from=period_from,
        period_to=period_to,
        scope=scope,
        urgent=urgent,
    )
    _check(wish)
    _stop_at_negative(wish)
    row.fields, row.purpose, row.basis = list(fields), purpose.strip(), basis.strip()
    row.scope, row.urgent = scope.strip(), urgent
    row.period_from, row.period_to = period_from, period_to
    REQUESTS.save(row, "fields", "purpose", "basis", "scope", "urgent", "period_from", "period_to")


@operation("exchange.refusal_receipt")
def issue_receipt(
    *,
    actor: Actor,
    now: datetime,
    rule: str,
    stage: str = ReceiptStage.REQUEST,
    engagement: UUID | None = None,
    request_id: UUID | None = None,
) -> UUID:
    """Keep rule, date and desk of what was stopped; called by whoever caught ``NegativeList``.

    ``engagement``: the one a member worked for, who has no business with exchanges otherwise; ``request_id``: the
    request that he worked on for it.
    """
    if engagement is None and request_id is not None:
        of = InfoRequest.objects.filter(id=request_id)
        engagement = of.values_list("engagement", flat=True).first()
    owner = Unit.objects.get(id=actor.unit_id)
    row = RefusalReceipt.objects.create(
        created_at=now,
        rule=rule,
        stage=stage,
        drafted_by_id=actor.account_id,
        level=Level.INTERNAL,
        region=owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement if engagement in actor.engagements else None,
    )
    noting().about("exchange.receipt", row.id, rule=rule, stage=str(stage))
    return row.id


@dataclass(frozen=True, slots=True)
class PackLine:
    """One class of a pack and who is asked for it."""

    code: str
    provider_id: UUID


@dataclass(frozen=True, slots=True)
class PackResult:
    """What became of a line: a request, or why there is none."""

    code: str
    request_id: UUID | None
    number: str
    message: str


@operation("exchange.draft_pack")
def draft_pack(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID | None,
    subject_org: UUID,
    lines: Sequence[PackLine],
    purpose: str,
    basis: str,
    period_from: date,
    period_to: date,
    submit: bool = False,
) -> list[PackResult]:
    """Draft the standard pack for a unit: one request for each line, each with its own result.

    A line that is already held, or asks for too much, makes no request and says so; the others go on.
    ``submit`` hands them all in for compliance at once.
    """
    require(rules.may_draft(actor, engagement=engagement_id))
    if not lines:
        raise Invalid.at("lines", "请至少选择一类信息。")
    stop_at(purpose, place="purpose", stage=ReceiptStage.REQUEST)
    pack = new_id()
    results = []
    for line in lines:
        wish = Wish(
            provider_id=line.provider_id,
            subject_org=subject_org,
            code=line.code,
            fields=needed_fields(line.code) if is_known(line.code) else (),
            purpose=purpose,
            basis=basis,
            period_from=period_from,
            period_to=period_to,
        )
        try:
            with transaction.atomic():
                row = _draft(wish, actor=actor, now=now, engagement=engagement_id, pack=pack)
                if submit:
                    _hand_in(row, actor=actor, now=now)
            results.append(
                PackResult(line.code, row.id, row.number, "已提交审核" if submit else "已起草")
            )
        except Invalid as problem:
            results.append(PackResult(line.code, None, "", problem.message))
    if not any(r.request_id for r in results):
        raise Invalid(*(FieldError("lines", f"{r.code}：{r.message}") for r in results))
    noting().about(
        "exchange.pack",
        pack,
        engagement=engagement_id,
        requests=[str(r.request_id) for r in results if r.request_id],
    )
    return results


@operation("exchange.submit_request")
def submit_request(*, actor: Actor, now: datetime, request_id: UUID, revision: int) -> None:
    """Hand the draft to compliance; the office has 2 working days."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    _hand_in(row, actor=actor, now=now)


@operation("exchange.recall_request")
def recall_request(*, actor: Actor, now: datetime, request_id: UUID, revision: int) -> None:
    """Take a request back from compliance before anybody checked it: a draft again, nothing left the unit."""
    row = REQUESTS.lock(request_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    if row.state != RequestState.CHECKING:
        label = RequestState(row.state).label
        raise WrongState(f"现为“{label}”，不在合规审核中，不能撤回提交。")
    REQUESTS.move(row, RequestState.DRAFT)
    cancel_clocks(KIND, row.id, actor=actor, now=now, reason="提出单位撤回提交")


def _hand_in(row: InfoRequest, *, actor: Actor, now: datetime) -> None:
    REQUESTS.move(row, RequestState.CHECKING)
    start_clock(row, "DT-EX-CHECK", owner_of(row), actor=actor, now=now)


def _draft(
    wish: Wish, *, actor: Actor, now: datetime, engagement: UUID | None, pack: UUID | None = None
) -> InfoRequest:
    provider, subject = _check(wish)
    _stop_at_negative(wish)
    _stop_at_held(wish)
    owner = Unit.objects.get(id=actor.unit_id)
    labels = Labels(
        level=max(data_class(wish.code).level, Level.INTERNAL),
        region=subject.region if subject else owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement,
        subject_org=subject.id if subject else None,
        subject_path=subject.path if subject else None,
    )
    return InfoRequest.objects.create(
        created_at=now,
        number=documents.draw_number(unit_id=actor.unit_id, code="信需", year=now.year),
        provider=provider,
        data_class=wish.code,
        fields=list(wish.fields),
        purpose=wish.purpose.strip(),
        basis=wish.basis.strip(),
        scope=wish.scope.strip(),
        period_from=wish.period_from,
        period_to=wish.period_to,
        urgent=wish.urgent,
        again_reason=wish.again_reason.strip(),
        state=RequestState.DRAFT,
        drafted_by_id=actor.account_id,
        pack=pack,
        **labels.columns(),
    )


def _stop_at_negative(wish: Wish) -> None:
    names = {f.name: f.label_zh for t in data_class(wish.code).tables for f in t.fields}
    asked = "、".join(names.get(f, f) for f in wish.fields)
    stop_at(wish.purpose, wish.scope, asked, place="purpose", stage=ReceiptStage.REQUEST)


def _stop_at_held(wish: Wish) -> None:
    held = held_already(
        data_class_code=wish.code,
        subject_org=wish.subject_org,
        period_from=wish.period_from,
        period_to=wish.period_to,
    )
    if held and not wish.again_reason.strip():
        raise Invalid.at(
            "again_reason",
            f"{held[0].number} 已取得{held[0].provider_name}的同类数据，请先使用；确需再要的，请写明理由。",
        )


def _check(wish: Wish) -> tuple[Unit, Unit | None]:
    errors = []
    ids = [i for i in (wish.provider_id, wish.subject_org) if i]
    units = {u.id: u for u in Unit.objects.filter(id__in=ids, valid_to__isnull=True)}
    if wish.provider_id not in units:
        errors.append(FieldError("provider_id", "请选择提供单位。"))
    if wish.subject_org is not None and wish.subject_org not in units:
        errors.append(FieldError("subject_org", "没有这个被巡视单位。"))
    errors += _class_problems(wish)
    for place, text, words in (
        ("purpose", wish.purpose, "请填写用途。"),
        ("basis", wish.basis, "请填写依据。"),
    ):
        if not text.strip():
            errors.append(FieldError(place, words))
    for place, text in (("purpose", wish.purpose), ("basis", wish.basis), ("scope", wish.scope)):
        if len(text) > LONGEST:
            errors.append(FieldError(place, f"不超过 {LONGEST} 字，现有 {len(text)} 字。"))
    if wish.period_to < wish.period_from:
        errors.append(FieldError("period_to", "数据截止不能早于数据起始。"))
    if errors:
        raise Invalid(*errors)
    return units[wish.provider_id], units.get(wish.subject_org) if wish.subject_org else None


def _class_problems(wish: Wish) -> list[FieldError]:
    if not is_known(wish.code):
        return [FieldError("data_class_code", "请从数据目录中选择信息类别。")]
    if question_only(wish.code):
        name = data_class(wish.code).name_zh
        return [
            FieldError(
                "data_class_code",
                f"{wish.code} {name}只问不给，不能批量索取；请在数据目录中办理“单项核验”。",
            )
        ]
    known = {f.name for t in data_class(wish.code).tables for f in t.fields}
    unknown = [f for f in wish.fields if f not in known]
    if not wish.fields:
        return [FieldError("fields", "请选择需要的字段（按最小必要）。")]
    if unknown:
        return [FieldError("fields", f"{wish.code} 类没有字段：{'、'.join(unknown)}。")]
    return []
