"""Reads of the access room."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from lianxun.access import rules
from lianxun.access.enums import GrantKind
from lianxun.access.in_office import in_use
from lianxun.access.kinds import KINDS
from lianxun.access.models import Account, Grant, SystemToken
from lianxun.access.records import (
    AccountRecord,
    Explanation,
    GrantRecord,
    ObjectLabels,
    OtherReader,
    Subject,
)
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import NO_REGION, Actor, Denied
from lianxun.kernel.problems import NotFound, Refused
from lianxun.trace.door import noting, query


def actor_for(*, account_id: UUID, session: str = "", purpose: str = "") -> Actor:
    """Load who acts. Raises ``NotFound`` for a blocked or unknown account."""
    # Accounts are sign-in data and readable without identity; a blocked one could not even enter.
    account = in_use().filter(id=account_id).first()
    if account is None:
        raise NotFound("账号不存在或已停用。")
    with acting_as(account_id, service=account.service), transaction.atomic():
        return present(account=account, session=session, purpose=purpose)[0]


def service_actor(*, service: str) -> Actor:
    """The named service identity a job acts as (P6). Raises ``NotFound`` if it is not set up."""
    found = Account.objects.filter(service=service, is_active=True).values_list("id", flat=True)
    account_id = found.order_by("username").first()
    if account_id is None:
        raise NotFound(f"没有启用的服务身份“{service}”，请运行数据库迁移。")
    return actor_for(account_id=account_id)


def accounts_at(*, unit_id: UUID, roles: list[str], person_id: UUID | None = None) -> list[UUID]:
    """Active accounts of a unit that hold one of ``roles``, and the person's own: whom news addresses."""
    people = Q(unit_id=unit_id, roles__overlap=roles)
    if person_id is not None:
        people |= Q(person_id=person_id)
    rows = Account.objects.filter(people, is_active=True, service="").order_by("username")
    return list(rows.values_list("id", flat=True))


def accounts_overseeing(*, region: int, role: str, duty: str) -> list[UUID]:
    """Active accounts with ``role`` and ``duty`` whose region of oversight holds ``region``."""
    rows = Account.objects.filter(
        roles__contains=[role],
        duties__contains=[duty],
        region_lo__lte=region,
        region_hi__gte=region,
        is_active=True,
        service="",
    )
    return list(rows.order_by("username").values_list("id", flat=True))


def present(*, account: object, session: str = "", purpose: str = "") -> tuple[Actor, datetime]:
    """Who acts, and the moment his acts carry: one statement in a transaction that runs as ``account``,
    the user Django signed in. Raises ``TypeError`` for anybody who is none."""
    if not isinstance(account, Account):
        raise TypeError("an account of the platform is asked for")
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, {"unit": account.unit_id, "account": account.id})
        now, unit_name, unit_path, recused, engagements = cursor.fetchone()
    region = (
        (account.region_lo, account.region_hi)
        if account.region_lo is not None and account.region_hi is not None
        else NO_REGION
    )
    actor = Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.display_name,
        unit_id=account.unit_id,
        unit_name=unit_name,
        unit_path=unit_path,
        clearance=account.clearance,
        duties=frozenset(account.duties),
        roles=frozenset(account.roles),
        region=region,
        compartments=frozenset(account.compartments),
        recused_orgs=frozenset(recused),
        engagements=frozenset(engagements),
        session=session,
        purpose=purpose,
        service=account.service,
    )
    return actor, timezone.localtime(now)


_VALID = (
    "valid_from <= (select lx.today()) and (valid_to is null or valid_to >= (select lx.today()))"
)
_PRESENT = f"""
select lx.now(), u.name, u.path,
       array(select organisation_id from access_recusal where account_id = %(account)s and {_VALID}),
       array(select engagement from access_grant where account_id = %(account)s and kind = 'membership'
             and engagement is not null and revoked_at is null and {_VALID})
from organisation_unit u where u.id = %(unit)s
"""


def database_today() -> date:
    """The date the policies use: Shanghai, with the demo offset (settled.md 6)."""
    with connection.cursor() as cursor:
        cursor.execute("select lx.today()")
        today: date = cursor.fetchone()[0]
        return today


def database_now() -> datetime:
    """The moment business acts carry: real time plus the demo offset."""
    with connection.cursor() as cursor:
        cursor.execute("select lx.now()")
        now: datetime = cursor.fetchone()[0]
        # In Shanghai time: rooms take the business date from it, and at 1 a.m. UTC is still yesterday.
        return timezone.localtime(now)


