"""T12: a form without its token, from elsewhere, after sign-out, after a password or role change is refused;
sessions are not fixed from outside; cookies and headers are closed. T19: the unseen looks like nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lianxun.access import operations as access
from lianxun.access.models import Account
from lianxun.leads import operations as leads
from tests.support.cast import account_id, unit_id
from tests.web.test_matrix import NOBODYS, addresses
from tests.web.test_pages import BACKEND, client_of

_TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{64}(?![A-Za-z0-9])")  # another one on each page
PASSWORD = "a-long-enough-password"


def strict(who: str) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(id=account_id(who)), backend=BACKEND)
    return client


def test_a_form_from_elsewhere_is_refused(cast: Any) -> None:
    """The right token does not help a page of another origin over HTTPS."""
    client = strict("coordinator")
    token = client.get("/leads/new/").cookies["csrftoken"].value
    data = {"csrfmiddlewaretoken": token, "seal_rule": "none"}
    foreign = {"HTTP_ORIGIN": "https://elsewhere.example", "secure": True}
    assert client.post("/leads/new/", data, **foreign).status_code == 403
    own = client.post("/leads/new/", data)
    assert own.status_code == 302


def test_no_address_takes_a_form_from_elsewhere(cast: Any) -> None:
    """Every address, with the right token and a foreign origin."""
    client = strict("coordinator")
    token = client.get("/leads/new/").cookies["csrftoken"].value
    foreign = {"HTTP_ORIGIN": "https://elsewhere.example", "secure": True}
    for url in addresses():
        answer = client.post(url, {"csrfmiddlewaretoken": token}, **foreign)
        assert answer.status_code == 403, f"{url}: {answer.status_code}"


def test_after_signing_out_nothing_opens(cast: Any) -> None:
    client = client_of("coordinator")
    key = client.session.session_key
    assert client.get("/leads/").status_code == 200
    client.post("/accounts/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = key or ""
    for url in addresses():
        assert client.get(url).status_code == 302, url


def test_a_changed_password_ends_the_other_sessions(cast: Any) -> None:
    here = client_of("coordinator")
    assert here.get("/leads/").status_code == 200
    account = Account.objects.get(id=account_id("coordinator"))
    account.set_password(PASSWORD)
    account.save()
    assert here.get("/leads/").status_code == 302


def test_a_lost_duty_is_lost_with_the_next_request(cast: Any) -> None:
    client = client_of("clerk")
    found = leads.register(
        actor=cast["clerk"],
        now=cast.now,
        seal_rule="none",
        source="petition",
        title="反映采购问题",
        summary="2025年以来多次拆分采购。",
        discipline="integrity",
        subject_org=unit_id("YL-JT"),
    )
    assert client.get(f"/leads/{found}/").status_code == 200
    access.set_permissions(
        actor=cast["security_admin"],
        now=cast.now,
        account_id=account_id("clerk"),
        revision=1,
        roles=frozenset({"clerk"}),
        duties=frozenset(),
        clearance=2,
    )
    assert client.get(f"/leads/{found}/").status_code == 404


def test_a_blocked_account_is_out_with_the_next_request(cast: Any) -> None:
    client = client_of("clerk")
    access.block_account(
        actor=cast["system_admin"], now=cast.now, account_id=account_id("clerk"), reason="离岗"
    )
    assert client.get("/leads/").status_code == 302


def test_signing_in_gives_a_new_session(cast: Any) -> None:
    """Fixation: a session that was there before is worth nothing afterwards."""
    account = Account.objects.get(id=account_id("coordinator"))
    account.set_password(PASSWORD)
    account.save()
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "by a stranger"
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before or ""
    data = {"login": account.username, "password": PASSWORD}
    assert client.post("/accounts/login/", data).status_code == 302
    assert client.session.session_key != before


def test_cookies_and_headers_are_closed(cast: Any) -> None:
    client = client_of("coordinator")
    answer = client.get("/leads/new/")
    for name in (settings.CSRF_COOKIE_NAME,):
        cookie = answer.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


WHERE = (
    "/leads/{id}/",
    "/leads/{id}/screen/",
    "/leads/{id}/nonsense/",
    "/trace/of/leads.lead/{id}/",
)


@pytest.mark.parametrize("url", WHERE)
@pytest.mark.parametrize("who", ["neighbour", "contact", "finance", "expired", "system_admin"])
def test_the_unseen_is_answered_exactly_like_the_missing(cast: Any, who: str, url: str) -> None:
    found = leads.register(
        actor=cast["clerk"],
        now=cast.now,
        seal_rule="none",
        source="petition",
        title="反映采购问题",
        summary="2025年以来多次拆分采购。",
        discipline="integrity",
        subject_org=unit_id("YL-JT"),
    )
    client = client_of(who)

    def said(key: object) -> tuple[int, str, dict[str, str]]:
        answer = client.get(url.format(id=key))
        headers = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
        text = _TOKEN.sub("·", answer.content.decode().replace(str(key), "·"))
        return answer.status_code, text, headers

    assert said(found) == said(NOBODYS)
    assert said(found)[0] == 404
