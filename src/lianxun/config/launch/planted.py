"""Faults put into a throw-away instance on purpose, to see that the rehearsal finds them.

They are made behind the platform's back, by the database's superuser with triggers off: no operation of the
platform could make them. An instance they were planted in is of no further use.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg.conninfo import make_conninfo

from lianxun.config.instance import Instance
from lianxun.config.launch import setup
from lianxun.config.launch.cluster import SUPERUSER
from lianxun.demo.people import account_id


@dataclass(frozen=True, slots=True)
class Fault:
    """``title`` says what is planted; ``sql`` does it, with ``engagement`` and people by name."""

    title: str
    sql: str


FAULTS = {
    "leak": Fault(
        "无关巡视组的成员得到了本任务的访问",
        """
        insert into access_grant
        select (jsonb_populate_record(g, jsonb_build_object(
            'id', gen_random_uuid(), 'account_id', %(neighbour)s::uuid, 'valid_to', null,
            'revoked_at', null))).*
        from access_grant g
        where g.engagement = %(engagement)s and g.account_id = %(inspector)s limit 1
        """,
    ),
    "record": Fault(
        "一条办理的留痕从日志里消失",
        """
        delete from trace.entry_idx where seq = (
            select max(seq) from trace.entry_idx
            where act = 'leads.transfer' and actor = %(coordinator)s)
        """,
    ),
    "duty": Fault(
        "一个已经办结的时限又在计时",
        """
        update duties_duty set state = 'open', done_on = null, done_by = null
        where id = (select id from duties_duty
            where engagement = %(engagement)s and state = 'fulfilled'
            and object_kind = 'exchange.request' order by id limit 1)
        """,
    ),
}


def plant(name: str, instance: Instance, work: str) -> None:
    """Put the fault into the database of an embedded instance. Raises ``LookupError`` if nothing changed."""
    who = {key: str(account_id(key)) for key in ("neighbour", "inspector", "coordinator")}
    values = who | {"engagement": work.split("/")[2]}
    with psycopg.connect(_superuser(instance)) as server:
        server.execute("set session_replication_role = replica")
        if server.execute(FAULTS[name].sql, values).rowcount != 1:
            raise LookupError(f"the fault {name} found nothing to spoil")


def _superuser(instance: Instance) -> str:
    where = instance.database
    return make_conninfo(
        host=where.host,
        port=where.port,
        user=SUPERUSER,
        password=setup.cluster_of(instance.folder).superuser_password,
        dbname=where.name,
    )
