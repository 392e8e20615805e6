"""知悉与回避 at the screen: why, with whom it is shared, from what one stands down — and who ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from lianxun.access import breakglass, queries, recusal, sharing
from lianxun.access import operations as accounts
from lianxun.access.kinds import KINDS
from lianxun.access.models import Account, Grant, Recusal
from lianxun.duties.models import Duty, Notice
from lianxun.exchange.negative import NegativeList
from lianxun.fabric.identity import acting_as
from lianxun.jobs import tasks
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.leads.models import Lead
from tests.access import catalogue
from tests.leads.support import Desk
from tests.support import recorded
from tests.support.cast import account_id, unit_id
from tests.web.test_matrix import NOBODYS
from tests.web.test_pages import client_of

GIVER, SECOND, TAKER = "clerk", "coordinator", "finance"


@pytest.fixture
def desk(cast: Any) -> Desk:
    return Desk(cast)


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> recorded.Recorded:
    return recorded.listen(monkeypatch)


@pytest.fixture
def lead(desk: Desk) -> UUID:
    return desk.register()


def set_level(lead: UUID, level: int) -> None:
    with acting_as(account_id(SECOND)), transaction.atomic():
        assert Lead.objects.filter(id=lead).update(level=level) == 1


def give(desk: Desk, lead: UUID, who: str = GIVER, **other: Any) -> UUID:
    given: dict[str, Any] = {
        "kind": "leads.lead",
        "object_id": lead,
        "to_unit": unit_id("YL-CZ"),
        "to_account": None,
        "purpose": "协助核对采购情况",
        "legal_basis": "巡视协调对接工作办法第八条",
        "valid_to": desk.cast.now.date() + timedelta(days=30),
        "second": account_id(SECOND),
    }
    return sharing.share(actor=desk.cast[who], now=desk.cast.now, **given | other)


def consent(desk: Desk, grant: UUID, who: str = SECOND, revision: int = 1) -> None:
    sharing.consent_share(
        actor=desk.cast[who], now=desk.cast.now, grant_id=grant, revision=revision
    )


# --- sharing -----------------------------------------------------------------------------------------


def test_what_is_internal_is_shared_at_once(desk: Desk, lead: UUID, trace: Any) -> None:
    set_level(lead, 1)
    give(desk, lead, second=None)
    assert desk.see(lead, TAKER).id == lead
    (body,) = trace.of("access.share")
    assert (body["obj"], body["obj_id"], body["rule"]) == ("leads.lead", str(lead), "ACC-SHARE-2")


def test_what_is_sensitive_waits_for_the_second_person(desk: Desk, lead: UUID) -> None:
    set_level(lead, 2)
    grant = give(desk, lead)
    with pytest.raises(NotFound):
        desk.see(lead, TAKER)
    with acting_as(account_id(SECOND)), transaction.atomic():
        assert Notice.objects.filter(code="share", object_id=grant).count() == 1
    consent(desk, grant)
    assert desk.see(lead, TAKER).id == lead


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_what_is_shared_with_their_unit_is_not_shared_with_the_administrators(
    desk: Desk, lead: UUID, who: str
) -> None:
    """Not even what is 公开, and not even by name."""
    set_level(lead, 0)
    office = unit_id("YL-IO")
    Account.objects.filter(username=TAKER).update(unit_id=office)
    give(desk, lead, second=None, to_unit=office)
    give(desk, lead, second=None, to_unit=None, to_account=account_id(who))
    assert desk.see(lead, TAKER).id == lead, "a colleague of theirs sees it"
    assert client_of(who).get(f"/leads/{lead}/").status_code == 404
    with acting_as(account_id(who)), transaction.atomic():
        assert Lead.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        "clearance = 0 where username = 'audit_admin'",
        "compartments = '{case}' where username = 'audit_admin'",
        "clearance = -1 where username = 'clerk'",
        "roles = '{audit_admin}', duties = '{}', region_lo = null, region_hi = null where username = 'clerk'",
    ],
)
def test_an_administrator_and_nobody_else_has_no_level(cast: Any, change: str) -> None:
    with (
        pytest.raises(IntegrityError, match="account_admins_know_nothing"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update access_account set {change}")


@pytest.mark.parametrize(
    "change",
    [
        "roles = '{audit_admin,system_admin}'",
        "roles = '{audit_admin,clerk}'",
        "duties = '{leads}'",
        "region_lo = 970000, region_hi = 979999",
    ],
)
def test_the_three_administrators_exclude_each_other_and_all_business(
    cast: Any, change: str
) -> None:
    with (
        pytest.raises(IntegrityError, match="account_three_admins_exclude_each_other"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update access_account set {change} where username = 'audit_admin'")


def test_a_share_is_taken_back_at_once(desk: Desk, lead: UUID) -> None:
    set_level(lead, 1)
    grant = give(desk, lead, second=None)
    sharing.revoke(actor=desk.cast[GIVER], now=desk.cast.now, grant_id=grant, revision=1)
    with pytest.raises(NotFound):
        desk.see(lead, TAKER)
    with pytest.raises(WrongState, match="已经撤销"):
        sharing.revoke(actor=desk.cast[GIVER], now=desk.cast.now, grant_id=grant, revision=2)


def test_who_holds_a_share_does_not_take_it_back_or_give_it_on(desk: Desk, lead: UUID) -> None:
    set_level(lead, 1)
    grant = give(desk, lead, second=None)
    with pytest.raises(Refused) as refused:
        sharing.revoke(actor=desk.cast[TAKER], now=desk.cast.now, grant_id=grant, revision=1)
    assert refused.value.rule == "ACC-REVOKE"
    with pytest.raises(Refused) as again:
        give(desk, lead, TAKER, to_unit=unit_id("YL-SW"))
    assert again.value.rule == "ACC-SHARE-2"


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"purpose": " "}, "purpose", "共享用途"),
        ({"purpose": "长" * 201}, "purpose", "不超过 200 字"),
        ({"legal_basis": ""}, "legal_basis", "共享依据"),
        ({"to_unit": None}, "to_unit", "只选一项"),
        ({"to_account": account_id("audit")}, "to_unit", "只选一项"),
        ({"to_unit": uuid4()}, "to_unit", "没有这个单位"),
        ({"to_unit": None, "to_account": uuid4()}, "to_account", "没有这个账号"),
        ({"to_unit": unit_id("YL-LO")}, "to_unit", "本单位或本人"),
        ({"second": None}, "second", "另一名同志"),
        ({"second": account_id(GIVER)}, "second", "另一名同志"),
        ({"second": account_id("audit")}, "second", "另一名同志"),
    ],
)
def test_a_share_that_does_not_fit_is_said_at_its_field(
    desk: Desk, lead: UUID, change: dict[str, Any], place: str, words: str
) -> None:
    set_level(lead, 2)
    with pytest.raises(Invalid, match=words) as refused:
        give(desk, lead, **change)
    assert [e.place for e in refused.value.errors] == [place]
    with acting_as(account_id(GIVER)), transaction.atomic():
        assert not Grant.objects.filter(object_id=lead).exists()


@pytest.mark.parametrize("days", [-1, 367])
def test_a_share_ends_within_a_year(desk: Desk, lead: UUID, days: int) -> None:
    with pytest.raises(Invalid, match="一年以内"):
        give(desk, lead, valid_to=desk.cast.now.date() + timedelta(days=days))


def test_core_is_asked_about_and_never_shared(desk: Desk, lead: UUID) -> None:
    set_level(lead, 3)
    with pytest.raises(Refused) as refused:
        give(desk, lead, SECOND)
    assert refused.value.rule == "ACC-SHARE-1"


@pytest.mark.parametrize("place", ["purpose", "legal_basis"])
@pytest.mark.parametrize("words", ["核对举报人身份", "调取个人银行流水", "查看组务会记录"])
def test_the_negative_list_stops_a_share(desk: Desk, lead: UUID, place: str, words: str) -> None:
    set_level(lead, 1)
    with pytest.raises(NegativeList) as stopped:
        give(desk, lead, second=None, **{place: words})
    assert [e.place for e in stopped.value.errors] == [place]
    with pytest.raises(NotFound):
        desk.see(lead, TAKER)


@pytest.mark.parametrize("who", ["neighbour", "audit", "contact", "system_admin"])
def test_what_somebody_does_not_see_he_cannot_share(desk: Desk, lead: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        give(desk, lead, who)


def test_who_must_not_know_the_object_consents_to_nothing(desk: Desk, lead: UUID) -> None:
    """Whoever consents answers for it: a second person who stands down from the body cannot."""
    set_level(lead, 2)
    grant = give(desk, lead)
    recusal.declare_recusal(
        actor=desk.cast[SECOND],
        now=desk.cast.now,
        organisation=desk.see(lead).subject_org,
        reason_code="interest",
    )
    with pytest.raises(Refused) as refused:
        consent(desk, grant)
    assert refused.value.rule == "ACC-SHARE-3"
    with pytest.raises(NotFound):
        desk.see(lead, TAKER)


def test_the_second_person_consents_once_in_time_and_alone(desk: Desk, lead: UUID) -> None:
    set_level(lead, 2)
    grant = give(desk, lead)
    with pytest.raises(NotFound):
        consent(desk, grant, GIVER)
    with pytest.raises(Stale):
        consent(desk, grant, revision=9)
    consent(desk, grant)
    with pytest.raises(WrongState, match="已经同意"):
        consent(desk, grant, revision=2)


@pytest.mark.parametrize(
    ("level", "values"),
    [
        (2, {"second_person_id": None}),
        (2, {"second_person_id": account_id(GIVER)}),
        (2, {"second_person_id": account_id(SECOND), "consented": True}),
        (3, {"second_person_id": account_id(SECOND)}),
        (1, {"object_id": UUID(NOBODYS)}),
        (1, {"object_kind": "nothing.real"}),
    ],
)
def test_the_database_refuses_what_the_operation_refuses(
    desk: Desk, lead: UUID, level: int, values: dict[str, Any]
) -> None:
    """Past the operation, as the application's role: the trigger looks at the level itself."""
    set_level(lead, level)
    Account.objects.filter(id=account_id(GIVER)).update(clearance=3)
    row: dict[str, Any] = {
        "created_at": desk.cast.now,
        "kind": "share",
        "unit_id": unit_id("YL-CZ"),
        "object_kind": "leads.lead",
        "object_id": lead,
        "purpose": "x",
        "granted_by_id": account_id(GIVER),
        "valid_from": desk.cast.now.date(),
        "valid_to": desk.cast.now.date(),
        "owner_path": desk.cast[GIVER].unit_path,
        "consented_at": desk.cast.now if values.pop("consented", False) else None,
    } | values
    with pytest.raises(DatabaseError), acting_as(account_id(GIVER)), transaction.atomic():
        Grant.objects.create(**row)


