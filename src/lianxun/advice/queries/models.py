"""Models, trainings, releases, and what suggestions do to decisions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from lianxun.access.queries import account_names
from lianxun.advice import engine, store
from lianxun.advice.common import require
from lianxun.advice.enums import ReleaseKind, ReleaseState, TrainingState
from lianxun.advice.limits import limits
from lianxun.advice.models import Decision, ModelVersion, Release, Training
from lianxun.advice.records import (
    BiasRow,
    ModelPage,
    ModelRecord,
    ReleaseRecord,
    TrainingRecord,
)
from lianxun.advice.rules import may_confirm, may_keep_models
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.trace.door import noting, query
from lianxun_insight.triage.learning.audit import Shown, automation_bias
from lianxun_insight.triage.taxonomy import load as load_taxonomy

FEWEST = 5  # settled.md 29: no share is shown of fewer than five
DECISIONS = 5_000  # the newest are what is measured

_INVENTED = re.compile(r"(\d+) invented leads")
_DECIDED = re.compile(r"and (\d+) decided ones")


@query("advice.models")
def models(*, actor: Actor, now: datetime) -> ModelPage:
    """The model in use with its card, trainings and releases."""
    require(may_keep_models(actor))
    in_use = store.in_use()
    trainings = list(
        Training.objects.select_related("result")
        .defer("result__archive")
        .order_by("-created_at", "-id")[:10]
    )
    releases = list(
        Release.objects.select_related("model")
        .defer("model__archive")
        .order_by("-created_at", "-id")[:20]
    )
    people = {r.proposed_by_id for r in releases} | {r.confirmed_by_id for r in releases}
    people |= {t.asked_by_id for t in trainings}
    names = account_names(i for i in people if i is not None)
    busy = any(t.state in ("queued", "running") for t in trainings)
    proposed = any(r.state == ReleaseState.PROPOSED for r in releases)
    noting().about("advice.model", actor.account_id, model=in_use.name if in_use else "")
    permitted = set()
    if engine.installed() and not busy:
        permitted.add("train")
    if store.before_present() is not None:
        permitted.add("rollback")
    return ModelPage(
        engine=engine.installed(),
        in_use=model_record(in_use, in_use=True) if in_use else None,
        trainings=tuple(_training(t, names, proposed=proposed) for t in trainings),
        releases=tuple(_release(r, names, actor) for r in releases),
        permitted=frozenset(permitted),
    )


@query("advice.model")
def model(*, actor: Actor, now: datetime, name: str) -> ModelRecord:
    """One model with its card."""
    require(may_keep_models(actor))
    row = ModelVersion.objects.filter(name=name).defer("archive").first()
    if row is None:
        raise NotFound
    noting().about("advice.model", row.id, model=row.name)
    in_use = store.in_use()
    return model_record(row, in_use=in_use is not None and in_use.id == row.id)


@query("advice.training")
def training(*, actor: Actor, now: datetime, training_id: UUID) -> TrainingRecord:
    """One training: progress while it runs, figures afterwards."""
    require(may_keep_models(actor))
    row = (
        Training.objects.select_related("result")
        .defer("result__archive")
        .filter(id=training_id)
        .first()
    )
    if row is None:
        raise NotFound
    noting().about("advice.training", row.id, revision=row.revision)
    proposed = Release.objects.filter(state=ReleaseState.PROPOSED).exists()
    return _training(row, account_names([row.asked_by_id]), proposed=proposed)


@query("advice.release")
def release(*, actor: Actor, now: datetime, release_id: UUID) -> ReleaseRecord:
    """One change of the model in use."""
    require(may_keep_models(actor))
    row = (
        Release.objects.select_related("model")
        .defer("model__archive")
        .filter(id=release_id)
        .first()
    )
    if row is None:
        raise NotFound
    noting().about("advice.release", row.id, revision=row.revision)
    names = account_names(i for i in (row.proposed_by_id, row.confirmed_by_id) if i)
    return _release(row, names, actor)


def model_record(row: ModelVersion, *, in_use: bool) -> ModelRecord:
    facets = {f.code: f.name for f in load_taxonomy().facets}
    return ModelRecord(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        taxonomy_version=row.taxonomy_version,
        source=source_in_words(row.source),
        figures={facets.get(f, f): figures_of(values) for f, values in row.figures.items()},
        weak=tuple(weakest(row.figures)),
        card=row.card,
        created_at=row.created_at,
        in_use=in_use,
    )


def source_in_words(source: str) -> str:
    """The note of a model file about its training leads, in Chinese for the screen; others as they stand."""
    counted = _INVENTED.search(source)
    if counted is None:
        return source
    decided = _DECIDED.search(source)
    words = f"虚构线索 {int(counted[1]):,} 件"
    return (
        f"{words}，人工认定的线索 {int(decided[1]):,} 件" if decided else f"{words}，没有真实线索"
    )


def figures_of(values: dict[str, Any]) -> dict[str, Any]:
    """The figures of one facet as whole per cents, by their Chinese names."""
    return {
        label: round(100 * values[key], 1)
        for key, label in (
            ("top1", "首选正确"),
            ("top3", "前三含正确"),
            ("macro_f1", "宏平均 F1"),
            ("precision_of_suggestions", "建议准确"),
            ("coverage", "作出建议"),
            ("ece", "校准误差"),
        )
        if key in values
    }


def weakest(figures: dict[str, Any], most: int = 6) -> list[tuple[str, int]]:
    """The leaves with the lowest F1, by name, in per cent: where the card says it is weak."""
    taxonomy = load_taxonomy()
    known = {leaf.code: leaf.name for leaf in taxonomy.leaves}
    rows = [
        (f1, code)
        for values in figures.values()
        for code, f1 in values.get("f1", {}).items()
        if code in known
    ]
    return [(known[code], round(100 * f1)) for f1, code in sorted(rows)[:most]]


def _training(row: Training, names: dict[UUID, str], *, proposed: bool) -> TrainingRecord:
    permitted = set()
    if row.state in ("queued", "running") and not row.cancel:
        permitted.add("cancel")
    if row.state == TrainingState.DONE and not row.losses and not proposed:
        permitted.add("propose")
    facets = {f.code: f.name for f in load_taxonomy().facets}
    return TrainingRecord(
        id=row.id,
        revision=row.revision,
        state=row.state,
        state_label=TrainingState(row.state).label,
        asked_by=names.get(row.asked_by_id, ""),
        asked_at=row.created_at,
        progress=row.progress,
        stage=row.stage,
        message=row.message,
        cancel=row.cancel,
        decisions=row.decisions,
        frozen=row.frozen,
        compared=tuple(
            (facets.get(f, f), figures_of(values), figures_of(row.after.get(f, {})))
            for f, values in row.before.items()
        ),
        losses=tuple(row.losses),
        model=row.result.name if row.result else "",
        finished_at=row.finished_at,
        permitted=frozenset(permitted),
    )


def _release(row: Release, names: dict[UUID, str], actor: Actor) -> ReleaseRecord:
    permitted = set()
    if row.state == ReleaseState.PROPOSED:
        if may_confirm(actor, proposed_by=row.proposed_by_id, trained_by=row.trained_by_id):
            permitted.add("confirm")
        if may_confirm(actor, proposed_by=row.proposed_by_id, trained_by=None):
            permitted.add("reject")
    return ReleaseRecord(
        id=row.id,
        revision=row.revision,
        kind=row.kind,
        kind_label=ReleaseKind(row.kind).label,
        state=row.state,
        state_label=ReleaseState(row.state).label,
        model=row.model.name,
        proposed_by=names.get(row.proposed_by_id, "") if row.proposed_by_id else "平台",
        confirmed_by=names.get(row.confirmed_by_id, "") if row.confirmed_by_id else "",
        reason=row.reason,
        created_at=row.created_at,
        effective_at=row.effective_at,
        permitted=frozenset(permitted),
    )


@query("advice.bias")
def bias(*, actor: Actor, now: datetime) -> list[BiasRow]:
    """Do people follow what they are shown? Agreement with the first guess, with and without showing.

    Of the decisions the reader may see; a side with fewer than five is not shown as a share.
    """
    require(may_keep_models(actor))
    rows = list(
        Decision.objects.filter(advice__isnull=False)
        .exclude(model="")
        .select_related("advice")
        .order_by("-created_at", "-id")[:DECISIONS]
    )
    first: dict[tuple[UUID, str], Decision] = {}
    for row in rows:
        first[row.lead_id, row.facet] = row  # the earliest: later ones may follow discussion
    found = []
    for facet in load_taxonomy().facets:
        if not facet.suggest:
            continue
        shown = [
            Shown(str(row.lead_id), row.shown, guess in row.decided)
            for (_, code), row in first.items()
            if code == facet.code and (guess := guess_of(row)) is not None
        ]
        found.append(bias_row(facet.code, facet.name, shown))
    noting().about("advice.bias", actor.account_id, count=len(first))
    return found


def guess_of(row: Decision) -> str | None:
    """The model's first guess on the decided facet, shown or not."""
    content = row.advice.content if row.advice else {}
    leaves = content.get("facets", {}).get(row.facet, {}).get("leaves", [])
    return str(leaves[0]["code"]) if leaves else None


def bias_row(code: str, name: str, rows: list[Shown]) -> BiasRow:
    shown, hidden = sum(r.shown for r in rows), sum(not r.shown for r in rows)
    report = automation_bias(rows) if min(shown, hidden) >= FEWEST else None
    return BiasRow(
        facet=code,
        facet_name=name,
        shown=shown,
        hidden=hidden,
        agree_shown=round(100 * report.agree_shown) if report else None,
        agree_hidden=round(100 * report.agree_hidden) if report else None,
        difference=round(100 * report.difference) if report else None,
        low=round(100 * report.interval[0]) if report else None,
        high=round(100 * report.interval[1]) if report else None,
        share=round(100 * limits()["audit"]["share"]),
    )


__all__ = ["bias", "model", "models", "release", "training"]
