"""What people add to and correct in the library: facts about a rule, repeals, aliases, collections, notes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Stale, WrongState
from lianxun.kernel.texts import fitting
from lianxun.regulations import rules, writing
from lianxun.regulations.enums import KINDS, TIERS
from lianxun.regulations.models import (
    Alias,
    Article,
    Collection,
    CollectionItem,
    ReadingNote,
    Version,
    Work,
)
from lianxun.regulations.operations.common import labels_of, require, written
from lianxun.trace.door import noting, operation
from lianxun_insight.articles.library import work_key

WORK = "regulations.work"
MAX_ITEMS = 500


def _seen(work_id: UUID) -> Work:
    """The work as the actor may read it; whether he may change it is a rule's matter."""
    row = Work.objects.filter(id=work_id).first()
    if row is None:
        raise NotFound
    return row


def _kept(work_id: UUID, revision: int, actor: Actor) -> Work:
    """The work, locked, for somebody who may change it."""
    require(rules.may_keep_of(actor, owner_path=_seen(work_id).owner_path))
    row = Work.objects.select_for_update().filter(id=work_id).first()
    if row is None:
        raise NotFound
    if row.revision != revision:
        raise Stale
    return row


@operation("regulations.correct")
def correct(
    *,
    actor: Actor,
    now: datetime,
    work_id: UUID,
    revision: int,
    version_id: UUID,
    valid_from: date,
    kind: str,
    tier: str,
    region_name: str = "",
    issuer: str = "",
    document_number: str = "",
    basis: str = "",
) -> None:
    """Set right what was read wrongly from a source: when a version took effect, kind, level, issuer."""
    row = _kept(work_id, revision, actor)
    version = Version.objects.select_for_update().filter(id=version_id, work=row).first()
    if version is None:
        raise NotFound
    errors = []
    if kind not in dict(KINDS):
        errors.append(FieldError("kind", "请选择类别。"))
    if tier not in dict(TIERS):
        errors.append(FieldError("tier", "请选择层级。"))
    if version.adopted_on and valid_from < version.adopted_on:
        errors.append(
            FieldError("valid_from", f"施行日期不能早于通过日期 {version.adopted_on.isoformat()}。")
        )
    if not basis.strip():
        errors.append(FieldError("basis", "请写明更正依据，如公布文本的条款。"))
    if errors:
        raise Invalid(*errors)
    before = {"valid_from": str(version.valid_from), "kind": row.kind, "tier": row.tier}
    version.valid_from, version.document_number = (
        valid_from,
        fitting("document_number", document_number, 100),
    )
    version.save(update_fields=["valid_from", "document_number"])
    version.repeals.update(since=valid_from)
    row.kind, row.tier = kind, tier
    row.region_name, row.issuer = (
        fitting("region_name", region_name, 40),
        fitting("issuer", issuer, 200),
    )
    row.save(update_fields=["kind", "tier", "region_name", "issuer"])
    writing.settle([row], now=now)
    noting().about(
        WORK, row.id, revision=row.revision, before=before, basis=fitting("basis", basis, 200)
    )


@operation("regulations.repeal")
def repeal(
    *, actor: Actor, now: datetime, work_id: UUID, revision: int, since: date, basis: str
) -> None:
    """Record that a rule has ended by a document that is not in the library."""
    row = _kept(work_id, revision, actor)
    if row.repealed_on is not None:
        raise WrongState("本法规已登记为废止。")
    last = row.versions.order_by("-valid_from").first()
    if last is not None and last.valid_from is not None and since <= last.valid_from:
        raise Invalid.at(
            "since", f"废止日期应晚于最近版本的施行日期 {last.valid_from.isoformat()}。"
        )
    row.repealed_on = since
    row.repealed_by = written(basis, place="basis", most=300, words="请写明废止依据的文件和文号。")
    row.save(update_fields=["repealed_on", "repealed_by"])
    writing.settle([row], now=now)
    noting().about(WORK, row.id, revision=row.revision, since=since.isoformat())


@operation("regulations.name")
def name(*, actor: Actor, now: datetime, work_id: UUID, alias: str) -> None:
    """Give a rule a short name that people here use; it then resolves like the full one."""
    row = _seen(work_id)
    require(rules.may_keep(actor))
    words = written(alias, place="alias", most=60, words="请填写简称。").strip("《》 ")
    if len(words) < 2:
        raise Invalid.at("alias", "简称至少两个字。")
    taken = Work.objects.filter(key=work_key(words)).exclude(id=row.id).first()
    if taken is not None:
        raise Invalid.at("alias", f"“{words}”是《{taken.title}》的名称，不能用作其他法规的简称。")
    old = Alias.objects.filter(name=words).first()
    if old is not None:
        raise Invalid.at("alias", f"“{words}”已登记为《{old.title}》的简称。")
    Alias.objects.create(
        name=words, target=row.key, title=row.title, added_by_id=actor.account_id, created_at=now
    )
    noting().about(WORK, row.id, alias=words)