def _dated(today: date) -> Q:
    return Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def handed_ids(
    *, actor: Actor, kind: str, now: datetime
) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Ids of objects of ``kind`` shared with the actor (P4), and opened to him by break-glass (P5)."""
    rows = Grant.objects.filter(
        _dated(database_today()),
        Q(kind__in=[GrantKind.SHARE, GrantKind.PARTICIPATION]) | Q(kind=GrantKind.BREAK_GLASS),
        Q(second_person__isnull=True) | Q(consented_at__isnull=False),
        Q(account_id=actor.account_id) | Q(unit_id=actor.unit_id),
        Q(until__isnull=True) | Q(until__gt=now),
        object_kind=kind,
        revoked_at__isnull=True,
    )
    found = [(k, i) for k, i in rows.values_list("kind", "object_id") if i is not None]
    emergency = frozenset(i for k, i in found if k == GrantKind.BREAK_GLASS)
    return frozenset(i for k, i in found if k != GrantKind.BREAK_GLASS), emergency


def subject_of(*, actor: Actor, kind: str, now: datetime) -> Subject:
    """The actor as the rules see him, with what is shared of ``kind``."""
    shared, emergency = handed_ids(actor=actor, kind=kind, now=now)
    return replace(standing_of(actor), shared=shared, emergency=emergency)


def standing_of(actor: Actor) -> Subject:
    """The actor as the rules see him, without what was handed to him: nothing is looked up."""
    return Subject(
        account_id=actor.account_id,
        unit_path=actor.unit_path,
        clearance=actor.clearance,
        duties=actor.duties,
        region=actor.region,
        compartments=actor.compartments,
        recused_orgs=actor.recused_orgs,
        engagements=actor.engagements,
    )


_LABELS = (
    "level, region, owner_path, engagement, subject_org, subject_path, addressee_path, compartment"
)


def known(*, kind: str, object_id: UUID) -> ObjectLabels:
    """The labels of an object of any kind that has a page (``kinds``). Raises ``NotFound``."""
    said = KINDS.get(kind)
    if said is None:
        raise NotFound
    return labels_of(kind=kind, object_id=object_id, library=said.library, served=said.served)


def labels_of(*, kind: str, object_id: UUID, library: str, served: bool = False) -> ObjectLabels:
    """The labels of an object the acting person sees, for ``explain_access``. Raises ``NotFound``.

    ``library`` empty: the room that the row itself names.
    """
    with connection.cursor() as cursor:
        cursor.execute("select lx.place_of(%s)::text", [kind])
        table = cursor.fetchone()[0]
        if table is None:
            raise NotFound
        room = "''" if library else "split_part(object_kind, '.', 1)"
        cursor.execute(f"select {room}, {_LABELS} from {table} where id = %s", [object_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    library = library or row[0]
    values = dict(zip(_LABELS.split(", "), row[1:], strict=True))
    return ObjectLabels(id=object_id, table=kind, library=library, served=served, **values)


def out_of_reach(objects: Collection[tuple[str, UUID]]) -> frozenset[UUID]:
    """Those of the (kind, id) that the acting person does not see now; one statement for all of them."""
    if not objects:
        return frozenset()
    kinds, ids = zip(*objects, strict=True)
    with connection.cursor() as cursor:
        cursor.execute("select lx.out_of_reach(%s, %s)", [list(kinds), list(ids)])
        return frozenset(ident for (ident,) in cursor.fetchall())


@query("access.explain_to")
def explain_to(
    *, actor: Actor, username: str, kind: str, object_id: UUID, now: datetime
) -> OtherReader | None:
    """Why another person sees an object or does not, for whoever may share it; ``None``: no such account.

    Of a recusal it says whether, never why (settled.md 29).
    """
    obj = known(kind=kind, object_id=object_id)
    if isinstance(rules.may_share(actor, obj), Denied):
        raise NotFound
    found = account_named(username)
    noting().about(
        kind,
        object_id,
        level=obj.level,
        engagement=obj.engagement,
        asked_about=str(found) if found else "",
    )
    if found is None:
        return None
    other = actor_for(account_id=found)
    with acting_as(other.account_id):
        subject = subject_of(actor=other, kind=kind, now=now)
        visible = object_id not in out_of_reach({(kind, object_id)})
    return OtherReader(
        name=other.name,
        unit_name=other.unit_name,
        explanation=rules.as_it_is(rules.explain(subject, obj), kind, visible=visible),
    )


def account_named(username: str) -> UUID | None:
    """The open account of a person by its sign-in name."""
    rows = in_use().filter(username=username.strip(), service="")
    return rows.values_list("id", flat=True).first() if username.strip() else None


def explained(subject: Subject, obj: ObjectLabels) -> Explanation:
    """Every rule of need-to-know about an object, for a subject that was loaded before (``subject_of``)."""
    return rules.explain(subject, obj)


def explain_access(*, actor: Actor, obj: ObjectLabels, now: datetime) -> Explanation:
    """Why the actor can or cannot see ``obj``. The caller must already hold the object's labels, so a
    person learns reasons only about what he sees; for the unseen, screens list his limits in general."""
    found = rules.explain(subject_of(actor=actor, kind=obj.table, now=now), obj)
    return rules.as_it_is(found, obj.table, visible=True)


@query("access.accounts")
def accounts(
    *, actor: Actor, now: datetime, search: str = "", limit: int = 50, offset: int = 0
) -> list[AccountRecord]:
    """Accounts for the administrators. Refused to everybody else."""
    if not actor.has_role("system_admin", "security_admin", "audit_admin"):
        raise Refused(Denied("账号清单只供三员查看。", "ACC-ADMIN-3"))
    rows: QuerySet[Account] = Account.objects.select_related("unit").order_by("username")
    if search:
        rows = rows.filter(Q(username__icontains=search) | Q(display_name__icontains=search))
    noting().about("access.account", actor.account_id, count=min(limit, rows.count()))
    return [account_record(a) for a in rows[offset : offset + limit]]


def account_record(a: Account) -> AccountRecord:
    return AccountRecord(
        id=a.id,
        revision=a.revision,
        username=a.username,
        display_name=a.display_name,
        unit_id=a.unit_id,
        unit_name=a.unit.name,
        clearance=a.clearance,
        roles=tuple(a.roles),
        duties=tuple(a.duties),
        compartments=tuple(a.compartments),
        region=(a.region_lo, a.region_hi)
        if a.region_lo is not None and a.region_hi is not None
        else None,
        active=a.is_active,
        blocked_reason=a.blocked_reason,
        created_at=a.created_at,
        permitted=frozenset({"block" if a.is_active else "unblock"}),
    )


@query("access.grants")
def grants(*, actor: Actor, now: datetime, engagement: UUID | None = None) -> list[GrantRecord]:
    """Grants the actor received, gave, seconds or administers; row security decides."""
    rows = Grant.objects.select_related("account", "unit").order_by("-created_at")
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    found = [grant_record(g, now) for g in rows[:500]]
    noting().about("access.grant", actor.account_id, count=len(found))
    return found


def grant_record(g: Grant, now: datetime) -> GrantRecord:
    today = now.date()
    is_open = (
        g.revoked_at is None
        and g.valid_from <= today
        and (g.valid_to is None or today <= g.valid_to)
        and (g.until is None or now < g.until)
        and (g.second_person_id is None or g.consented_at is not None)
    )
    return GrantRecord(
        id=g.id,
        revision=g.revision,
        kind=g.kind,
        kind_label=GrantKind(g.kind).label,
        account_name=g.account.display_name if g.account else "",
        unit_name=g.unit.name if g.unit else "",
        engagement=g.engagement,
        object_kind=g.object_kind,
        object_id=g.object_id,
        purpose=g.purpose,
        valid_from=g.valid_from,
        valid_to=g.valid_to,
        until=g.until,
        revoked_at=g.revoked_at,
        reviewed_at=g.reviewed_at,
        open=is_open,
    )


def security_administrators() -> list[UUID]:
    """Who reviews what was opened in an emergency."""
    rows = Account.objects.filter(roles__contains=["security_admin"], is_active=True)
    return list(rows.order_by("username").values_list("id", flat=True))


def unit_has_clearance(*, unit_id: UUID, level: int, duty: str) -> bool:
    """Whether somebody of the unit holds the duty and is cleared for the level."""
    return Account.objects.filter(
        unit_id=unit_id, is_active=True, clearance__gte=level, duties__contains=[duty]
    ).exists()


def account_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Display names of accounts."""
    return dict(Account.objects.filter(id__in=list(ids)).values_list("id", "display_name"))


