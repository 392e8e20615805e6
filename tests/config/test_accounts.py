"""Sign-in: nobody registers himself, and outside of a demo the second factor comes first."""

from __future__ import annotations

import time
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
        assert text.count("<script") == 2, name
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
