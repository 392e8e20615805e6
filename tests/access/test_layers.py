"""T1 above the database: the ORM, the filter that uses indexes, and the explanation given to people
say what the independent rule says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from lianxun.access import queries, rules
from lianxun.access.records import ObjectLabels
from lianxun.fabric.identity import acting_as
from lianxun.fabric.scope import within_reach
from tests.access import catalogue, oracle, worlds
from tests.access.test_oracle import PARTS, parts_of_guests, rounds_of_readers
from tests.support import cluster


@pytest.fixture
def server(transactional_db: None) -> Iterator[Any]:
    with cluster.superuser(connection.settings_dict["NAME"]) as found:
        yield found


def labels(what: oracle.What, shelf: oracle.Shelf) -> ObjectLabels:
    return ObjectLabels(
        id=what.id,
        table=shelf.kind,
        library=shelf.library or what.object_kind.split(".")[0],
        level=what.level,
        region=what.region,
        owner_path=what.owner_path,
        engagement=what.engagement,
        subject_org=what.subject,
        subject_path=what.subject_path,
        addressee_path=what.addressee_path,
        compartment=what.compartment,
        served=shelf.served,
    )


def test_the_orm_the_filter_and_the_explanation_agree_with_the_rule(server: Any) -> None:
    world = worlds.build(server, 21, catalogue.LABELLED, people=10, things=30)
    models = {m._meta.db_table: m for m in apps.get_models()}
    pairs = granted = 0
    for who in world.people:
        actor = queries.actor_for(account_id=who.id)
        with acting_as(who.id), transaction.atomic():
            now = queries.database_now()
            for shelf in catalogue.LABELLED:
                things = world.things[shelf.table]
                mine = {t.id for t in things}
                expected = {t.id for t in things if oracle.may_read(who, t, shelf, world.today)}
                rows = models[shelf.table]._default_manager.filter(id__in=mine).order_by()
                seen = set(rows.values_list("id", flat=True))
                narrowed = rows.filter(within_reach(actor, kind=shelf.kind))
                more = rounds_of_readers(world, who) if shelf.table == "inspection_round" else set()
                if shelf.table in PARTS:
                    more = parts_of_guests(world, who, shelf, PARTS[shelf.table])
                assert seen == expected | more, (shelf, who)
                assert rows.count() == len(seen)
                kept = set(narrowed.values_list("id", flat=True))
                assert expected <= kept <= seen, (shelf, who)
                subject = queries.subject_of(actor=actor, kind=shelf.kind, now=now)
                told = {t.id for t in things if rules.explain(subject, labels(t, shelf)).allowed}
                assert told == expected, (shelf, who)
                pairs, granted = pairs + len(mine), granted + len(expected)
    assert granted / pairs >= 0.30


@pytest.mark.parametrize("rule", ["ACC-R1", "ACC-R2", "ACC-R3", "ACC-R4"])
def test_the_explanation_names_the_limit_that_blocks(server: Any, rule: str) -> None:
    """Where the independent rule says no because of one limit alone, the sentence names that limit."""
    world = worlds.build(server, 22, [catalogue.SHELVES["leads_lead"]], people=15, things=60)
    shelf, found = catalogue.SHELVES["leads_lead"], 0
    lifted: dict[str, Any] = {
        "ACC-R1": lambda w: {"level": 0},
        "ACC-R2": lambda w: {"subject": None},
        "ACC-R3": lambda w: {"subject_path": None},
        "ACC-R4": lambda w: {"compartment": None},
    }
    for who in world.people:
        actor = queries.actor_for(account_id=who.id)
        with acting_as(who.id), transaction.atomic():
            subject = queries.subject_of(actor=actor, kind=shelf.kind, now=queries.database_now())
        for what in world.things[shelf.table]:
            free = oracle.What(**{**vars(what), **lifted[rule](what)})
            blocked_alone = not oracle.limits(who, what, shelf, world.today) and oracle.limits(
                who, free, shelf, world.today
            )
            if blocked_alone:
                reasons = rules.explain(subject, labels(what, shelf)).deciding
                assert [r.rule for r in reasons] == [rule]
                found += 1
    assert found >= 10
