"""Random worlds for the oracle: units, people, engagements with dates at the boundary, walls,
recusals, compartments, grants of every kind — written by the superuser past triggers and row
security, so that no policy helps or hinders. Rows are filled from the models: a new table needs no
line here, only one in ``catalogue``."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from tests.access.oracle import Permit, Shelf, What, Who

PLACES = ("c1", "c2")
LIBRARIES = (
    *("leads", "rectification", "exchange", "inspection", "approvals", "documents", "duties"),
    "regulations",
)
# Rooms opened later draw from dice of their own: the worlds of the seeds above stay what they were.
LATER_LIBRARIES = ("coordination", "appraisal")
OBJECT_KINDS = ("leads.lead", "rectification.item", "exchange.request", "inspection.engagement")
SERVICE = "oracle"
# What a page wants to show and a plain default does not give.
WANTED: dict[str, dict[str, Any]] = {
    "exchange_inforequest": {"data_class": "D14"},
    # Addressed to no committee: what an audience reads is tried in tests/appraisal/test_pages.py.
    "appraisal_scheme": {"audience_path": "~"},
    "appraisal_ranking": {"audience_path": "~"},
    "duties_duty": {"template_code": "MS-01", "anchor": "entry"},
    "documents_storedfile": {"sha256": "0" * 64, "size": 1, "suffix": "txt"},
    "inspection_listline": {"risk": "风险"},
}
LABELS = (
    "level",
    "region",
    "owner_path",
    "engagement",
    "subject_org",
    "subject_path",
    "addressee_path",
    "compartment",
)


@dataclass
class World:
    today: date
    people: list[Who]
    things: dict[str, list[What]]
    units: list[tuple[UUID, str, int]]
    parents: dict[str, dict[UUID, UUID]] = field(default_factory=dict)
    """For tables whose first labelled foreign key matters: row → parent."""


def build(
    server: Any,
    seed: int,
    shelves: Iterable[Shelf],
    *,
    people: int,
    things: int,
    services: int = 0,
    inherit: bool = False,
) -> World:
    """Write a world of ``things`` rows in each of ``shelves`` and ``people`` to look at them.

    ``inherit``: a row carries the labels of the row it belongs to, as the rooms make them; without it
    the labels of every row are its own, which tries the policies harder.
    """
    builder = _Builder(server, seed, inherit=inherit)
    return builder.build(list(shelves), people=people, things=things, services=services)


def mark(seed: int, table: str, number: int) -> str:
    """What stands in the number and title of a row, and nowhere else."""
    return f"W{seed}-{table.replace('_', '-')}-{number:03d}"


def _model(table: str) -> type[models.Model]:
    return next(m for m in apps.get_models() if m._meta.db_table == table)


class _Builder:
    def __init__(self, server: Any, seed: int, *, inherit: bool = False) -> None:
        self.server, self.seed, self.inherit = server, seed, inherit
        self.dice = random.Random(seed)
        self.today: date = server.execute("select lx.today()").fetchone()[0]
        self.accounts: list[UUID] = [
            row[0]
            for row in server.execute(
                "select id from access_account where service = '' order by username limit 2"
            ).fetchall()
        ]
        self.units: list[tuple[UUID, str, int]] = []

    def build(self, shelves: list[Shelf], *, people: int, things: int, services: int) -> World:
        dice = self.dice
        self.units = self._units()
        engagements = [self.id() for _ in range(6)]
        made = {shelf.table: [self._thing(engagements) for _ in range(things)] for shelf in shelves}
        if self.inherit:
            self._inherit(made)
        parents: dict[str, dict[UUID, UUID]] = {}
        self._loosen(shelves)
        self.server.execute("set session_replication_role = replica")
        for shelf in shelves:
            parents[shelf.table] = self.fill(shelf.table, made[shelf.table], made)
        self.server.execute("set session_replication_role = origin")
        crowd = [self._person(n, engagements, shelves, made) for n in range(people)]
        for number in range(services):
            tables = {s.table for s in shelves if dice.random() < 0.5}
            crowd.append(self._service(people + number, tables))
        permits = [p for who in crowd for p in who.permits]
        permits += self._unit_permits(shelves, made)
        self._write_permits(permits, crowd)
        for who in crowd:
            who.permits = [p for p in permits if p.to in (who.id, who.unit)]
        return World(self.today, crowd, made, self.units, parents)

    def _loosen(self, shelves: list[Shelf]) -> None:
        """What a row may say is not the question here: only who may see it."""
        for table, name in self.server.execute(
            "select conrelid::regclass::text, conname from pg_constraint"
            " where contype in ('c', 'u') and conrelid::regclass::text = any(%s)",
            [[shelf.table for shelf in shelves]],
        ).fetchall():
            self.server.execute(f'alter table {table} drop constraint "{name}"')
        for (name,) in self.server.execute(
            "select indexrelid::regclass::text from pg_index where indisunique"
            " and not indisprimary and indrelid::regclass::text = any(%s)",
            [[shelf.table for shelf in shelves]],
        ).fetchall():
            self.server.execute(f"drop index {name}")
        for table, name in self.server.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger"
            " where tgname like 'guard\\_%%' and tgname <> 'guard_state'"
            " and tgrelid::regclass::text = any(%s)",
            [[shelf.table for shelf in shelves]],
        ).fetchall():
            self.server.execute(f"drop trigger {name} on {table}")

    def _inherit(self, made: dict[str, list[What]]) -> None:
        parents = {}
        for table in made:
            found = [
                f.related_model._meta.db_table
                for f in _model(table)._meta.concrete_fields
                if isinstance(f.related_model, type) and not f.null
            ]
            parents[table] = next((t for t in found if t in made and t != table), None)
        done: set[str] = set()
        while len(done) < len(made):
            for table, parent in parents.items():
                if table in done or (parent and parent not in done):
                    continue
                if parent:
                    made[table] = [
                        replace(above, id=what.id, object_kind=what.object_kind)
                        for what, above in zip(made[table], made[parent], strict=True)
                    ]
                done.add(table)

    def id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    def dates(self) -> tuple[date, date]:
        """Ranges that begin and end on, just before and just after today."""
        start = self.today + timedelta(days=self.dice.choice((-30, -1, 0, 0, 1)))
        return start, start + timedelta(days=self.dice.choice((0, 1, 29, 30, 60)))

    def _units(self) -> list[tuple[UUID, str, int]]:
        # Worlds that lie in one database one after the other do not share a tree.
        units = [
            (self.id(), f"9{self.seed:03d}{i:02d}/", 970000 + 100 * (i % 3)) for i in range(10)
        ]
        units += [
            (self.id(), f"{path}{i:04d}/", region) for i, (_, path, region) in enumerate(units)
        ]
        for number, (unit, path, region) in enumerate(units):
            self.server.execute(
                "insert into organisation_unit(id, revision, created_at, code, name, short_name, pinyin, kind,"
                " tier, region, path, valid_from)"
                " values (%s,1,now(),%s,%s,%s,'','member_unit','province',%s,%s,'2020-01-01')",
                [unit, f"W{self.seed}-{number}", f"单位{number}", f"单位{number}", region, path],
            )
        return units

    def _thing(self, engagements: list[UUID]) -> What:
        dice, units = self.dice, self.units
        owner, addressee, subject = dice.choice(units), dice.choice(units), dice.choice(units)
        about = dice.random() < 0.6
        return What(
            id=self.id(),
            level=dice.choice((0, 1, 1, 2, 2, 3)),
            region=owner[2] + dice.choice((0, 0, 21)),
            owner_path=owner[1],
            engagement=dice.choice([None, *engagements]),
            subject=subject[0] if about else None,
            subject_path=subject[1] if about else None,
            addressee_path=addressee[1] if dice.random() < 0.4 else None,
            compartment=dice.choice((None, None, None, None, *PLACES)),
            object_kind=dice.choice(OBJECT_KINDS),
        )

    def fill(self, table: str, things: list[What], made: dict[str, list[What]]) -> dict[UUID, UUID]:
        """Insert the rows; the n-th row of a table belongs to the n-th row of its parent's."""
        fields = list(_model(table)._meta.concrete_fields)
        parents: dict[UUID, UUID] = {}
        rows = []
        for number, what in enumerate(things):
            row = []
            for f in fields:
                value = self.value(f, what, number, made)
                if f.related_model and f.related_model._meta.db_table in made and value:
                    parents.setdefault(what.id, value)
                row.append(f.get_db_prep_save(value, connection))
            rows.append(row)
        columns = ", ".join(f'"{f.column}"' for f in fields)
        marks = ", ".join(["%s"] * len(fields))
        with self.server.cursor() as cursor:
            cursor.executemany(f"insert into {table} ({columns}) values ({marks})", rows)
        return parents

    def value(
        self, f: models.Field[Any, Any], what: What, number: int, made: dict[str, list[What]]
    ) -> Any:
        table, name = f.model._meta.db_table, f.attname
        wanted = WANTED.get(table, {})
        if name in wanted:
            return wanted[name]
        if name in LABELS:
            return what.subject if name == "subject_org" else getattr(what, name)
        if name == "id":
            return what.id
        if name == "owner_unit":
            return self._unit_at(what.owner_path)
        if name == "addressee_unit":
            return self._unit_at(what.addressee_path)
        if name == "object_kind":
            return what.object_kind
        if name == "revision":
            return 1
        if f.related_model is not None:
            return self._target(f, what, number, made)
        if f.has_default() and not f.unique:
            return f.get_default()
        if f.null:
            return None
        return self._plain(f, number)

    def _target(
        self,
        f: models.Field[Any, Any],
        what: What,
        number: int,
        made: dict[str, list[What]],
    ) -> UUID | None:
        target = f.related_model._meta.db_table  # type: ignore[union-attr]
        if f.null:
            return None
        if target in made and target != f.model._meta.db_table:
            return made[target][number].id
        if target == "organisation_unit":
            return self._unit_at(what.owner_path)
        if target == "access_account":
            return self.accounts[number % 2]
        return self.id()  # a row nobody asks for: triggers and foreign keys are off

    def _unit_at(self, path: str | None) -> UUID | None:
        return next((u for u, p, _ in self.units if p == path), None)

    def _plain(self, f: models.Field[Any, Any], number: int) -> Any:
        if f.choices:
            return f.choices[0][0]  # type: ignore[index]
        if isinstance(f, models.BooleanField):
            return False
        if isinstance(f, models.UUIDField):
            return self.id()
        if isinstance(f, models.DateTimeField):
            return datetime.combine(self.today, datetime.min.time()).astimezone()
        if isinstance(f, models.DateField):
            later = 30 if any(word in f.attname for word in ("end", "_to", "until")) else 0
            return self.today + timedelta(days=later)
        if isinstance(f, ArrayField):
            return []
        if isinstance(f, models.JSONField):
            return {}
        if isinstance(f, models.BinaryField):
            return b""
        if isinstance(f, models.IntegerField):
            return 1
        if f.unique or f.attname in ("number", "title", "name", "text"):
            return mark(self.seed, f.model._meta.db_table, number)[: f.max_length or 200]
        return "" if f.blank else f"题{number}"[: f.max_length or 200]

    def _person(
        self,
        number: int,
        engagements: list[UUID],
        shelves: list[Shelf],
        made: dict[str, list[What]],
    ) -> Who:
        dice = self.dice
        unit, path, region = dice.choice(self.units)
        who = Who(
            id=self.id(),
            unit=unit,
            path=path,
            clearance=dice.choice((1, 2, 3, 3, 3)),
            duties={x for x in LIBRARIES if dice.random() < 0.85} | self._later(number),
            oversees=dice.choice((None, (970000, 979999), (970000, 979999), (region, region + 99))),
            compartments={p for p in PLACES if dice.random() < 0.7},
        )
        if (
            random.Random(f"admin {number}").random() < 0.08
        ):  # whatever is granted to him afterwards
            who.clearance, who.duties, who.oversees, who.compartments = -1, set(), None, set()
            who.admin = True
        self._open_account(who, number)
        for _ in range(dice.randrange(3)):
            org, (start, end) = dice.choice(self.units)[0], self.dates()
            who.recused.append((org, start, end))
            self.server.execute(
                "insert into access_recusal(id, revision, created_at, account_id, organisation_id, reason_code,"
                " valid_from, valid_to) values (%s,1,now(),%s,%s,'kin',%s,%s)",
                [self.id(), who.id, org, start, end],
            )
        for _ in range(dice.randrange(3)):
            who.permits.append(
                Permit(
                    "membership", who.id, dice.choice(engagements), "", None, *self.dates(),
                    revoked=dice.random() < 0.2,
                )
            )  # fmt: skip
        for shelf in shelves:
            who.permits += self._own_permits(who.id, shelf, made)
        return who

    def _service(self, number: int, tables: set[str]) -> Who:
        """A named service identity (P6): no duties, no region, a fixed list of tables."""
        unit, path, _ = self.dice.choice(self.units)
        name = f"{SERVICE}{number}"
        who = Who(self.id(), unit, path, 2, set(), None, {PLACES[0]}, service=name, tables=tables)
        self._open_account(who, number)
        for table in sorted(tables):
            self.server.execute("insert into lx.service_table values (%s, %s)", [name, table])
        return who

    def _later(self, number: int) -> set[str]:
        own = random.Random(f"later {number}")
        return {x for x in LATER_LIBRARIES if own.random() < 0.85}

    def _open_account(self, who: Who, number: int) -> None:
        self.server.execute(
            "insert into access_account(id, password, username, email, unit_id, display_name, clearance, roles,"
            " duties, compartments, region_lo, region_hi, service, is_active, blocked_reason, created_at)"
            " values (%s,'',%s,'',%s,'某人',%s,%s,%s,%s,%s,%s,%s,true,'',now())",
            [
                who.id,
                f"w{self.seed}-{number}",
                who.unit,
                who.clearance,
                ["audit_admin" if who.admin else "clerk"],
                sorted(who.duties),
                sorted(who.compartments),
                who.oversees[0] if who.oversees else None,
                who.oversees[1] if who.oversees else None,
                who.service,
            ],
        )

    def _own_permits(self, to: UUID, shelf: Shelf, made: dict[str, list[What]]) -> Iterable[Permit]:
        dice, things = self.dice, made[shelf.table]
        for kind, share in (("share", 0.3), ("participation", 0.2), ("break_glass", 0.2)):
            for _ in range(dice.randrange(1 + int(len(things) * share))):
                yield Permit(
                    kind, to, None, shelf.kind, dice.choice(things).id, *self.dates(),
                    revoked=dice.random() < 0.2,
                    needs_second=kind == "break_glass"
                    or (kind == "share" and dice.random() < 0.4),
                    seconded=dice.random() < 0.7,
                    over=dice.random() < 0.3,
                )  # fmt: skip
        # A grant that names the right row under the wrong kind opens nothing.
        yield Permit(
            "share", to, None, "nothing.real", dice.choice(things).id, self.today, self.today
        )

    def _unit_permits(self, shelves: list[Shelf], made: dict[str, list[What]]) -> list[Permit]:
        found = []
        for shelf in shelves:
            unit = self.dice.choice(self.units)[0]
            permits = self._own_permits(unit, shelf, made)
            found += [
                replace(p, kind="share", over=False) if p.kind == "break_glass" else p
                for p in permits
            ]
        return found

    def _write_permits(self, permits: list[Permit], crowd: list[Who]) -> None:
        people = {who.id: who.path for who in crowd}
        rows = []
        for p in permits:
            glass = p.kind == "break_glass"
            until = datetime.now().astimezone() + timedelta(hours=-1 if p.over else 1)
            rows.append(
                [
                    self.id(),
                    p.kind,
                    p.to if p.to in people else None,
                    None if p.to in people else p.to,
                    p.engagement,
                    p.object_kind,
                    p.object_id,
                    self.accounts[0],
                    self.accounts[1] if p.needs_second else None,
                    p.start,
                    p.end,
                    until if glass else None,
                    self.today if p.needs_second and p.seconded else None,
                    self.today if p.revoked else None,
                    people.get(p.to, "~"),
                ]
            )
        with self.server.cursor() as cursor:
            cursor.executemany(
                "insert into access_grant(id, revision, created_at, kind, account_id, unit_id, engagement,"
                " object_kind, object_id, purpose, legal_basis, granted_by_id, second_person_id, valid_from,"
                " valid_to, until, consented_at, revoked_at, owner_path, review_note)"
                " values (%s,1,now(),%s,%s,%s,%s,%s,%s,'x','',%s,%s,%s,%s,%s,%s,%s,%s,'')",
                rows,
            )
