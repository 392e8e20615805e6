"""Import: choose files or paste, look at the dry run, accept."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.fabric.models import Level
from lianxun.fabric.paging import page_number
from lianxun.kernel.problems import NotFound, Refused
from lianxun.regulations import operations, queries, rules
from lianxun.regulations.enums import FileOutcome
from lianxun.regulations.records import IntakeRecord
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.forms import ActForm
from lianxun.web.progress import Progress, progress_part, time_left
from lianxun.web.regulations.views import one_of
from lianxun.web.requests import ActorRequest


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; each is checked by the room, with its name in the message."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(d, initial) for d in given]


class ImportForm(ActForm):
    uploads = FilesField(
        label="法规文件",
        required=False,
        widget=ManyFiles(attrs={"multiple": True}),
        help_text="可多选：Markdown、TXT、Word（.docx）、PDF、OFD、Excel 条文清单，扫描件需安装识别组件。一次最多 100 个；更多请由管理员在服务器上导入整个文件夹（见运维手册）。",
    )
    pasted = forms.CharField(
        label="或粘贴全文",
        max_length=500_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="第一行写法规名称，第二行可写公布日期和机关，其后为正文。",
    )
    title = forms.CharField(label="批次名称", max_length=200, required=False)
    level = forms.TypedChoiceField(
        label="级别", choices=Level.choices, coerce=int, initial=Level.PUBLIC
    )
    everyone = forms.TypedChoiceField(
        label="入库后谁可查阅",
        choices=[("yes", "有法规职责的全体人员"), ("no", "本单位和上级巡视机构")],
        coerce=lambda v: v == "yes",
        initial="yes",
    )


class AcceptForm(ActForm):
    replace = forms.BooleanField(
        label="同一日期而文字不同的，以本批文本更正库中文本",
        required=False,
    )


ACTS: dict[str, Act] = {
    "accept": Act(
        "确认入库",
        "入库",
        operations.accept,
        AcceptForm,
        "标为“新法规”“新版本”的文件将写入法规库，效力期间和条文引用随即重新计算；其余文件不入库。",
        "已开始入库，可离开本页，完成后刷新查看。",
    ),
    "discard": Act(
        "放弃本批导入",
        "放弃",
        operations.discard,
        happens="法规库不作任何改动，本批记录保留备查。",
        done="已放弃，本批没有入库。",
        danger=True,
    ),
}


def _keeper(request: ActorRequest) -> None:
    decision = rules.may_keep(request.actor)
    if not decision:
        raise Refused(decision)  # type: ignore[arg-type]


def intake_list(request: ActorRequest) -> HttpResponse:
    _keeper(request)
    page = queries.intakes(
        actor=request.actor, now=request.now, page=page_number(request.GET.get("page"))
    )
    return render(request, "regulations/imports.html", {"page": page, "tab": "imports"})


def new(request: ActorRequest) -> HttpResponse:
    _keeper(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        done, made = form.perform(lambda: _receive(request, form))
        if done:
            messages.success(request, "已接收，正在试读；试读不改动法规库。")
            where = (
                reverse("regulations:import", args=[made])
                if made
                else reverse("regulations:imports")
            )
            return redirect(where)
    with transaction.atomic():
        return render(
            request,
            "regulations/import_new.html",
            {"form": form, "tab": "imports"},
            status=422 if request.method == "POST" else 200,
        )


def _receive(request: ActorRequest, form: ActForm) -> UUID:
    data = form.cleaned_data
    return operations.receive(
        actor=request.actor,
        now=request.now,
        title=data["title"],
        uploads=[operations.Upload(f.name, f.file) for f in data["uploads"]],
        pasted=data["pasted"],
        everyone=data["everyone"],
        level=data["level"],
    )


def detail(request: ActorRequest, intake_id: UUID) -> HttpResponse:
    """Progress while it is read, then the dry run, then what was written."""
    found = queries.intake(actor=request.actor, now=request.now, intake_id=intake_id)
    outcome = one_of(request.GET.get("outcome", ""), FileOutcome.values)
    problems = request.GET.get("problems") == "1"
    files = queries.intake_files(
        actor=request.actor,
        now=request.now,
        intake_id=intake_id,
        outcome=outcome,
        problems_only=problems,
        page=page_number(request.GET.get("page")),
    )
    context = {
        "intake": found,
        "page": files,
        "outcome": outcome,
        "problems": problems,
        "acts": [(name, act) for name, act in ACTS.items() if name in found.permitted],
        "tab": "imports",
        "progress": _progress(request, found),
    }
    return render(request, "regulations/import.html", context)


def progress(request: ActorRequest, intake_id: UUID) -> HttpResponse:
    """How far the reading or the writing has come; asked again and again by the page itself."""
    found = queries.intake(actor=request.actor, now=request.now, intake_id=intake_id)
    return progress_part(request, _progress(request, found))


def _progress(request: ActorRequest, intake: IntakeRecord) -> Progress:
    reading = intake.state == "reading"
    began = intake.created_at if reading else None
    return Progress(
        title="正在试读" if reading else "正在写入法规库",
        url=reverse("regulations:import-progress", args=[intake.id]),
        running=intake.running,
        percent=intake.percent,
        done=intake.read if reading else intake.written,
        total=intake.total,
        unit="个文件",
        stage="" if reading else "之后标注条文引用",
        left=time_left(began=began, now=request.now, percent=intake.percent),
    )


def report(request: ActorRequest, intake_id: UUID) -> HttpResponse:
    """The whole report as a file, for whoever repairs the sources."""
    found = queries.intake_report(actor=request.actor, now=request.now, intake_id=intake_id)
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{intake_id}.json"'
    return answer


def act(request: ActorRequest, intake_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(found: IntakeRecord, form: ActForm) -> dict[str, Any]:
        return {"intake_id": found.id, **plain(found, form)}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.intake(actor=r.actor, now=r.now, intake_id=intake_id),
        name=name,
        back=lambda found: reverse("regulations:import", args=[found.id]),
        heading=lambda found: f"法规导入：{found.title}",
        given=given,
    )
