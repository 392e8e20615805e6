"""Words in titles and numbers, found by the database under need-to-know (settled.md 8).

``%`` and ``@>`` are not leakproof: under row security they would be tried on every row the reader may
see. So a function owned by ``lx_search`` — which may read the searched columns and nothing else — says
the table's whole rule itself, uses the index of character pairs and returns ids; the caller joins them
under row security, which has the last word.

The newest rows of the table are looked through first: a common word is found there at once. Only a rarer
one goes to the index, so that no search reads more than a few thousand rows. A word of one character has
no pair and is found among the newest alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, migrations
from django.db.models import QuerySet

from lianxun.fabric import levels
from lianxun.fabric.paging import COUNT_LIMIT, PAGE_SIZE
from lianxun.fabric.rowsecurity import OF_OBJECT, rule_of

NEWEST = 4000  # rows looked through before the index is asked
ENOUGH = 40  # hits among them that fill two pages; then the index is not asked
MOST = COUNT_LIMIT  # hits that a search gives; more say nothing to a reader
_COLUMNS = (
    *("id", "level", "region", "owner_path", "engagement", "subject_org", "subject_path"),
    *("addressee_path", "compartment"),
)


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, newest first; ``more``: there may be others that were not looked for."""

    ids: list[UUID]
    more: bool


def matching(table: str, text: str, *, most: int = MOST) -> Hits:
    """The rows of ``table`` that hold every word of ``text`` and that the reader may know.

    Words are cut at spaces. ``table`` is a constant of the calling room (see ``SearchRows``).
    """
    with connection.cursor() as cursor:
        cursor.execute(f"select lx.search_{table}(%s, %s)", [text, most])
        found = [row[0] for row in cursor.fetchall()]
    ids = [each for each in found if each is not None]
    return Hits(ids, more=len(ids) < len(found) or len(ids) >= most)


