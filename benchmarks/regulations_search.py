"""The regulation library with the public statutes: import, index, search over HTTP with permissions.

    python -m benchmarks.regulations_search [--fresh] [--questions N]

Imports ../shared/data/laws (or LIANXUN_DATA) through the room's own import into a demo instance under
``benchmarks/out/regulations`` (kept; ``--fresh`` makes it anew), serves the real application with two
workers and asks it questions, two-character words and citations as a member unit's liaison officer, while
some rules are restricted to another unit. The peer in the same run is PostgreSQL on the same rows:
``LIKE`` for words, ``ts_rank_cd`` over an application-tokenised ``tsvector`` (GIN) for questions.
Prints JSON, with the load of the machine. Targets: import < 180 s, index build ≤ 30 s, a new rule ≤ 50 ms, p95 ≤ 100 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks import table
from benchmarks.platform.client import Browser
from lianxun.config.instance import Instance
from lianxun.config.launch import setup
from lianxun.config.launch.cluster import SUPERUSER

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("LIANXUN_DATA", ROOT.parent / "shared" / "data"))
FOLDER = ROOT / "benchmarks" / "out" / "regulations"
READER, KEEPER = "audit", "coordinator"
WORDS = ("押金", "受贿", "举报", "公示", "回避", "招标", "保密", "复议", "罚款", "留置")
CITATIONS = (
    "监察法第十五条",
    "行政复议法第2条",
    "《中华人民共和国公务员法》第五十九条第（十六）项",
    "民法典第五百七十七条",
    "刑法第三百八十五条第一款",
)
SECRET = "# 内部值守细则{n}\n\n2020年1月{n}日通过 自2020年2月1日起施行\n\n<!-- INFO END -->\n\n第一条 值守人员举报招标问题应当保密。\n\n第二条 回避按规定办理。\n"


def percentiles(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    cut = {p: ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))] for p in (50, 95, 99)}
    return {f"p{p}_ms": round(v, 1) for p, v in cut.items()}


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def environment(instance: Instance) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianxun.config.settings",
        "LIANXUN_INSTANCE": str(instance.folder),
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def opened(*, fresh: bool) -> Iterator[tuple[Instance, str]]:
    """The instance with the sample province, its server running; and the administrator's address."""
    if fresh and FOLDER.exists():
        shutil.rmtree(FOLDER)
    cluster = setup.cluster_of(FOLDER)
    with setup.opened(setup.describe(FOLDER, demo=True, dsn=None), cluster=cluster) as instance:
        for words in (
            ["lianxun.config.prepare", "--sample"],
            ["django", "collectstatic", "--noinput", "--verbosity", "0"],
        ):
            subprocess.run(
                [sys.executable, "-P", "-m", *words], env=environment(instance), check=True
            )
        os.environ.update(environment(instance))
        import django

        django.setup()
        yield (
            instance,
            make_conninfo(
                host=cluster.host,
                user=SUPERUSER,
                password=cluster.superuser_password,
                dbname=instance.database.name,
            ),
        )