# --- the pages -----------------------------------------------------------------------------------------


def test_a_share_is_given_and_ended_at_the_screen(desk: Desk, lead: UUID) -> None:
    set_level(lead, 2)
    giver, second, taker = client_of(GIVER), client_of(SECOND), client_of(TAKER)
    url = f"/known/of/leads.lead/{lead}/"
    assert "共享</a>" in giver.get(url).content.decode()
    sent = {
        "to_unit": str(unit_id("YL-CZ")),
        "purpose": "协助核对采购情况",
        "legal_basis": "工作办法第八条",
        "valid_to": f"{desk.cast.now.date() + timedelta(days=9)}",
        "second": str(account_id(SECOND)),
    }
    page = giver.post(f"{url}share/", sent, follow=True).content.decode()
    assert "等待第二人同意" in page
    with acting_as(account_id(SECOND)), transaction.atomic():
        grant = Grant.objects.get(kind="share", object_id=lead)
    assert taker.get(f"/leads/{lead}/").status_code == 404
    assert second.get(f"/known/shares/{grant.id}/consent/").status_code == 200
    second.post(f"/known/shares/{grant.id}/consent/", {"revision": "1"})
    assert taker.get(f"/leads/{lead}/").status_code == 200
    assert f"/leads/{lead}/" in taker.get("/known/").content.decode()
    giver.post(f"/known/shares/{grant.id}/revoke/", {"revision": "2"})
    assert taker.get(f"/leads/{lead}/").status_code == 404


