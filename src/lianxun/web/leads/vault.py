"""Pages of custodians and escrow holders: decide, open, keys, recovery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.kernel.problems import NotFound
from lianxun.leads import operations, queries
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest

_HIDDEN = {"autocomplete": "off"}


def _secret(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs=dict(_HIDDEN)),
    )


class PassphraseForm(ActForm):
    passphrase = _secret("保管口令")


class EnrolForm(ActForm):
    passphrase = _secret("保管口令", "不少于 12 个字符，与登录密码不同。口令不保存、不可找回。")
    again = _secret("再输入一次")


class EnrolAnewForm(EnrolForm):
    replace = forms.BooleanField(
        label="口令遗失，放弃原密钥并重新登记（此前封存的内容须由另一名保管员重新加封后才能开启）",
        required=False,
    )


class ChangeForm(ActForm):
    old = _secret("原口令")
    passphrase = _secret("新口令", "不少于 12 个字符。已封存的内容不受影响。")
    again = _secret("再输入一次新口令")


class RecoveryForm(ActForm):
    lead_id = forms.ChoiceField(label="线索")
    purpose = forms.CharField(
        label="申请恢复的理由",
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="两名托管人可以看到；不写反映人的任何信息。",
    )

    def prepare(self, lost: Sequence[tuple[UUID, str]]) -> None:
        self.fields["lead_id"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((str(lead), f"第 {n} 件 {number}") for n, (lead, number) in enumerate(lost, 1)),
        ]


def _custodian(request: ActorRequest) -> None:
    if not request.actor.has_role("custodian"):
        raise NotFound


def _id(request: ActorRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise NotFound from None


def openings(request: ActorRequest) -> HttpResponse:
    """Openings that wait for the acting custodian, decided and opened here."""
    _custodian(request)
    form = PassphraseForm(request.POST if request.POST.get("act") == "open" else None)
    opening: UUID | None = None
    if request.method == "POST":
        opening = _id(request, "opening")
        if request.POST.get("act") != "open":
            return _decide(request, opening)
        answer = _open(request, form, opening)
        if answer is not None:
            return answer
    with transaction.atomic():
        waiting = queries.openings(actor=request.actor, now=request.now)
        context = {"openings": waiting, "form": form, "tried": opening}
        status = 422 if request.method == "POST" else 200
        return render(request, "leads/openings.html", context, status=status)


def _decide(request: ActorRequest, opening: UUID) -> HttpResponse:
    grant = request.POST.get("grant") == "yes"
    operations.decide_opening(actor=request.actor, now=request.now, opening_id=opening, grant=grant)
    messages.success(
        request,
        "已同意。请在一小时内凭保管口令开启。" if grant else "已拒绝，申请人将看不到任何内容。",
    )
    return redirect(reverse("leads:openings"))


def _open(request: ActorRequest, form: PassphraseForm, opening: UUID) -> HttpResponse | None:
    """The opened identity on this screen, or the original as a file; nothing of it is kept anywhere."""
    done, found = form.perform(
        lambda: operations.open_identity(
            actor=request.actor,
            now=request.now,
            opening_id=opening,
            passphrase=form.cleaned_data["passphrase"],
        )
    )
    if not done or found is None:
        return None
    if hasattr(found, "content"):
        answer = HttpResponse(found.content, content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="original{found.suffix}"'
    else:
        with transaction.atomic():
            answer = render(request, "leads/identity.html", {"identity": found})
    answer["Cache-Control"] = "no-store"
    return answer


def custodian_key(request: ActorRequest) -> HttpResponse:
    """Register or change the own key, seal anew, recover: one page for all who hold keys."""
    actor, now = request.actor, request.now
    if not actor.has_role("custodian", "escrow"):
        raise NotFound
    bound = (
        {
            name: form(
                request.POST if request.POST.get("act", "enrol") == name else None,
                auto_id=f"{name}_%s",
            )
            for name, form in _forms(request).items()
        }
        if request.method == "POST"
        else {n: f(auto_id=f"{n}_%s") for n, f in _forms(request).items()}
    )
    if isinstance(asking := bound.get("ask"), RecoveryForm):
        with transaction.atomic():
            asking.prepare(queries.custody(actor=actor, now=now).lost)
    if request.method == "POST":
        act = request.POST.get("act", "enrol")
        if act not in bound or act not in _ACTS:
            raise NotFound
        form = bound[act]
        done, result = form.perform(lambda: _ACTS[act](request, form))
        if done:
            messages.success(request, _SAYS[act](result))
            return redirect(reverse("leads:custodian_key"))
    with transaction.atomic():
        state = queries.custody(actor=actor, now=now)
        context = {"state": state, "forms": bound, "tried": request.POST.get("recovery", "")}
        status = 422 if request.method == "POST" else 200
        return render(request, "leads/custodian_key.html", context, status=status)


def _forms(request: ActorRequest) -> dict[str, type[ActForm]]:
    if request.actor.has_role("escrow"):
        return {"enrol": EnrolForm, "release": PassphraseForm}
    return {
        "enrol": EnrolAnewForm,
        "change": ChangeForm,
        "reseal": PassphraseForm,
        "finish": PassphraseForm,
        "check": PassphraseForm,
        "ask": RecoveryForm,
    }


def _plain(form: ActForm) -> dict[str, object]:
    return {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}


def _enrol(request: ActorRequest, form: ActForm) -> object:
    who = {"actor": request.actor, "now": request.now}
    if request.actor.has_role("escrow"):
        return operations.enrol_escrow(**who, **_plain(form))  # type: ignore[arg-type]
    return operations.enrol_custodian(**who, **_plain(form))  # type: ignore[arg-type]


def _release(request: ActorRequest, form: ActForm) -> object:
    return operations.release_pieces(
        actor=request.actor,
        now=request.now,
        recovery_id=_id(request, "recovery"),
        passphrase=form.cleaned_data["passphrase"],
    )


def _finish(request: ActorRequest, form: ActForm) -> object:
    operations.finish_recovery(
        actor=request.actor,
        now=request.now,
        recovery_id=_id(request, "recovery"),
        passphrase=form.cleaned_data["passphrase"],
    )
    return None


def _ask(request: ActorRequest, form: ActForm) -> object:
    return operations.ask_recovery(
        actor=request.actor,
        now=request.now,
        lead_id=UUID(form.cleaned_data["lead_id"]),
        purpose=form.cleaned_data["purpose"],
    )


def _check(request: ActorRequest, form: ActForm) -> object:
    return operations.check_copy(
        actor=request.actor, now=request.now, passphrase=form.cleaned_data["passphrase"]
    )


_ACTS: dict[str, Callable[[ActorRequest, ActForm], object]] = {
    "enrol": _enrol,
    "change": lambda r, f: operations.change_passphrase(actor=r.actor, now=r.now, **_plain(f)),  # type: ignore[arg-type]
    "reseal": lambda r, f: operations.reseal(
        actor=r.actor, now=r.now, passphrase=f.cleaned_data["passphrase"]
    ),
    "release": _release,
    "finish": _finish,
    "ask": _ask,
    "check": _check,
}


def _resealed(found: object) -> str:
    done, left = found if isinstance(found, tuple) else (0, 0)
    return f"重新加封 {done} 件" + (
        f"，另有 {left} 件没有向您加封，请其他保管员办理。" if left else "。"
    )


def _checked(found: Any) -> str:
    if found is None:
        return "此前已核验。"
    said = f"副本 {found.made}：{found.opens} 件能用您的口令开启"
    said += f"，{found.others} 件向其他保管员加封" if found.others else ""
    if found.whole:
        return said + "，文件完整。没有开启任何身份。"
    return (
        said + f"；{found.broken} 件不能开启，缺 {found.missing} 件，损坏文件 {found.damaged} 个。"
        "请立即告知系统管理员重新复制。"
    )


_SAYS: dict[str, Callable[[object], str]] = {
    "enrol": lambda _: "保管密钥已登记。口令不可找回，请妥善保管。",
    "change": lambda _: "口令已更换，已封存的内容不受影响。",
    "reseal": _resealed,
    "release": lambda _: "托管分片已放行，仅申请的保管员可以使用。",
    "finish": lambda _: "密钥已恢复并重新加封。",
    "ask": lambda _: "已申请，任两名托管人放行后，在本页“恢复并重新加封”。",
    "check": _checked,
}
