"""Each kind of organisation data by spreadsheet: template, dry run, errors back in the sent file, export."""

from __future__ import annotations

from urllib.parse import quote

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from lianxun.fabric.purposes import PURPOSES
from lianxun.fabric.safefiles import XLSX
from lianxun.kernel.problems import NotFound
from lianxun.organisation import operations, sheets
from lianxun.organisation.operations import ImportMode
from lianxun.organisation.records import ImportReport
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest

KINDS = [(key, spec.title) for key, spec in sheets.BY_KEY.items()]
MODES = [
    (ImportMode.CHECK.value, "仅检查（什么都不保存）"),
    (ImportMode.ALL.value, "全部导入（有一行不对就都不导入）"),
    (ImportMode.VALID.value, "只导入无误的行"),
]
SHOWN = 100


class ImportForm(ActForm):
    kind = forms.ChoiceField(label="内容", choices=KINDS)
    file = forms.FileField(label="填好的表格（.xlsx）")
    mode = forms.ChoiceField(
        label="办理方式", choices=MODES, widget=forms.RadioSelect, initial="check"
    )
    marked = forms.BooleanField(
        label="有误时直接下载表格",
        required=False,
        help_text="还是您的那份表，末尾多一列“校验结果”。",
    )


class ExportForm(ActForm):
    kind = forms.ChoiceField(label="内容", choices=KINDS)
    purpose = forms.ChoiceField(
        label="导出用途", choices=[("", "请选择"), *PURPOSES], help_text="每次导出都留痕。"
    )


def page(request: ActorRequest) -> HttpResponse:
    """The page is there for who keeps the organisation; for others it is not."""
    _only_keepers(request)
    form, out = ImportForm(), ExportForm()
    report: ImportReport | None = None
    if request.method == "POST" and "purpose" in request.POST:
        out = ExportForm(request.POST)
        done, data = out.perform(lambda: _export(request, out))
        if done and data is not None:
            return _workbook(data, f"{dict(KINDS)[out.cleaned_data['kind']]}.xlsx")
    elif request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        done, report = form.perform(lambda: _import(request, form))
        if report is not None and report.workbook and form.cleaned_data["marked"]:
            return _workbook(report.workbook, f"校验结果-{form.cleaned_data['file'].name}")
    context = {
        "form": form,
        "out": out,
        "report": report,
        "errors": report.errors[:SHOWN] if report else (),
        "kinds": KINDS,
    }
    bad = bool(request.POST and (form.errors or out.errors))
    with transaction.atomic():
        return render(request, "organisation/sheets.html", context, status=422 if bad else 200)


def template(request: ActorRequest, kind: str) -> HttpResponse:
    """An empty workbook to fill in."""
    _only_keepers(request)
    if kind not in sheets.BY_KEY:
        raise NotFound
    return _workbook(operations.template(kind), f"{sheets.BY_KEY[kind].title}模板.xlsx")


def _only_keepers(request: ActorRequest) -> None:
    if "organisation" not in request.actor.duties:
        raise NotFound


def _import(request: ActorRequest, form: ImportForm) -> ImportReport:
    file = form.cleaned_data["file"]
    return operations.import_sheet(
        actor=request.actor,
        now=request.now,
        kind=form.cleaned_data["kind"],
        data=file.read(),
        name=file.name,
        mode=form.cleaned_data["mode"],
    )


def _export(request: ActorRequest, form: ExportForm) -> bytes:
    return operations.export(
        actor=request.actor,
        now=request.now,
        kind=form.cleaned_data["kind"],
        purpose=form.cleaned_data["purpose"],
    )


def _workbook(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=XLSX.content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
