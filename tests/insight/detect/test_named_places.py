"""Places that begin like a person's name are places; persons before a place stay hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.detect import find_spans, redact
from lianxun_insight.triage.masking import model_view


def persons(text: str) -> list[str]:
    return [text[s.start : s.end] for s in redact(text).removed if s.type == "person"]


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("反映白鹭区水利局在招标中围标", "反映〔单位1〕水利局在招标中围标"),
        ("白鹭区水利局和安和县教育局", "〔单位1〕水利局和〔单位2〕教育局"),
        ("白鹭区城管中心", "〔单位1〕中心"),
        ("白沙镇卫生院的账目", "〔地点1〕卫生院的账目"),
        ("高新区管委会", "〔地点1〕管委会"),
        ("金堂县公安局", "〔地点1〕公安局"),
        ("范县财政局", "〔单位1〕财政局"),
        ("周村区", "〔地点1〕"),
        ("我住白鹭区。", "我住〔地点1〕。"),
        ("白鹭区居民", "〔地点1〕居民"),
        ("李家庄村委会收费", "〔地点1〕村委会收费"),
    ],
)
def test_a_place_is_no_person(text: str, view: str) -> None:
    assert persons(text) == []
    assert model_view(text).text == view


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李明县里有人", "李明"),
        ("李明镇长来过", "李明"),
        ("李明县财政局局长收钱", "李明"),
        ("反映李明市场里卖假货", "李明"),
        ("王刚县城有房", "王刚"),
        ("请查张伟村里的账", "张伟"),
        ("举报书记王强镇财政所领钱", "王强"),
        ("王强镇政府工作人员", "王强"),
        ("与王强镇上喝酒", "王强"),
        ("白鹭区水利局局长白鹭收钱", "白鹭"),
        ("李家庄村委会主任李大山侵占低保", "李大山"),
        ("熊家寨村支书熊大发", "熊大"),
        ("举报和志强收钱", "和志强"),
        ("范县长拿了钱", "范"),
    ],
)
def test_a_person_before_a_place_or_a_post_stays_hidden(text: str, name: str) -> None:
    assert any(found.startswith(name) for found in persons(text)), persons(text)
    assert name not in model_view(text).text or len(name) == 1


def test_a_person_called_like_a_place_of_the_same_letter_is_hidden() -> None:
    text = "白鹭区水利局局长白鹭收受贿赂，白鹭还伙同他人围标。"
    assert persons(text).count("白鹭") >= 2
    assert "白鹭" not in model_view(text).text.replace("白鹭区", "")


SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静强磊军洋勇艳杰涛明超秀霞平刚桂"


@given(
    st.sampled_from(SURNAMES),
    st.text(GIVEN, min_size=1, max_size=2),
    st.sampled_from(["被举报人{}，某县财政局干部。", "副局长{}县里有房。", "举报{}镇上开店，收受好处。",
                     "反映{}，男，县水利局职工。", "村主任{}村里横行。", "{}同志区里的事都管。"]),
)  # fmt: skip
def test_no_name_slips_through_before_a_place(surname: str, given_name: str, frame: str) -> None:
    name = surname + given_name
    text = frame.format(name)
    assert name not in redact(text).text
    assert name not in model_view(text).text


def test_what_is_given_up_as_a_person_is_found_as_a_place_or_unit() -> None:
    text = "反映白鹭区水利局、谢家集区教体局、白沙镇卫生院的问题"
    found = [(text[s.start : s.end], s.type) for s in find_spans(text)]
    assert [kind for _, kind in found if kind == "person"] == []
    covered = {i for s in find_spans(text) for i in range(s.start, s.end)}
    for name in ("白鹭", "谢家集", "白沙"):
        at = text.index(name)
        assert set(range(at, at + len(name))) <= covered
