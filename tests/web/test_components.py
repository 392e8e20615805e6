"""Shared components, rendered alone: what they show, what they leave out, and that text stays text."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string

from lianxun.kernel.clock import Light
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.web.acts import Act, Undo, _said
from lianxun.web.forms import ActForm
from lianxun.web.home.parts import HomePage, Row, Section
from lianxun.web.nav import ENTRIES

UNIT = "01a20485-0000-7000-8000-000000000001"


def shown(template: str, **context: Any) -> str:
    page = render_to_string(f"web/components/{template}.html", context)
    return re.sub(r"\s+", " ", page)


def act(button: str, *, danger: bool = False) -> Act:
    return Act(button, button, lambda **_: None, danger=danger)


def clock(light: Light, due: date = date(2026, 11, 27), **more: Any) -> Any:
    values = {
        "id": UNIT,
        "title": "签收回执",
        "state": "open",
        "light": light,
        "why": "应于11月27日完成",
        "clause": "三日内",
        "due_on": due,
        "responsible_unit": UNIT,
        "responsible_unit_name": "省审计厅",
    }
    return SimpleNamespace(**{**values, **more})


ACTS = [("a", act("退回", danger=True)), ("b", act("签收")), ("c", act("异议")), ("d", act("反馈"))]


def test_two_acts_stand_open_and_what_hurts_comes_last() -> None:
    page = shown("acts", acts=ACTS, base="/leads/1/")
    open_part, folded = page.split("<details")
    assert re.findall(r">(\w+)</a>", open_part) == ["签收", "异议"]
    assert re.findall(r">(\w+)</a>", folded) == ["反馈", "退回"]
    assert "还可以办理（2）" in folded
    assert 'href="/leads/1/b/"' in page


def test_two_acts_need_no_fold() -> None:
    assert "<details" not in shown("acts", acts=ACTS[1:3], base="/x/")


def test_the_next_step_says_who_has_it_where_that_is_another_unit() -> None:
    reader = SimpleNamespace(unit_id="another")
    page = shown("next", acts=[], clocks=[clock(Light.GREEN)], base="/x/", actor=reader)
    assert "现在由<strong>省审计厅</strong>办理“签收回执”，您不需要办理。" in page
    page = shown("next", acts=ACTS[1:2], clocks=[clock(Light.GREEN)], base="/x/", actor=reader)
    assert "您不需要办理" not in page
    assert "签收</a>" in page


def test_the_next_step_of_the_own_unit_is_only_its_buttons() -> None:
    reader = SimpleNamespace(unit_id=UNIT)
    page = shown("next", acts=ACTS[1:2], clocks=[clock(Light.RED)], base="/x/", actor=reader)
    assert "现在由" not in page


def test_without_acts_and_clocks_there_is_no_next_step() -> None:
    done = clock(Light.DONE, state="fulfilled")
    assert shown("next", acts=[], clocks=[done], base="/x/", actor=None).strip() == ""


def test_the_head_shows_the_gravest_running_clock_with_its_reason() -> None:
    clocks = [
        clock(Light.GREEN),
        clock(Light.RED, why="已超期 2 天"),
        clock(Light.DONE, state="fulfilled"),
    ]
    page = shown("standing", clocks=clocks)
    assert "lx-light-red" in page
    assert "超期" in page
    assert "签收回执：已超期 2 天" in page
    assert shown("standing", clocks=[]).strip() == ""


class _Form(ActForm):
    title = forms.CharField(label="事项", help_text="一句话")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")], widget=forms.RadioSelect)
    urgent = forms.BooleanField(label="加急", required=False)


def test_errors_are_listed_first_each_with_a_way_to_its_field() -> None:
    form = _Form({})
    form.is_valid()
    page = shown("problems", form=form)
    assert "有 2 处需要修改" in page
    assert '<a href="#id_title">请填写“事项”。</a>' in page
    assert "data-focus" in page


def test_a_problem_of_no_field_stands_alone_and_one_of_a_field_beside_it() -> None:
    form = _Form({"title": "x", "kind": "a"})
    form.is_valid()
    form.refuse(Invalid(FieldError("nowhere", "整件办不成。"), FieldError("title", "换个说法。")))
    page = shown("problems", form=form)
    assert "<p>整件办不成。</p>" in page
    assert '<a href="#id_title">换个说法。</a>' in page
    assert "处需要修改" not in page


def test_a_form_without_errors_says_nothing() -> None:
    assert shown("problems", form=_Form()).strip() == ""


def test_a_field_tells_a_screen_reader_where_help_and_error_stand() -> None:
    form = _Form({})
    form.is_valid()
    page = shown("field", field=form["title"])
    assert 'aria-describedby="id_title_help id_title_error"' in page
    assert 'id="id_title_help"' in page
    assert 'id="id_title_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_checkbox_stands_before_its_words() -> None:
    page = shown("field", field=_Form()["urgent"])
    assert page.index('type="checkbox"') < page.index("加急")


def test_a_section_counts_its_rows_and_links_to_the_rest() -> None:
    rows = [Row(text="<b>线索</b>", light="red", why="已超期 2 天", buttons=(("/x/", "签收"),))]
    section = Section(title="没有签收", rows=rows, empty="都已签收。", more=("/leads/", "全部"))
    page = shown("section", section=section)
    assert "1 件" in page
    assert '<a href="/leads/">全部</a>' in page
    assert "&lt;b&gt;线索&lt;/b&gt;" in page


def test_empty_sections_are_told_together() -> None:
    full = Section(title="甲", rows=[Row(text="x")], empty="")
    empty = Section(title="乙", rows=[], empty="没有。")
    assert HomePage(answer="", sections=[full, empty]).quiet == [empty]


def test_the_pager_says_the_number_of_rows_only_where_asked(rf: Any) -> None:
    page = SimpleNamespace(pages=1, number=1, total_text="3")
    assert shown("pager", page=page, request=rf.get("/")).strip() == ""
    assert "共 3 条" in shown("pager", page=page, always=True, request=rf.get("/"))


def said(undo: Undo | None, *, repeated: bool = False) -> str:
    chosen = Act("通过", "通过", lambda **_: None, done="已<通过>。", undo=undo)
    form = _Form()
    form.repeated = repeated
    return _said(chosen, "/tasks/1/do/", {"id": 7}, form, None)


def test_an_act_with_a_way_back_links_to_it_and_stays_text() -> None:
    words = said(Undo("back", lambda record, form, result: {"id": record["id"]}))
    assert words == '已&lt;通过&gt;。 <a class="lx-undo" href="/tasks/1/do/back/?id=7">撤销</a>'


@pytest.mark.parametrize("undo", [None, Undo("back", lambda *_: {})])
def test_an_act_without_a_way_back_says_only_what_happened(undo: Undo | None) -> None:
    assert "撤销" not in said(undo)


def test_a_repeated_sending_offers_no_way_back() -> None:
    words = said(Undo("back", lambda *_: {"id": "1"}), repeated=True)
    assert words == "此前已提交，未重复办理。"


def test_entries_of_one_group_stand_together_on_the_map() -> None:
    groups = [entry.group for entry in ENTRIES]
    runs = [g for i, g in enumerate(groups) if i == 0 or groups[i - 1] != g]
    assert len(runs) == len(set(runs))
