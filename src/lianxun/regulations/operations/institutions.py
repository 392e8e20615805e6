"""Institution documents (SM-9): drafted, reviewed by another, in force, revised, superseded; reviews on time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.enums import Tier as UnitTier
from lianxun.organisation.models import Unit
from lianxun.regulations import rules, templates, writing
from lianxun.regulations.enums import InstitutionState as S
from lianxun.regulations.enums import Origin, ReviewKind
from lianxun.regulations.models import Institution, Work
from lianxun.regulations.operations.common import labels_of, require, written
from lianxun.regulations.review import TEMPLATES, due
from lianxun.trace.door import noting, operation
from lianxun_insight.articles import ParsedText, RuleKind, Source, Tier, parse_text
from lianxun_insight.articles.library import Library
from lianxun_insight.articles.library import Version as NewVersion

KIND = "regulations.institution"
MAX_TEXT = 100_000
_TIERS = {
    UnitTier.PROVINCE: Tier.PROVINCE,
    UnitTier.CITY: Tier.CITY,
    UnitTier.COUNTY: Tier.COUNTY,
}


def load(institution_id: UUID, revision: int) -> Institution:
    row = Institution.objects.select_for_update().filter(id=institution_id).first()
    if row is None:
        raise NotFound
    if row.revision != revision:
        raise Stale
    return row


def move(row: Institution, to: S, *fields: str) -> None:
    row.state = to
    row.revision += 1
    row.save(update_fields=["state", "revision", *fields])
    noting().about(KIND, row.id, revision=row.revision, level=row.level, state=to.value)


def expect(row: Institution, *states: S) -> None:
    if row.state not in states:
        raise WrongState(f"本制度现为“{S(row.state).label}”，不能办理这一步。")


@operation("regulations.draft_institution")
def draft(
    *,
    actor: Actor,
    now: datetime,
    title: str = "",
    text: str = "",
    template: str = "",
    level: int = Level.INTERNAL,
) -> UUID:
    """Begin a document from a shipped template or from a text of one's own."""
    require(rules.may_draft(actor))
    if template:
        shipped = templates.named(template)
        if shipped is None:
            raise Invalid.at("template", "没有这个模板。")
        title, text = title.strip() or shipped.title, text.strip() or shipped.text
    words = written(title, place="title", most=200, words="请填写制度名称，或选择模板。")
    if (
        Institution.objects.filter(title=words, owner_unit=actor.unit_id)
        .exclude(state=S.SUPERSEDED)
        .exists()
    ):
        raise Invalid.at("title", f"已有《{words}》，请在原制度上修订。")
    row = Institution.objects.create(
        created_at=now,
        title=words,
        template=template,
        state=S.DRAFT,
        text=written(text, place="text", most=MAX_TEXT, words="请填写正文。"),
        drafted_by_id=actor.account_id,
        **labels_of(actor, level=level).columns(),
    )
    noting().about(KIND, row.id, level=level, template=template)
    return row.id


@operation("regulations.edit_institution")
def edit(
    *, actor: Actor, now: datetime, institution_id: UUID, revision: int, title: str, text: str
) -> None:
    """Work on the draft."""
    row = load(institution_id, revision)
    require(rules.may_draft(actor))
    expect(row, S.DRAFT)
    row.title = written(title, place="title", most=200, words="请填写制度名称。")
    row.text = written(text, place="text", most=MAX_TEXT, words="请填写正文。")
    row.drafted_by_id = actor.account_id
    move(row, S.DRAFT, "title", "text", "drafted_by")


@operation("regulations.submit_institution")
def submit(*, actor: Actor, now: datetime, institution_id: UUID, revision: int) -> None:
    """Hand the draft to review: its text must split into articles without a gap."""
    row = load(institution_id, revision)
    require(rules.may_draft(actor))
    expect(row, S.DRAFT)
    parsed = split(row)
    if not parsed.body_articles:
        raise Invalid.at("text", "正文中没有找到“第一条”这样的条文，不能送审。")
    if parsed.problems:
        first = parsed.problems[0]
        raise Invalid.at("text", f"第 {first.line} 行：{first.reason}。请改好后送审。")
    row.reviewed_by_id = None
    move(row, S.REVIEW, "reviewed_by")


def split(row: Institution) -> ParsedText:
    """The document as articles."""
    head = "" if row.text.lstrip().startswith("# ") else f"# {row.title}\n\n"
    return parse_text(head + row.text, source=Source.MARKDOWN, title=row.title)


@operation("regulations.return_institution")
def return_(
    *, actor: Actor, now: datetime, institution_id: UUID, revision: int, opinion: str
) -> None:
    """The reviewer sends it back with an opinion."""
    row = load(institution_id, revision)
    require(rules.may_review(actor, drafted_by=row.drafted_by_id))
    expect(row, S.REVIEW)
    not_before_a_body(row)
    row.opinion = written(opinion, place="opinion", most=500, words="退回须写明修改意见。")
    row.reviewed_by_id = actor.account_id
    move(row, S.DRAFT, "opinion", "reviewed_by")


