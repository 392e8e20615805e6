"""What can be done in the organisation room, by the object on whose page it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from lianxun.kernel.problems import NotFound
from lianxun.organisation import operations, queries
from lianxun.web.acts import Act, act_page, plain, uuid_or_none
from lianxun.web.forms import ActForm
from lianxun.web.organisation import forms
from lianxun.web.requests import ActorRequest

_IDS = ("unit_id", "person_id", "parent_id", "successor_id", "post_id", "organisation_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """Something with acts: how to read it, what it is called in a call, where its page is."""

    acts: Mapping[str, Act]
    load: Callable[[ActorRequest, UUID | None], Any]
    key: str
    back: Callable[[Any], str]
    heading: Callable[[Any], str]
    after: Callable[[Any, Any], str] | None = None
    revision: frozenset[str] = frozenset()  # acts that lock the object itself


def _unit(ident: object) -> str:
    return reverse("organisation:unit", args=[ident])


def _person(ident: object) -> str:
    return reverse("organisation:person", args=[ident])


def _person_values(_: ActorRequest, d: Any) -> dict[str, Any]:
    p = d.person
    return {
        "unit_id": str(p.unit_id),
        "name": p.name,
        "post": p.post,
        "code": p.code,
        "phone": p.phone,
        "active": p.active,
    }


ROOM = Object(
    acts={
        "unit": Act(
            "新设单位",
            "新设单位",
            operations.create_unit,
            forms.UnitForm,
            "设立后即可任命人员；编码不能再改，名称和隶属以后按依据变更，历史保留。",
            "单位已设立。",
        ),
        "person": Act(
            "登记人员",
            "登记人员",
            operations.add_person,
            forms.PersonForm,
            "只登记工作所需的信息。登记后可任命、列入人才库、申报回避。",
            "人员已登记。",
        ),
    },
    load=lambda r, _: queries.room(actor=r.actor, now=r.now),
    key="",
    back=lambda _: reverse("organisation:units"),
    heading=lambda _: "组织",
)

UNIT = Object(
    acts={
        "appoint": Act(
            "任命",
            "任命",
            operations.appoint,
            forms.AppointHereForm,
            "主要负责人、分管领导各一名，联络员 2—3 名。任职后同事可见其联系方式。",
            "已任命。",
            values=lambda r, d: {"valid_from": r.now.date()},
        ),
        "person": Act(
            "登记人员", "登记人员", operations.add_person, forms.PersonHereForm, done="人员已登记。"
        ),
        "post": Act(
            "设立职位",
            "设立职位",
            operations.create_post,
            forms.PostForm,
            done="职位已设立。",
            values=lambda r, d: {"valid_from": r.now.date()},
        ),
        "rename": Act(
            "单位更名",
            "更名",
            operations.rename_unit,
            forms.RenameForm,
            "此前的文书仍用旧名称，此后一律用新名称。",
            "已更名。",
            values=lambda r, d: {"name": d.unit.name, "short_name": d.unit.short_name},
        ),
        "move": Act(
            "调整隶属",
            "调整隶属",
            operations.move_unit,
            forms.MoveForm,
            "下级单位和人员一并调整；各项业务随单位走，可见范围立即按新的隶属计算。",
            "隶属已调整。",
        ),
        "close": Act(
            "撤销单位",
            "撤销",
            operations.close_unit,
            forms.CloseForm,
            "须先调整下级单位和在岗人员。各项任职、职位到最后一天结束；撤销后不能恢复。",
            "单位已撤销。",
            danger=True,
        ),
    },
    load=lambda r, i: queries.unit(actor=r.actor, now=r.now, unit_id=_id(i)),
    key="unit_id",
    back=lambda d: _unit(d.unit.id),
    heading=lambda d: d.unit.name,
    revision=frozenset({"rename", "move", "close"}),
)

PERSON = Object(
    acts={
        "appoint": Act(
            "任命",
            "任命",
            operations.appoint,
            forms.AppointForm,
            "主要负责人、分管领导各一名，联络员 2—3 名。任职后同事可见其联系方式。",
            "已任命。",
            values=lambda r, d: {"unit_id": str(d.person.unit_id), "valid_from": r.now.date()},
        ),
        "pool": Act(
            "列入人才库",
            "列入人才库",
            operations.put_in_pool,
            forms.PoolForm,
            "同一类别已在库的，按这次填写的更新。",
            "已列入人才库。",
            values=lambda r, d: {"available_from": r.now.date()},
        ),
        "fact": Act(
            "申报回避情形",
            "申报回避",
            operations.declare_fact,
            forms.FactForm,
            "由本人申报或由组织管理人员代录。其他人只会得到“回避：是/否”，看不到内容。",
            "已申报。",
        ),
        "change": Act(
            "变更人员",
            "变更",
            operations.change_person,
            forms.PersonChangeForm,
            "调到其他单位的，任职和在库记录随人走。",
            "已变更。",
            values=_person_values,
        ),
    },
    load=lambda r, i: queries.person(actor=r.actor, now=r.now, person_id=_id(i)),
    key="person_id",
    back=lambda d: _person(d.person.id),
    heading=lambda d: d.person.name,
    revision=frozenset({"change"}),
)

APPOINTMENT = Object(
    acts={
        "end": Act(
            "结束任职",
            "结束任职",
            operations.end_appointment,
            forms.EndForm,
            "任职记录保留。成员单位的联络员不少于 2 名，请先任命接替人员。",
            "任职已结束。",
            danger=True,
            values=lambda r, a: {"last_day": r.now.date()},
        )
    },
    load=lambda r, i: queries.appointment(actor=r.actor, now=r.now, appointment_id=_id(i)),
    key="appointment_id",
    back=lambda a: _unit(a.unit_id),
    heading=lambda a: f"{a.unit_name} {a.person_name} {a.kind_label}",
    revision=frozenset({"end"}),
)

POST = Object(
    acts={
        "change": Act(
            "变更职位",
            "变更",
            operations.change_post,
            forms.PostChangeForm,
            done="职位已变更。",
            values=lambda r, p: {"title": p.title, "leading": p.leading, "seats": p.seats},
        ),
        "close": Act(
            "撤销职位",
            "撤销",
            operations.close_post,
            forms.LastDayForm,
            "须先结束在这个职位上的任职。",
            "职位已撤销。",
            danger=True,
            values=lambda r, p: {"last_day": r.now.date()},
        ),
    },
    load=lambda r, i: queries.post(actor=r.actor, now=r.now, post_id=_id(i)),
    key="post_id",
    back=lambda p: _unit(p.unit_id),
    heading=lambda p: f"{p.unit_name} {p.title}",
    revision=frozenset({"change", "close"}),
)

POOL = Object(
    acts={
        "leave": Act(
            "移出人才库",
            "移出",
            operations.leave_pool,
            forms.LastDayForm,
            "最后一天以后不再提名；已参加的任务不受影响。",
            "已移出人才库。",
            danger=True,
            values=lambda r, e: {"last_day": r.now.date()},
        )
    },
    load=lambda r, i: queries.pool_entry(actor=r.actor, now=r.now, entry_id=_id(i)),
    key="entry_id",
    back=lambda e: _person(e.person_id),
    heading=lambda e: f"{e.name} {e.kind_label}",
    revision=frozenset({"leave"}),
)

FACT = Object(
    acts={
        "withdraw": Act(
            "撤销回避申报",
            "撤销申报",
            operations.withdraw_fact,
            happens="只用于填错的申报：这一条会被删除，撤销行为留痕。",
            done="已撤销。",
            danger=True,
        )
    },
    load=lambda r, i: queries.fact(actor=r.actor, now=r.now, fact_id=_id(i)),
    key="fact_id",
    back=lambda f: _person(f.person_id),
    heading=lambda f: f.kind_label,
)


def _id(ident: UUID | None) -> UUID:
    if ident is None:
        raise NotFound
    return ident


def _shown(
    request: ActorRequest, of: Object, name: str, ident: UUID | None, **more: Any
) -> HttpResponse:
    chosen = of.acts.get(name)
    if chosen is None:
        raise NotFound

    def given(record: Any, form: ActForm) -> dict[str, Any]:
        values = plain(record, form)
        values.update({k: uuid_or_none(values[k]) for k in _IDS if k in values})
        if name not in of.revision:
            values.pop("revision", None)
        return {**values, **({of.key: ident} if of.key else {})}

    return act_page(
        request,
        chosen,
        load=lambda r: of.load(r, ident),
        name=name,
        back=of.back,
        heading=of.heading,
        given=given,
        **more,
    )


def room_act(request: ActorRequest, name: str) -> HttpResponse:
    """A new unit or person; afterwards its page."""
    page = _unit if name == "unit" else _person
    return _shown(request, ROOM, name, None, after=lambda _, made: page(made))


def unit_act(request: ActorRequest, ident: UUID, name: str) -> HttpResponse:
    return _shown(request, UNIT, name, ident)


def person_act(request: ActorRequest, ident: UUID, name: str) -> HttpResponse:
    return _shown(request, PERSON, name, ident)


def appointment_act(request: ActorRequest, ident: UUID, name: str) -> HttpResponse:
    return _shown(request, APPOINTMENT, name, ident)


def post_act(request: ActorRequest, ident: UUID, name: str) -> HttpResponse:
    return _shown(request, POST, name, ident)


def pool_act(request: ActorRequest, ident: UUID, name: str) -> HttpResponse:
    return _shown(request, POOL, name, ident)


def fact_act(request: ActorRequest, ident: UUID, name: str) -> HttpResponse:
    return _shown(request, FACT, name, ident)


def buttons(of: Object, permitted: frozenset[str]) -> list[tuple[str, Act]]:
    """The acts a record permits, in the order in which they are listed."""
    return [(name, act) for name, act in of.acts.items() if name in permitted]
