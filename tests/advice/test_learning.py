"""Retraining in the sandbox, release by two people, rollback, and the measure of automation bias."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxun.advice import engine, queries, running, store, training
from lianxun.advice import operations as do
from lianxun.advice.limits import limits
from lianxun.advice.models import Decision, ModelVersion, Release, Training
from lianxun.advice.operations import learning
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun_insight.triage.learning import Shown
from tests.advice.conftest import OTHER, prepare, read, register, service
from tests.support.recorded import Recorded


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A training that takes seconds: few invented leads, few decisions needed."""
    monkeypatch.setattr(learning, "BASE", 90)
    monkeypatch.setattr(learning, "FROZEN_BASE", 12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(limits()["training"], "fewest_decisions", 2)
        yield


def decided(cast: Any, summary: str, leaf: str) -> UUID:
    lead = register(cast, summary=summary)
    do.decide(
        actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", decided=[leaf],
        reason="未作建议，由人工认定",
    )  # fmt: skip
    return lead


def run(cast: Any, training_id: UUID) -> Any:
    training.train(actor=service(), training_id=training_id, clock=lambda: cast.now)
    return queries.training(actor=cast["coordinator"], now=cast.now, training_id=training_id)


@pytest.fixture
def queued(cast: Any, small: None) -> UUID:
    for n in range(4):
        decided(cast, f"某局办公室主任收受礼品卡{n}张并报销个人餐费{n + 1}千元。", "TP-L1")
    return do.start_training(actor=cast["coordinator"], now=cast.now)


# --- starting and cancelling -----------------------------------------------------------------------


def test_starting_queues_one_job(cast: Any, queued: UUID, heard: Recorded) -> None:
    jobs = ProcrastinateJob.objects.filter(task_name="advice.train")
    assert [job.args for job in jobs] == [{"training_id": str(queued)}]
    with pytest.raises(WrongState, match="已有训练任务"):
        do.start_training(actor=cast["leader"], now=cast.now)


@pytest.mark.parametrize("who", ["clerk", "audit", "inspector", "contact", "system_admin"])
def test_models_are_kept_by_the_desk(cast: Any, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        do.start_training(actor=cast[who], now=cast.now)
    assert refusal.value.rule == "ADV-MODELS"
    for page in (queries.models, queries.bias, queries.queue):
        with pytest.raises(Refused):
            page(actor=cast[who], now=cast.now)


def test_without_the_extra_nothing_is_trained(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "installed", lambda: False)
    with pytest.raises(WrongState, match="未安装智能分析组件"):
        do.start_training(actor=cast["coordinator"], now=cast.now)


def test_too_few_decisions_end_it_with_the_number(cast: Any) -> None:
    decided(cast, OTHER, "TP-M3")
    begun = do.start_training(actor=cast["coordinator"], now=cast.now)
    done = run(cast, begun)
    assert (done.state, done.message) == (
        "failed", "已认定类别的线索只有 1 件，少于 20 件，训练不会有收获。",
    )  # fmt: skip


def test_a_queued_training_is_cancelled_at_once(cast: Any, queued: UUID) -> None:
    do.cancel_training(actor=cast["leader"], now=cast.now, training_id=queued, revision=1)
    done = run(cast, queued)
    assert (done.state, done.message) == ("cancelled", "开始前取消。")
    with pytest.raises(WrongState, match="不能取消"):
        do.cancel_training(actor=cast["leader"], now=cast.now, training_id=queued, revision=2)
    with pytest.raises(Stale):
        do.cancel_training(actor=cast["leader"], now=cast.now, training_id=queued, revision=9)
    with pytest.raises(NotFound):
        do.cancel_training(actor=cast["leader"], now=cast.now, training_id=new_id(), revision=1)


# --- the sandbox -----------------------------------------------------------------------------------


def test_a_training_ends_with_a_model_beside_the_one_in_use(
    cast: Any, queued: UUID, heard: Recorded
) -> None:
    done = run(cast, queued)
    assert done.state == "done", done.message
    assert done.progress == 100
    assert [name for name, _, _ in done.compared] == ["问题性质", "问题领域"]
    assert done.model.startswith("triage-")
    with acting_as(service().account_id, service="advice"):
        assert store.in_use().name != done.model  # type: ignore[union-attr]
        kept = ModelVersion.objects.get(name=done.model)
    detail = heard.of("advice.finish_training")[-1]["detail"]
    assert (detail["model"], detail["model_sha256"]) == (done.model, kept.sha256)
    assert len(detail["frozen_sha256"]) == 64
    assert [b["detail"]["state"] for b in heard.of("advice.begin_training")] == ["running"]
    assert ("propose" in done.permitted) is not bool(done.losses)


def test_what_lost_on_the_frozen_set_bars_its_own_way(cast: Any, trained: Training) -> None:
    with acting_as(service().account_id, service="advice"), transaction.atomic():
        Training.objects.filter(id=trained.id).update(
            losses=["类目 TP-C1 的 F1 下降 9.0 个百分点，超过 3。"]
        )
    seen = queries.training(actor=cast["leader"], now=cast.now, training_id=trained.id)
    assert "propose" not in seen.permitted
    with pytest.raises(WrongState, match="有退步，不能启用：类目 TP-C1"):
        propose(cast, trained)


def test_a_person_stops_a_running_training(cast: Any, queued: UUID, monkeypatch: Any) -> None:
    begin = time.monotonic()
    looks = []

    def look(*_: Any) -> bool:
        looks.append(1)
        return len(looks) < 2

    monkeypatch.setattr(training, "_follow", look)
    done = run(cast, queued)
    assert (done.state, done.message) == ("cancelled", "已按要求取消训练，现用模型不变。")
    assert time.monotonic() - begin < 30


def test_progress_is_shown_and_the_wish_to_stop_is_seen(cast: Any, queued: UUID) -> None:
    learning.begin_training(actor=service(), now=cast.now, training_id=queued)
    assert training._follow(service(), queued, 42, "训练新模型") is True
    seen = queries.training(actor=cast["coordinator"], now=cast.now, training_id=queued)
    assert (seen.progress, seen.stage) == (42, "训练新模型")
    do.cancel_training(
        actor=cast["coordinator"], now=cast.now, training_id=queued, revision=seen.revision
    )
    assert training._follow(service(), queued, 43, "训练新模型") is False


def child(tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sandbox that runs ``code`` instead of training."""
    package = tmp_path / "lianxun" / "advice"
    package.mkdir(parents=True)
    (tmp_path / "lianxun" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "sandbox.py").write_text(code)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import time\ntime.sleep(60)", "超过时限"),
        ("raise SystemExit(3)", "异常结束"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "处理器或内存限额"),
        (
            "import json, sys, pathlib\n"
            "(pathlib.Path(sys.argv[1]) / 'answer.json').write_text(json.dumps({'error': '没有可用于训练的线索。'}))",
            "没有可用于训练的线索",
        ),
    ],
)
def test_whatever_ends_the_sandbox_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    folder = child(tmp_path, code, monkeypatch)
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)
    with pytest.raises(running.StoppedError, match=words):
        running.run(folder, wall_seconds=1.0, follow=lambda *_: True)


def test_the_sandbox_sees_no_secret_and_reports_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANXUN_INSTANCE", "/somewhere")
    code = (
        "import json, os, pathlib, sys, time\n"
        "print(json.dumps({'progress': 7, 'stage': '甲'}), flush=True)\n"
        "time.sleep(0.3)\n"
        "(pathlib.Path(sys.argv[1]) / 'answer.json').write_text(json.dumps(dict(os.environ)))"
    )
    folder = child(tmp_path, code, monkeypatch)
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)
    said = []
    answer = running.run(folder, wall_seconds=30, follow=lambda p, s: said.append((p, s)) is None)
    assert (7, "甲") in said
    assert set(answer) <= {
        "PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE",
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LC_CTYPE",
    }  # fmt: skip


def test_limits_hold_in_the_child(tmp_path: Path) -> None:
    """Real limits in a real child: more memory than allowed ends in a sentence."""
    import subprocess

    code = (
        "from lianxun.advice.sandbox import confine\n"
        "confine(cpu_seconds=5, memory_bytes=400 * 2**20)\n"
        "try:\n    bytearray(2**30)\nexcept MemoryError:\n    print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.stdout.strip() == "refused"


def test_what_the_sandbox_gets_names_no_reporter_and_no_frozen_lead(
    cast: Any, small: None, tmp_path: Path
) -> None:
    letter = "某局长收受礼品卡。\n举报人：甘来信，电话13912345678"
    for n in range(30):
        decided(cast, f"{letter}{n}", "TP-L1")
    begun = do.start_training(actor=cast["coordinator"], now=cast.now)
    material = learning.begin_training(actor=service(), now=cast.now, training_id=begun)
    assert material is not None
    material.write(tmp_path)
    request = (tmp_path / "request.json").read_text("utf-8")
    assert "甘来信" not in request
    assert "13912345678" not in request
    given = json.loads(request)
    ids = {row[0] for row in given["decided"]}
    held = {row[0] for row in given["frozen"]}
    assert ids.isdisjoint(held)
    assert len(ids | held) == 30
    assert held == {i for i in ids | held if learning.is_frozen(i)}


def test_about_a_tenth_is_frozen_and_always_the_same() -> None:
    drawn = [learning.is_frozen(f"lead {n}") for n in range(3000)]
    assert 230 <= sum(drawn) <= 370
    assert drawn == [learning.is_frozen(f"lead {n}") for n in range(3000)]


def test_private_life_is_never_learnt(cast: Any, small: None) -> None:
    decided(cast, "反映生活作风问题的材料若干。", "TP-S1")
    for n in range(3):
        decided(cast, f"某局长收受礼品卡{n}张。", "TP-L1")
    begun = do.start_training(actor=cast["coordinator"], now=cast.now)
    material = learning.begin_training(actor=service(), now=cast.now, training_id=begun)
    assert material is not None
    codes = {c for row in material.decided + material.frozen for c in row[2]}
    assert codes == {"TP-L1"}


# --- release ---------------------------------------------------------------------------------------


@pytest.fixture
def trained(cast: Any, lead: UUID) -> Training:
    """A finished training without losses; the model is the shipped one under another name."""
    now = cast.now
    with acting_as(service().account_id, service="advice"), transaction.atomic():
        shipped = store.in_use()
        assert shipped is not None
        model = ModelVersion.objects.create(
            created_at=now, name="triage-000000000001", sha256="1" * 64, taxonomy_version="1",
            source="x", card="card", archive=bytes(shipped.archive),
            figures=shipped.figures,
        )  # fmt: skip
    starter = cast["coordinator"]
    with acting_as(starter.account_id), transaction.atomic():
        row = Training.objects.create(
            created_at=now, state="queued", asked_by_id=starter.account_id
        )
    with acting_as(service().account_id, service="advice"), transaction.atomic():
        Training.objects.filter(id=row.id).update(state="running")
        Training.objects.filter(id=row.id).update(
            state="done", result=model, before=shipped.figures, after=shipped.figures
        )
    return row


def propose(cast: Any, row: Training, who: str = "leader", reason: str = "比对没有退步。") -> UUID:
    return do.propose_release(actor=cast[who], now=cast.now, training_id=row.id, reason=reason)


def in_use(cast: Any) -> str:
    return queries.models(actor=cast["leader"], now=cast.now).in_use.name


def test_two_people_put_a_model_into_use_and_one_takes_it_back(
    cast: Any, trained: Training, heard: Recorded
) -> None:
    before = in_use(cast)
    proposed = propose(cast, trained)
    assert in_use(cast) == before
    do.confirm_release(actor=cast["deputy_leader"], now=cast.now, release_id=proposed, revision=1)
    assert in_use(cast) == "triage-000000000001"
    assert heard.of("advice.confirm_release")[-1]["detail"]["model_sha256"] == "1" * 64
    do.rollback(actor=cast["coordinator"], now=cast.now, reason="上线后误判较多。")
    assert in_use(cast) == before
    with pytest.raises(WrongState, match="没有更早的模型"):
        do.rollback(actor=cast["coordinator"], now=cast.now, reason="再退一步。")


def test_neither_who_proposed_nor_who_trained_confirms(cast: Any, trained: Training) -> None:
    proposed = propose(cast, trained)
    for who, words in (("leader", "提出人"), ("coordinator", "训练人")):
        with pytest.raises(Refused, match=words) as refusal:
            do.confirm_release(actor=cast[who], now=cast.now, release_id=proposed, revision=1)
        assert refusal.value.rule == "ADV-MAKER-CHECKER"
    with pytest.raises(NotFound):
        do.confirm_release(actor=cast["clerk"], now=cast.now, release_id=proposed, revision=1)


def test_the_second_person_may_disagree(cast: Any, trained: Training) -> None:
    proposed = propose(cast, trained)
    before = in_use(cast)
    do.reject_release(actor=cast["chair"], now=cast.now, release_id=proposed, revision=1)
    assert in_use(cast) == before
    with pytest.raises(WrongState, match="未同意"):
        do.confirm_release(
            actor=cast["deputy_leader"], now=cast.now, release_id=proposed, revision=2
        )
    with pytest.raises(Stale):
        do.confirm_release(
            actor=cast["deputy_leader"], now=cast.now, release_id=proposed, revision=1
        )
    with pytest.raises(NotFound):
        do.confirm_release(
            actor=cast["deputy_leader"], now=cast.now, release_id=new_id(), revision=1
        )


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
def test_a_proposal_says_why(cast: Any, trained: Training, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        propose(cast, trained, reason=reason)
    assert refusal.value.errors[0].place == "reason"


def test_one_proposal_at_a_time(cast: Any, trained: Training) -> None:
    propose(cast, trained)
    with pytest.raises(WrongState, match="等待复核"):
        propose(cast, trained, "deputy_leader")


def test_an_unfinished_training_cannot_be_proposed(cast: Any, queued: UUID) -> None:
    with pytest.raises(WrongState, match="没有完成"):
        do.propose_release(actor=cast["leader"], now=cast.now, training_id=queued, reason="想启用")


FORGERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "both names": ("row-level security", {"state": "effective", "confirmed": "deputy_leader"}),
    "effective at once": ("row-level security", {"state": "effective", "confirmed": None}),
    "another's name": ("row-level security", {"proposed": "deputy_leader"}),
    "despite losses": ("promotion_without_loss", {"no_loss": False}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_the_database_lets_nobody_promote_alone(cast: Any, trained: Training, forgery: str) -> None:
    words, changes = FORGERIES[forgery]
    me: Actor = cast["leader"]
    confirmed = changes.get("confirmed")
    with acting_as(me.account_id), transaction.atomic():
        model = ModelVersion.objects.get(name="triage-000000000001")
    with (
        acting_as(me.account_id),
        pytest.raises((DatabaseError, IntegrityError), match=words),
        transaction.atomic(),
    ):
        Release.objects.create(
            created_at=cast.now, kind="promote", state=changes.get("state", "proposed"),
            model=model, no_loss=changes.get("no_loss", True), effective_at=cast.now,
            proposed_by_id=cast[changes.get("proposed", "leader")].account_id,
            confirmed_by_id=cast[confirmed].account_id if confirmed else None,
        )  # fmt: skip


def test_the_proposer_cannot_confirm_in_the_database_either(cast: Any, trained: Training) -> None:
    proposed = propose(cast, trained)
    me = cast["leader"].account_id
    with acting_as(me), transaction.atomic():
        assert Release.objects.filter(id=proposed).update(state="effective") == 0
    with (
        acting_as(cast["deputy_leader"].account_id),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        Release.objects.filter(id=proposed).update(no_loss=True, reason="改写")


def test_the_trainer_is_barred_by_a_constraint(cast: Any, trained: Training) -> None:
    proposed = propose(cast, trained)
    trainer = cast["coordinator"].account_id
    with (
        acting_as(trainer),
        pytest.raises(IntegrityError, match="promotion_needs_two_people"),
        transaction.atomic(),
    ):
        Release.objects.filter(id=proposed).update(
            state="effective", confirmed_by_id=trainer, effective_at=cast.now
        )


def test_a_damaged_model_is_not_used(cast: Any, lead: UUID) -> None:
    with acting_as(service().account_id, service="advice"):
        archive = bytes(store.in_use().archive)  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="不符"):
        engine.classifier("triage-ffffffffffff", archive)
    engine._open.clear()
    assert prepare(cast, register(cast, title="另一件")).done


def test_the_card_tells_where_the_model_is_weak(cast: Any, lead: UUID) -> None:
    page = queries.models(actor=cast["coordinator"], now=cast.now)
    assert page.in_use.sha256
    assert set(page.in_use.figures) == {"问题性质", "问题领域"}
    assert len(page.in_use.weak) == 6
    assert all(0 <= f1 <= 100 for _, f1 in page.in_use.weak)
    found = queries.model(actor=cast["coordinator"], now=cast.now, name=page.in_use.name)
    assert "SYNTHETIC" in found.card
    with pytest.raises(NotFound):
        queries.model(actor=cast["coordinator"], now=cast.now, name="triage-nothing")


# --- automation bias -------------------------------------------------------------------------------


def test_agreement_with_and_without_is_compared(
    cast: Any, audit_sample: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"now": False}
    monkeypatch.setattr("lianxun.advice.operations.preparing.held_back", lambda *_: held["now"])
    for n in range(12):
        held["now"] = n >= 6
        lead = read(cast, title=f"反映收受好处费（{n}）")
        follow = n < 6  # everybody follows what is shown, nobody does without
        seen = queries.for_lead(actor=cast["clerk"], now=cast.now, lead_id=lead)
        assert seen.held_back is (n >= 6)
        if follow:
            do.accept(
                actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1",
                advice_id=seen.advice_id,
            )  # fmt: skip
        else:
            do.decide(
                actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1",
                decided=["TP-W1"], reason="未作建议，由人工认定", advice_id=seen.advice_id,
            )  # fmt: skip
    row = queries.bias(actor=cast["coordinator"], now=cast.now)[0]
    assert (row.shown, row.hidden) == (6, 6)
    assert (row.agree_shown, row.agree_hidden, row.difference) == (100, 0, 100)
    assert row.certain


def test_fewer_than_five_give_no_share(cast: Any) -> None:
    from lianxun.advice.queries.models import bias_row

    rows = [Shown(str(n), n < 9, agrees=True) for n in range(13)]
    row = bias_row("TP-1", "问题性质", rows)
    assert (row.shown, row.hidden, row.agree_hidden, row.certain) == (9, 4, None, False)


def test_only_the_first_decision_counts(cast: Any, lead: UUID) -> None:
    seen = queries.for_lead(actor=cast["clerk"], now=cast.now, lead_id=lead)
    do.accept(
        actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", advice_id=seen.advice_id
    )
    do.decide(
        actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", decided=["TP-L1"],
        reason="应归入其他类目", note="会商后改变。",
    )  # fmt: skip
    with acting_as(cast["coordinator"].account_id):
        assert Decision.objects.count() == 2
    assert queries.bias(actor=cast["coordinator"], now=cast.now)[0].shown == 1
