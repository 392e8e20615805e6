"""Who may read the trail of what; proofs hold outside the platform; the guards of the trace change by right."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from lianxun.fabric import levels
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.trace import clocks, door, operations, queries
from lianxun.trace.clocks import Alarm
from tests.trace.logs import NAMES, Agency, Site, agency, policy_text, push, superuser, use_policy
from tests.trace.support import make_account

pytestmark = pytest.mark.usefixtures("committing")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
VERIFIER = Path(__file__).resolve().parents[2] / "tools" / "lianxun_verify.py"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.sequencer.close()


@pytest.fixture
def agencies(site: Site, tmp_path: Path) -> Iterator[list[Agency]]:
    with ExitStack() as stack:
        three = [stack.enter_context(agency(name, site, tmp_path)) for name in NAMES]
        use_policy(policy_text(site, three, "all"))
        yield three


@door.operation("organisation.touch")
def touch(*, actor: Actor, obj: str, obj_id: UUID) -> None:
    door.noting().about(obj, obj_id, revision=4, level=1, rule="ACC-P1", lines=2)


THING = "tracetest.thing"


@pytest.fixture
def thing() -> Iterator[tuple[Actor, UUID]]:
    """A row of a table under forced row security that only the own unit sees."""
    owner, row = make_account("clerk"), new_id()
    with superuser() as server:
        for statement in (
            "drop table if exists public.tracetest_thing",
            "create table public.tracetest_thing (id uuid primary key, unit uuid)",
            "alter table public.tracetest_thing enable row level security",
            "alter table public.tracetest_thing force row level security",
            "grant select on public.tracetest_thing to lx_app",
            "create policy own on public.tracetest_thing to lx_app using (unit = (select lx.unit()))",
        ):
            server.execute(statement)
        server.execute("insert into public.tracetest_thing values (%s, %s)", [row, owner.unit_id])
    yield owner, row
    with superuser() as server:
        server.execute("drop table public.tracetest_thing")


# ---------------------------------------------------------------------- who did and saw what


def test_whoever_sees_the_object_sees_its_trail(site: Site, thing: tuple[Actor, UUID]) -> None:
    owner, row = thing
    touch(actor=owner, obj=THING, obj_id=row)
    queries.who_did_what(actor=owner, obj=THING, obj_id=row)
    site.sequence()
    newest, first = queries.who_did_what(actor=owner, obj=THING, obj_id=row)
    assert (first.act, first.actor, first.revision, first.detail) == (
        "organisation.touch",
        owner.account_id,
        4,
        {"lines": 2},
    )
    assert newest.act == "trace.who_did_what"  # looking at a trail leaves a trail
    assert queries.who_did_what(actor=owner, obj=THING, obj_id=row, before=newest.seq) == [first]


@door.query("organisation.browse")
def browse(*, actor: Actor, rows: list[UUID], about: UUID) -> None:
    door.noting().about(THING, about)
    for row in rows:
        levels.loaded(2, THING, row)


def test_a_trail_names_who_was_shown_the_object_on_a_list_but_not_what_else_was(
    site: Site, thing: tuple[Actor, UUID]
) -> None:
    (owner, row), stranger, secret = thing, make_account("clerk"), new_id()
    browse(actor=stranger, rows=[row, secret], about=secret)
    browse(actor=stranger, rows=[secret], about=secret)
    site.sequence()
    (found,) = queries.who_did_what(actor=owner, obj=THING, obj_id=row)
    assert (found.act, found.actor, found.unit) == (
        "organisation.browse",
        stranger.account_id,
        stranger.unit_id,
    )
    assert (found.beside, found.obj, found.obj_id, found.detail) == (True, "", None, {})
    with pytest.raises(NotFound):
        queries.proof_for(actor=owner, seq=found.seq)  # the record names the secret row
    assert queries.who_did_what(actor=stranger, obj=THING, obj_id=row) == []
    auditor = make_account("audit_admin")
    assert [t.beside for t in queries.who_did_what(actor=auditor, obj=THING, obj_id=row)][-1]
    assert site.audit().problems == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("delete from trace.shown", "随同查看表有 0 行，与日志所载 1 行不一致"),
        ("update trace.shown set actor = gen_random_uuid()", "的随同查看表与内容不符"),
        ("update trace.shown set obj_id = gen_random_uuid()", "与日志所载 1 行不一致"),
        ("update trace.shown set seq = seq - 1", "的随同查看表与内容不符"),
    ],
)
def test_the_audit_compares_who_was_shown_what(
    site: Site, thing: tuple[Actor, UUID], change: str, sentence: str
) -> None:
    browse(actor=thing[0], rows=[thing[1]], about=new_id())
    site.sequence()
    assert site.audit().problems == []
    with superuser() as server:
        server.execute(change.encode())
    problems = site.audit().problems
    assert any(sentence in problem for problem in problems), problems


def test_whoever_does_not_see_the_object_has_no_trail_of_it(
    site: Site, thing: tuple[Actor, UUID]
) -> None:
    owner, row = thing
    touch(actor=owner, obj=THING, obj_id=row)
    site.sequence()
    stranger = make_account("clerk")
    assert queries.who_did_what(actor=stranger, obj=THING, obj_id=row) == []
    with pytest.raises(NotFound):
        queries.proof_for(actor=stranger, seq=0)
    assert queries.proof_for(actor=owner, seq=0).seq == 0


@pytest.mark.parametrize(
    "obj", ["", "nothing.here", "django.session", "tracetest.thing; drop", "pg_class", "a.b.c"]
)
def test_a_kind_without_row_security_has_no_trail_for_others(site: Site, obj: str) -> None:
    owner, other = make_account("clerk"), make_account("clerk")
    thing = new_id()
    touch(actor=owner, obj=obj, obj_id=thing)
    site.sequence()
    assert queries.who_did_what(actor=other, obj=obj, obj_id=thing) == []
    mine = queries.who_did_what(actor=owner, obj=obj, obj_id=thing)
    assert [t.act for t in mine] == ["organisation.touch"]  # one's own acts one may know


@pytest.mark.parametrize(
    "columns", ["id bigint", "other uuid", "id uuid"], ids=["other type", "no id", "no right"]
)
def test_a_table_that_cannot_be_asked_is_no_error(site: Site, columns: str) -> None:
    owner, other, row = make_account("clerk"), make_account("clerk"), new_id()
    with superuser() as server:
        server.execute(f"create table public.tracetest_odd ({columns})")
        server.execute("alter table public.tracetest_odd enable row level security")
        server.execute("alter table public.tracetest_odd force row level security")
    try:
        touch(actor=owner, obj="tracetest.odd", obj_id=row)
        site.sequence()
        assert queries.who_did_what(actor=other, obj="tracetest.odd", obj_id=row) == []
    finally:
        with superuser() as server:
            server.execute("drop table public.tracetest_odd")


def test_without_identity_the_log_is_empty(site: Site, thing: tuple[Actor, UUID]) -> None:
    owner, row = thing
    touch(actor=owner, obj=THING, obj_id=row)
    site.sequence()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("entry", "entry_idx", "shown", "tile", "checkpoint", "log"):
            cursor.execute(f"select count(*) from trace.{table}")
            assert cursor.fetchone() == (0,)


def test_the_audit_administrator_searches_everything_and_nobody_else(
    site: Site, thing: tuple[Actor, UUID]
) -> None:
    owner, row = thing
    auditor = make_account("audit_admin")
    touch(actor=owner, obj=THING, obj_id=row)
    site.sequence()
    found = queries.search(actor=auditor, act="organisation.touch")
    assert [t.obj_id for t in found] == [row]
    assert queries.search(actor=auditor, by=owner.account_id, result="deny") == []
    assert queries.search(actor=auditor, obj_id=row, before=0) == []
    for role in ("clerk", "security_admin", "system_admin", "leader"):
        with pytest.raises(Refused, match="审计管理员"):
            queries.search(actor=make_account(role))


def test_a_period_holds_exactly_what_happened_in_it(site: Site) -> None:
    owner, auditor = make_account("clerk"), make_account("audit_admin")
    moments = []
    for _ in range(3):
        touch(actor=owner, obj="", obj_id=new_id())
        site.sequence()
        moments.append(clocks.read_state().now)

    def found(**period: datetime) -> list[int]:
        return [t.seq for t in queries.search(actor=auditor, act="organisation.touch", **period)]  # type: ignore[arg-type]

    every = found()
    assert len(every) == 3
    assert found(since=moments[0]) == every[:2]
    assert found(until=moments[0]) == every[2:]
    assert found(since=moments[0], until=moments[1]) == every[1:2]
    assert found(since=moments[2]) == []


# ---------------------------------------------------------------------- proofs


def run_verifier(folder: Path, record: bytes, proof: bytes, policy: str) -> tuple[int, str]:
    for name, data in (("r", record), ("p", proof), ("policy", policy.encode())):
        (folder / name).write_bytes(data)
    files = [str(folder / name) for name in ("r", "p", "policy")]
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), *files], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_proof_holds_outside_of_the_platform(
    site: Site, agencies: list[Agency], thing: tuple[Actor, UUID], tmp_path: Path
) -> None:
    owner, row = thing
    for _ in range(5):
        touch(actor=owner, obj=THING, obj_id=row)
    site.sequence()
    with pytest.raises(AssertionError):
        assert queries.proof_for(actor=owner, seq=2).witnessed
    assert push()
    file = queries.proof_for(actor=owner, seq=2)
    assert file.witnessed
    assert json.loads(file.record)["act"] == "organisation.touch"
    code, said = run_verifier(tmp_path, file.record, file.proof, file.policy)
    assert (code, "第 2 条" in said, "jiwei、shenji、zuzhi" in said) == (0, True, True)
    code, said = run_verifier(tmp_path, file.record + b" ", file.proof, file.policy)
    assert (code, "不能证明" in said) == (1, True)
    code, _ = run_verifier(tmp_path, file.record, file.proof, file.policy + "quorum none\n")
    assert code == 1


def test_the_operator_writes_the_same_proof_and_it_is_recorded(
    site: Site, agencies: list[Agency], tmp_path: Path
) -> None:
    touch(actor=make_account("clerk"), obj="", obj_id=new_id())
    site.sequence()
    push()
    call_command("prove_trace", "0", out=tmp_path, stdout=StringIO())
    record, proof, policy = (
        (tmp_path / f"lianxun-0.{kind}").read_bytes() for kind in ("json", "tlog-proof", "policy")
    )
    assert run_verifier(tmp_path, record, proof, policy.decode())[0] == 0
    site.sequence()
    (said,) = queries.search(actor=make_account("audit_admin"), act="trace.prove")
    assert (said.rule, said.detail) == ("TRACE-OPERATOR", {"seq": 0})
    with pytest.raises(CommandError, match="没有找到"):
        call_command("prove_trace", "999", out=tmp_path)


def test_the_verifier_stays_small_enough_to_be_read() -> None:
    lines = VERIFIER.read_text("utf-8").splitlines()
    assert len(lines) <= 150
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


def test_wrong_usage_of_the_verifier() -> None:
    done = subprocess.run([sys.executable, str(VERIFIER)], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"RECORD PROOF POLICY" in done.stderr


def test_an_entry_without_checkpoint_has_no_proof_yet(site: Site) -> None:
    owner = make_account("clerk")
    touch(actor=owner, obj="", obj_id=new_id())
    site.sequence()
    with superuser() as server:
        server.execute("delete from trace.checkpoint")
    with pytest.raises(WrongState, match="稍后"):
        queries.proof_for(actor=owner, seq=0)


# ---------------------------------------------------------------------- guards


def test_health_tells_the_administrators_what_is_wrong(site: Site, agencies: list[Agency]) -> None:
    touch(actor=make_account("clerk"), obj="", obj_id=new_id())
    size = site.sequence()
    agencies[0].server.server_close()
    push()
    health = queries.health(actor=make_account("system_admin"))
    assert (health.word, health.size, health.alarm) == ("正常", size, Alarm.NONE)
    assert {w.name for w in health.witnesses if w.error} == {"jiwei"}
    assert health.quorum_seconds is not None
    with pytest.raises(Refused, match="管理员"):
        queries.health(actor=make_account("clerk"))


def test_the_clocks_are_changed_by_the_security_administrator_and_recorded(site: Site) -> None:
    security = make_account("security_admin")
    operations.change_clocks(actor=security, now=NOW, warn=30, restrict=600, stop=7200)
    state = clocks.read_state()
    assert (state.warn, state.restrict, state.stop) == (30, 600, 7200)
    site.sequence()
    (said,) = queries.search(actor=make_account("audit_admin"), act="trace.change_clocks")
    assert said.detail == {"before": [60, 900, 14400], "after": [30, 600, 7200]}


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ((5, 900, 14400), {"warn"}),
        ((60, 900, 10**6), {"stop"}),
        ((900, 60, 14400), {"stop"}),
        ((-1, 0, 10**9), {"warn", "restrict", "stop"}),
    ],
)
def test_periods_that_make_no_sense(values: tuple[int, int, int], places: set[str]) -> None:
    security = make_account("security_admin")
    warn, restrict, stop = values
    with pytest.raises(Invalid) as caught:
        operations.change_clocks(actor=security, now=NOW, warn=warn, restrict=restrict, stop=stop)
    assert {e.place for e in caught.value.errors} == places


def test_a_policy_is_read_before_it_is_in_force(site: Site, tmp_path: Path) -> None:
    security = make_account("security_admin")
    with agency("x", site, tmp_path) as one:
        text = policy_text(site, [one], "1")
        operations.change_policy(actor=security, now=NOW, text=text)
        assert clocks.read_state().policy == text
        with pytest.raises(Invalid, match="第 1 行"):
            operations.change_policy(actor=security, now=NOW, text="quorum nobody\n")
        with pytest.raises(Invalid, match="地址"):
            operations.change_policy(actor=security, now=NOW, text=text.replace(one.url, ""))
    operations.change_policy(actor=security, now=NOW, text="")
    assert clocks.read_state().policy == ""


@pytest.mark.parametrize("role", ["clerk", "system_admin", "audit_admin"])
def test_nobody_else_changes_the_guards_not_even_past_the_application(role: str) -> None:
    actor = make_account(role)
    with pytest.raises(Refused, match="安全管理员"):
        operations.change_policy(actor=actor, now=NOW, text="")
    with pytest.raises(Refused, match="安全管理员"):
        operations.change_clocks(actor=actor, now=NOW, warn=60, restrict=900, stop=14400)
    for statement in ("select trace.change_policy('')", "select trace.change_clocks(60, 60, 60)"):
        with (
            pytest.raises(ProgrammingError, match="security administrator"),
            acting_as(actor.account_id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_guards_can_be_changed_while_the_platform_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clocks._look, "alarm", Alarm.STOPPED)
    security = make_account("security_admin")
    operations.change_clocks(actor=security, now=NOW, warn=60, restrict=900, stop=20000)
    assert clocks.look() is Alarm.NONE