# -- collections -----------------------------------------------------------------------------


@operation("regulations.collect")
def collect(
    *,
    actor: Actor,
    now: datetime,
    work_id: UUID,
    collection_id: UUID | None = None,
    title: str = "",
    kind: str = "personal",
    article_key: str = "",
    remark: str = "",
) -> UUID:
    """Put a rule or an article into a collection, or into a new one called ``title``.

    ``kind`` of a new one: ``personal``, ``unit`` or ``everyone`` (published by keepers).
    """
    require(rules.may_read(actor))
    work = _seen(work_id)
    if collection_id is None:
        row = _new_collection(title, kind, actor=actor, now=now)
    else:
        found = Collection.objects.select_for_update().filter(id=collection_id).first()
        if found is None:
            raise NotFound
        row = found
        require(rules.may_publish(actor, everyone=row.everyone))
    if row.items.count() >= MAX_ITEMS:
        raise Invalid.at("collection_id", f"一个专题最多 {MAX_ITEMS} 条，请另建专题。")
    if row.items.filter(work=work, article_key=article_key).exists():
        raise Invalid.at("collection_id", f"专题“{row.title}”里已经有这一条。")
    CollectionItem.objects.create(
        collection=row,
        work=work,
        article_key=article_key,
        label=_label(work, article_key),
        remark=fitting("remark", remark, 200),
    )
    noting().about("regulations.collection", row.id, work=str(work.id), article=article_key)
    return row.id


def _new_collection(title: str, kind: str, *, actor: Actor, now: datetime) -> Collection:
    if kind not in ("personal", "unit", "everyone"):
        raise Invalid.at("kind", "请选择谁可以看到。")
    require(rules.may_publish(actor, everyone=kind == "everyone"))
    words = written(title, place="title", most=100, words="请选择专题，或填写新专题的名称。")
    level = Level.PUBLIC if kind == "everyone" else Level.INTERNAL
    return Collection.objects.create(
        created_at=now,
        title=words,
        personal=kind == "personal",
        everyone=kind == "everyone",
        account_id=actor.account_id,
        **labels_of(actor, level=level).columns(),
    )


def _label(work: Work, key: str) -> str:
    if not key:
        return ""
    found = (
        Article.objects.filter(version__work=work, key=key)
        .order_by("-version__valid_from")
        .values_list("label", flat=True)
        .first()
    )
    if found is None:
        raise NotFound
    return found


@operation("regulations.drop_item")
def drop_item(*, actor: Actor, now: datetime, collection_id: UUID, item_id: int) -> None:
    """Take an entry out of a collection."""
    row = Collection.objects.select_for_update().filter(id=collection_id).first()
    if row is None:
        raise NotFound
    require(rules.may_publish(actor, everyone=row.everyone))
    if not row.items.filter(id=item_id).delete()[0]:
        raise NotFound
    noting().about("regulations.collection", row.id, item=item_id)


# -- notes -----------------------------------------------------------------------------------


@operation("regulations.note")
def note(
    *,
    actor: Actor,
    now: datetime,
    work_id: UUID,
    article_key: str,
    text: str,
    level: int = Level.INTERNAL,
    engagement_id: UUID | None = None,
) -> UUID:
    """Write a note on an article: read by the own unit, or by the members of an engagement."""
    require(rules.may_read(actor))
    work = _seen(work_id)
    if engagement_id is not None and engagement_id not in actor.engagements:
        raise Invalid.at("engagement_id", "只能选择本人参加的巡视任务。")
    labels = labels_of(actor, level=level).columns() | {"engagement": engagement_id}
    row = ReadingNote.objects.create(
        created_at=now,
        work=work,
        article_key=article_key,
        label=_label(work, article_key),
        text=written(text, place="text", most=2000, words="请填写笔记内容。"),
        account_id=actor.account_id,
        **labels,
    )
    noting().about("regulations.note", row.id, level=level, work=str(work.id))
    return row.id


@operation("regulations.erase_note")
def erase_note(*, actor: Actor, now: datetime, note_id: UUID, revision: int) -> None:
    """Remove one's own note."""
    row = ReadingNote.objects.select_for_update().filter(id=note_id).first()
    if row is None or row.account_id != actor.account_id:
        raise NotFound
    if row.revision != revision:
        raise Stale
    noting().about("regulations.note", row.id, work=str(row.work_id))
    row.delete()
