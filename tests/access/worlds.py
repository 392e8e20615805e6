"""Random worlds for the oracle: units, people, engagements with dates at the boundary, walls,
recusals, compartments, shares — written by the superuser, so that no policy helps or hinders."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.access.oracle import What, Who

LIBRARIES = ("leads", "rectification", "exchange")
PLACES = ("c1", "c2")


@dataclass
class World:
    today: date
    people: list[Who]
    things: list[What]


def build(server: Any, seed: int, *, people: int, things: int) -> World:
    """Write a world into ``leads_lead`` (never served) and ``rectification_item`` (served), and return it."""
    dice = random.Random(seed)
    today = server.execute("select lx.today()").fetchone()[0]
    units = [(_id(dice), f"9{i:03d}/", 970000 + 100 * (i % 3)) for i in range(10)]
    units += [(_id(dice), f"{path}{i:04d}/", region) for i, (_, path, region) in enumerate(units)]
    for number, (unit, path, region) in enumerate(units):
        server.execute(
            "insert into organisation_unit(id, revision, created_at, code, name, short_name, pinyin, kind, tier,"
            " region, path, valid_from) values (%s,1,now(),%s,%s,%s,'','member_unit','province',%s,%s,'2020-01-01')",
            [unit, f"W{seed}-{number}", f"单位{number}", f"单位{number}", region, path],
        )
    engagements = [_id(dice) for _ in range(6)]
    made = [_thing(dice, units, engagements) for _ in range(things)]
    for number, what in enumerate(made):
        _write(server, "leads_lead", what, seed, number)
        _write(server, "rectification_item", what, seed, number)
    crowd = [_person(server, dice, units, engagements, made, today, seed, n) for n in range(people)]
    return World(today, crowd, made)


def _id(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)


def _thing(dice: random.Random, units: list[Any], engagements: list[UUID]) -> What:
    owner, addressee, subject = dice.choice(units), dice.choice(units), dice.choice(units)
    about = dice.random() < 0.6
    return What(
        id=_id(dice),
        level=dice.choice((0, 1, 1, 2, 2, 3)),
        region=owner[2] + dice.choice((0, 0, 21)),
        owner_path=owner[1],
        engagement=dice.choice([None, *engagements]),
        subject=subject[0] if about else None,
        subject_path=subject[1] if about else None,
        addressee_path=addressee[1] if dice.random() < 0.4 else None,
        compartment=dice.choice((None, None, None, None, *PLACES)),
    )


_COLUMNS = {
    "leads_lead": (
        "number, source, title, summary, object_name, object_post, discipline, named, in_vault, state,"
        " registered_by_id, study_minutes, objection, opinion, result, return_reason",
        "%s,'found','x','x','','','work',false,false,'registered',%s,'','','','',''",
    ),
    "rectification_item": (
        "number, title, detail, type, lead_person, lead_unit, measures, standard, institution, due_on, state,"
        " progress, plan_round, plan_answer, reopened_times, submitted_by_id",
        "%s,'x','','phased','','','','','','2027-01-01','issued','',1,'',0,%s",
    ),
}


def _write(server: Any, table: str, what: What, seed: int, number: int) -> None:
    columns, values = _COLUMNS[table]
    anybody = server.execute("select id from access_account limit 1").fetchone()[0]
    server.execute(
        f"insert into {table}(id, revision, created_at, level, region, owner_unit, owner_path, engagement,"
        f" subject_org, subject_path, addressee_unit, addressee_path, compartment, {columns})"
        f" values (%s,1,now(),%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,{values})",
        [
            what.id,
            what.level,
            what.region,
            what.id,
            what.owner_path,
            what.engagement,
            what.subject,
            what.subject_path,
            what.id if what.addressee_path else None,
            what.addressee_path,
            what.compartment,
            f"W{seed}-{number}",
            anybody,
        ],
    )


def _dates(dice: random.Random, today: date) -> tuple[date, date]:
    """Ranges that begin and end on, just before and just after today."""
    start = today + timedelta(days=dice.choice((-30, -1, 0, 0, 1)))
    return start, start + timedelta(days=dice.choice((0, 1, 29, 30, 60)))


def _person(
    server: Any,
    dice: random.Random,
    units: list[Any],
    engagements: list[UUID],
    things: list[What],
    today: date,
    seed: int,
    number: int,
) -> Who:
    unit, path, region = dice.choice(units)
    who = Who(
        id=_id(dice),
        unit=unit,
        path=path,
        clearance=dice.choice((1, 2, 3, 3, 3)),
        duties={x for x in LIBRARIES if dice.random() < 0.85},
        oversees=dice.choice((None, (970000, 979999), (970000, 979999), (region, region + 99))),
        compartments={p for p in PLACES if dice.random() < 0.7},
    )
    server.execute(
        "insert into access_account(id, password, username, email, unit_id, display_name, clearance, roles, duties,"
        " compartments, region_lo, region_hi, service, is_active, blocked_reason, created_at)"
        " values (%s,'',%s,'',%s,'x',%s,'{clerk}',%s,%s,%s,%s,'',true,'',now())",
        [
            who.id,
            f"w{seed}-{number}",
            unit,
            who.clearance,
            sorted(who.duties),
            sorted(who.compartments),
            who.oversees[0] if who.oversees else None,
            who.oversees[1] if who.oversees else None,
        ],
    )
    for _ in range(dice.randrange(3)):
        org, (start, end) = dice.choice(units)[0], _dates(dice, today)
        who.recused.append((org, start, end))
        server.execute(
            "insert into access_recusal(id, revision, created_at, account_id, organisation_id, reason_code,"
            " valid_from, valid_to) values (%s,1,now(),%s,%s,'kin',%s,%s)",
            [_id(dice), who.id, org, start, end],
        )
    for kind, target, chance in (
        ("membership", who.memberships, 3),
        ("share", who.shares, 25),
        ("participation", who.joint, 15),
    ):
        for _ in range(dice.randrange(chance)):
            start, end = _dates(dice, today)
            revoked = dice.random() < 0.2
            thing = dice.choice(engagements) if kind == "membership" else dice.choice(things).id
            target.append((thing, start, end, revoked))
            for object_kind in ("leads.lead", "rectification.item"):
                server.execute(
                    "insert into access_grant(id, revision, created_at, kind, account_id, engagement, object_kind,"
                    " object_id, purpose, legal_basis, granted_by_id, valid_from, valid_to, revoked_at, owner_path,"
                    " review_note) values (%s,1,now(),%s,%s,%s,%s,%s,'x','',%s,%s,%s,%s,%s,'')",
                    [
                        _id(dice),
                        kind,
                        who.id,
                        thing if kind == "membership" else None,
                        "" if kind == "membership" else object_kind,
                        None if kind == "membership" else thing,
                        who.id,
                        start,
                        end,
                        today if revoked else None,
                        path,
                    ],
                )
    return who