@contextmanager
def served(instance: Instance) -> Iterator[int]:
    """The web server with two workers, as `./lianxun up` starts it, and the sequencer of the trace."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    web = [
        *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi"),
        *("benchmarks.platform.server:application", "--host", "127.0.0.1", "--no-ws"),
        *("--port", str(port), "--workers", "2", "--blocking-threads", "4"),
        *("--log-level", "warning"),
    ]
    sequencer = [sys.executable, "-P", "-m", "django", "run_sequencer"]
    env = {**environment(instance), "LIANXUN_POOL": "1"}
    running = [
        subprocess.Popen(web, env=env),
        subprocess.Popen(sequencer, env=env, stderr=subprocess.DEVNULL),
    ]
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        for process in running:
            process.terminate()
            process.wait()


def actor(name: str) -> Any:
    from lianxun.access.models import Account
    from lianxun.access.queries import actor_for

    return actor_for(account_id=Account.objects.get(username=name).id)


def imported() -> dict[str, Any]:
    """Import the statutes unless they are there; some rules are the keeper's unit's alone."""
    from io import BytesIO

    from lianxun.access.queries import database_now
    from lianxun.regulations import operations, queries
    from lianxun.regulations.management.commands.import_laws import import_folder

    stamp = FOLDER / "imported.json"
    if stamp.exists():
        found: dict[str, Any] = json.loads(stamp.read_text("utf-8"))
        return found
    report = import_folder(DATA / "laws", actor=actor(KEEPER), accept=True)
    rules = [
        operations.Upload(f"{n}.md", BytesIO(SECRET.format(n=n).encode())) for n in range(1, 21)
    ]
    who = {"actor": actor(KEEPER), "now": database_now()}
    intake = operations.receive(
        **who, title="内部", uploads=rules, everyone=False, level=2, queue=False
    )
    while operations.read_next(**who, intake_id=intake):
        pass
    from django.db import transaction

    from lianxun.fabric.identity import acting_as

    with acting_as(who["actor"].account_id), transaction.atomic():
        revision = queries.intake(**who, intake_id=intake).revision
    operations.accept(**who, intake_id=intake, revision=revision, queue=False)
    while operations.write_next(**who, intake_id=intake):
        pass
    data = report.as_json()
    out = {
        "files": data["files"],
        "articles": data["articles"],
        "written": data["written"],
        "unaccounted_files": len(data["unaccounted"]),
        "places_to_look_at": sum(
            len(r["problems"]) for r in data["rows"] if r["outcome"] != "没有条文"
        ),
        "wall_seconds": report.seconds,
    }
    stamp.write_text(json.dumps(out), "utf-8")
    return out


def indexed() -> dict[str, Any]:
    """Build from the database, save, map again."""
    from django.db import transaction

    from lianxun.regulations import index

    place = index.folder()
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)
    began = time.perf_counter()
    index.refresh()
    built = time.perf_counter() - began
    index.reset()
    began = time.perf_counter()
    with index.as_service(), transaction.atomic():
        held, _ = index._current()
    assert held is not None
    return {
        "passages": held.index.size,
        "build_and_save_seconds": round(built, 1),
        "map_snapshot_seconds": round(time.perf_counter() - began, 1),
    }


def added(rounds: int = 8) -> dict[str, Any]:
    """A rule that changed: how long the next search takes longer for it (articles of the rule: 5–200)."""
    from django.db import transaction

    from lianxun.regulations import index
    from lianxun.regulations.models import Version

    took = []
    with index.as_service(), transaction.atomic():
        held, _ = index._current()
        assert held is not None
        rows = Version.objects.filter(count__range=(5, 200)).order_by("id")
        works = list(rows.values_list("work_id", flat=True)[:rounds])
        for work in works:
            began = time.perf_counter()
            index.bring_forward(held, [work], held.mark)
            took.append((time.perf_counter() - began) * 1000)
    return percentiles(took)


def session() -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from lianxun.access.models import Account

    account = Account.objects.get(username=READER)
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.create()
    return store.session_key or ""


def asked(port: int, cookie: str, questions: Sequence[str], most: int) -> dict[str, Any]:
    """Ask each question once after both workers are warm."""
    browser = Browser(port, {"sessionid": cookie})
    for text in questions[:6] * 2:
        browser.get(f"/regulations/?q={quote(text)}")
    whole, server, database, processor, leaks = [], [], [], [], 0
    for text in questions[:most]:
        answer = browser.get(f"/regulations/?q={quote(text)}")
        if answer.status != 200:
            raise SystemExit(f"{answer.status} for {text}: {answer.body[:300]!r}")
        whole.append(answer.whole)
        server.append(answer.server)
        database.append(answer.database)
        processor.append(answer.processor)
        leaks += b"\xe5\x86\x85\xe9\x83\xa8\xe5\x80\xbc\xe5\xae\x88" in answer.body
    browser.close()
    return {
        "asked": len(whole),
        "whole": percentiles(whole),
        "server": percentiles(server),
        "database": percentiles(database),
        "processor_python": percentiles(processor),
        "pages_that_name_a_restricted_rule": leaks,
    }


def grams(text: str) -> list[str]:
    plain = re.sub(r"\W+", "", text)
    return [plain[i : i + 2] for i in range(len(plain) - 1)] or [plain]


def peer(administrator: str, questions: Sequence[str], most: int) -> dict[str, Any]:
    """PostgreSQL on the same rows, without HTTP, permissions or marks: the time of the query alone."""
    out: dict[str, Any] = {}
    with psycopg.connect(administrator, autocommit=True) as server:
        began = time.perf_counter()
        server.execute("drop table if exists peer")
        server.execute("create temp table peer(id bigint, body text, words tsvector)")
        rows = server.execute("select id, text from regulations_article").fetchall()
        with (
            server.cursor() as cursor,
            cursor.copy("copy peer(id, body, words) from stdin") as copy,
        ):
            for ident, text in rows:
                vector = " ".join(f"'{g}':{n}" for n, g in enumerate(grams(text)[:16000], 1) if g)
                copy.write_row((ident, text, vector))
        server.execute("create index on peer using gin(words)")
        server.execute("analyze peer")
        out["index_build_seconds"] = round(time.perf_counter() - began, 1)

        def like(word: str) -> None:
            server.execute(
                "select id from peer where body like %s limit 10", [f"%{word}%"]
            ).fetchall()

        def ranked(text: str) -> None:
            any_of = " | ".join(f"'{g}'" for g in grams(text))
            server.execute(
                "select id from peer, to_tsquery('simple', %s) q where words @@ q "
                "order by ts_rank_cd(words, q) desc limit 10",
                [any_of],
            ).fetchall()

        out["like_two_characters"] = _times(like, WORDS * 3)
        out["ts_rank_cd_questions"] = _times(ranked, questions[: min(40, most)])
    return out


def _times(call: Callable[[str], None], texts: Sequence[str]) -> dict[str, float]:
    call(texts[0])
    took = []
    for text in texts:
        began = time.perf_counter()
        call(text)
        took.append((time.perf_counter() - began) * 1000)
    return percentiles(took)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    if not (DATA / "laws").is_dir():
        raise SystemExit("公开法规不在 ../shared/data/laws（或 LIANXUN_DATA），未测量。")
    lines = (DATA / "statute_questions" / "train.jsonl").read_text("utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in lines if line.strip()]
    out: dict[str, Any] = {}
    with opened(fresh=arguments.fresh) as (instance, administrator):
        out["import"] = imported()
        say("imported")
        out["index"] = indexed()
        out["add_one_rule"] = added()
        cookie = session()
        with served(instance) as port:
            say("serving")
            out["questions"] = asked(port, cookie, questions, arguments.questions)
            out["two_characters"] = asked(port, cookie, WORDS * 4, 40)
            out["citations"] = asked(port, cookie, CITATIONS * 8, 40)
        out["peer_postgresql"] = peer(administrator, questions, arguments.questions)
    out["load_average"] = [round(x, 1) for x in os.getloadavg()]
    text = json.dumps(out, ensure_ascii=False, indent=2)
    if arguments.json is not None:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text + "\n\n" + table.render(table.of_library(out)))


if __name__ == "__main__":
    main()
