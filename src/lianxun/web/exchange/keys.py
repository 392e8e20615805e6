"""Public keys of units: the register, and comparing fingerprints."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.exchange import operations, queries, rules
from lianxun.exchange.records import KeyRecord
from lianxun.kernel.problems import NotFound
from lianxun.web.acts import Act, act_page, plain
from lianxun.web.exchange import forms
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest

ACTS: dict[str, Act] = {
    "confirm": Act(
        "核对指纹",
        "核对指纹",
        operations.confirm_key,
        forms.FingerprintForm,
        "指纹一致后公钥生效，本单位原有公钥同时停用。",
        "已核对，公钥生效。",
    ),
    "revoke": Act(
        "停用公钥",
        "停用",
        operations.revoke_key,
        happens="停用后不再向这把公钥加密；已下载的加密包不受影响。",
        done="已停用。",
        danger=True,
    ),
}


def key_list(request: ActorRequest) -> HttpResponse:
    """The register; who may register for the own unit finds the form beside it."""
    form = forms.KeyForm(request.POST or None)
    may = bool(rules.may_register_key(request.actor))
    if request.method == "POST":
        done, _ = form.perform(
            lambda: operations.register_key(
                actor=request.actor, now=request.now, public_key=form.cleaned_data["public_key"]
            )
        )
        if done:
            messages.success(request, "已登记，请由另一名同志核对指纹后生效。")
            return redirect("exchange:keys")
    with transaction.atomic():
        found = queries.keys(actor=request.actor, now=request.now)
        rows = [(k, [(n, a) for n, a in ACTS.items() if n in k.permitted]) for k in found]
        return render(
            request,
            "exchange/keys.html",
            {"rows": rows, "form": form if may else None},
            status=422 if form.errors else 200,
        )


def act(request: ActorRequest, key_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def load(r: ActorRequest) -> KeyRecord:
        found = queries.keys(actor=r.actor, now=r.now)
        match = next((k for k in found if k.id == key_id), None)
        if match is None:
            raise NotFound
        return match

    def given(found: KeyRecord, form: ActForm) -> dict[str, Any]:
        return {"key_id": found.id, **plain(found, form)}

    return act_page(
        request,
        chosen,
        load=load,
        name=name,
        back=lambda _: reverse("exchange:keys"),
        heading=lambda found: f"{found.unit_name}的公钥",
        given=given,
    )
