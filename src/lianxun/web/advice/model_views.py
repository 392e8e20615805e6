"""Pages about the models: which one is in use, what changed it, and what suggestions do to people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxun.advice import operations, queries
from lianxun.advice.enums import TrainingState
from lianxun.advice.records import ReleaseRecord, TrainingRecord
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.advice import forms
from lianxun.web.forms import ActForm
from lianxun.web.progress import Progress, progress_part, time_left
from lianxun.web.requests import ActorRequest

TRAINING_ACTS = {
    "cancel": Act(
        "取消训练",
        "取消训练",
        operations.cancel_training,
        happens="训练停止，现用模型不变。",
        done="已要求取消。",
        danger=True,
    ),
    "propose": Act(
        "提出启用新模型",
        "提出",
        operations.propose_release,
        forms.ReasonForm,
        "须由您和训练人以外的另一名有权人员复核后才启用。",
        "已提出，等待复核。",
    ),
}
RELEASE_ACTS = {
    "confirm": Act(
        "复核启用新模型",
        "同意启用",
        operations.confirm_release,
        happens="同意后新登记的线索由新模型研判；已有的建议和认定不变。可以一键回退。",
        done="新模型已启用。",
    ),
    "reject": Act(
        "不同意启用新模型",
        "不同意",
        operations.reject_release,
        happens="现用模型不变。",
        done="已登记不同意。",
        danger=True,
    ),
}
KEEPER_ACTS = {
    "train": Act(
        "训练新模型",
        "开始训练",
        operations.start_training,
        happens="用已认定类别的线索在隔离的沙箱中训练，一般需要几分钟；不影响现用模型，可以随时取消。",
        done="已排队，训练进度见本页。",
    ),
    "rollback": Act(
        "回退到上一个模型",
        "回退",
        operations.rollback,
        forms.ReasonForm,
        "立即生效，由您一人决定即可；已有的建议和认定不变。",
        "已回退。",
        danger=True,
    ),
}


def models(request: ActorRequest) -> HttpResponse:
    page = queries.models(actor=request.actor, now=request.now)
    acts = [(name, act) for name, act in KEEPER_ACTS.items() if name in page.permitted]
    return render(request, "advice/models.html", {"page": page, "acts": acts})


def model(request: ActorRequest, name: str) -> HttpResponse:
    found = queries.model(actor=request.actor, now=request.now, name=name)
    return render(request, "advice/model.html", {"model": found})


def training(request: ActorRequest, training_id: UUID) -> HttpResponse:
    found = queries.training(actor=request.actor, now=request.now, training_id=training_id)
    acts = [(name, act) for name, act in TRAINING_ACTS.items() if name in found.permitted]
    context = {"training": found, "acts": acts, "progress": _progress(request, found)}
    return render(request, "advice/training.html", context)


def progress(request: ActorRequest, training_id: UUID) -> HttpResponse:
    """How far the training has come; asked again and again by the page itself."""
    found = queries.training(actor=request.actor, now=request.now, training_id=training_id)
    return progress_part(request, _progress(request, found))


def _progress(request: ActorRequest, found: TrainingRecord) -> Progress:
    waiting = found.state == TrainingState.QUEUED
    return Progress(
        title="正在排队" if waiting else "正在训练",
        url=reverse("advice:training-progress", args=[found.id]),
        running=found.state in (TrainingState.QUEUED, TrainingState.RUNNING),
        percent=found.progress,
        stage=found.stage,
        left=time_left(began=found.asked_at, now=request.now, percent=found.progress),
    )


def keeper_act(request: ActorRequest, name: str) -> HttpResponse:
    """Start a training, or go back to the model before."""
    if name not in KEEPER_ACTS:
        raise NotFound
    return act_page(
        request,
        KEEPER_ACTS[name],
        load=lambda r: queries.models(actor=r.actor, now=r.now),
        name=name,
        back=lambda _: reverse("advice:models"),
        heading=lambda _: "研判模型",
        given=plain,
    )


def training_act(request: ActorRequest, training_id: UUID, name: str) -> HttpResponse:
    if name not in TRAINING_ACTS:
        raise NotFound

    def given(record: TrainingRecord, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        if name == "propose":
            values.pop("revision", None)
        return {"training_id": record.id, **values}

    return act_page(
        request,
        TRAINING_ACTS[name],
        load=lambda r: queries.training(actor=r.actor, now=r.now, training_id=training_id),
        name=name,
        back=lambda record: reverse("advice:training", args=[record.id]),
        heading=lambda record: f"训练任务（{record.state_label}）",
        given=given,
    )


def release_act(request: ActorRequest, release_id: UUID, name: str) -> HttpResponse:
    if name not in RELEASE_ACTS:
        raise NotFound

    def given(record: ReleaseRecord, form: ActForm) -> dict[str, Any]:
        return {"release_id": record.id, **plain(record, form)}

    return act_page(
        request,
        RELEASE_ACTS[name],
        load=lambda r: queries.release(actor=r.actor, now=r.now, release_id=release_id),
        name=name,
        back=lambda _: reverse("advice:models"),
        heading=lambda record: f"模型 {record.model}",
        given=given,
    )


def bias(request: ActorRequest) -> HttpResponse:
    rows = queries.bias(actor=request.actor, now=request.now)
    return render(request, "advice/bias.html", {"rows": rows})


def desk(request: ActorRequest) -> HttpResponse:
    rows = queries.desk(actor=request.actor, now=request.now)
    return render(request, "advice/desk.html", {"rows": rows})


def queue(request: ActorRequest) -> HttpResponse:
    rows = queries.queue(actor=request.actor, now=request.now)
    return render(request, "advice/queue.html", {"rows": rows})


def home(request: ActorRequest) -> HttpResponse:
    """The room's first page: what each part is for, as far as the reader has business there."""
    return render(request, "advice/home.html")