def test_a_second_person_who_is_not_needed_is_not_waited_for(desk: Desk, lead: UUID) -> None:
    set_level(lead, 1)
    sent = {
        "to_unit": str(unit_id("YL-CZ")),
        "purpose": "协助核对采购情况",
        "legal_basis": "工作办法第八条",
        "valid_to": f"{desk.cast.now.date()}",
        "second": str(account_id(SECOND)),
    }
    answer = client_of(GIVER).post(f"/known/of/leads.lead/{lead}/share/", sent, follow=True)
    assert "接收方已可查看" in answer.content.decode()
    assert client_of(TAKER).get(f"/leads/{lead}/").status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"purpose": ""},
        {"valid_to": "2020-01-01"},
        {"valid_to": "never"},
        {"to_unit": "nonsense"},
        {"to_username": "nobody-of-this-name"},
        {"second": ""},
    ],
)
def test_a_bad_share_comes_back_with_what_was_typed(
    desk: Desk, lead: UUID, bad: dict[str, str]
) -> None:
    set_level(lead, 2)
    sent = {
        "to_unit": str(unit_id("YL-CZ")),
        "purpose": "协助核对采购情况",
        "legal_basis": "工作办法第八条",
        "valid_to": f"{desk.cast.now.date()}",
        "second": str(account_id(SECOND)),
    } | bad
    answer = client_of(GIVER).post(f"/known/of/leads.lead/{lead}/share/", sent)
    assert answer.status_code == 422
    assert "lx-field-error" in answer.content.decode()
    assert "工作办法第八条" in answer.content.decode()


