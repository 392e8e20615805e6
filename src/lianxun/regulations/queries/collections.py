"""Reads of collections and the small reads that pages need beside their main one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.regulations import rules
from lianxun.regulations.models import Article, Collection, Version, Work
from lianxun.trace.door import noting, query


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRecord:
    """``items``: (id, work, title, article key, label, remark)."""

    id: UUID
    title: str
    shown_to: str
    account_name: str
    items: tuple[tuple[int, UUID, str, str, str, str], ...]
    keeps: bool


def size(*, actor: Actor) -> int:
    """How many works the reader may search (part of the search page)."""
    return Work.objects.count()


def work_of_version(*, actor: Actor, version_id: UUID) -> UUID:
    """The work of a version the reader may see."""
    found = Version.objects.filter(id=version_id).values_list("work_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def collection_choices(*, actor: Actor) -> list[tuple[UUID, str]]:
    """Collections to filter by: one's own, those of the unit, those for everyone."""
    rows = Collection.objects.order_by("-personal", "title", "id")[:200]
    return [(c.id, c.title) for c in rows]


@query("regulations.collections")
def collections(*, actor: Actor, now: datetime) -> list[CollectionRecord]:
    """Collections the reader sees, with what is in them."""
    rows = (
        Collection.objects.select_related("account")
        .prefetch_related("items__work")
        .order_by("-personal", "title", "id")[:200]
    )
    found = [_record(c, actor) for c in rows]
    noting().about("regulations.collection", actor.account_id, count=len(found))
    return found


def _record(row: Collection, actor: Actor) -> CollectionRecord:
    shown = "仅本人" if row.personal else "全员" if row.everyone else "本单位"
    return CollectionRecord(
        id=row.id,
        title=row.title,
        shown_to=shown,
        account_name=row.account.display_name,
        items=tuple(
            (i.id, i.work_id, i.work.title, i.article_key, i.label, i.remark)
            for i in row.items.all()
        ),
        keeps=_keeps(row, actor),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionItemRecord:
    """One entry of a collection, for whoever may take it out (``permitted``)."""

    id: int
    collection: UUID
    title: str
    entry: str
    permitted: frozenset[str]


@query("regulations.collection_item")
def collection_item(
    *, actor: Actor, now: datetime, collection_id: UUID, item_id: int
) -> CollectionItemRecord:
    """An entry as the page that takes it out shows it."""
    row = Collection.objects.select_related("account").filter(id=collection_id).first()
    item = row.items.select_related("work").filter(id=item_id).first() if row else None
    if row is None or item is None:
        raise NotFound
    noting().about("regulations.collection", row.id, item=item.id)
    return CollectionItemRecord(
        id=item.id,
        collection=row.id,
        title=row.title,
        entry=f"《{item.work.title}》{item.label}",
        permitted=frozenset({"drop"}) if _keeps(row, actor) else frozenset(),
    )


def _keeps(row: Collection, actor: Actor) -> bool:
    return bool(rules.may_publish(actor, everyone=row.everyone)) and actor.in_own_unit(
        row.owner_path
    )


def latest_article(*, actor: Actor, work_id: UUID, key: str) -> UUID:
    """The newest version of a work that has this article (for collections)."""
    found = (
        Article.objects.filter(version__work=work_id, key=key)
        .order_by("-version__valid_from")
        .values_list("version_id", flat=True)
        .first()
    )
    if found is None:
        raise NotFound
    return found
