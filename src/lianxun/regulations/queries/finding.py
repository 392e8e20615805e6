"""What the platform's one search box shows of the library: the article that is cited, rules by title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models.functions import Length

from lianxun.kernel.actor import Actor
from lianxun.regulations import rules
from lianxun.regulations.models import Work
from lianxun.regulations.queries.search import lookups
from lianxun.trace.door import noting, query

MOST: Final = 10
#: 第十五条, 59条.
_ARTICLE: Final = re.compile(r"[0-9０-９〇零一二两三四五六七八九十百千]\s*条")


@dataclass(frozen=True, slots=True)
class Place:
    """A rule, or an article of the version that was valid on the day."""

    label: str
    work_id: UUID
    version_id: UUID | None = None
    key: str = ""


@query("regulations.find")
def find(*, actor: Actor, now: datetime, today: date, text: str) -> list[Place]:
    """Articles cited in a few words, then rules whose title holds every word, the shortest first.

    Empty for whoever may not read the library: the box is everybody's.
    """
    words = text.split()
    if not words or not rules.may_read(actor):
        return []
    out: list[Place] = []
    if _ARTICLE.search(text):  # only then: the look-up costs more than a title
        for e in lookups(text, unit_id=actor.unit_id, as_of=today):
            if e.ok and e.work_id is not None and e.key:
                out.append(Place(f"《{e.title}》{e.label}", e.work_id, e.version_id, e.key))
    rows = Work.objects.all()
    for word in words:
        rows = rows.filter(title__contains=word.strip("《》"))
    named = rows.order_by(Length("title"), "title", "id").values_list("title", "id")[:MOST]
    out += [Place(f"《{title}》", work_id) for title, work_id in named]
    noting().about("regulations.work", actor.account_id, count=len(out))
    return out


__all__ = ["Place", "find"]