@pytest.mark.parametrize("who", ["neighbour", "contact", "finance", "expired", "audit_admin"])
def test_the_pages_of_an_unseen_object_are_those_of_none(lead: UUID, who: str) -> None:
    client = client_of(who)
    for path in ("", "share/"):
        for key in (lead, NOBODYS):
            assert client.get(f"/known/of/leads.lead/{key}/{path}").status_code == 404
    assert client.get(f"/known/of/nothing.real/{lead}/").status_code == 404


def test_why_somebody_else_does_not_see_it(desk: Desk, lead: UUID) -> None:
    url = f"/known/of/leads.lead/{lead}/"
    username = Account.objects.get(id=account_id(TAKER)).username
    page = client_of(GIVER).get(url, {"of": username}).content.decode()
    assert f"{desk.cast[TAKER].name}（" in page
    assert "看不到" in page
    assert "没有“nobody”这个账号" in client_of(GIVER).get(url, {"of": "nobody"}).content.decode()


def test_who_may_not_share_is_told_nothing_of_others(desk: Desk, lead: UUID) -> None:
    set_level(lead, 1)
    give(desk, lead, second=None)
    page = client_of(TAKER).get(f"/known/of/leads.lead/{lead}/", {"of": "coordinator"})
    assert page.status_code == 200
    assert "别人能不能看到" not in page.content.decode()
    with pytest.raises(NotFound):
        queries.explain_to(
            actor=desk.cast[TAKER],
            username="coordinator",
            kind="leads.lead",
            object_id=lead,
            now=desk.cast.now,
        )


