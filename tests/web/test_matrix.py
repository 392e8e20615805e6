"""Every address × everybody: no fault, no secret, nothing without sign-in, nothing without the form's token."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.test_pages import client_of

NOBODYS = "00000000-0000-7000-8000-000000000000"
DUMMY = {
    "name": "screen",
    "tab": "nodes",
    "code": "D14",
    "seq": "999999999",
    "kind": "leads.lead",
    "key": "a1",
    "year": "2026",
}
PERSONAS = (
    "coordinator",
    "audit",
    "inspector",
    "neighbour",
    "expired",
    "contact",
    "other_city",
    "auditor_expert",
    "system_admin",
    "security_admin",
    "audit_admin",
)
OUTSIDE = ("accounts/", "api/", "healthz/", "static/")


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, dict[str, str]]]:
    for pattern in patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, where)
        elif isinstance(pattern, URLPattern):
            yield where, {name: str(c) for name, c in pattern.pattern.converters.items()}


@functools.cache
def addresses() -> tuple[str, ...]:
    """Every address of ours, with ids that exist nowhere."""
    found = []
    for where, names in _walk(get_resolver().url_patterns, ""):
        if where.startswith(OUTSIDE):
            continue
        address = where
        for name in names:
            kind = address[: address.index(f":{name}>")].rsplit("<", 1)[-1]
            value = (
                "x"
                if (name, kind) == ("kind", "slug")
                else DUMMY.get(name, NOBODYS if kind == "uuid" else "1" if kind == "int" else "x")
            )
            address = address.replace(f"<{kind}:{name}>", value)
        found.append("/" + address)
    return tuple(found)


def test_there_are_addresses_to_try() -> None:
    assert len(addresses()) >= 50


def test_without_sign_in_everything_leads_to_the_sign_in(db: None) -> None:
    client = Client()
    for url in addresses():
        answer = client.get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/accounts/login/"), url


@pytest.mark.parametrize("who", PERSONAS)
def test_no_address_is_a_fault_for_anybody(cast: Any, who: str) -> None:
    client = client_of(who)
    for url in addresses():
        answer = client.get(url)
        assert answer.status_code < 500, f"{url}: {answer.status_code}"
        if NOBODYS in url:
            assert answer.status_code in (302, 403, 404), f"{url}: {answer.status_code}"


# Parameters that pages read, from their source.
_READS = re.compile(r'GET\.get\(\s*"(\w+)"|Filter\(name="(\w+)"')


@functools.cache
def parameters() -> tuple[str, ...]:
    """Every word that a page looks for behind the question mark."""
    web = Path(__file__).resolve().parents[2] / "src" / "lianxun" / "web"
    found = (_READS.findall(path.read_text("utf-8")) for path in sorted(web.rglob("*.py")))
    return tuple(sorted({a or b for hits in found for a, b in hits}))


@pytest.mark.parametrize("odd", ["%00", "%ED%A0%80", "长" * 400, "..%2f..%2f", "'%22%3Cb%3E"])
def test_an_odd_address_is_no_fault(cast: Any, odd: str) -> None:
    """What cannot be stored, what is too long, what wants out: in the path and behind the question mark."""
    client = client_of("coordinator")
    assert len(parameters()) >= 15
    asked = "&".join(f"{name}={odd}" for name in parameters())
    for where, names in _walk(get_resolver().url_patterns, ""):
        if where.startswith(OUTSIDE):
            continue
        if not names:
            answer = client.get(f"/{where}?{asked}")
            assert answer.status_code < 500, f"{where}: {answer.status_code}"
        if any(f"<str:{name}>" in where for name in names):
            address = "/" + re.sub(r"<uuid:\w+>", NOBODYS, re.sub(r"<str:\w+>", odd, where))
            answer = client.get(re.sub(r"<\w+:\w+>", "1", address))
            assert answer.status_code < 500, f"{address}: {answer.status_code}"


@pytest.mark.parametrize("who", ["coordinator", "contact", "system_admin"])
def test_nothing_is_sent_without_the_forms_token(cast: Any, who: str) -> None:
    signed_in = client_of(who)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    for url in addresses():
        assert strict.post(url, {"x": "1"}).status_code in (302, 403, 404), url
