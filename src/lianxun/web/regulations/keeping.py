"""Acts on rules and articles: correct, repeal, name, collect, note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lianxun.fabric.models import Level
from lianxun.kernel.problems import NotFound
from lianxun.regulations import operations, queries
from lianxun.regulations.enums import KINDS, TIERS
from lianxun.regulations.records import ArticlePage, WorkPage
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm
from lianxun.web.regulations.dates import today_of
from lianxun.web.regulations.views import reading
from lianxun.web.requests import ActorRequest

NEW = (("", "新建专题"),)
SHOWN_TO = (("personal", "仅本人"), ("unit", "本单位"), ("everyone", "全员（由法规管理人员发布）"))


class CorrectForm(ActForm):
    valid_from = forms.DateField(label="施行日期")
    kind = forms.ChoiceField(label="类别", choices=KINDS)
    tier = forms.ChoiceField(label="层级", choices=TIERS)
    region_name = forms.CharField(label="地区", max_length=40, required=False)
    issuer = forms.CharField(label="制定机关", max_length=200, required=False)
    document_number = forms.CharField(label="文号", max_length=100, required=False)
    basis = forms.CharField(label="更正依据", max_length=200)


class RepealForm(ActForm):
    since = forms.DateField(label="自哪天起废止")
    basis = forms.CharField(label="废止依据（文件名称和文号）", max_length=300)


class NameForm(ActForm):
    alias = forms.CharField(label="简称", max_length=60)


class CollectForm(ActForm):
    collection_id = forms.ChoiceField(label="放入", required=False)
    title = forms.CharField(label="新专题的名称", max_length=100, required=False)
    kind = forms.ChoiceField(label="新专题谁可以看到", choices=SHOWN_TO, required=False)
    remark = forms.CharField(label="备注", max_length=200, required=False)

    def prepare(self, request: ActorRequest, record: Any) -> None:
        found = queries.collection_choices(actor=request.actor)
        self.fields["collection_id"].choices = [  # type: ignore[attr-defined]
            *NEW,
            *((str(i), t) for i, t in found),
        ]


class NoteForm(ActForm):
    text = forms.CharField(label="笔记", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    level = forms.TypedChoiceField(
        label="级别", choices=Level.choices, coerce=int, initial=Level.INTERNAL
    )
    engagement_id = forms.ChoiceField(
        label="谁可以看到",
        required=False,
        help_text="选巡视任务的，该任务成员也能看到。",
    )

    def prepare(self, request: ActorRequest, record: Any) -> None:
        mine = [(str(e), "本单位和本人参加的巡视任务的成员") for e in request.actor.engagements]
        self.fields["engagement_id"].choices = [("", "本单位"), *mine]  # type: ignore[attr-defined]


def _known(request: ActorRequest, page: WorkPage) -> Mapping[str, Any]:
    return {
        "valid_from": page.version.valid_from,
        "kind": page.work.kind,
        "tier": page.work.tier,
        "region_name": page.work.region_name,
        "issuer": page.work.issuer,
        "document_number": page.version.document_number,
    }


WORK_ACTS: dict[str, Act] = {
    "correct": Act(
        "更正基本情况",
        "更正",
        operations.correct,
        CorrectForm,
        "施行期间随之重新计算，当日检索和引用核查立即按更正后的日期办理；更正前后的内容记入留痕。",
        "已更正。",
        values=_known,
    ),
    "repeal": Act(
        "登记废止",
        "登记废止",
        operations.repeal,
        RepealForm,
        "用于废止文件不在库中的情形；登记后引用本法规会提示已废止。",
        "已登记废止。",
        danger=True,
    ),
    "name": Act(
        "登记简称",
        "登记",
        operations.name,
        NameForm,
        "登记后，用简称也能定位条文、核查引用。",
        "已登记简称。",
    ),
    "collect": Act("收藏", "收藏", operations.collect, CollectForm, done="已收藏。"),
}
ARTICLE_ACTS: dict[str, Act] = {
    "collect": Act("收藏本条", "收藏", operations.collect, CollectForm, done="已收藏。"),
    "note": Act(
        "写笔记",
        "保存笔记",
        operations.note,
        NoteForm,
        "笔记只给本单位有法规职责的人员看；选择巡视任务的，任务成员也能看到。",
        "已保存。",
    ),
}
ITEM_ACTS: dict[str, Act] = {
    "drop": Act(
        "移出专题",
        "移出",
        operations.drop_item,
        happens="只从专题中移出，法规本身不变；可以重新收藏。",
        done="已移出。",
    ),
}
NOTE_ACTS: dict[str, Act] = {
    "erase": Act(
        "删除笔记",
        "删除",
        operations.erase_note,
        happens="删除后不能恢复。",
        done="笔记已删除。",
        danger=True,
    ),
}


def _values(form: ActForm, record: Any) -> dict[str, Any]:
    given = plain(record, form)
    for name in ("collection_id", "engagement_id"):
        if name in given:
            given[name] = uuid_or_none(given[name])
    if given.get("kind") == "" and "title" in given:
        given["kind"] = "personal"
    return given


def work_act(request: ActorRequest, work_id: UUID, name: str) -> HttpResponse:
    reading(request)
    chosen = WORK_ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(page: WorkPage, form: ActForm) -> Mapping[str, Any]:
        values = _values(form, page)
        if name == "correct":
            values["version_id"] = page.version.id
        if name not in ("correct", "repeal"):
            values.pop("revision", None)
        return {"work_id": work_id, **values}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.work(actor=r.actor, now=r.now, work_id=work_id, as_of=today_of(r)),
        name=name,
        back=lambda page: reverse("regulations:work", args=[work_id]),
        heading=lambda page: page.version.title,
        given=given,
    )


def article_act(request: ActorRequest, version_id: UUID, key: str, name: str) -> HttpResponse:
    reading(request)
    chosen = ARTICLE_ACTS.get(name)
    if chosen is None:
        raise NotFound

    def given(page: ArticlePage, form: ActForm) -> Mapping[str, Any]:
        return {"work_id": page.work.id, "article_key": key, **_values(form, page)}

    return act_page(
        request,
        chosen,
        load=lambda r: queries.article(
            actor=r.actor, now=r.now, version_id=version_id, key=key, as_of=today_of(r)
        ),
        name=name,
        back=lambda page: reverse("regulations:article", args=[version_id, key]),
        heading=lambda page: f"{page.version.title}{page.article.label}",
        given=given,
    )


def latest(request: ActorRequest, work_id: UUID, key: str) -> HttpResponse:
    """From a collection to the article as it now reads."""
    reading(request)
    version = queries.latest_article(actor=request.actor, work_id=work_id, key=key)
    return redirect("regulations:article", version, key)


def collection_list(request: ActorRequest) -> HttpResponse:
    reading(request)
    found = queries.collections(actor=request.actor, now=request.now)
    return render(
        request, "regulations/collections.html", {"collections": found, "tab": "collections"}
    )


def item_act(request: ActorRequest, collection_id: UUID, item_id: int, name: str) -> HttpResponse:
    reading(request)
    chosen = ITEM_ACTS.get(name)
    if chosen is None:
        raise NotFound
    return act_page(
        request,
        chosen,
        load=lambda r: queries.collection_item(
            actor=r.actor, now=r.now, collection_id=collection_id, item_id=item_id
        ),
        name=name,
        back=lambda item: reverse("regulations:collections"),
        heading=lambda item: f"专题“{item.title}”：{item.entry}",
        given=lambda item, form: {"collection_id": item.collection, "item_id": item.id},
    )


def note_act(request: ActorRequest, note_id: UUID, name: str) -> HttpResponse:
    reading(request)
    chosen = NOTE_ACTS.get(name)
    if chosen is None:
        raise NotFound
    return act_page(
        request,
        chosen,
        load=lambda r: queries.reading_note(actor=r.actor, now=r.now, note_id=note_id),
        name=name,
        back=_noted,
        heading=lambda note: f"{note.place}的笔记",
        given=lambda note, form: {"note_id": note.id, **plain(note, form)},
    )


def _noted(note: Any) -> str:
    """Where the note stands: the article as it now reads, or the whole rule."""
    if note.article_key:
        return reverse("regulations:latest", args=[note.work, note.article_key])
    return reverse("regulations:work", args=[note.work])