@pytest.mark.parametrize("who", ["coordinator", "audit", "contact", "system_admin", "expired"])
def test_everybody_finds_his_own_reach(cast: Any, who: str) -> None:
    page = client_of(who).get("/known/")
    assert page.status_code == 200
    assert "我的知悉范围" in page.content.decode()


def test_a_page_that_is_not_found_leads_to_the_reasons(cast: Any) -> None:
    assert "/known/" in client_of("audit").get(f"/leads/{NOBODYS}/").content.decode()


def test_kinds_say_what_the_policies_say() -> None:
    """A copy in the product for people: held against the catalogue of the oracle."""
    shelves = {s.kind: s for s in catalogue.LABELLED}
    for kind, said in KINDS.items():
        assert (said.library, said.served) == (shelves[kind].library, shelves[kind].served), kind


# --- recusal -----------------------------------------------------------------------------------------


def declare(desk: Desk, who: str = GIVER, **other: Any) -> UUID:
    given: dict[str, Any] = {"organisation": unit_id("YL-JT"), "reason_code": "kin"}
    return recusal.declare_recusal(actor=desk.cast[who], now=desk.cast.now, **given | other)


def end(desk: Desk, found: UUID, who: str = SECOND, **other: Any) -> None:
    given: dict[str, Any] = {"revision": 1, "checked": "已核对任职材料，亲属已调离。"}
    recusal.end_recusal(actor=desk.cast[who], now=desk.cast.now, recusal_id=found, **given | other)


def test_standing_down_closes_everything_about_the_organisation(
    desk: Desk, lead: UUID, trace: Any
) -> None:
    assert desk.see(lead, GIVER).id == lead
    found = declare(desk)
    with pytest.raises(NotFound):
        desk.see(lead, GIVER)
    (body,) = trace.of("access.declare_recusal")
    assert (body["obj_id"], body["rule"]) == (str(found), "ACC-R2")
    assert "kin" not in str(body)


def test_another_person_ends_it_from_the_next_day_on(desk: Desk, lead: UUID) -> None:
    found = declare(desk)
    end(desk, found)
    with pytest.raises(NotFound):
        desk.see(lead, GIVER)  # to the end of the day
    with acting_as(account_id(SECOND)), transaction.atomic():
        assert Recusal.objects.get(id=found).valid_to == desk.cast.now.date()
    with pytest.raises(WrongState, match="已经终止"):
        end(desk, found, revision=2)


@pytest.mark.parametrize(("who", "words"), [(GIVER, "另一名"), ("clerk_x", "另一名")])
def test_nobody_ends_his_own(desk: Desk, who: str, words: str) -> None:
    who = GIVER if who == "clerk_x" else who
    found = declare(desk, who)
    with pytest.raises(Refused, match=words):
        end(desk, found, who)


def test_a_keeper_does_not_end_his_own_either(desk: Desk) -> None:
    found = declare(desk, SECOND)
    with pytest.raises(Refused, match="另一名"):
        end(desk, found, SECOND)
    with acting_as(account_id(SECOND)), transaction.atomic():
        assert Recusal.objects.filter(id=found).update(valid_to=desk.cast.now.date()) == 0


