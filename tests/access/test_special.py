"""T1 for the rows without labels: people's facts, the calendar, notices, recusals, grants."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db import Error, OperationalError, connection, transaction

from lianxun.fabric.identity import acting_as
from tests.access import worlds
from tests.access.special import ADMINS, RULES, Reader
from tests.support import cluster
from tests.trace.support import put

KINDS = {"organisation_appointment": ("staff", "liaison", "responsible_deputy")}


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


@pytest.fixture
def builder(server: Any) -> worlds._Builder:
    found = worlds._Builder(server, 31)
    found.units = found._units()
    return found


def readers(builder: worlds._Builder, people: list[UUID], count: int) -> list[Reader]:
    """Accounts of every kind: staff, keepers, contacts, administrators; some are one of the people."""
    found = []
    for number in range(count):
        dice = builder.dice
        unit, path, region = dice.choice(builder.units)
        role = dice.choice(("clerk", "clerk", "clerk", "contact", *sorted(ADMINS)))
        plain = role in ADMINS
        who = Reader(
            id=builder.id(),
            person=people[number] if number % 3 == 0 else None,
            unit=unit,
            path=path,
            roles={role},
            duties=set()
            if plain
            else {d for d in ("organisation", "access") if dice.random() < 0.5},
            oversees=None if plain else dice.choice((None, (region, region + 99))),
            today=builder.today,
        )
        if not plain and number % 3 == 1:
            who.duties.add("regulations")
        low, high = who.oversees or (None, None)
        put(
            builder.server,
            "access.Account",
            id=who.id,
            username=f"special-{number}",
            person_id=who.person,
            unit_id=unit,
            display_name="某人",
            clearance=-1 if role.endswith("_admin") else 2,
            roles=[role],
            duties=sorted(who.duties),
            region_lo=low,
            region_hi=high,
            created_at=datetime.now().astimezone(),
        )
        found.append(who)
    return found


def rows_of(
    builder: worlds._Builder, table: str, people: list[UUID], accounts: list[UUID], count: int
) -> list[dict[str, Any]]:
    """Random rows; what the rules read varies, with dates on, before and after today."""
    dice: random.Random = builder.dice
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    days = (None, *(builder.today + timedelta(days=n) for n in (-1, 0, 1)))
    found = []
    for number in range(count):
        unit, path, region = dice.choice(builder.units)
        said: dict[str, Any] = {
            "id": people[number] if table == "organisation_person" else builder.id(),
            "unit_id": unit,
            "unit_path": path,
            "region": region,
            "person_id": dice.choice(people),
            "account_id": dice.choice(accounts),
            "added_by_id": dice.choice(accounts),
            "account": dice.choice(accounts),
            "organisation_id": unit,
            "contact_until": dice.choice(days),
            "valid_to": dice.choice(days),
            "kind": dice.choice(KINDS.get(table, ("",))),
            "path": f"Z{number}/",
            "date": date(2001, 1, 1) + timedelta(days=number),
            "number": 1000 + number,
            "year": 2001 + number,
            "version": 90 + number,
            "parent_id": None,
        }
        row = {}
        for f in model._meta.concrete_fields:
            if f.attname in said and (f.attname != "id" or f.get_internal_type() == "UUIDField"):
                row[f.attname] = said[f.attname]
            elif f.attname == "id":
                row["id"] = 90_000 + number
            elif f.null:
                row[f.attname] = None
            elif f.has_default() and not f.unique:
                row[f.attname] = f.get_default()
            else:
                row[f.attname] = builder._plain(f, number)
        found.append(row)
    return found


def insert(server: Any, table: str, rows: list[dict[str, Any]]) -> None:
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    fields = list(model._meta.concrete_fields)
    columns = ", ".join(f'"{f.column}"' for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    # What a row may say, and how often, is not the question here: only who may see it.
    for (name,) in server.execute(
        "select conname from pg_constraint where contype in ('c', 'u') and conrelid = %s::regclass",
        [table],
    ).fetchall():
        server.execute(f'alter table {table} drop constraint "{name}" cascade')
    for (name,) in server.execute(
        "select indexrelid::regclass::text from pg_index"
        " where indisunique and not indisprimary and indrelid = %s::regclass",
        [table],
    ).fetchall():
        server.execute(f"drop index {name}")
    server.execute("set session_replication_role = replica")
    for row in rows:
        values = [f.get_db_prep_save(row[f.attname], connection) for f in fields]
        server.execute(f"insert into {table} ({columns}) values ({marks})", values)
    server.execute("set session_replication_role = origin")


def touched(who: Reader, table: str, key: str, words: str) -> set[Any]:
    with acting_as(who.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words)
        found = {row[0] for row in cursor.fetchall()}
        transaction.set_rollback(True)
        return found


def key_of(table: str) -> str:
    model = next(m for m in apps.get_models() if m._meta.db_table == table)
    return str(model._meta.pk.attname) if model._meta.pk else "id"


def out_of_office(who: Reader, appointments: list[dict[str, Any]]) -> bool:
    """Everything he was ended before today: the database lets him in no more."""
    ends = [row["valid_to"] for row in appointments if row["person_id"] == who.person]
    return bool(ends) and all(day is not None and day < who.today for day in ends)


@pytest.mark.parametrize("table", sorted(RULES))
def test_the_database_and_the_rule_agree(builder: worlds._Builder, table: str) -> None:
    server, rule, key = builder.server, RULES[table], key_of(table)
    people = [builder.id() for _ in range(40)]
    if table != "organisation_person":
        insert(
            server,
            "organisation_person",
            rows_of(builder, "organisation_person", people, [builder.id()], 40),
        )
        crowd = readers(builder, people, 30)
        rows = rows_of(builder, table, people, [w.id for w in crowd], 40)
        insert(server, table, rows)
    else:
        rows = rows_of(builder, table, people, [builder.id()], 40)
        insert(server, table, rows)
        crowd = readers(builder, people, 30)
    mine = {row[key] for row in rows}
    server.execute(f"alter table {table} disable trigger user")
    seen = 0
    for who in crowd:
        if table == "organisation_appointment" and out_of_office(who, rows):
            with pytest.raises(OperationalError, match="identity refused"):
                touched(who, table, key, f'select "{key}" from {table}')
            continue
        readable = {row[key] for row in rows if rule.read(who, row)}
        assert touched(who, table, key, f'select "{key}" from {table}') & mine == readable, who
        for verb, may in (("update", rule.update), ("delete", rule.delete)):
            words = {
                "update": f'update {table} set "{key}" = "{key}" returning "{key}"',
                "delete": f"delete from {table} where \"{key}\"::text = any('{{{','.join(map(str, mine))}}}')"
                f' returning "{key}"',
            }[verb]
            expected = {row[key] for row in rows if may(who, row)} & readable
            assert touched(who, table, key, words) & mine == expected, (verb, who)
        seen += len(readable)
    assert seen


# --- the one grant table ---------------------------------------------------------------------------


@pytest.fixture
def grants(builder: worlds._Builder) -> tuple[worlds._Builder, list[Reader]]:
    people = [builder.id() for _ in range(40)]
    insert(
        builder.server,
        "organisation_person",
        rows_of(builder, "organisation_person", people, [builder.id()], 40),
    )
    return builder, readers(builder, people, 30)


def a_grant(builder: worlds._Builder, **said: Any) -> UUID:
    found = builder.id()
    values: dict[str, Any] = {
        "id": found,
        "kind": "share",
        "object_kind": "leads.lead",
        "object_id": builder.id(),
        "purpose": "核查",
        "valid_from": builder.today,
        "valid_to": builder.today,
        "owner_path": "~",
        "created_at": datetime.now().astimezone(),
    } | said
    put(builder.server, "access.Grant", **values)
    return found


def test_a_grant_is_known_to_whom_it_concerns(
    grants: tuple[worlds._Builder, list[Reader]],
) -> None:
    builder, crowd = grants
    dice, rows = builder.dice, {}
    for _ in range(80):
        kind = dice.choice(("share", "participation", "break_glass"))
        to_unit = kind != "break_glass" and dice.random() < 0.5
        giver, taker, second = dice.sample(crowd, 3)
        said = {
            "kind": kind,
            "account_id": None if to_unit else taker.id,
            "unit_id": taker.unit if to_unit else None,
            "granted_by_id": taker.id if kind == "break_glass" else giver.id,
            "second_person_id": second.id if kind == "break_glass" else None,
            "until": datetime.now().astimezone() if kind == "break_glass" else None,
            "owner_path": giver.path,
        }
        rows[a_grant(builder, **said)] = said
    for who in crowd:
        expected = {
            i
            for i, g in rows.items()
            if who.id in (g["account_id"], g["granted_by_id"], g["second_person_id"])
            or (g["unit_id"] == who.unit and g["kind"] != "break_glass")
            or "security_admin" in who.roles
            or ("access" in who.duties and g["owner_path"][: len(who.path)] == who.path)
        }
        assert touched(who, "access_grant", "id", "select id from access_grant") & set(rows) == (
            expected
        ), who


def attempt(who: Reader, words: str, values: Any) -> str:
    """ "" = refused by the database, or the number of rows it changed."""
    with acting_as(who.id), transaction.atomic(), connection.cursor() as cursor:
        try:
            cursor.execute(words, values)
        except Error as error:
            if isinstance(
                error.__cause__,
                psycopg.errors.InsufficientPrivilege | psycopg.errors.RaiseException,
            ):
                return ""
            raise
        finally:
            transaction.set_rollback(True)
        return str(cursor.rowcount or "")


FORGERIES = {
    "turning one's gift to another into one for oneself": "account_id = %(me)s",
    "turning it into one for the own unit": "account_id = null, unit_id = %(unit)s",
    "naming another object": "object_id = gen_random_uuid()",
    "naming another kind of object": "object_kind = 'leads.batch'",
    "turning reading into writing": "kind = 'participation'",
    "giving it in another's name": "granted_by_id = %(other)s",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_grant_is_not_turned_into_another(
    grants: tuple[worlds._Builder, list[Reader]], forgery: str
) -> None:
    """What a grant opens, to whom and by whom never changes; it is revoked and given anew."""
    builder, crowd = grants
    giver = next(w for w in crowd if "clerk" in w.roles and not w.duties)
    taker = next(w for w in crowd if w is not giver)
    found = a_grant(builder, account_id=taker.id, granted_by_id=giver.id)
    values = {"me": giver.id, "unit": giver.unit, "other": taker.id, "id": found}
    words = f"update access_grant set {FORGERIES[forgery]} where id = %(id)s"
    assert attempt(giver, words, values) == ""
    assert attempt(giver, "update access_grant set revoked_at = now() where id = %s", [found])


def test_nobody_gives_to_himself(grants: tuple[worlds._Builder, list[Reader]]) -> None:
    builder, crowd = grants
    words = (
        "insert into access_grant(id, revision, created_at, kind, account_id, object_kind, object_id, purpose,"
        " legal_basis, granted_by_id, valid_from, valid_to, owner_path, review_note, engagement)"
        " values (gen_random_uuid(), 1, now(), %s, %s, 'leads.lead', gen_random_uuid(), 'x', '', %s,"
        " lx.today(), lx.today(), '~', '', gen_random_uuid())"
    )
    for who in crowd:
        for kind in ("share", "participation", "membership"):
            assert attempt(who, words, [kind, who.id, who.id]) == ""
            assert attempt(who, words, [kind, crowd[0].id, crowd[1].id]) == "" or who is crowd[1]
    assert builder.today


def test_nobody_opens_his_own_emergency(grants: tuple[worlds._Builder, list[Reader]]) -> None:
    """Consent is the second person's act alone, also against somebody who keeps permissions."""
    builder, crowd = grants
    asker = next(w for w in crowd if "access" in w.duties)
    second = next(w for w in crowd if w is not asker and w.roles == {"clerk"})
    found = a_grant(
        builder,
        kind="break_glass",
        account_id=asker.id,
        granted_by_id=asker.id,
        second_person_id=second.id,
        until=datetime.now().astimezone(),
        valid_to=None,
        owner_path=asker.path,
    )
    words = "update access_grant set consented_at = now() where id = %s"
    for who in crowd:
        assert bool(attempt(who, words, [found])) == (who is second), who
    longer = "update access_grant set until = until + interval '1 day' where id = %s"
    assert attempt(asker, longer, [found]) == ""


def test_a_share_is_not_prolonged_by_whoever_holds_it(
    grants: tuple[worlds._Builder, list[Reader]],
) -> None:
    builder, crowd = grants
    holder = next(w for w in crowd if "access" in w.duties)
    found = a_grant(builder, account_id=holder.id, granted_by_id=crowd[0].id)
    longer = "update access_grant set valid_to = valid_to + 30 where id = %s"
    assert attempt(holder, longer, [found]) == ""


def test_what_is_revoked_stays_revoked(grants: tuple[worlds._Builder, list[Reader]]) -> None:
    builder, crowd = grants
    giver = next(w for w in crowd if w.roles == {"clerk"})
    found = a_grant(
        builder,
        account_id=crowd[-1].id,
        granted_by_id=giver.id,
        revoked_at=datetime.now().astimezone(),
    )
    again = "update access_grant set revoked_at = null where id = %s"
    assert attempt(giver, again, [found]) == ""
