"""Runs under the interpreter of a light installation: pages, a lead and the job of its suggestions.

python -m tests.config.light_child DATABASE HOST FOLDER        (prints one JSON object)
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

HEAVY = ("sklearn", "scipy", "rensa", "duckdb", "lightgbm", "rapidocr", "pytest")
PAGES = {
    "coordinator": ("/", "/leads/", "/regulations/", "/regulations/?q=水井", "/search/?q=水井"),
    "clerk": ("/", "/leads/", "/documents/", "/requests/"),
}


def _pages() -> dict[str, int]:
    from django.test import Client

    from lianxun.access.models import Account
    from lianxun.demo.province import account_id

    seen = {}
    for who, addresses in PAGES.items():
        client = Client()
        client.force_login(
            Account.objects.get(id=account_id(who)),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        for address in addresses:
            seen[f"{who} {address}"] = client.get(address).status_code
    return seen


def _lead() -> tuple[str, str]:
    """A lead registered, its job run; the words of its page."""
    from django.test import Client

    from lianxun.access.models import Account
    from lianxun.access.queries import service_actor
    from lianxun.advice import operations as advice
    from lianxun.demo.province import account_id, unit_id
    from lianxun.leads import operations as leads
    from tests.support.cast import Cast

    cast = Cast()
    lead = leads.register(
        actor=cast["clerk"],
        now=cast.now,
        seal_rule="none",
        source="petition",
        title="反映置业公司负责人收受供应商好处费",
        summary="2024年3月，置业公司副总经理卞国强收受供应商胡三喜现金三十万元，有转账记录。",
        discipline="integrity",
        subject_org=unit_id("YL-JT"),
    )
    advice.prepare(actor=service_actor(service="advice"), now=cast.now, lead_id=lead)
    client = Client()
    client.force_login(
        Account.objects.get(id=account_id("clerk")),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    panel = client.get(f"/advice/leads/{lead}/").content.decode()
    keeper = Client()
    keeper.force_login(
        Account.objects.get(id=account_id("coordinator")),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    models = keeper.get("/advice/models/").content.decode()
    return panel, models


def main() -> None:
    database, host, folder = sys.argv[1:4]
    os.environ["LIANXUN_TEST_DB"], os.environ["LIANXUN_TEST_PG_HOST"] = database, host
    os.environ["DJANGO_SETTINGS_MODULE"] = "lianxun.config.settings_test"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.LIANXUN_INSTANCE = Path(folder)
    call_command("check", verbosity=0)
    panel, models = _lead()
    out: dict[str, Any] = {
        "there": [name for name in HEAVY if importlib.util.find_spec(name)],
        "loaded": [name for name in HEAVY if name in sys.modules],
        "pages": _pages(),
        "panel": panel,
        "models": models,
    }
    print("\n" + json.dumps(out, ensure_ascii=False))


if __name__ == "__main__":
    main()