@pytest.mark.parametrize("who", ["audit", "neighbour", "system_admin"])
def test_strangers_find_no_recusal(desk: Desk, who: str) -> None:
    found = declare(desk)
    with pytest.raises(NotFound):
        end(desk, found, who)
    assert all(r.id != found for r in recusal.recusals(actor=desk.cast[who], now=desk.cast.now))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"organisation": uuid4()}, "organisation"),
        ({"reason_code": "private"}, "reason_code"),
        ({"account_id": uuid4()}, "account_id"),
    ],
)
def test_a_recusal_that_does_not_fit_is_said_at_its_field(
    desk: Desk, change: dict[str, Any], place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        declare(desk, SECOND, **change)
    assert [e.place for e in refused.value.errors] == [place]


def test_only_a_keeper_enters_one_for_another_and_learns_no_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match="授权管理人员"):
        declare(desk, GIVER, account_id=account_id("audit"))
    found = declare(desk, SECOND, account_id=account_id("audit"))
    (kept,) = [
        r for r in recusal.recusals(actor=desk.cast[SECOND], now=desk.cast.now) if r.id == found
    ]
    assert (kept.reason_label, kept.permitted) == ("", {"end"})
    (own,) = [
        r for r in recusal.recusals(actor=desk.cast["audit"], now=desk.cast.now) if r.id == found
    ]
    assert (own.person_name, own.permitted) == ("本人", frozenset())
    assert "亲属" in own.reason_label


def test_twice_is_once(desk: Desk) -> None:
    declare(desk)
    with pytest.raises(WrongState, match="已经登记"):
        declare(desk)


def test_the_pages_of_recusal(desk: Desk) -> None:
    client, keeper = client_of(GIVER), client_of(SECOND)
    bad = client.post("/known/recusals/new/", {"organisation": "", "reason_code": "x"})
    assert bad.status_code == 422
    sent = {"organisation": str(unit_id("YL-JT")), "reason_code": "kin"}
    assert "回避已登记" in client.post("/known/recusals/new/", sent, follow=True).content.decode()
    with acting_as(account_id(SECOND)), transaction.atomic():
        found = Recusal.objects.get(account_id=account_id(GIVER), organisation_id=unit_id("YL-JT"))
    url = f"/known/recusals/{found.id}/end/"
    assert client.get(url).status_code == 404
    assert keeper.post(url, {"revision": "1", "checked": ""}).status_code == 422
    done = keeper.post(url, {"revision": "1", "checked": "已核对。"}, follow=True)
    assert "自次日起生效" in done.content.decode()


# --- closing and opening accounts, the clock of a review -----------------------------------------------


def test_an_account_is_closed_and_opened_again(desk: Desk, trace: Any) -> None:
    admin, url = client_of("system_admin"), f"/admin3/{account_id('idle')}"
    assert admin.post(f"{url}/block/", {"reason": "", "revision": "1"}).status_code == 422
    admin.post(f"{url}/block/", {"reason": "借调结束", "revision": "1"})
    assert not Account.objects.get(id=account_id("idle")).is_active
    assert admin.get(f"{url}/block/").status_code == 404
    sent = {"reason": "恢复借调", "revision": "1"}
    stale = admin.post(f"{url}/unblock/", sent)
    assert (stale.status_code, "刚被他人修改" in stale.content.decode()) == (422, True)
    page = admin.post(f"{url}/unblock/", sent | {"revision": "2"}, follow=True).content.decode()
    assert "已恢复" in page
    assert trace.of("access.unblock_account")[0]["obj_id"] == str(account_id("idle"))


@pytest.mark.parametrize("who", ["security_admin", "audit_admin", "coordinator"])
def test_only_the_system_administrator_opens_accounts(desk: Desk, who: str) -> None:
    assert client_of(who).get(f"/admin3/{account_id('idle')}/block/").status_code in (403, 404)
    with pytest.raises(Refused) as refused:
        accounts.unblock_account(
            actor=desk.cast[who], now=desk.cast.now, account_id=account_id("idle"), reason="x"
        )
    assert refused.value.rule == "ACC-ADMIN-1"


def opened(desk: Desk, lead: UUID) -> UUID:
    grant = breakglass.ask_break_glass(
        actor=desk.cast["finance"],
        now=desk.cast.now,
        object_kind="leads.lead",
        number=desk.see(lead).number,
        reason="夜间突发舆情，须立即核对线索内容。",
        second=account_id("audit"),
    )
    breakglass.consent_break_glass(
        actor=desk.cast["audit"], now=desk.cast.now, grant_id=grant, revision=1
    )
    return grant


