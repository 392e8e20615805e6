"""Search, list, reading and comparing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import Refused
from lianxun.regulations import queries, rules
from lianxun.regulations.enums import KINDS, TIERS
from lianxun.web.regulations.dates import day_in, today_of
from lianxun.web.requests import ActorRequest
from lianxun_insight.articles import RuleKind, Tier, Validity

STATES = (
    (Validity.IN_FORCE.value, "现行有效"),
    (Validity.REPEALED.value, "已废止"),
    (Validity.NOT_YET.value, "尚未施行"),
)
MAX_QUESTION = 1_000
WORK_BUTTONS = (
    ("collect", "收藏"),
    ("name", "登记简称"),
    ("correct", "更正基本情况"),
    ("repeal", "登记废止"),
)


def reading(request: ActorRequest) -> None:
    """Pages of the library are for holders of the duty."""
    decision = rules.may_read(request.actor)
    if not decision:
        raise Refused(decision)  # type: ignore[arg-type]


def one_of(value: str, known: Any) -> str:
    return value if value in known else ""


def id_or_none(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def search(request: ActorRequest) -> HttpResponse:
    """The room's first page: one box for citations and questions."""
    reading(request)
    as_of, bad_day = day_in(request)
    history = request.GET.get("all") == "1"
    text = request.GET.get("q", "")[:MAX_QUESTION]
    wanted = queries.Wanted(
        as_of=None if history else as_of,
        kind=one_of(request.GET.get("kind", ""), set(RuleKind)),
        tier=one_of(request.GET.get("tier", ""), set(Tier)),
        region=request.GET.get("region", "").strip()[:20],
        collection=id_or_none(request.GET.get("collection", "")),
        within=id_or_none(request.GET.get("within", "")),
        by_words=request.GET.get("order") == "words",
    )
    number = page_number(request.GET.get("page"), last=5)
    result = queries.search(
        actor=request.actor,
        now=request.now,
        today=today_of(request),
        text=text,
        wanted=wanted,
        page=number,
    )
    context = {
        "result": result,
        "page": number,
        "as_of": as_of,
        "bad_day": bad_day,
        "history": history,
        "tab": "search",
        "total": 0 if result.text else queries.size(actor=request.actor),
        **_choices(request),
    }
    return render(request, "regulations/search.html", context)


def _choices(request: ActorRequest) -> dict[str, Any]:
    return {
        "kinds": [k for k, _ in KINDS],
        "tiers": [t for t, _ in TIERS],
        "collections": queries.collection_choices(actor=request.actor),
        "keeps": bool(rules.may_keep(request.actor)),
    }


def work_list(request: ActorRequest) -> HttpResponse:
    reading(request)
    as_of, bad_day = day_in(request)
    page = queries.works(
        actor=request.actor,
        now=request.now,
        as_of=as_of,
        kind=one_of(request.GET.get("kind", ""), set(RuleKind)),
        tier=one_of(request.GET.get("tier", ""), set(Tier)),
        region=request.GET.get("region", "").strip()[:20],
        state=one_of(request.GET.get("state", ""), set(Validity)),
        words=request.GET.get("words", "").strip()[:60],
        collection=id_or_none(request.GET.get("collection", "")),
        page=page_number(request.GET.get("page")),
    )
    context = {
        "page": page,
        "as_of": as_of,
        "bad_day": bad_day,
        "states": STATES,
        "tab": "works",
        **_choices(request),
    }
    return render(request, "regulations/works.html", context)


def work(request: ActorRequest, work_id: UUID) -> HttpResponse:
    """A rule as it stood on the day."""
    return _reading_page(request, work_id=work_id)


def version(request: ActorRequest, version_id: UUID) -> HttpResponse:
    """The permalink of one version."""
    reading(request)
    work_id = queries.work_of_version(actor=request.actor, version_id=version_id)
    return _reading_page(request, work_id=work_id, version_id=version_id)


def _reading_page(
    request: ActorRequest, *, work_id: UUID, version_id: UUID | None = None
) -> HttpResponse:
    reading(request)
    as_of, bad_day = day_in(request)
    found = queries.work(
        actor=request.actor,
        now=request.now,
        work_id=work_id,
        as_of=as_of,
        version_id=version_id,
    )
    context = {
        "page": found,
        "as_of": as_of,
        "bad_day": bad_day,
        "pinned": version_id is not None,
        "citers": queries.citing_works(actor=request.actor, work_id=work_id),
        "before": _day_before(found),
        "acts": [(name, label) for name, label in WORK_BUTTONS if name in found.permitted],
        "tab": "works",
    }
    return render(request, "regulations/work.html", context)


def _day_before(found: Any) -> Any:
    """The last day of the version before the one shown, for the link to the comparison."""
    start = found.version.valid_from
    older = [v for v in found.versions if v.valid_from and start and v.valid_from < start]
    return start - timedelta(days=1) if older else None


def article(request: ActorRequest, version_id: UUID, key: str) -> HttpResponse:
    """The permalink of one article of one version."""
    reading(request)
    as_of, bad_day = day_in(request)
    found = queries.article(
        actor=request.actor, now=request.now, version_id=version_id, key=key, as_of=as_of
    )
    context = {"page": found, "as_of": as_of, "bad_day": bad_day, "tab": "works"}
    return render(request, "regulations/article.html", context)


def compare(request: ActorRequest, work_id: UUID) -> HttpResponse:
    """Two days side by side."""
    reading(request)
    new, bad_new = day_in(request, "to")
    old, bad_old = day_in(request, "from")
    work_row, before, after, found = queries.comparison(
        actor=request.actor, now=request.now, work_id=work_id, old=old, new=new
    )
    everything = request.GET.get("all") == "1"
    context = {
        "work": work_row,
        "before": before,
        "after": after,
        "found": found,
        "pairs": found.pairs if everything else found.changed,
        "everything": everything,
        "old": old,
        "new": new,
        "bad_day": bad_new or bad_old,
        "tab": "works",
    }
    return render(request, "regulations/compare.html", context)
