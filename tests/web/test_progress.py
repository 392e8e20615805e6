"""Long work: how far, how long still; the page asks without leaving records, and loads anew at the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from lianxun.web.progress import Progress, progress_part, time_left

BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC)


def left(percent: float, spent: timedelta) -> str:
    return time_left(began=BEGAN, now=BEGAN + spent, percent=percent)


@pytest.mark.parametrize(
    ("percent", "minutes", "words"),
    [
        (50, 4, "约剩 4 分钟"),
        (25, 1, "约剩 3 分钟"),
        (90, 4, "约剩不到 1 分钟"),
        (10, 20, "约剩 3 小时 0 分"),
        (2, 4, ""),
        (100, 4, ""),
    ],
)
def test_the_time_left_follows_the_pace_so_far(percent: float, minutes: int, words: str) -> None:
    assert left(percent, timedelta(minutes=minutes)) == words


def test_without_a_beginning_nothing_is_promised() -> None:
    assert time_left(began=None, now=BEGAN, percent=50) == ""


@given(st.integers(5, 99), st.integers(1, 10_000))
def test_an_estimate_is_always_one_of_three_sentences(percent: int, seconds: int) -> None:
    words = left(percent, timedelta(seconds=seconds))
    assert words.startswith("约剩")
    assert "-" not in words


def part(running: bool, **more: Any) -> Any:
    request: Any = RequestFactory().get("/x/progress/")
    progress = Progress(
        title="正在试读", url="/x/progress/", running=running, percent=40, done=4, total=10, **more
    )
    return request, progress_part(request, progress)


def test_while_it_runs_the_part_tells_count_share_and_time() -> None:
    request, answer = part(True, unit="个文件", left="约剩 3 分钟", stage="逐条拆分")
    page = answer.content.decode()
    assert "4 / 10 个文件，40%，逐条拆分，约剩 3 分钟" in page
    assert 'hx-get="/x/progress/"' in page
    assert "可以离开本页" in page
    assert request.untraced


def test_when_it_is_done_the_page_is_loaded_again() -> None:
    _, answer = part(False)
    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (204, "true", b"")