def test_an_account_with_an_unreviewed_opening_stays_closed(desk: Desk, lead: UUID) -> None:
    grant = opened(desk, lead)
    who = {"actor": desk.cast["system_admin"], "now": desk.cast.now}
    accounts.block_account(**who, account_id=account_id("finance"), reason="未经审查")
    with pytest.raises(WrongState, match="没有经过审查"):
        accounts.unblock_account(**who, account_id=account_id("finance"), reason="恢复")
    breakglass.review_break_glass(
        actor=desk.cast["security_admin"],
        now=desk.cast.now,
        grant_id=grant,
        revision=2,
        note="情况属实。",
    )
    accounts.unblock_account(**who, account_id=account_id("finance"), reason="恢复")
    assert Account.objects.get(id=account_id("finance")).is_active


def clock(grant: UUID) -> list[tuple[str, str]]:
    with acting_as(account_id("audit")), transaction.atomic():
        rows = Duty.objects.filter(object_id=grant).values_list("template_code", "state")
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("reviewer", ["audit", "security_admin"])
def test_the_review_is_a_duty_of_the_second_persons_unit(
    desk: Desk, lead: UUID, reviewer: str
) -> None:
    grant = opened(desk, lead)
    tasks.duties_tick(timestamp=0)
    assert clock(grant) == [("DT-AC-REVIEW", "open")]
    with acting_as(account_id("audit")), transaction.atomic():
        duty = Duty.objects.get(object_id=grant)
    assert duty.responsible_unit == unit_id("YL-SJ")
    assert duty.due_at is not None
    assert duty.due_at - desk.cast.now <= timedelta(hours=24)
    assert desk.see(lead).number not in duty.object_title
    breakglass.review_break_glass(
        actor=desk.cast[reviewer], now=desk.cast.now, grant_id=grant, revision=2, note="属实。"
    )
    tasks.duties_tick(timestamp=0)
    assert clock(grant) == [("DT-AC-REVIEW", "fulfilled")]


NUMBERED = [kind for kind, said in KINDS.items() if said.numbered]


@pytest.mark.parametrize("kind", NUMBERED)
def test_every_kind_with_a_number_can_be_asked_for(desk: Desk, kind: str) -> None:
    """Whether there is such a number shows in nothing: the answer is the same for every kind."""
    grant = breakglass.ask_break_glass(
        actor=desk.cast["finance"],
        now=desk.cast.now,
        object_kind=kind,
        number="某编号〔2026〕99999号",
        reason="夜间突发舆情，须立即核对内容。",
        second=account_id("audit"),
    )
    found = breakglass.one_break_glass(
        actor=desk.cast["finance"], now=desk.cast.now, grant_id=grant
    )
    assert (found.kind_label, found.state_label) == (KINDS[kind].label, "等待第二人同意")


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        (("970000", ""), "督导区划的起止须同时填写"),
        (("", "979999"), "督导区划的起止须同时填写"),
        (("979999", "970000"), "“督导区划止”不小于“督导区划起”"),
        (("9" * 12, "9" * 12), "“督导区划起”不大于 999999"),
    ],
)
def test_half_a_region_is_said_and_not_dropped(
    cast: Any, sides: tuple[str, str], words: str
) -> None:
    keeper, url = client_of("security_admin"), f"/admin3/{account_id('idle')}/"
    sent = {"roles": ["inspector"], "clearance": "1", "revision": "1"}
    low, high = sides
    answer = keeper.post(url, {**sent, "region_lo": low, "region_hi": high})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert all(f'value="{side}"' in page for side in sides if side)
    whole = {**sent, "region_lo": "970000", "region_hi": "979999"}
    assert keeper.post(url, whole).status_code == 302
    assert 'value="979999"' in keeper.get(url).content.decode()
