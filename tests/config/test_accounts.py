"""Sign-in: nobody registers himself, and outside of a demo the second factor comes first."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lianxun.demo.province import SAMPLE_PASSWORD, account_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(settings: Any) -> None:
    """A data directory for real use."""
    settings.LIANXUN_DEMO = False


def sign_in(client: Client, account: str = "audit") -> Any:
    return client.post(
        reverse("account_login"), {"login": account, "password": SAMPLE_PASSWORD}, follow=True
    )


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up(client: Client) -> str:
    page = client.get(reverse("mfa_activate_totp"))
    secret = str(page.context["form"].secret)
    done = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)
    assert done.status_code == 200, done.content.decode()
    assert "恢复码" in done.content.decode()
    return secret


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_reset_password", "account_set_password"],
)
def test_what_the_platform_does_not_offer_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("path", ["/", "/help/", "/accounts/password/change/", "/accounts/2fa/"])
def test_nothing_is_shown_before_the_second_factor(client: Client, path: str) -> None:
    sign_in(client)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("mfa_activate_totp")


@pytest.mark.usefixtures("real")
def test_writing_is_refused_before_the_second_factor_too(client: Client) -> None:
    sign_in(client)
    answer = client.post("/duties/", {})
    assert answer.headers["Location"] == reverse("mfa_activate_totp")


@pytest.mark.usefixtures("real")
def test_second_factor_is_set_up_once_and_asked_at_each_sign_in(client: Client) -> None:
    arrived = sign_in(client)
    assert "设置第二步验证" in arrived.content.decode()
    secret = set_up(client)
    assert client.get("/help/").status_code == 200

    again = Client()
    asked = sign_in(again)
    assert "请输入验证器应用上显示的 6 位数字" in asked.content.decode()
    assert again.get("/help/").status_code == 302
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "lx-field-error" in wrong.content.decode()
    codes = Authenticator.objects.get(type="recovery_codes", user_id=account_id("audit")).wrap()
    entered = again.post(reverse("mfa_authenticate"), {"code": codes.get_unused_codes()[0]})
    assert entered.status_code == 302
    assert again.get("/help/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data)


@pytest.mark.usefixtures("real")
def test_second_factor_cannot_be_taken_off(client: Client) -> None:
    sign_in(client)
    set_up(client)
    client.post(reverse("mfa_deactivate_totp"), {})
    assert Authenticator.objects.filter(type="totp", user_id=account_id("audit")).exists()


def test_a_demo_leaves_the_choice(client: Client) -> None:
    sign_in(client)
    assert client.get("/help/").status_code == 200
    assert "还没有设置" in client.get(reverse("mfa_index")).content.decode()
    set_up(client)
    assert "已设置验证器应用" in client.get(reverse("mfa_index")).content.decode()


def test_pages_of_sign_in_are_chinese_and_without_scripts_of_others(client: Client) -> None:
    sign_in(client)
    set_up(client)
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "account_change_password",
        "account_logout",
    ):
        answer = client.get(reverse(name), follow=True)
        text = answer.content.decode()
        assert answer.status_code == 200, name
        assert '<html lang="zh-Hans">' in text, name
        assert text.count("<script") == 3, name  # all of them our own, as the policy demands
    downloaded = client.get(reverse("mfa_download_recovery_codes"))
    assert "联巡恢复码" in downloaded.content.decode()


def test_wrong_password_is_said_in_chinese_and_tells_nothing_about_the_account(
    client: Client,
) -> None:
    texts = []
    for account in ("audit", "nobody-of-this-name"):
        answer = client.post(
            reverse("account_login"), {"login": account, "password": "wrong-password"}
        )
        texts.append(answer.content.decode().replace(account, "…"))
    assert "密码" in texts[0]
    assert [line for line in texts[0].splitlines() if "lx-problem" in line] == [
        line for line in texts[1].splitlines() if "lx-problem" in line
    ]


GUESSES = 5  # wrong codes or passwords in five minutes; then the account waits


def waiting_for_a_code(address: str) -> Client:
    """The password was right, a code is asked for."""
    client = Client(REMOTE_ADDR=address)
    assert "请输入验证器应用上显示的 6 位数字" in sign_in(client).content.decode()
    return client


def enter(client: Client, code: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": code})


@pytest.mark.usefixtures("real")
def test_codes_cannot_be_guessed_not_even_from_other_places(client: Client) -> None:
    """After five wrong codes the right one is refused as well, wherever it comes from; in words."""
    sign_in(client)
    secret = set_up(client)
    codes = Authenticator.objects.get(type="recovery_codes", user_id=account_id("audit")).wrap()
    recovery = codes.get_unused_codes()[0]
    for turn in range(GUESSES):
        guessing = waiting_for_a_code(f"10.1.1.{turn}")
        wrong = enter(guessing, "000000").content.decode()
        assert "lx-field-error" in wrong
        assert "过多" not in wrong
    for right in (code_for(secret), recovery):
        late = waiting_for_a_code("10.2.2.2")
        answer = enter(late, right)
        assert answer.status_code == 200, "not signed in"
        assert "失败次数过多" in answer.content.decode()
        assert late.get("/help/").status_code == 302
    assert recovery in codes.get_unused_codes(), "a code that was not looked at is not used up"


@pytest.mark.usefixtures("real")
def test_after_the_wait_the_right_code_opens_again(client: Client, time_machine: Any) -> None:
    sign_in(client)
    secret = set_up(client)
    guessing = waiting_for_a_code("10.1.1.1")
    for _ in range(GUESSES + 1):
        refused = enter(guessing, "000000")
    assert "失败次数过多" in refused.content.decode()
    time_machine.move_to(datetime.now(UTC) + timedelta(seconds=301))
    later = waiting_for_a_code("10.1.1.1")
    assert enter(later, code_for(secret)).status_code == 302
    assert later.get("/help/").status_code == 200


@pytest.mark.usefixtures("real")
def test_a_right_code_forgets_the_wrong_ones_before_it(client: Client) -> None:
    """Whoever mistypes now and then over the day is not locked out."""
    sign_in(client)
    set_up(client)
    for turn in range(3):
        person = waiting_for_a_code(f"10.1.2.{turn}")
        for _ in range(GUESSES - 2):
            enter(person, "000000")
        codes = Authenticator.objects.get(type="recovery_codes", user_id=account_id("audit"))
        assert enter(person, codes.wrap().get_unused_codes()[0]).status_code == 302


def test_passwords_cannot_be_guessed(client: Client) -> None:
    url, wrong = reverse("account_login"), {"login": "audit", "password": "wrong-password"}
    for turn in range(GUESSES):
        said = Client(REMOTE_ADDR=f"10.3.3.{turn}").post(url, wrong).content.decode()
        assert "过多" not in said
    locked = Client(REMOTE_ADDR="10.4.4.4")
    answer = locked.post(url, {"login": "audit", "password": SAMPLE_PASSWORD})
    assert answer.status_code == 200
    assert "失败次数过多" in answer.content.decode()
    assert locked.get("/help/").status_code == 302


def test_password_can_be_changed(client: Client) -> None:
    sign_in(client)
    new = "一个新的长口令-2026"
    changed = client.post(
        reverse("account_change_password"),
        {"oldpassword": SAMPLE_PASSWORD, "password1": new, "password2": new},
        follow=True,
    )
    assert changed.status_code == 200
    assert Client().login(username="audit", password=new)
