"""Every page opens for whoever has business there, and looks like nothing for everybody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.support.cast import account_id

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(key: str) -> Client:
    from lianxun.access.models import Account

    client = Client()
    client.force_login(Account.objects.get(id=account_id(key)), backend=BACKEND)
    return client


PAGES = {
    "coordinator": [
        "/",
        "/rounds/",
        "/look-back-asks/",
        "/support-plans/",
        "/rounds/new/",
        "/engagements/",
        "/requests/",
        "/catalogue/",
        "/requests/new/D14/",
        "/sharings/",
        "/leads/",
        "/leads/new/",
        "/leads/new/form/",
        "/items/",
        "/supervisions/",
        "/supervisions/items/",
        "/supervisions/suggested/",
        "/approvals/",
        "/coordination/",
        "/coordination/new/",
        "/coordination/decisions/",
        "/coordination/plans/",
        "/coordination/plans/new/",
        "/appraisal/",
        "/appraisal/new/",
        "/appraisal/sheets/",
        "/appraisal/published/",
        "/appraisal/schemes/",
        "/appraisal/schemes/new/",
        "/appraisal/outcomes/",
        "/appraisal/outcomes/new/",
        "/appraisal/reports/",
        "/documents/",
        "/regulations/",
        "/regulations/?q=采购",
        "/regulations/works/",
        "/regulations/imports/",
        "/regulations/imports/new/",
        "/regulations/checks/",
        "/regulations/checks/new/",
        "/regulations/collections/",
        "/regulations/institutions/",
        "/regulations/institutions/new/",
        "/boards/unit/",
        "/boards/province/",
        "/boards/task/",
        "/measures/sharing/",
        "/measures/transfer/",
        "/measures/burden/",
        "/measures/inherited/",
        "/measures/support/",
        "/duties/",
        "/duties/letters/",
        "/duties/bulletin/",
        "/organisation/",
        "/organisation/?on=2025-01-01",
        "/organisation/network/",
        "/organisation/people/",
        "/organisation/pool/",
        "/organisation/training/",
        "/organisation/sheets/",
        "/organisation/new/unit/",
        "/organisation/new/person/",
        "/organisation/me/",
        "/help/",
        "/gallery/",
        "/search/?q=采购",
        "/advice/",
        "/advice/desk/",
        "/advice/queue/",
        "/advice/bias/",
        "/advice/models/",
        "/advice/models/act/train/",
    ],
    "leader": ["/", "/approvals/", "/boards/unit/"],
    "contact": ["/", "/items/", "/requests/", "/supervisions/", "/supervisions/items/"],
    "audit": ["/", "/leads/", "/requests/", "/sharings/"],
    "inspector": ["/"],
    "system_admin": ["/", "/admin3/", "/admin3/new/"],
    "security_admin": ["/admin3/", "/trace/"],
    "audit_admin": ["/trace/", "/trace/records/"],
    "custodian_1": ["/leads/openings/", "/leads/openings/key/"],
}


@pytest.mark.parametrize(("who", "url"), [(w, u) for w, urls in PAGES.items() for u in urls])
def test_page_opens(cast: Any, whole_pages: None, who: str, url: str) -> None:
    answer = client_of(who).get(url)
    assert answer.status_code == 200, answer.content.decode()[:500]


@pytest.mark.parametrize(
    "url",
    [
        "/boards/nonsense/",
        "/regulations/?q=%00&as_of=never&kind=zzz&collection=x&within=y&page=-3",
        "/regulations/works/?as_of=2026-02-31&state=zzz&words=%25_",
        "/duties/?light=zzz",
        "/duties/?unit=abc",
        "/duties/?region=x",
        "/coordination/?state=zzz&kind=%00&page=-1",
        "/coordination/decisions/?state=zzz&mine=x",
        "/appraisal/?page=-1&state=%00",
        "/appraisal/outcomes/?state=zzz&kind=x",
        "/appraisal/outcomes/new/?unit_id=abc&period_id=%00",
        "/leads/?page=-1",
        "/leads/?state=zzz",
        "/requests/?page=99999999999999999999",
    ],
)
def test_nonsense_in_an_address_is_no_fault(cast: Any, url: str) -> None:
    assert client_of("coordinator").get(url).status_code in (200, 400, 404, 422)
