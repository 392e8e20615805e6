"""The standing agreement of sharing: drafted by the team, signed by both sides, stopped by either at once.

Once it is in force each of its classes has a request that the provider has agreed to; what he hands in is open to
the team as soon as the check passed it (``exchange.standing``).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.documents import steps as documents
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.exchange import rules, standing
from lianxun.exchange.catalogue import data_class, is_known, needed_fields, question_only
from lianxun.exchange.common import SHARING_KIND, SHARINGS
from lianxun.exchange.enums import ReceiptStage, RequestState, SharingSide, SharingState
from lianxun.exchange.models import InfoRequest, Sharing
from lianxun.exchange.negative import stop_at
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor, Decision, Denied
from lianxun.kernel.problems import FieldError, Invalid, Refused, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

LONGEST = 300
LONGEST_DAYS = 366
_TOLD = ["leader", "liaison_officer"]


@operation("exchange.draft_sharing")
def draft_sharing(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    subject_org: UUID,
    provider_id: UUID,
    classes: Collection[str],
    purpose: str,
    basis: str,
    valid_from: date,
    valid_to: date,
    all_fields: bool = False,
) -> UUID:
    """Put an agreement down for a joint engagement. What touches the negative list is refused with a receipt.

    ``all_fields``: every field of the catalogue instead of the least that makes a row usable. The room of
    inspections says whether the engagement is a joint one that is still open (``exchange.sharing_drafted``).
    """
    require(rules.may_draft(actor, engagement=engagement_id))
    codes = tuple(dict.fromkeys(classes))
    provider, subject = _units(provider_id, subject_org)
    errors = _errors(codes, purpose, basis, valid_from, valid_to, today=now.date())
    if provider is None:
        errors.append(FieldError("provider_id", "请选择提供单位；被巡视单位不能作为提供方。"))
    if subject is None:
        errors.append(FieldError("subject_org", "没有这个被巡视单位。"))
    if errors or provider is None or subject is None:
        raise Invalid(*errors)
    fields = {code: _fields(code, whole=all_fields) for code in codes}
    _stop_at_negative(fields, purpose, basis)
    announce("exchange.sharing_drafted", engagement=engagement_id, subject_org=subject_org)
    owner = Unit.objects.get(id=actor.unit_id)
    labels = Labels(
        level=max(Level.INTERNAL, *(data_class(code).level for code in codes)),
        region=subject.region,
        owner_unit=owner.id,
        owner_path=owner.path,
        engagement=engagement_id,
        subject_org=subject.id,
        subject_path=subject.path,
    )
    row = Sharing.objects.create(
        created_at=now,
        number=documents.draw_number(unit_id=actor.unit_id, code="联享", year=now.year),
        provider=provider,
        classes=list(codes),
        fields=fields,
        purpose=purpose.strip(),
        basis=basis.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        state=SharingState.DRAFTED,
        drafted_by_id=actor.account_id,
        **labels.columns(),
    )
    SHARINGS.note(row, classes=list(codes))
    return row.id


@operation("exchange.sign_sharing")
def sign_sharing(*, actor: Actor, now: datetime, sharing_id: UUID, revision: int) -> None:
    """The inspecting side signs, by another than the drafter: the agreement is served on the provider."""
    row = SHARINGS.lock(sharing_id, revision)
    require(signs_next(row, actor, of=SharingState.DRAFTED))
    _not_over(row, now.date())
    row.signed_by_id, row.signed_at = actor.account_id, now
    row.addressee_unit, row.addressee_path = row.provider_id, row.provider.path
    SHARINGS.move(
        row, SharingState.OFFERED, "signed_by", "signed_at", "addressee_unit", "addressee_path"
    )
    _tell_provider(row, NoticeCode.ARRIVED, now=now)


def _tell_provider(row: Sharing, code: NoticeCode, *, now: datetime) -> None:
    duties.notify(
        now=now,
        accounts=sorted(accounts_at(unit_id=row.provider_id, roles=_TOLD)),
        code=code,
        object_kind=SHARING_KIND,
        object_id=row.id,
    )


@operation("exchange.countersign_sharing")
def countersign_sharing(
    *,
    actor: Actor,
    now: datetime,
    sharing_id: UUID,
    revision: int,
    project_number: str = "",
    project_title: str = "",
    project_lead: str = "",
) -> None:
    """The providing side signs and names the own project it belongs to: in force from its first day on."""
    row = SHARINGS.lock(sharing_id, revision)
    require(signs_next(row, actor, of=SharingState.OFFERED))
    _not_over(row, now.date())
    row.project_number = fitting("project_number", project_number, 60)
    row.project_title = fitting("project_title", project_title, 120)
    row.project_lead = fitting("project_lead", project_lead, 40)
    if row.project_title and not row.project_lead:
        raise Invalid.at("project_lead", "填写了对应项目的，请写明项目负责人。")
    row.countersigned_by_id, row.countersigned_at = actor.account_id, now
    SHARINGS.move(
        row,
        SharingState.IN_FORCE,
        *("countersigned_by", "countersigned_at"),
        *("project_number", "project_title", "project_lead"),
    )
    _open_requests(row, now=now)
    duties.notify(
        now=now,
        accounts=[row.drafted_by_id],
        code=NoticeCode.ANSWERED,
        object_kind=SHARING_KIND,
        object_id=row.id,
    )


@operation("exchange.decline_sharing")
def decline_sharing(
    *, actor: Actor, now: datetime, sharing_id: UUID, revision: int, reason: str
) -> None:
    """Whoever would sign next does not: the agreement ends unsigned, the reason stays."""
    row = SHARINGS.lock(sharing_id, revision)
    require(signs_next(row, actor, of=row.state))
    row.reason = _reason(reason)
    SHARINGS.move(row, SharingState.DECLINED, "reason")
    duties.notify(
        now=now,
        accounts=[row.drafted_by_id],
        code=NoticeCode.RETURNED,
        object_kind=SHARING_KIND,
        object_id=row.id,
    )


@operation("exchange.withdraw_sharing")
def withdraw_sharing(
    *, actor: Actor, now: datetime, sharing_id: UUID, revision: int, reason: str
) -> None:
    """The team takes back what is not in force."""
    row = SHARINGS.lock(sharing_id, revision)
    require(rules.may_ask(actor, owner_path=row.owner_path, engagement=row.engagement))
    row.reason, offered = _reason(reason), row.state == SharingState.OFFERED
    SHARINGS.move(row, SharingState.WITHDRAWN, "reason")
    if offered:
        _tell_provider(row, NoticeCode.WITHDRAWN, now=now)


@operation("exchange.suspend_sharing")
def suspend_sharing(
    *, actor: Actor, now: datetime, sharing_id: UUID, revision: int, reason: str
) -> None:
    """Either side stops it: with the next statement nobody of the team reads what was delivered under it."""
    row = SHARINGS.lock(sharing_id, revision)
    side = _side(row, actor)
    row.reason, row.suspended_side = _reason(reason), side
    SHARINGS.move(row, SharingState.SUSPENDED, "reason", "suspended_side", side=str(side))
    standing.tell(row, NoticeCode.SHARING_STOPPED, now=now)


@operation("exchange.resume_sharing")
def resume_sharing(
    *, actor: Actor, now: datetime, sharing_id: UUID, revision: int, reason: str
) -> None:
    """The side that stopped it lets it go on."""
    row = SHARINGS.lock(sharing_id, revision)
    side = _side(row, actor)
    if row.state == SharingState.SUSPENDED and row.suspended_side != side:
        label = SharingSide(row.suspended_side).label
        raise Refused(Denied(f"由{label}暂停的，由{label}恢复。", "EX-SHARING"))
    row.reason, row.suspended_side = _reason(reason), ""
    SHARINGS.move(row, SharingState.IN_FORCE, "reason", "suspended_side", side=str(side))
    standing.tell(row, NoticeCode.SHARING_RESUMED, now=now)


def _not_over(row: Sharing, today: date) -> None:
    if row.valid_to < today:
        raise WrongState("约定的截止日期已过，不能签署；请巡视方重新起草。")


def signs_next(row: Sharing, actor: Actor, *, of: str) -> Decision:
    """Whether the actor is who signs an agreement that stands at ``of``."""
    if of == SharingState.DRAFTED:
        return rules.may_sign(actor, drafted_by=row.drafted_by_id, provider_path=row.provider.path)
    return rules.may_countersign(
        actor,
        provider_path=row.provider.path,
        drafted_by=row.drafted_by_id,
        signed_by=row.signed_by_id,
    )


def side_of(row: Sharing, actor: Actor) -> SharingSide | None:
    return rules.side_of(
        actor,
        owner_path=row.owner_path,
        provider_path=row.provider.path,
        engagement=row.engagement,
    )


def _side(row: Sharing, actor: Actor) -> SharingSide:
    side = side_of(row, actor)
    if side is None:
        raise Refused(Denied("由约定的双方办理：联合组或提供单位。", "EX-SHARING"))
    return side


def _open_requests(row: Sharing, *, now: datetime) -> None:
    """One request for each class, that went the way of every request with the signatures of the agreement."""
    made = InfoRequest.objects.bulk_create(
        InfoRequest(
            created_at=now,
            number=f"{row.number}-{code}",
            provider=row.provider,
            data_class=code,
            fields=row.fields[code],
            purpose=row.purpose,
            basis=row.basis,
            period_from=row.valid_from,
            period_to=row.valid_to,
            state=RequestState.DRAFT,
            drafted_by_id=row.drafted_by_id,
            checked_by_id=row.signed_by_id,
            sent_at=now,
            standing=row,
            **Labels.of(row).columns(),
        )
        for code in row.classes
    )
    rows = InfoRequest.objects.filter(id__in=[m.id for m in made])
    for state in (RequestState.CHECKING, RequestState.SENT, RequestState.ACCEPTED):
        rows.update(state=state)


def _units(provider_id: UUID, subject_org: UUID) -> tuple[Unit | None, Unit | None]:
    units = {
        u.id: u
        for u in Unit.objects.filter(id__in=[provider_id, subject_org], valid_to__isnull=True)
    }
    subject, provider = units.get(subject_org), units.get(provider_id)
    if subject and provider and provider.path.startswith(subject.path):
        provider = None
    return provider, subject


def _errors(
    codes: tuple[str, ...],
    purpose: str,
    basis: str,
    valid_from: date,
    valid_to: date,
    *,
    today: date,
) -> list[FieldError]:
    errors = [
        FieldError("classes", f"{code} {data_class(code).name_zh}只问不给，不能列入共享约定。")
        if is_known(code)
        else FieldError("classes", "请从数据目录中选择信息类别。")
        for code in codes
        if not is_known(code) or question_only(code)
    ]
    if not codes:
        errors.append(FieldError("classes", "请至少选择一类信息。"))
    for place, text, missing in (
        ("purpose", purpose, "请填写用途。"),
        ("basis", basis, "请填写依据。"),
    ):
        if not text.strip():
            errors.append(FieldError(place, missing))
        if len(text) > LONGEST:
            errors.append(FieldError(place, f"不超过 {LONGEST} 字，现有 {len(text)} 字。"))
    if valid_from < today:
        errors.append(FieldError("valid_from", "生效日期不能早于今天。"))
    if not 0 <= (valid_to - valid_from).days <= LONGEST_DAYS:
        errors.append(FieldError("valid_to", "截止日期须在生效日期之后、一年之内。"))
    return errors


def _fields(code: str, *, whole: bool) -> list[str]:
    if whole:
        return [f.name for f in data_class(code).tables[0].fields]
    return list(needed_fields(code))


def _stop_at_negative(fields: dict[str, list[str]], purpose: str, basis: str) -> None:
    words = []
    for code, wanted in fields.items():
        names = {f.name: f.label_zh for t in data_class(code).tables for f in t.fields}
        words.append("、".join(names.get(f, f) for f in wanted))
    stop_at(purpose, basis, *words, place="purpose", stage=ReceiptStage.REQUEST)


def _reason(reason: str) -> str:
    text = fitting("reason", reason, LONGEST)
    if len(text) < 5:
        raise Invalid.at("reason", "请写明理由（不少于 5 个字）。")
    return text
