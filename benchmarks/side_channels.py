"""Can the time of an answer tell hidden from non-existing?

``python -m benchmarks.side_channels`` (two to three minutes). On the benchmark world of
``benchmarks.platform``, accounts of four kinds ask the real server for pairs: an object that exists and
is hidden from them, and an id (or number) that does not exist, in random order. Two tests for each kind
of address: the difference of the medians, with the target of 5 ms (security.md §5.4, T19), and the share
of pairs that a guess by time alone gets right (0.5 is blind). Bodies and status must be the same.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg

from benchmarks.platform.__main__ import chosen, served, sessions
from benchmarks.platform.client import Answer, Browser
from benchmarks.platform.load import FOLDER, SCALE, opened, say
from benchmarks.platform.world import SEED

KINDS = {
    "lead": ("leads_lead", "/leads/{}/"),
    "request": ("exchange_inforequest", "/requests/{}/"),
    "item": ("rectification_item", "/items/{}/"),
    "engagement": ("inspection_engagement", "/engagements/{}/"),
    "duty": ("duties_duty", "/duties/{}/"),
    "lead by number": ("leads_lead", "/search/?q={}"),
}
LIMIT_MS, LIMIT_SHARE = 5.0, 0.65
_SECRET = re.compile(rb'value="[^"]+"|"X-CSRFToken": "[^"]+"|/search/\?q=[^"]*')


def hidden(administrator: str, table: str, region: int, count: int, what: str) -> list[str]:
    """Rows of another prefecture, for an account that oversees none."""
    with psycopg.connect(administrator) as server:
        rows = server.execute(
            f"select {what} from {table} where region / 100 <> %s / 100 and engagement is not null "
            "order by md5(id::text) limit %s",
            [region, count],
        ).fetchall()
    return [str(row[0]) for row in rows]


def absent(chance: random.Random, like: str) -> str:
    """An id or a number of the same form that nobody has."""
    if "-" in like and len(like) == 36:
        number = UUID(like).int & ~((1 << 62) - 1) | chance.getrandbits(62)
        return str(UUID(int=number))
    return like[:-7] + f"{9_000_000 + chance.randrange(999_999)}"


def region_of(administrator: str, account: str) -> int:
    with psycopg.connect(administrator) as server:
        row = server.execute(
            "select u.region from access_account a join organisation_unit u on u.id = a.unit_id "
            "where a.id = %s",
            [account],
        ).fetchone()
    return int(row[0]) if row else 0


def pairs_of(
    browser: Browser, path: str, ids: list[str], chance: random.Random
) -> list[tuple[Answer, Answer]]:
    found = []
    for ident in ids:
        both = [("hidden", ident), ("absent", absent(chance, ident))]
        chance.shuffle(both)
        answers = {
            what: _without(value, browser.get(path.format(quote(value)))) for what, value in both
        }
        found.append((answers["hidden"], answers["absent"]))
    return found


def _without(asked: str, answer: Answer) -> Answer:
    """The answer less what was asked for, which the page repeats."""
    return replace(answer, body=answer.body.replace(asked.encode(), b""))


def judge(name: str, pairs: list[tuple[Answer, Answer]]) -> dict[str, Any]:
    different = sum(
        a.status != b.status or _SECRET.sub(b"", a.body) != _SECRET.sub(b"", b.body)
        for a, b in pairs
    )
    gap = statistics.median(a.whole for a, _ in pairs) - statistics.median(
        b.whole for _, b in pairs
    )
    right = sum(a.whole > b.whole for a, b in pairs) / len(pairs)
    share = max(right, 1 - right)
    fine = abs(gap) < LIMIT_MS and share < LIMIT_SHARE and not different
    return {
        "address": name,
        "pairs": len(pairs),
        "hidden p50 ms": round(statistics.median(a.whole for a, _ in pairs), 2),
        "gap of medians ms": round(gap, 3),
        "guessed right": round(share, 3),
        "different answers": different,
        "verdict": "ok" if fine else "told apart",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=500, help="of each address")
    options = parser.parse_args()
    with opened(FOLDER, SCALE) as (instance, administrator):
        import django

        django.setup()
        people = chosen(instance, administrator, 1)
        accounts = [people[kind][0] for kind in ("member", "county", "city", "liaison")]
        keys, chance = sessions(accounts), random.Random(SEED)
        table = []
        with served(instance, plain=False) as port:
            for name, (rows, path) in KINDS.items():
                pairs = []
                what = "number" if "number" in name else "id"
                for account in accounts:
                    browser = Browser(port, {"sessionid": keys[account]})
                    browser.get("/")
                    region = region_of(administrator, account)
                    ids = hidden(administrator, rows, region, options.pairs // len(accounts), what)
                    pairs += pairs_of(browser, path, ids, chance)
                    browser.close()
                table.append(judge(name, pairs))
                say(json.dumps(table[-1], ensure_ascii=False))
    (FOLDER.parent / "side_channels.json").write_text(json.dumps(table, indent=1), "utf-8")
    sys.exit(any(row["verdict"] != "ok" for row in table))


if __name__ == "__main__":
    main()
