"""A large file sent by a form, in a real browser: how far it is, and a connection that breaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.visitor import Person
from tests.exchange.support import rows_csv

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Person]
LARGE = rows_csv([["没有这样的列", "x" * 1000]] * 5000, ["甲", "乙"])  # five megabytes


def to_the_form(person: Person) -> str:
    """The delivery that waits for him; the address of its form."""
    person.go("/")
    at = person.page.locator('main a[href$="/deliver/"]').first.get_attribute("href")
    assert at
    person.go(at)
    return at


def slow(person: Person, bytes_per_second: int) -> None:
    person.context.new_cdp_session(person.page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1}
        | {"uploadThroughput": bytes_per_second},
    )


def chosen(page: Any) -> int:
    return int(page.evaluate("document.querySelector('#id_file').files.length"))


def test_how_far_a_large_file_is_shows_and_the_next_page_says_what_was_done(enter: Enter) -> None:
    person = enter("development")
    page = person.page
    to_the_form(person)
    person.upload("file", "数据.csv", LARGE)
    slow(person, 3 << 20)
    page.click('main button:text-is("上传")')
    words = page.locator(".lx-upload p")
    words.filter(has_text=re.compile(r"正在上传：\d+%，[\d.]+ MB / [\d.]+ MB")).wait_for()
    assert 0 < int(page.evaluate("document.querySelector('.lx-upload progress').value")) <= 100
    assert person.violations() == []
    assert page.locator('main button:text-is("上传")').is_disabled()
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/$"))
    assert "已收到文件，正在检查" in person.text()


def test_after_a_broken_connection_everything_is_still_there_and_goes_again(enter: Enter) -> None:
    person = enter("development")
    page = person.page
    at = to_the_form(person)
    person.upload("file", "数据.csv", LARGE)
    person.fill("declared_rows", "5000")
    page.route(f"**{at}", lambda route: route.abort("connectionreset"))
    page.click('main button:text-is("上传")')
    told = page.locator('.lx-upload p[role="alert"]')
    told.wait_for()
    assert "连接中断，文件没有传完，系统没有保存任何内容" in told.inner_text()
    assert (page.input_value("#id_declared_rows"), chosen(page)) == ("5000", 1)
    assert person.violations() == []
    person.noise.clear()  # the browser notes the broken connection itself
    page.unroute(f"**{at}")
    page.click('main button:text-is("上传")')
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/$"))
    assert "已收到文件，正在检查" in person.text()


def test_an_upload_can_be_stopped(enter: Enter) -> None:
    person = enter("development")
    page = person.page
    at = to_the_form(person)
    person.upload("file", "数据.csv", LARGE)
    slow(person, 200_000)
    page.click('main button:text-is("上传")')
    page.click('button:text-is("停止上传")')
    page.locator('.lx-upload p[role="alert"]').filter(has_text="已停止上传").wait_for()
    assert chosen(page) == 1
    slow(person, -1)
    person.go(at.removesuffix("deliver/"))
    assert "正在检查《" not in person.text()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_wrong_with_a_large_file_stands_at_its_field(enter: Enter, scripts: bool) -> None:
    person = enter("development", scripts=scripts)
    page = person.page
    to_the_form(person)
    person.upload("file", "程序.exe", b"MZ" + b"\0" * (5 << 20))
    person.fill("declared_rows", "17")
    page.click('main button:text-is("上传")')
    page.locator("#id_file_error").wait_for()
    assert page.input_value("#id_declared_rows") == "17"
    assert page.locator('main button:text-is("上传")').is_enabled()
    assert page.locator(".lx-upload").count() == 0


def test_without_scripts_a_large_file_is_sent_as_it_stands(enter: Enter) -> None:
    person = enter("development", scripts=False)
    to_the_form(person)
    person.upload("file", "数据.csv", LARGE)
    person.page.click('main button:text-is("上传")')
    person.page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/$"))
    assert "已收到文件，正在检查" in person.text()
