"""Acts on requests and deliveries (SM-3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction

from lianxun.documents import steps as documents
from lianxun.documents.enums import FileRole
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.exchange import quality, rules
from lianxun.exchange.catalogue import catalogue, data_class, is_known, negative_hits
from lianxun.exchange.enums import TRANSITIONS, DeliveryState, RefusalReason, RequestState
from lianxun.exchange.models import Delivery, InfoRequest, RefusalReceipt
from lianxun.exchange.queries import held_already
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.fabric.safefiles import identify
from lianxun.kernel.actor import Actor, Decision, Denied
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation

KIND = "exchange.request"
_REPLY = ("DT-EX-REPLY", "DT-EX-URGENT")
_SUPPLY = ("DT-EX-SUPPLY", "DT-EX-URGENT")
_ALLOWED = frozenset(TRANSITIONS)


def _require(decision: Decision) -> None:
    if isinstance(decision, Denied):
        raise Refused(decision)
    noting().rule = decision.rule


def _load(request_id: UUID, revision: int | None = None) -> InfoRequest:
    row = (
        InfoRequest.objects.select_for_update(of=("self",))
        .select_related("provider")
        .filter(id=request_id)
        .first()
    )
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row


def _move(row: InfoRequest, to: RequestState, *fields: str, **detail: Any) -> None:
    if (row.state, to.value) not in _ALLOWED:
        raise WrongState(f"信息需求现为“{RequestState(row.state).label}”，不能改为“{to.label}”。")
    row.state, row.revision = to, row.revision + 1
    row.save(update_fields=["state", "revision", *fields])
    _note(row, to=to.value, **detail)


def _note(row: InfoRequest, **detail: Any) -> None:
    noting().about(
        KIND, row.id, revision=row.revision, engagement=row.engagement, level=row.level, **detail
    )


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
    _require(rules.may_draft(actor, engagement=engagement_id))
    provider, subject = _check_draft(
        provider_id=provider_id,
        subject_org=subject_org,
        code=data_class_code,
        fields=fields,
        purpose=purpose,
        basis=basis,
        period_from=period_from,
        period_to=period_to,
    )
    hits = negative_hits(purpose, scope, "、".join(_labels(data_class_code, fields)))
    if hits:
        raise NegativeList(tuple(h.rule for h in hits), hits[0].name, hits[0].words)
    held = held_already(
        data_class_code=data_class_code,
        subject_org=subject_org,
        period_from=period_from,
        period_to=period_to,
    )
    if held and not again_reason.strip():
        raise Invalid.at(
            "again_reason",
            f"{held[0].number} 已取得{held[0].provider_name}的同类数据，请先使用；确需再要的，请写明理由。",
        )
    owner = Unit.objects.get(id=actor.unit_id)
    labels = Labels(
        level=max(data_class(data_class_code).level, Level.INTERNAL),
        region=subject.region if subject else owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement_id,
        subject_org=subject.id if subject else None,
        subject_path=subject.path if subject else None,
    )
    row = InfoRequest.objects.create(
        created_at=now,
        number=documents.draw_number(unit_id=actor.unit_id, code="信需", year=now.year),
        provider=provider,
        data_class=data_class_code,
        fields=list(fields),
        purpose=purpose.strip(),
        basis=basis.strip(),
        scope=scope.strip(),
        period_from=period_from,
        period_to=period_to,
        urgent=urgent,
        again_reason=again_reason.strip(),
        state=RequestState.DRAFT,
        drafted_by_id=actor.account_id,
        **labels.columns(),
    )
    _note(row)
    return row.id


class NegativeList(Invalid):
    """The draft touches what is never shared; a receipt with the rule is issued (settled.md 23)."""

    code = "negative_list"

    def __init__(self, rules: tuple[str, ...], name: str, words: tuple[str, ...]) -> None:
        super().__init__(
            FieldError(
                "purpose",
                f"触及负面清单 {rules[0]}“{name}”（{'、'.join(words)}），不得通过平台索取；"
                "系统只留拒绝回执，未保存填写的内容。",
            )
        )
        self.rules = rules


@operation("exchange.refusal_receipt")
def issue_receipt(*, actor: Actor, now: datetime, rule: str) -> UUID:
    """Keep rule, date and desk of a refused draft; called by whoever caught ``NegativeList``."""
    owner = Unit.objects.get(id=actor.unit_id)
    row = RefusalReceipt.objects.create(
        created_at=now,
        rule=rule,
        drafted_by_id=actor.account_id,
        level=Level.INTERNAL,
        region=owner.region,
        owner_unit=owner.id,
        owner_path=owner.path,
    )
    noting().about("exchange.receipt", row.id, rule=rule)
    return row.id


def _labels(code: str, fields: tuple[str, ...]) -> list[str]:
    names = {f.name: f.label_zh for t in data_class(code).tables for f in t.fields}
    return [names.get(f, f) for f in fields]


def _check_draft(
    *,
    provider_id: UUID,
    subject_org: UUID | None,
    code: str,
    fields: tuple[str, ...],
    purpose: str,
    basis: str,
    period_from: date,
    period_to: date,
) -> tuple[Unit, Unit | None]:
    errors = []
    units = {
        u.id: u for u in Unit.objects.filter(id__in=[i for i in (provider_id, subject_org) if i])
    }
    if provider_id not in units:
        errors.append(FieldError("provider_id", "请选择提供单位。"))
    if subject_org is not None and subject_org not in units:
        errors.append(FieldError("subject_org", "没有这个被巡视单位。"))
    if not is_known(code):
        errors.append(FieldError("data_class_code", "请从数据目录中选择信息类别。"))
    else:
        known = {f.name for t in data_class(code).tables for f in t.fields}
        unknown = [f for f in fields if f not in known]
        if not fields:
            errors.append(FieldError("fields", "请选择需要的字段（按最小必要）。"))
        elif unknown:
            errors.append(FieldError("fields", f"{code} 类没有字段：{'、'.join(unknown)}。"))
    for place, text, words in (
        ("purpose", purpose, "请填写用途。"),
        ("basis", basis, "请填写依据。"),
    ):
        if not text.strip():
            errors.append(FieldError(place, words))
        elif len(text) > 300:
            errors.append(FieldError(place, "不超过 300 字。"))
    if period_to < period_from:
        errors.append(FieldError("period_to", "数据截止不能早于数据起始。"))
    if errors:
        raise Invalid(*errors)
    return units[provider_id], units.get(subject_org) if subject_org else None


@operation("exchange.submit_request")
def submit_request(*, actor: Actor, now: datetime, request_id: UUID, revision: int) -> None:
    """Hand the draft to compliance; the office has 2 working days."""
    row = _load(request_id, revision)
    _require(rules.may_draft(actor, engagement=row.engagement))
    _move(row, RequestState.CHECKING)
    owner = Unit.objects.get(id=row.owner_unit)
    _open(row, "DT-EX-CHECK", Responsible(owner.id, owner.short_name), actor=actor, now=now)


@operation("exchange.check_request")
def check_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, passes: bool, note: str = ""
) -> None:
    """Compliance says yes (the request is served on the provider and its clocks start) or sends it back."""
    row = _load(request_id, revision)
    _require(rules.may_check(actor, owner_path=row.owner_path, drafted_by=row.drafted_by_id))
    if not passes and not note.strip():
        raise Invalid.at("note", "退回修改须写明意见。")
    _done(row, "DT-EX-CHECK", actor=actor, now=now)
    row.checked_by_id = actor.account_id
    if not passes:
        row.answer = note.strip()[:500]
        _move(row, RequestState.DRAFT, "checked_by", "answer")
        return
    row.addressee_unit, row.addressee_path = row.provider_id, row.provider.path
    row.sent_at = now
    _move(row, RequestState.SENT, "checked_by", "addressee_unit", "addressee_path", "sent_at")
    who = Responsible(row.provider_id, row.provider.short_name)
    codes = ("DT-EX-URGENT",) if row.urgent else ("DT-EX-REPLY", "DT-EX-SUPPLY")
    for code in codes:
        _open(row, code, who, actor=actor, now=now)


@operation("exchange.accept_request")
def accept_request(*, actor: Actor, now: datetime, request_id: UUID, revision: int) -> None:
    """The provider agrees to supply."""
    row = _load(request_id, revision)
    _require(rules.may_answer(actor, provider_path=row.provider.path))
    _move(row, RequestState.ACCEPTED)
    _done(row, "DT-EX-REPLY", actor=actor, now=now)


@operation("exchange.object_request")
def object_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, reason: str
) -> None:
    """The provider objects; 3 working days to talk it over."""
    row = _load(request_id, revision)
    _require(rules.may_answer(actor, provider_path=row.provider.path))
    if not reason.strip():
        raise Invalid.at("reason", "请写明异议理由。")
    row.answer = reason.strip()[:500]
    _move(row, RequestState.OBJECTED, "answer")
    _done(row, "DT-EX-REPLY", actor=actor, now=now)
    owner = Unit.objects.get(id=row.owner_unit)
    _open(row, "DT-EX-NEGOTIATE", Responsible(owner.id, owner.short_name), actor=actor, now=now)


@operation("exchange.settle_objection")
def settle_objection(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, outcome: str
) -> None:
    """The office writes down what was agreed and the request goes back to the provider."""
    row = _load(request_id, revision)
    _require(rules.may_check(actor, owner_path=row.owner_path, drafted_by=row.drafted_by_id))
    if not outcome.strip():
        raise Invalid.at("outcome", "请写明协商结果。")
    row.answer = f"{row.answer}\n协商结果：{outcome.strip()}"[:500]
    _move(row, RequestState.SENT, "answer")
    _done(row, "DT-EX-NEGOTIATE", actor=actor, now=now)


@operation("exchange.refuse_request")
def refuse_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, ground: str, reason: str
) -> None:
    """The provider refuses on one of the listed grounds, with reasons (不予提供理由书)."""
    row = _load(request_id, revision)
    _require(rules.may_answer(actor, provider_path=row.provider.path))
    errors = []
    if ground not in RefusalReason.values:
        errors.append(FieldError("ground", "请选择不予提供的事由。"))
    if not reason.strip():
        errors.append(FieldError("reason", "请写明不予提供的理由。"))
    if errors:
        raise Invalid(*errors)
    row.refusal, row.answer = ground, reason.strip()[:500]
    _move(row, RequestState.REFUSED, "refusal", "answer")
    for code in {*_REPLY, *_SUPPLY}:
        _done(row, code, actor=actor, now=now)


@operation("exchange.deliver")
def deliver(
    *,
    actor: Actor,
    now: datetime,
    request_id: UUID,
    revision: int,
    stream: BinaryIO,
    name: str,
) -> UUID:
    """Upload the data. The file is kept with its digest and a first quality report; a file that cannot
    be read is refused whole and nothing changes."""
    row = _load(request_id, revision)
    _require(rules.may_answer(actor, provider_path=row.provider.path))
    if row.state not in {s.value for s in rules.OPEN_FOR_DELIVERY}:
        raise WrongState(f"信息需求现为“{RequestState(row.state).label}”，不能提供数据。")
    kind = identify(stream, name=name)
    report = quality.inspect(
        stream, kind=kind, name=name, wanted=data_class(row.data_class), fields=tuple(row.fields)
    )
    stream.seek(0)
    with transaction.atomic():
        file_id = documents.store(
            actor=actor,
            now=now,
            stream=stream,
            name=name,
            title=f"{row.number} {data_class(row.data_class).name_zh}",
            role=FileRole.DELIVERY,
            object_kind=KIND,
            object_id=row.id,
            labels=Labels.of(row),
            kind=kind,
        )
        sha256 = noting().detail["files"][-1]["sha256"]
        delivery = Delivery.objects.create(
            created_at=now,
            request=row,
            file=file_id,
            file_name=name[:200],
            sha256=sha256,
            catalogue_version=catalogue().version,
            rows=report.rows,
            signer_id=actor.account_id,
            quality=report.as_json(),
            state=DeliveryState.SUBMITTED,
            **Labels.of(row).columns(),
        )
    _move(row, RequestState.DELIVERED, rows=report.rows, delivery=str(delivery.id))
    for code in {*_REPLY, *_SUPPLY}:
        _done(row, code, actor=actor, now=now)
    owner = Unit.objects.get(id=row.owner_unit)
    _open(row, "DT-EX-ACCEPT", Responsible(owner.id, owner.short_name), actor=actor, now=now)
    return delivery.id


@operation("exchange.judge_delivery")
def judge_delivery(
    *,
    actor: Actor,
    now: datetime,
    delivery_id: UUID,
    revision: int,
    accepts: bool,
    note: str = "",
    expires_on: date | None = None,
) -> None:
    """The asking side accepts a delivery for use until a day, or returns it with what to mend."""
    delivery = Delivery.objects.select_for_update().filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound
    if delivery.revision != revision:
        raise Stale
    row = _load(delivery.request_id)
    _require(
        rules.may_judge(
            actor, owner_path=row.owner_path, engagement=row.engagement, signer=delivery.signer_id
        )
    )
    if delivery.state != DeliveryState.SUBMITTED:
        raise WrongState("这份数据已经验收过。")
    if not accepts and not note.strip():
        raise Invalid.at("note", "退回须写明需要更正的内容。")
    delivery.state = DeliveryState.ACCEPTED if accepts else DeliveryState.RETURNED
    delivery.judged_by_id, delivery.judged_at = actor.account_id, now
    delivery.note, delivery.expires_on = note.strip()[:300], expires_on
    delivery.revision += 1
    delivery.save(
        update_fields=["state", "judged_by", "judged_at", "note", "expires_on", "revision"]
    )
    _move(row, RequestState.IN_USE if accepts else RequestState.RETURNED)
    _done(row, "DT-EX-ACCEPT", actor=actor, now=now)
    if accepts and row.engagement is not None:  # node 6: data shared for its engagement
        duties.fulfil(
            actor=actor,
            now=now,
            object_kind=duties.ENGAGEMENT_KIND,
            object_id=row.engagement,
            template_code="MS-N6",
        )
    if not accepts:
        who = Responsible(row.provider_id, row.provider.short_name)
        _open(row, "DT-EX-SUPPLY", who, actor=actor, now=now)


@operation("exchange.end_use")
def end_use(*, actor: Actor, now: datetime, request_id: UUID, revision: int, record: str) -> None:
    """At archive: use ends and the destruction is recorded (销毁记录)."""
    row = _load(request_id, revision)
    _require(rules.may_check(actor, owner_path=row.owner_path, drafted_by=UUID(int=0)))
    if not record.strip():
        raise Invalid.at("record", "请写明销毁或停用的方式和见证人。")
    if row.state == RequestState.IN_USE:
        _move(row, RequestState.EXPIRED)
    row.answer = f"{row.answer}\n销毁记录：{record.strip()}"[-500:]
    _move(row, RequestState.DESTROYED, "answer")
    row.deliveries.filter(state=DeliveryState.ACCEPTED).update(state=DeliveryState.DESTROYED)


@operation("exchange.withdraw_request")
def withdraw_request(
    *, actor: Actor, now: datetime, request_id: UUID, revision: int, reason: str
) -> None:
    row = _load(request_id, revision)
    _require(rules.may_draft(actor, engagement=row.engagement))
    if not actor.in_own_unit(row.owner_path):
        raise Refused(Denied("只有提出单位可以撤回。", "EX-WITHDRAW"))
    if not reason.strip():
        raise Invalid.at("reason", "请写明撤回理由。")
    _move(row, RequestState.WITHDRAWN)
    duties.cancel(actor=actor, now=now, object_kind=KIND, object_id=row.id, reason=reason.strip())


def _open(row: InfoRequest, code: str, who: Responsible, *, actor: Actor, now: datetime) -> None:
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=KIND,
        object_id=row.id,
        title=f"{row.number} {data_class(row.data_class).name_zh}",
        responsible=who,
        labels=Labels.of(row),
    )


def _done(row: InfoRequest, code: str, *, actor: Actor, now: datetime) -> None:
    duties.fulfil(actor=actor, now=now, object_kind=KIND, object_id=row.id, template_code=code)