@query("access.account_to_close")
def account_to_close(*, actor: Actor, now: datetime, account_id: UUID) -> AccountRecord:
    """One account, for the system administrator who closes and opens sign-ins."""
    decision = rules.may_manage_accounts(actor)
    if isinstance(decision, Denied):
        raise Refused(decision)
    row = Account.objects.select_related("unit").filter(id=account_id, service="").first()
    if row is None:
        raise NotFound
    noting().about("access.account", row.id, revision=row.revision)
    return account_record(row)


@query("access.account")
def account(*, actor: Actor, now: datetime, account_id: UUID) -> AccountRecord:
    """One account, for the security administrator who sets its permissions."""
    decision = rules.may_set_permissions(actor)
    if isinstance(decision, Denied):
        raise Refused(decision)
    row = Account.objects.select_related("unit").filter(id=account_id).first()
    if row is None:
        raise NotFound
    noting().about("access.account", row.id, revision=row.revision)
    return account_record(row)


def actor_of_token(*, secret: str) -> Actor | None:
    """The account a system token speaks for; ``None`` for an unknown, expired or revoked one."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    row = SystemToken.objects.filter(digest=digest, revoked_at__isnull=True).first()
    if row is None or row.expires_on < timezone.localdate():
        return None
    try:
        return actor_for(account_id=row.account_id, session=f"token {row.id}"[:20])
    except NotFound:
        return None


def people_with_accounts(*, person_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of the people have an open sign-in account."""
    rows = Account.objects.filter(person_id__in=list(person_ids), is_active=True)
    return frozenset(p for p in rows.values_list("person_id", flat=True) if p is not None)


def offices_with(*, role: str, duty: str) -> list[tuple[UUID, str, int, int]]:
    """(unit, path, first and last region) of the units that have an active account with role and duty."""
    rows = (
        Account.objects.filter(
            is_active=True,
            roles__contains=[role],
            duties__contains=[duty],
            region_lo__isnull=False,
            region_hi__isnull=False,
        )
        .order_by("unit__path", "username")
        .values_list("unit_id", "unit__path", "region_lo", "region_hi")
    )
    return [(unit, path, low or 0, high or 0) for unit, path, low, high in rows]