@operation("regulations.publish_institution")
def publish(
    *,
    actor: Actor,
    now: datetime,
    institution_id: UUID,
    revision: int,
    decided_by: str,
    effective_on: date,
    document_number: str = "",
    everyone: bool = True,
) -> None:
    """Reviewed and adopted: it enters the library, replaces its predecessor, and its reviews are set."""
    row = load(institution_id, revision)
    require(rules.may_review(actor, drafted_by=row.drafted_by_id))
    expect(row, S.REVIEW)
    not_before_a_body(row)
    check_particulars(row, effective_on=effective_on, everyone=everyone)
    row.decided_by = written(
        decided_by, place="decided_by", most=200, words="请写明由哪次会议审议通过。"
    )
    row.reviewed_by_id = actor.account_id
    come_into_force(
        row,
        actor=actor,
        now=now,
        effective_on=effective_on,
        document_number=document_number,
        everyone=everyone,
    )


def not_before_a_body(row: Institution) -> None:
    if row.matter is not None:
        raise WrongState("本制度已提请审批，请等待审批结果，或先撤回提请。")


def check_particulars(row: Institution, *, effective_on: date, everyone: bool) -> None:
    old = row.replaces
    if old is not None and old.effective_on is not None and effective_on <= old.effective_on:
        raise Invalid.at("effective_on", f"应晚于前一版的施行日期 {old.effective_on.isoformat()}。")
    if everyone and row.level > Level.INTERNAL:
        raise Invalid.at("everyone", "敏感级以上的制度不能全员可见。")


def come_into_force(
    row: Institution,
    *,
    actor: Actor,
    now: datetime,
    effective_on: date,
    document_number: str,
    everyone: bool,
) -> None:
    """Write a document whose adoption is settled (``decided_by``) into the library; set its clocks."""
    old = row.replaces
    row.document_number = fitting("document_number", document_number, 100)
    row.effective_on, row.matter = effective_on, None
    row.work = _publish(row, now=now, everyone=everyone)
    move(
        row,
        S.EFFECTIVE,
        *("decided_by", "document_number", "effective_on", "reviewed_by", "work", "matter"),
    )
    if old is not None:
        _supersede(old, row, actor=actor, now=now)
    for kind in ReviewKind:
        open_review(row, kind, since=effective_on, actor=actor, now=now)


def _publish(row: Institution, *, now: datetime, everyone: bool) -> Work:
    unit = Unit.objects.get(id=row.owner_unit)
    parsed = split(row)
    meta = replace(
        parsed.metadata,
        kind=RuleKind.NORMATIVE,
        tier=_TIERS.get(UnitTier(unit.tier), Tier.PROVINCE),
        issuer=unit.name,
        region="",
        adopted_on=row.effective_on,
        amended_on=None,
        effective_on=row.effective_on,
        document_number=row.document_number,
    )
    version: NewVersion = next(iter(Library([(row.title, replace(parsed, metadata=meta))])))
    version = replace(version, title=row.title, day=row.effective_on, valid_from=row.effective_on)
    labels = Labels.of(row)
    work = writing.work_of(
        version, now=now, labels=labels, everyone=everyone, origin=Origin.INSTITUTION
    )
    if work.owner_unit != row.owner_unit:
        raise Invalid.at("title", f"法规库中已有其他单位的《{row.title}》，请换一个名称。")
    if work.versions.filter(day=row.effective_on).exists():
        raise Invalid.at("effective_on", "法规库中已有同一日期施行的版本，请核对施行日期。")
    note = f"{row.decided_by}通过 自{row.effective_on}起施行"
    made = writing.write_version(work, version, now=now, labels=labels, notes=note)
    writing.link([made], writing.Names())
    writing.settle([work], now=now)
    return work


def _supersede(old: Institution, new: Institution, *, actor: Actor, now: datetime) -> None:
    close_reviews(old, actor=actor, now=now, reason=f"已由第 {new.edition} 版替代")
    old.state = S.SUPERSEDED
    old.revision += 1
    old.save(update_fields=["state", "revision"])
    if old.work is not None and old.work_id != new.work_id:
        end(
            old.work,
            since=new.effective_on or timezone.localdate(now),
            by=f"《{new.title}》",
            now=now,
        )


def end(work: Work, *, since: date, by: str, now: datetime) -> None:
    work.repealed_on, work.repealed_by = since, by[:300]
    work.save(update_fields=["repealed_on", "repealed_by"])
    writing.settle([work], now=now)


# -- clocks of reviews -------------------------------------------------------------------------


def open_review(row: Institution, kind: str, *, since: date, actor: Actor, now: datetime) -> None:
    unit = Unit.objects.get(id=row.owner_unit)
    today = timezone.localdate(now)
    day = due(kind, since=max(since, today))
    duties.open_duty(
        actor=actor,
        now=now,
        template_code=TEMPLATES[kind],
        object_kind=KIND,
        object_id=row.id,
        title=f"《{row.title}》",
        responsible=Responsible(unit.id, unit.short_name),
        labels=Labels.of(row),
        due_on=day,
    )


def close_reviews(row: Institution, *, actor: Actor, now: datetime, reason: str) -> None:
    duties.cancel(actor=actor, now=now, object_kind=KIND, object_id=row.id, reason=reason)
