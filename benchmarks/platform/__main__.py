"""The platform at the size of a province, over HTTP, with and without row security in the same run.

``python -m benchmarks.platform`` (about five minutes; the first time ``--load`` makes the rows, about
as long). Two servers of the real application run on one database with 1,000,000 leads: one as in
service, one whose role row security does not bind (the application's own filter stays, as in any system
without row security). Each page is asked of both in turns. Targets: list, filter, search and detail p95 ≤ 100 ms at the server;
≤ 1.5× the whole HTTP response and ≤ 2.5× the database time without row security; boards p95 ≤ 150 ms;
sign-in to first page ≤ 200 ms without password hashing. ``cpu`` is the processor time of the server's thread,
which other work on the machine does not change much. Results: ``benchmarks/out/platform.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.platform.client import Answer, Browser
from benchmarks.platform.load import FOLDER, SCALE, accounts_file, environment, opened, say
from benchmarks.platform.world import PASSWORD, SEED
from lianxun.config.instance import Instance

CLASSES = {
    "member": ("city inspector", "county inspector", "province inspector"),
    "county": ("county coordinator",),
    "city": ("city coordinator",),
    "province": ("province coordinator",),
    "liaison": ("city liaison_officer", "province liaison_officer"),
    "contact": ("city contact", "province contact"),
}
JUDGED = ("member", "county", "city", "province")
PAGES = {
    "leads list": ("list", "/leads/"),
    "leads page 5": ("list", "/leads/?page=5"),
    "leads filter": ("filter", "/leads/?state=prelim&discipline=work"),
    "leads rare filter": ("filter", "/leads/?state=transferred"),
    "search word": ("search", "/search/?q=工程招标"),
    "search rare": ("search", "/search/?q=青瓷"),
    "lead": ("detail", "/leads/*"),
    "request": ("detail", "/requests/*"),
    "item": ("detail", "/items/*"),
    "engagement": ("detail", "/engagements/*"),
    "duty": ("detail", "/duties/*"),
    "duties list": ("list", "/duties/"),
    "duties late": ("filter", "/duties/?board=1&light=red"),
    "requests": ("list", "/requests/"),
    "items": ("list", "/items/"),
    "engagements": ("list", "/engagements/"),
    "board province": ("board", "/boards/province/"),
    "board unit": ("board", "/boards/unit/"),
    "board task": ("board", "/boards/task/"),
    "home": ("home", "/"),
}
LIMITS = {"list": 100, "filter": 100, "search": 100, "detail": 100, "board": 150, "home": 200}
WHOLE, QUERY = 1.5, 2.5


@contextmanager
def served(instance: Instance, *, plain: bool) -> Iterator[int]:
    """One web server as `./lianxun up` starts it; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    more = {"LIANXUN_POOL": "1", **({"LIANXUN_BENCH_PLAIN": "1"} if plain else {})}
    process = subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi"),
            *("benchmarks.platform.server:application", "--host", "127.0.0.1", "--no-ws"),
            *("--port", str(port), "--workers", "1", "--blocking-threads", "4"),
            *("--log-level", "warning"),
        ],
        env={
            **os.environ,
            **environment(instance, **more),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        },
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def sequencing(instance: Instance) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "django", "run_sequencer"],
        env={
            **os.environ,
            **environment(instance),
            "DJANGO_SETTINGS_MODULE": "lianxun.config.settings",
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def sessions(accounts: list[str]) -> dict[str, str]:
    """A session for each account, as signing in would have made it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from lianxun.access.models import Account

    found = {}
    for account in Account.objects.filter(id__in=accounts):
        store = SessionStore()
        store[SESSION_KEY] = str(account.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = account.get_session_auth_hash()
        store.create()
        found[str(account.pk)] = store.session_key or ""
    return found


def settle() -> None:
    """What the job worker does once a day for the boards (``duties.operations.tick``)."""
    from django.db import connection, transaction

    from lianxun.access.queries import database_today, service_actor
    from lianxun.fabric.identity import acting_as

    service = service_actor(service="duties")
    with acting_as(service.account_id, service="duties"), transaction.atomic():
        yesterday = database_today() - timedelta(days=1)
        with connection.cursor() as cursor:
            cursor.execute("select lx.settle_duty_marks(%s)", [yesterday])


def chosen(instance: Instance, administrator: str, each: int) -> dict[str, list[str]]:
    """Accounts of each class; members are such whose inspection runs today."""
    import psycopg

    known = json.loads(accounts_file(instance.folder).read_text("utf-8"))
    with psycopg.connect(administrator) as server:
        rows = server.execute(
            "select distinct account_id::text from access_grant where kind = 'membership' "
            "and current_date between valid_from and valid_to order by 1"
        )
        at_work = {row[0] for row in rows}
    chance = random.Random(SEED)
    found = {}
    for name, kinds in CLASSES.items():
        pool = sorted(a for kind in kinds for a in known[kind] if name != "member" or a in at_work)
        found[name] = chance.sample(pool, min(each, len(pool)))
    return found


def cut(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def figures(with_: list[Answer], without: list[Answer]) -> dict[str, float]:
    def middle(answers: list[Answer], what: str) -> float:
        return statistics.median(getattr(a, what) for a in answers)

    return {
        "n": len(with_),
        "server p50": round(middle(with_, "server"), 1),
        "server p95": round(cut([a.server for a in with_], 0.95), 1),
        "http p50": round(middle(with_, "whole"), 1),
        "http p95": round(cut([a.whole for a in with_], 0.95), 1),
        "cpu p50": round(middle(with_, "processor"), 1),
        "db p50": round(middle(with_, "database"), 1),
        "sql": round(middle(with_, "statements")),
        "plain http p50": round(middle(without, "whole"), 1),
        "plain cpu p50": round(middle(without, "processor"), 1),
        "plain db p50": round(middle(without, "database"), 1),
        "whole x": round(middle(with_, "whole") / middle(without, "whole"), 2),
        "query x": round(middle(with_, "database") / max(middle(without, "database"), 0.1), 2),
    }


def verdict(kind: str, user: str, line: dict[str, float]) -> str:
    if user not in JUDGED:
        return ""
    wrong = []
    if line["server p95"] > LIMITS[kind]:
        wrong.append(f"p95 > {LIMITS[kind]}")
    if kind not in ("board", "home"):
        wrong += [f"whole > {WHOLE}"] if line["whole x"] > WHOLE else []
        wrong += [f"query > {QUERY}"] if line["query x"] > QUERY else []
    return ", ".join(wrong) or "ok"


def tour(
    ports: tuple[int, int], people: dict[str, list[str]], repeats: int, only: str
) -> list[dict[str, Any]]:
    """Every page for every class, each asked of both servers in turns."""
    keys = sessions([a for some in people.values() for a in some])
    table = []
    for user, accounts in people.items():
        browsers = [
            tuple(Browser(port, {"sessionid": keys[a]}) for port in ports) for a in accounts
        ]
        links = [rows_of(pair[0]) for pair in browsers]
        for name, (kind, path) in PAGES.items():
            if only and only not in name:
                continue
            pairs = asked(browsers, links, path, repeats)
            if pairs[0]:
                line = figures(*pairs)
                table.append(
                    {"user": user, "page": name, **line, "verdict": verdict(kind, user, line)}
                )
                say(_line(table[-1]))
        for pair in browsers:
            for browser in pair:
                browser.close()
    return table


def rows_of(browser: Browser) -> dict[str, list[str]]:
    """For each list the addresses of the rows on its first page."""
    found = {}
    for _, path in PAGES.values():
        if path.endswith("*"):
            pattern = path.replace("*", "[0-9a-f-]{36}/").encode()
            found[path] = [m.decode() for m in re.findall(pattern, browser.get(path[:-1]).body)]
    return found


def asked(
    browsers: list[tuple[Browser, ...]],
    links: list[dict[str, list[str]]],
    path: str,
    repeats: int,
) -> tuple[list[Answer], list[Answer]]:
    """The answers of both servers; the first round warms both and is not counted."""
    pairs: tuple[list[Answer], list[Answer]] = ([], [])
    for turn in range(repeats + 1):
        for pair, own in zip(browsers, links, strict=True):
            rows = own.get(path, [path])
            if not rows:
                continue
            target = rows[turn % len(rows)]
            for side, browser in enumerate(pair):
                answer = browser.get(_quoted(target))
                if answer.status not in (200, 302):
                    raise SystemExit(f"{target}: {answer.status}")
                if turn:
                    pairs[side].append(answer)
    return pairs


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?&=")


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['user']:<9}{row['page']:<18}"
        + "".join(
            f"{row[k]:>8}"
            for k in ("server p50", "server p95", "http p50", "cpu p50", "db p50", "sql")
        )
        + f"{row['plain http p50']:>9}{row['plain cpu p50']:>10}{row['plain db p50']:>9}"
        + f"{row['whole x']:>8}{row['query x']:>8}  {row['verdict']}"
    )


HEAD = (
    f"{'user':<9}{'page':<18}{'srv p50':>8}{'p95':>8}{'http':>8}{'cpu':>8}{'db':>8}{'sql':>8}"
    f"{'plain':>9}{'plain cpu':>10}{'plain db':>9}{'whole×':>8}{'query×':>8}"
)


def sign_in(port: int, names: list[str]) -> dict[str, Any]:
    """From sending name and password to the last byte of the first page (ms)."""
    times, cpu = [], []
    for name in names:
        browser = Browser(port)
        form = browser.get("/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', form.body)
        fields = {
            "login": name,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token[1].decode() if token else "",
        }
        answer = browser.post("/accounts/login/", fields)
        home = browser.get(answer.location or "/")
        if answer.status != 302 or home.status != 200:
            raise SystemExit(f"sign-in of {name}: {answer.status}, first page {home.status}")
        times.append(answer.whole + home.whole)
        cpu.append(answer.processor + home.processor)
        browser.close()
    line = {
        "n": len(times),
        "p50": round(statistics.median(times), 1),
        "p95": round(cut(times, 0.95), 1),
        "cpu p50": round(statistics.median(cpu), 1),
        "cpu p95": round(cut(cpu, 0.95), 1),
    }
    line["verdict"] = "ok" if line["p95"] <= LIMITS["home"] else "p95 > 200"
    return line


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--load", action="store_true", help="only make the rows")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--leads", type=int, default=SCALE["leads"])
    parser.add_argument("--users", type=int, default=6, help="accounts of each class")
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    options = parser.parse_args()
    with opened(options.folder, {**SCALE, "leads": options.leads}) as (instance, administrator):
        if options.load:
            return
        import django

        django.setup()
        settle()
        people = chosen(instance, administrator, options.users)
        with (
            sequencing(instance),
            served(instance, plain=False) as port,
            served(instance, plain=True) as other,
        ):
            say(HEAD)
            table = tour((port, other), people, options.repeats, options.only)
            signed = (
                sign_in(port, [f"u{n:05d}" for n in range(40, 12_000, 400)])
                if not options.only
                else {}
            )
    say(f"sign-in to first page: {signed}")
    out = FOLDER.parent / "platform.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    load = round(os.getloadavg()[0], 1)
    out.write_text(
        json.dumps(
            {"load average": load, "pages": table, "sign-in": signed}, indent=1, ensure_ascii=False
        )
    )
    bad = [r for r in table if r["verdict"] not in ("", "ok")]
    say(
        f"load average {load}; {len(bad)} of {sum(r['user'] in JUDGED for r in table)} lines miss a target"
    )
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
