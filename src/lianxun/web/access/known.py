"""知悉: why somebody sees an object or does not, with whom it is shared, from what one stands down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.access import queries, recusal, sharing
from lianxun.access.enums import LIBRARIES
from lianxun.access.kinds import KINDS
from lianxun.access.records import RecusalRecord, ShareRecord
from lianxun.kernel.problems import NotFound
from lianxun.web import choices
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest


class ShareForm(ActForm):
    to_unit = forms.ChoiceField(label="接收单位", required=False)
    to_username = forms.CharField(
        label="接收人账号", max_length=60, required=False, help_text="单位和个人只填一项。"
    )
    purpose = forms.CharField(
        label="共享用途", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    legal_basis = forms.CharField(label="共享依据", max_length=200)
    valid_to = forms.DateField(label="失效日期", help_text="到期自动关闭，最长一年。")
    second = forms.ChoiceField(
        label="第二人",
        required=False,
        help_text="敏感级事项须由本单位另一名同志同意后才开放；其他级别不填。",
    )


class CheckedForm(ActForm):
    checked = forms.CharField(
        label="核对情况",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写明怎样核对、回避情形为何已不存在。",
    )


class RecusalForm(ActForm):
    organisation = forms.ChoiceField(label="回避单位")
    reason_code = forms.ChoiceField(
        label="回避事由",
        choices=[("", "请选择"), *recusal.REASONS],
        help_text="事由只有本人能看到；他人只知道回避与否。",
    )
    username = forms.CharField(
        label="回避人账号",
        max_length=60,
        required=False,
        help_text="为本人声明不填；授权管理人员可以为他人登记。",
    )


SHARE_ACTS = {
    "consent": Act(
        "同意共享",
        "同意",
        sharing.consent_share,
        happens="同意后接收方立即可以查看，到失效日期自动关闭；每次查看都留痕。",
        done="已同意，共享已开放。",
    ),
    "revoke": Act(
        "撤销共享",
        "撤销",
        sharing.revoke,
        happens="撤销后接收方的下一次查看即被拒绝。已经取走的文件不能收回。",
        done="已撤销。",
        danger=True,
    ),
}
RECUSAL_ACTS = {
    "end": Act(
        "终止回避",
        "终止",
        recusal.end_recusal,
        CheckedForm,
        "自次日起恢复按职责知悉。本人的回避须由另一名同志核对后终止。",
        "已终止，自次日起生效。",
    ),
}


def mine(request: ActorRequest) -> HttpResponse:
    """What opens objects to the reader, and what closes them: facts about himself alone."""
    actor, now = request.actor, request.now
    known = dict(LIBRARIES)
    context = {
        "level": actor.clearance,
        "duties": [known.get(d, d) for d in sorted(actor.duties)],
        "region": actor.region if actor.region[0] <= actor.region[1] else None,
        "compartments": sorted(actor.compartments),
        "memberships": len(actor.engagements),
        "shares": [
            (s, _url_of(s), [(n, a.button) for n, a in SHARE_ACTS.items() if n in s.permitted])
            for s in sharing.my_shares(actor=actor, now=now)
        ],
        "recusals": [
            (r, [(n, a.button) for n, a in RECUSAL_ACTS.items() if n in r.permitted])
            for r in recusal.recusals(actor=actor, now=now)
        ],
    }
    return render(request, "access/mine.html", context)


def _url_of(share: ShareRecord) -> str:
    return object_url(share.object_kind, share.object_id) if share.state == "open" else ""


def about(request: ActorRequest, kind: str, object_id: UUID) -> HttpResponse:
    """Why the reader sees this object; for whoever may share it, also why another does or does not."""
    actor, now = request.actor, request.now
    obj = queries.known(kind=kind, object_id=object_id)
    shares = sharing.shares_of(actor=actor, now=now, kind=kind, object_id=object_id)
    may_share = sharing.may_share(actor=actor, kind=kind, object_id=object_id)
    context: dict[str, Any] = {
        "kind": kind,
        "kind_label": KINDS[kind].label,
        "object_id": object_id,
        "url": object_url(kind, object_id),
        "explanation": queries.explain_access(actor=actor, obj=obj, now=now),
        "may_share": may_share,
        "shares": [
            (s, [(n, a.button) for n, a in SHARE_ACTS.items() if n in s.permitted]) for s in shares
        ],
    }
    asked = request.GET.get("of", "").strip()[:60]
    if may_share and asked:
        context |= {
            "asked": asked,
            "other": queries.explain_to(
                actor=actor, username=asked, kind=kind, object_id=object_id, now=now
            ),
        }
    return render(request, "access/known.html", context)


def share(request: ActorRequest, kind: str, object_id: UUID) -> HttpResponse:
    """Give a share: purpose, basis, end, and a second person where the level asks for one."""
    here = reverse("known:about", args=[kind, object_id])
    form = ShareForm(request.POST if request.method == "POST" else None)
    with transaction.atomic():
        if not sharing.may_share(actor=request.actor, kind=kind, object_id=object_id):
            raise NotFound
        form.fields["to_unit"].choices = choices.units()  # type: ignore[attr-defined]
        people = sharing.seconds(actor=request.actor)
        form.fields["second"].choices = [("", "不需要"), *((str(i), n) for i, n in people)]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with transaction.atomic():
            to_account = queries.account_named(data["to_username"])
        if data["to_username"] and to_account is None:
            form.add_error("to_username", "没有这个账号，或账号已停用，请核对。")
        else:
            done, grant = form.perform(
                lambda: sharing.share(
                    actor=request.actor,
                    now=request.now,
                    kind=kind,
                    object_id=object_id,
                    to_unit=uuid_or_none(data["to_unit"]),
                    to_account=to_account,
                    purpose=data["purpose"],
                    legal_basis=data["legal_basis"],
                    valid_to=data["valid_to"],
                    second=uuid_or_none(data["second"]),
                )
            )
            if done:
                with transaction.atomic():
                    shares = sharing.shares_of(
                        actor=request.actor, now=request.now, kind=kind, object_id=object_id
                    )
                waits = any(s.id == grant and s.state == "waiting" for s in shares)
                then = "等待第二人同意。" if waits else "接收方已可查看。"
                messages.success(request, f"共享已登记，{then}")
                return redirect(here)
    texts = ("共享给其他单位或人员", "登记共享", KINDS[kind].label)
    return _form(request, form, texts, back=here)


def share_act(request: ActorRequest, grant_id: UUID, name: str) -> HttpResponse:
    if name not in SHARE_ACTS:
        raise NotFound

    def given(record: ShareRecord, form: ActForm) -> dict[str, Any]:
        return {"grant_id": record.id, **plain(record, form)}

    return act_page(
        request,
        SHARE_ACTS[name],
        load=lambda r: sharing.one_share(actor=r.actor, now=r.now, grant_id=grant_id),
        name=name,
        back=lambda _: reverse("known:mine"),
        heading=lambda s: (
            f"{s.kind_label}共享给{s.to_name}，至 {s.valid_to}。用途：{s.purpose}；依据：{s.legal_basis}"
        ),
        given=given,
    )


def declare(request: ActorRequest) -> HttpResponse:
    """Stand down from an organisation; whoever keeps permissions may enter it for another."""
    here = reverse("known:mine")
    form = RecusalForm(request.POST if request.method == "POST" else None)
    if "access" not in request.actor.duties:
        del form.fields["username"]
    with transaction.atomic():
        form.fields["organisation"].choices = choices.units()  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        username = data.get("username", "")
        with transaction.atomic():
            account = queries.account_named(username)
        if username and account is None:
            form.add_error("username", "没有这个账号，或账号已停用，请核对。")
        else:
            done, _ = form.perform(
                lambda: recusal.declare_recusal(
                    actor=request.actor,
                    now=request.now,
                    organisation=UUID(data["organisation"]),
                    reason_code=data["reason_code"],
                    account_id=account,
                )
            )
            if done:
                messages.success(request, "回避已登记，即刻生效：涉及该单位的事项不再显示。")
                return redirect(here)
    return _form(request, form, ("声明回避", "登记回避", "我的知悉范围"), back=here)


def _form(
    request: ActorRequest, form: ActForm, texts: tuple[str, str, str], *, back: str
) -> HttpResponse:
    """The form on a page of its own; ``texts``: title, button, where it leads back to."""
    title, button, heading = texts
    act = Act(title, button, lambda **_: None, type(form), _HAPPENS[title])
    context = {"act": act, "form": form, "back": back, "heading": heading}
    with transaction.atomic():
        status = 422 if request.method == "POST" else 200
        return render(request, "web/act.html", context, status=status)


_HAPPENS = {
    "共享给其他单位或人员": "接收方只能查看这一件，不能办理；到期自动关闭，可随时撤销。"
    "级别、回避、隔离和被巡视单位的限制不受影响；核心级事项不共享，触及负面清单的不得共享。",
    "声明回避": "登记后涉及该单位的一切事项即刻对您关闭。终止须由另一名同志核对。",
}


def recusal_act(request: ActorRequest, recusal_id: UUID, name: str) -> HttpResponse:
    if name not in RECUSAL_ACTS:
        raise NotFound

    def given(record: RecusalRecord, form: ActForm) -> dict[str, Any]:
        return {"recusal_id": record.id, **plain(record, form)}

    return act_page(
        request,
        RECUSAL_ACTS[name],
        load=lambda r: recusal.one_recusal(actor=r.actor, now=r.now, recusal_id=recusal_id),
        name=name,
        back=lambda _: reverse("known:mine"),
        heading=lambda r: f"{r.person_name}对{r.organisation_name}的回避",
        given=given,
    )