def newest_of(
    rows: QuerySet[Any], table: str, text: str, columns: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    """The newest rows found, as ``(id, *columns)``: a page of them for who shows only what they are
    called. Nothing is counted."""
    ids = matching(table, text, most=2 * PAGE_SIZE).ids
    named = rows.filter(id__in=ids).order_by("-created_at", "-id")
    found = list(named.values_list("level", "id", *columns)[:PAGE_SIZE])
    for level, row_id, *_ in found:
        levels.loaded(level, rows.model._meta.label_lower, row_id)
    return [tuple(row) for _, *row in found]


_FUNCTION = """
create or replace function lx.search_{table}(sought text, most int) returns setof uuid
language plpgsql stable security definer set search_path = ''
set plan_cache_mode = force_custom_plan as $$
declare
    clearance_ smallint := lx.clearance(); recused_ uuid[] := lx.recused();
    compartments_ text[] := lx.compartments(); path_ text := lx.unit_path();
    path_end_ text := lx.unit_path_end(); low_ int := lx.region_lo(); high_ int := lx.region_hi();
    engagements_ uuid[] := lx.engagements(); shared_ uuid[] := lx.shared('{kind}');
    duty_ boolean := lx.has_duty('{library}');
    service_ boolean := lx.service_may('{table}');
    escaped text := replace(replace(replace(trim(sought), '\\', '\\\\'), '%', '\\%'), '_', '\\_');
    patterns text[]; grams text[]; newest uuid[]; looked int;
begin
    if not lx.signed_in() then return; end if;
    select array_agg('%' || w || '%') into patterns
    from regexp_split_to_table(lower(escaped), '\\s+') w where w <> '';
    if patterns is null then return; end if;
    select count(*), coalesce(array_agg(x.id order by x.at desc, x.id desc) filter (where x.hit), '{{}}')
    into looked, newest
    from (select id, {at} as at, ({rule}) and ({open})
                 and lower(number || ' ' || {text}) like all (patterns) as hit
          from public.{table} order by {at} desc, id desc limit {newest}) x;
    select array_agg(distinct g) into grams
    from regexp_split_to_table(lower(sought), '\\s+') w, unnest(lx.bigrams(w)) g;
    if looked < {newest} or cardinality(newest) >= least(most, {enough}) or grams is null then
        return query select unnest(newest[1:most]);
        if looked = {newest} then return next null; end if;  -- older rows were not looked at
        return;
    end if;
    return query
        select x.id from (
            select id, {at} as at from public.{table}
            where lx.bigrams({text}) @> grams and lower({text}) like all (patterns)
              and ({rule}) and ({open})
            union
            select id, {at} from public.{table}
            where number like escaped || '%' and ({rule}) and ({open})) x
        order by x.at desc, x.id desc limit most;
end $$
"""


def function_sql(
    table: str,
    library: str,
    *,
    text: str,
    at: str,
    kind: str,
    served: bool,
    open: str,
    newest: int = NEWEST,
    enough: int = ENOUGH,
) -> str:
    """The search function of one table; see ``SearchRows``."""
    return _FUNCTION.format(
        table=table,
        kind=kind,
        library=library,
        text=text,
        at=at,
        open=open,
        newest=newest,
        enough=enough,
        rule=_rule(table, library, kind=kind, served=served),
    )


class SearchRows(migrations.RunSQL):
    """Make the titles of a labelled table searchable: index, rights, policy and function.

    ``text``: an SQL expression over the columns ``reads``, searched for words; the column ``number`` is
    found by its beginning (in the newest rows by any part of it); ``at``: what newest means; ``open``: which rows
    may be found at all. ``library``, ``kind`` and ``served`` as in ``SecureRows``.
    """

    def __init__(
        self,
        table: str,
        library: str,
        *,
        text: str,
        reads: tuple[str, ...],
        at: str = "created_at",
        kind: str = "",
        served: bool = False,
        open: str = "true",
    ) -> None:
        self.given = (
            (table, library),
            {
                "text": text,
                "reads": reads,
                "at": at,
                "kind": kind,
                "served": served,
                "open": open,
            },
        )
        columns = dict.fromkeys((*_COLUMNS, "number", *reads, at))
        function = function_sql(
            table, library, text=text, at=at, kind=kind or table, served=served, open=open
        )
        name = f"lx.search_{table}(text, int)"
        super().__init__(
            [
                f"create index {table}_words on {table} using gin (lx.bigrams({text})) "
                "with (fastupdate = off)",
                f"grant select ({', '.join(columns)}) on {table} to lx_search",
                f"create policy search on {table} for select to lx_search using (true)",
                function,
                "grant create on schema lx to lx_search",
                f"alter function {name} owner to lx_search",
                "revoke create on schema lx from lx_search",
                f"revoke all on function {name} from public",
                f"grant execute on function {name} to lx_app",
            ],
        )


def _rule(table: str, library: str, *, kind: str, served: bool) -> str:
    """The table's rule with the function's variables in place of the sub-selects: the planner then knows
    their values and can choose an index by them."""
    if library == OF_OBJECT:
        raise ValueError("a table whose rows belong to many rooms has no one search")
    rule = rule_of(table, library, kind=kind, served=served)
    said = " and ".join(f"({part})" for part in (*rule.limits.values(), rule.read))
    for call, variable in {
        "(select lx.clearance())": "clearance_",
        "(select lx.recused())::uuid[]": "recused_",
        "(select lx.compartments())::text[]": "compartments_",
        "(select lx.unit_path())": "path_",
        "(select lx.unit_path_end())": "path_end_",
        "(select lx.region_lo())": "low_",
        "(select lx.region_hi())": "high_",
        "(select lx.engagements())::uuid[]": "engagements_",
        f"(select lx.shared('{kind}'))::uuid[]": "shared_",
        f"(select lx.has_duty('{library}'))": "duty_",
        f"(select lx.service_may('{table}'))": "service_",
    }.items():
        said = said.replace(call, variable)
    if "select lx." in said:
        raise ValueError(f"the rule of {table} names something the search does not know: {said}")
    return said
