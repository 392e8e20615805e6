"""P5 break-glass: one object, four hours, a second person of another unit, the owner told, a review.

It never lifts R1–R4 (those policies are restrictive) and never opens the vault (that asks a custodian).
Asked for by number, so that nobody has to see an object to ask for it; whether there is such an object
shows in nothing that happens before or after: the database resolves the number when the second person
consents (leads/sql/consent.sql) and answers nobody who asks which numbers exist.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F

from lianxun.access import rules
from lianxun.access.enums import GrantKind
from lianxun.access.kinds import EMERGENCY
from lianxun.access.models import Account, Grant
from lianxun.access.records import BreakGlassRecord
from lianxun.fabric.handlers import announce
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.calendar import WorkCalendar
from lianxun.kernel.ids import shaped
from lianxun.kernel.problems import FieldError, Invalid, NotFound, Refused, Stale, WrongState
from lianxun.trace.door import noting, operation, query

HOURS = 4  # security.md §2.3: object-scoped, at most 4 hours
REVIEW_HOURS = 24  # settled.md 5
SECONDS_OF = ("leader", "coordinator", "liaison_officer")
KINDS = EMERGENCY


@operation("access.ask_break_glass")
def ask_break_glass(
    *, actor: Actor, now: datetime, object_kind: str, number: str, reason: str, second: UUID
) -> UUID:
    """Ask to open one object in an emergency. Opens nothing until a second person consents (P5)."""
    if not actor.duties and not actor.engagements:
        raise Refused(Denied("应急调阅须有业务职责。", "ACC-P5"))
    errors = []
    if object_kind not in dict(KINDS):
        errors.append(FieldError("object_kind", "请选择事项类别。"))
    wanted = number.strip()
    if not 0 < len(wanted) <= 60:
        errors.append(FieldError("number", "请填写事项编号（不超过 60 字）。"))
    if not 10 <= len(reason.strip()) <= 200:
        errors.append(FieldError("reason", "请写明应急调阅的理由（10 至 200 字）。"))
    other = Account.objects.select_related("unit").filter(id=second, is_active=True).first()
    if other is None or not set(other.roles) & set(SECONDS_OF):
        errors.append(FieldError("second", "没有这名同意人，请从名单中选择。"))
    elif _kin(other.unit.path, actor.unit_path):
        errors.append(FieldError("second", "应急调阅的第二人须来自其他单位。"))
    if errors or other is None:
        raise Invalid(*errors)
    grant = Grant.objects.create(
        created_at=now,
        kind=GrantKind.BREAK_GLASS,
        account_id=actor.account_id,
        object_kind=object_kind,
        object_id=_nowhere(object_kind, wanted, now),
        object_label=wanted,
        purpose=reason.strip(),
        granted_by_id=actor.account_id,
        second_person_id=other.id,
        valid_from=now.date(),
        until=now + timedelta(hours=HOURS),
        owner_path=actor.unit_path,
    )
    announce("access.break_glass_asked", grant_id=grant.id, second=other.id, now=now)
    noting().about("access.grant", grant.id, rule="ACC-P5", kind=object_kind)
    return grant.id


def _kin(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _nowhere(kind: str, number: str, now: datetime) -> UUID:
    """An id that exists nowhere, shaped like one from the number's year, the same each time in a month.

    The grant carries it until the consent, and for ever if there is no such number.
    """
    key = bytes.fromhex(settings.LIANXUN_CONTEXT_KEY)
    digest = hmac.new(key, f"{kind}|{number}".encode(), hashlib.sha256).digest()
    said = re.search(r"〔(\d{4})〕", number)
    begin = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    end = max(begin.replace(month=now.month), begin + timedelta(days=1))
    if said and 2000 <= int(said.group(1)) < now.year:
        begin = begin.replace(year=int(said.group(1)))
        end = begin.replace(year=begin.year + 1)
    share = int.from_bytes(digest[10:16], "big") / 2**48
    return shaped(int((begin + (end - begin) * share).timestamp() * 1000), digest[:10])


@operation("access.consent_break_glass")
def consent_break_glass(*, actor: Actor, now: datetime, grant_id: UUID, revision: int) -> None:
    """The second person, of another unit, opens it for at most four hours from now; the owner is told."""
    grant = _load(grant_id, revision)
    if grant.second_person_id != actor.account_id:
        raise NotFound
    if grant.consented_at is not None:
        raise WrongState("这次应急调阅已经同意过。")
    if grant.until is None or now >= grant.until:
        raise WrongState("申请已超过 4 小时，请重新提出。")
    decision = rules.may_second_break_glass(
        actor, asking_unit_path=grant.owner_path, asking_account=grant.account_id
    )
    if isinstance(decision, Denied):
        raise Refused(decision)
    Grant.objects.filter(id=grant.id, revision=revision).update(
        consented_at=now, until=now + timedelta(hours=HOURS), revision=revision + 1
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select object_id, lx.owner_of_opened(id) from access_grant where id = %s", [grant.id]
        )
        object_id, owner = cursor.fetchone()
    announce(
        "access.break_glass_opened",
        grant_id=grant.id,
        object_kind=grant.object_kind,
        object_id=object_id,
        owner_unit=owner,
        account=grant.account_id,
        second_unit=actor.unit_id,
        now=now,
    )
    noting().about("access.grant", grant.id, revision=revision + 1, rule="ACC-P5")


@operation("access.review_break_glass")
def review_break_glass(
    *, actor: Actor, now: datetime, grant_id: UUID, revision: int, note: str
) -> None:
    """Afterwards the security administrator or the second person says whether it was right."""
    # Read first: who asked may read his grant, but the database does not let him lock or change it.
    if Grant.objects.filter(id=grant_id, account_id=actor.account_id).exists():
        raise Refused(Denied("应急调阅不能由调阅人自己审查。", "ACC-P5"))
    grant = _load(grant_id, revision)
    if not actor.has_role("security_admin") and grant.second_person_id != actor.account_id:
        raise NotFound
    if grant.consented_at is None:
        raise WrongState("这次应急调阅没有经第二人同意，未曾开启，无需审查。")
    if grant.reviewed_at is not None:
        raise WrongState("这次应急调阅已经审查过。")
    text = note.strip()
    if not 0 < len(text) <= 200:
        raise Invalid.at("note", "请填写审查意见（不超过 200 字）。")
    Grant.objects.filter(id=grant.id, revision=revision).update(
        reviewed_at=now,
        reviewed_by_id=actor.account_id,
        review_note=text,
        revision=revision + 1,
    )
    announce("access.break_glass_reviewed", grant_id=grant.id, actor=actor, now=now)
    noting().about("access.grant", grant.id, revision=revision + 1, rule="ACC-P5")


@operation("access.block_unreviewed", kind="safety")
def block_unreviewed(*, actor: Actor, now: datetime, before: datetime) -> int:
    """Close the accounts whose break-glass openings from before ``before`` nobody reviewed.

    A job calls it with the moment three working days ago; returns how many accounts it closed.
    """
    if not actor.service:
        raise Refused(Denied("由平台定时办理。", "ACC-P6"))
    with connection.cursor() as cursor:
        cursor.execute("select account from lx.unreviewed(%s)", [before])
        late = [row[0] for row in cursor.fetchall()]
    closed = Account.objects.filter(id__in=late, is_active=True).update(
        is_active=False,
        blocked_reason="应急调阅超过 3 个工作日未经审查，请联系安全管理员。",
        revision=F("revision") + 1,
    )
    noting().about("access.account", actor.account_id, count=closed)
    return closed


@query("access.break_glass")
def break_glass(*, actor: Actor, now: datetime) -> list[BreakGlassRecord]:
    """Openings the actor asked for, consents to or reviews, newest first; row security decides."""
    rows = (
        Grant.objects.filter(kind=GrantKind.BREAK_GLASS)
        .select_related("account__unit", "second_person")
        .order_by("-created_at", "-id")[:200]
    )
    found = [_record(g, actor, now) for g in rows]
    noting().about("access.grant", actor.account_id, count=len(found))
    return found


@query("access.break_glass_one")
def one_break_glass(*, actor: Actor, now: datetime, grant_id: UUID) -> BreakGlassRecord:
    row = (
        Grant.objects.filter(kind=GrantKind.BREAK_GLASS, id=grant_id)
        .select_related("account__unit", "second_person")
        .first()
    )
    if row is None:
        raise NotFound
    noting().about("access.grant", row.id, revision=row.revision)
    return _record(row, actor, now)


def seconds(*, actor: Actor) -> list[tuple[UUID, str]]:
    """Who may consent: people with business in other units, by unit."""
    rows = (
        Account.objects.filter(is_active=True, service="", roles__overlap=list(SECONDS_OF))
        .select_related("unit")
        .order_by("unit__path", "display_name")
    )
    return [
        (a.id, f"{a.unit.short_name} {a.display_name}")
        for a in rows
        if not _kin(a.unit.path, actor.unit_path)
    ]


def _record(g: Grant, actor: Actor, now: datetime) -> BreakGlassRecord:
    due = g.consented_at + timedelta(hours=REVIEW_HOURS) if g.consented_at else None
    mine = g.account_id == actor.account_id
    may_second = g.second_person_id == actor.account_id
    running = g.until is not None and now < g.until
    permitted = set()
    if may_second and g.consented_at is None and running:
        permitted.add("consent")
    if (
        g.consented_at
        and g.reviewed_at is None
        and not mine
        and (may_second or actor.has_role("security_admin"))
    ):
        permitted.add("review")
    if g.consented_at is None:
        state = "等待第二人同意" if running else "未获同意，已失效"
    elif g.reviewed_at is not None:
        state = "已审查"
    else:
        state = "开启中" if running else "已到期，待审查"
    return BreakGlassRecord(
        id=g.id,
        revision=g.revision,
        kind_label=dict(KINDS).get(g.object_kind, g.object_kind),
        object_kind=g.object_kind,
        object_id=g.object_id,
        number=g.object_label,
        asked_by=g.account.display_name if g.account else "",
        unit_name=g.account.unit.short_name if g.account else "",
        second_name=g.second_person.display_name if g.second_person else "",
        reason=g.purpose,
        asked_at=g.created_at,
        consented_at=g.consented_at,
        until=g.until,
        review_due=due,
        overdue=due is not None and g.reviewed_at is None and now > due,
        review_note=g.review_note,
        reviewed_at=g.reviewed_at,
        open_now=bool(mine and g.consented_at and running),
        state_label=state,
        permitted=frozenset(permitted),
    )


def working_days_ago(now: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The same minute ``days`` working days earlier: what was opened before it is overdue."""
    day = calendar.working_day(now.date(), -days)
    return now - timedelta(days=(now.date() - day).days)


def _load(grant_id: UUID, revision: int) -> Grant:
    grant = Grant.objects.select_for_update().filter(id=grant_id).first()
    if grant is None or grant.kind != GrantKind.BREAK_GLASS:
        raise NotFound
    if grant.revision != revision:
        raise Stale
    return grant
