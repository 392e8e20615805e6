"""Accounts, for the three administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as fields
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.access import operations, queries
from lianxun.access.enums import LIBRARIES, Role
from lianxun.access.records import AccountRecord
from lianxun.access.rules import may_manage_accounts
from lianxun.fabric.models import Level
from lianxun.fabric.paging import PAGE_SIZE, page_number
from lianxun.kernel.problems import NotFound
from lianxun.web import choices
from lianxun.web.acts import Act, act_page
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest, there_for


class OpenForm(ActForm):
    username = fields.CharField(label="账号", max_length=60)
    display_name = fields.CharField(label="显示名", max_length=40)
    unit_id = fields.ChoiceField(label="单位")
    password = fields.CharField(
        label="初始密码", widget=fields.PasswordInput, help_text="不少于 10 个字符。"
    )


class PermissionForm(ActForm):
    roles = fields.MultipleChoiceField(
        label="角色", choices=Role.choices, widget=fields.CheckboxSelectMultiple, required=False
    )
    duties = fields.MultipleChoiceField(
        label="职责范围", choices=LIBRARIES, widget=fields.CheckboxSelectMultiple, required=False
    )
    clearance = fields.TypedChoiceField(label="知悉级别", choices=Level.choices, coerce=int)
    revision = fields.IntegerField(widget=fields.HiddenInput)
    region_lo = fields.IntegerField(
        label="督导区划起", required=False, min_value=100000, max_value=999999
    )
    region_hi = fields.IntegerField(
        label="督导区划止", required=False, min_value=100000, max_value=999999
    )

    def clean(self) -> dict[str, Any]:
        """Half a range is none: it is said, not dropped."""
        data = super().clean() or self.cleaned_data
        low, high = data.get("region_lo"), data.get("region_hi")
        if self.errors or low is high is None:
            return data
        if low is None or high is None:
            empty = "region_lo" if low is None else "region_hi"
            self.add_error(empty, "督导区划的起止须同时填写，或者都不填。")
        elif low > high:
            self.add_error("region_hi", "“督导区划止”不小于“督导区划起”。")
        return data


def accounts(request: ActorRequest) -> HttpResponse:
    number = page_number(request.GET.get("page"))
    found = queries.accounts(
        actor=request.actor,
        now=request.now,
        search=request.GET.get("q", "")[:60],
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    return render(
        request,
        "access/accounts.html",
        {"accounts": found, "number": number, "more": len(found) == PAGE_SIZE},
    )


def open_account(request: ActorRequest) -> HttpResponse:
    there_for(may_manage_accounts(request.actor))
    form = OpenForm(request.POST or None)
    with transaction.atomic():
        form.fields["unit_id"].choices = choices.units()  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done, _ = form.perform(
            lambda: operations.open_account(
                actor=request.actor,
                now=request.now,
                username=data["username"],
                password=data["password"],
                display_name=data["display_name"],
                unit_id=UUID(data["unit_id"]),
            )
        )
        if done:
            messages.success(request, "账号已开通，尚无任何权限；请安全管理员授权。")
            return redirect(reverse("access:accounts"))
    with transaction.atomic():
        return render(
            request, "access/open.html", {"form": form}, status=422 if form.errors else 200
        )


def permissions(request: ActorRequest, account_id: UUID) -> HttpResponse:
    with transaction.atomic():
        record = queries.account(actor=request.actor, now=request.now, account_id=account_id)
    region = record.region or (None, None)
    form = PermissionForm(
        request.POST or None,
        initial={
            "roles": record.roles,
            "duties": record.duties,
            "clearance": record.clearance,
            "region_lo": region[0],
            "region_hi": region[1],
            "revision": record.revision,
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        region_given = data["region_lo"] is not None
        done, _ = form.perform(
            lambda: operations.set_permissions(
                actor=request.actor,
                now=request.now,
                account_id=account_id,
                revision=data["revision"],
                roles=frozenset(data["roles"]),
                duties=frozenset(data["duties"]),
                clearance=data["clearance"],
                compartments=frozenset(record.compartments),
                region=(data["region_lo"], data["region_hi"]) if region_given else None,
            )
        )
        if done:
            messages.success(request, "权限已更新，下一次请求起生效。")
            return redirect(reverse("access:accounts"))
    with transaction.atomic():
        context = {"form": form, "account": record}
        return render(
            request, "access/permissions.html", context, status=422 if form.errors else 200
        )


class BlockForm(ActForm):
    reason = fields.CharField(label="原因", max_length=120)


ACTS = {
    "block": Act(
        "停用账号",
        "停用",
        operations.block_account,
        BlockForm,
        "本人的下一次操作即被拒绝；已办理的事项不受影响。",
        "已停用。",
        danger=True,
    ),
    "unblock": Act(
        "恢复账号",
        "恢复",
        operations.unblock_account,
        BlockForm,
        "恢复原有权限。应急调阅未经审查的，须先由第二人或安全管理员审查。",
        "已恢复，可以登录。",
    ),
}


def act(request: ActorRequest, account_id: UUID, name: str) -> HttpResponse:
    """Close a sign-in, or open it again."""
    if name not in ACTS:
        raise NotFound

    def given(record: AccountRecord, form: ActForm) -> dict[str, Any]:
        return {"account_id": record.id, "reason": form.cleaned_data["reason"]}

    return act_page(
        request,
        ACTS[name],
        load=lambda r: queries.account_to_close(actor=r.actor, now=r.now, account_id=account_id),
        name=name,
        back=lambda _: reverse("access:accounts"),
        heading=lambda a: f"{a.display_name}（{a.unit_name}，{a.username}）",
        given=given,
    )
