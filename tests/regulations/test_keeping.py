"""Corrections, repeals, short names, collections, notes: effects, who may, bad input."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.regulations import operations, queries
from lianxun.regulations.models import Collection, ReadingNote, Version, Work
from lianxun.regulations.records import WorkPage
from tests.regulations.support import TODAY, reading, work_id

LAW = "中华人民共和国水井保护法"


@pytest.fixture
def law(shelf: None, keeper: Actor, now: datetime) -> UUID:
    return work_id(keeper, now, "水井保护法")


def page(actor: Actor, now: datetime, work: UUID, as_of: date = TODAY) -> WorkPage:
    with reading(actor):
        return queries.work(actor=actor, now=now, work_id=work, as_of=as_of)


def correct(actor: Actor, now: datetime, work: UUID, **more: Any) -> None:
    seen = page(actor, now, work)
    given = {
        "valid_from": date(2011, 1, 1),
        "kind": "法律",
        "tier": "中央",
        "basis": "公布文本第四条",
        "version_id": seen.version.id,
        "revision": seen.revision,
        **more,
    }
    operations.correct(actor=actor, now=now, work_id=work, **given)


# -- correcting --------------------------------------------------------------------------------


def test_a_correction_moves_the_days_in_force(law: UUID, keeper: Actor, now: datetime) -> None:
    correct(keeper, now, law, issuer="全国人大常委会")
    found = page(keeper, now, law)
    assert found.version.valid_from == date(2011, 1, 1)
    assert found.work.issuer == "全国人大常委会"
    assert page(keeper, now, law, date(2010, 6, 1)).version.validity == "尚未施行"


def test_a_correction_of_one_version_moves_the_end_of_the_other(
    shelf: None, keeper: Actor, now: datetime
) -> None:
    work = work_id(keeper, now, "水井管理条例")
    correct(keeper, now, work, valid_from=date(2025, 1, 1), kind="地方性法规", tier="省")
    with reading(keeper):
        spans = list(
            Version.objects.filter(work=work)
            .order_by("valid_from")
            .values_list("valid_from", "valid_to")
        )
    assert spans == [(date(2018, 5, 1), date(2024, 12, 31)), (date(2025, 1, 1), None)]


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({"kind": "判例"}, "kind", "请选择类别"),
        ({"tier": "乡"}, "tier", "请选择层级"),
        ({"basis": "  "}, "basis", "请写明更正依据"),
        ({"valid_from": date(2009, 1, 1)}, "valid_from", "不能早于通过日期 2010-01-01"),
    ],
)
def test_a_bad_correction_is_refused(
    law: UUID, keeper: Actor, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as bad:
        correct(keeper, now, law, **more)
    assert bad.value.errors[0].place == place


def test_what_a_unit_brought_in_another_does_not_correct(
    law: UUID, cast: Any, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        correct(cast["other_city"], now, law)
    assert refused.value.rule == "REG-OWNER"
    with pytest.raises(Refused) as refused:
        correct(cast["audit"], now, law)
    assert refused.value.rule == "REG-KEEP"


def test_a_stale_correction_is_refused(law: UUID, keeper: Actor, now: datetime) -> None:
    with pytest.raises(Stale):
        correct(keeper, now, law, revision=99)


def test_a_version_of_another_work_is_not_found(law: UUID, keeper: Actor, now: datetime) -> None:
    other = page(keeper, now, work_id(keeper, now, "水井管理条例"))
    with pytest.raises(NotFound):
        correct(keeper, now, law, version_id=other.version.id)


# -- repealing ---------------------------------------------------------------------------------


def repeal(actor: Actor, now: datetime, work: UUID, **more: Any) -> None:
    given = {"since": date(2026, 1, 1), "basis": "国务院令第900号", **more}
    revision = page(actor, now, work).revision
    operations.repeal(actor=actor, now=now, work_id=work, revision=revision, **given)


def test_a_repeal_is_seen_in_reading_searching_and_citing(
    law: UUID, cast: Any, keeper: Actor, now: datetime
) -> None:
    repeal(keeper, now, law)
    found = page(cast["audit"], now, law)
    assert (found.version.validity, found.repealed_by) == ("已废止", "国务院令第900号")
    with reading(cast["audit"]):
        (exact,) = queries.lookup(
            actor=cast["audit"], now=now, text="水井保护法第一条", as_of=TODAY
        )
        rows = queries.works(actor=cast["audit"], now=now, as_of=TODAY, state="已废止").rows
    assert exact.status == "已废止"
    assert LAW in {r.title for r in rows}
    assert page(cast["audit"], now, law, date(2025, 1, 1)).version.validity == "现行有效"


def test_a_second_repeal_is_refused(law: UUID, keeper: Actor, now: datetime) -> None:
    repeal(keeper, now, law)
    with pytest.raises(WrongState, match="已登记为废止"):
        repeal(keeper, now, law)
    assert "repeal" not in page(keeper, now, law).permitted


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({"since": date(2010, 3, 1)}, "since", "应晚于最近版本的施行日期 2010-03-01"),
        ({"basis": ""}, "basis", "请写明废止依据"),
        ({"basis": "长" * 301}, "basis", "不超过 300 字"),
    ],
)
def test_a_bad_repeal_is_refused(
    law: UUID, keeper: Actor, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as bad:
        repeal(keeper, now, law, **more)
    assert bad.value.errors[0].place == place


def test_a_newer_version_ends_a_recorded_repeal(shelf: None, keeper: Actor, now: datetime) -> None:
    from tests.regulations import support

    old = work_id(keeper, now, "凿井暂行办法")
    text = support.OLD.replace("1999年1月1日", "2027年1月1日").replace("应当报告", "应当备案")
    support.shelve(keeper, now, text)
    with reading(keeper):
        assert Work.objects.get(id=old).repealed_on is None


# -- short names -------------------------------------------------------------------------------


def test_a_short_name_resolves(law: UUID, cast: Any, keeper: Actor, now: datetime) -> None:
    operations.name(actor=keeper, now=now, work_id=law, alias="《护井法》")
    with reading(cast["audit"]):
        (exact,) = queries.lookup(actor=cast["audit"], now=now, text="护井法第2条", as_of=TODAY)
    assert (exact.ok, exact.title) == (True, LAW)


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("", "请填写简称"),
        ("井", "至少两个字"),
        ("云岭省水井管理条例", "不能用作其他法规的简称"),
        ("名" * 61, "不超过 60 字"),
    ],
)
def test_a_bad_short_name_is_refused(
    law: UUID, keeper: Actor, now: datetime, alias: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        operations.name(actor=keeper, now=now, work_id=law, alias=alias)


def test_a_short_name_belongs_to_one_rule(
    law: UUID, cast: Any, keeper: Actor, now: datetime
) -> None:
    operations.name(actor=keeper, now=now, work_id=law, alias="护井法")
    with pytest.raises(Invalid, match="已登记为"):
        operations.name(actor=keeper, now=now, work_id=law, alias="护井法")
    with pytest.raises(Refused):
        operations.name(actor=cast["audit"], now=now, work_id=law, alias="井法")


# -- collections -------------------------------------------------------------------------------


def collections(actor: Actor, now: datetime) -> dict[str, list[str]]:
    with reading(actor):
        found = queries.collections(actor=actor, now=now)
    return {c.title: [f"{i[2]}{i[4]}" for i in c.items] for c in found}


def test_a_collection_holds_rules_and_articles(law: UUID, cast: Any, now: datetime) -> None:
    mine = operations.collect(actor=cast["audit"], now=now, work_id=law, title="常用")
    operations.collect(
        actor=cast["audit"], now=now, work_id=law, collection_id=mine, article_key="a4"
    )
    assert collections(cast["audit"], now) == {"常用": [LAW, f"{LAW}第四条"]}
    assert collections(cast["finance"], now) == {}


def test_a_collection_for_everyone_is_published_by_keepers(
    law: UUID, cast: Any, keeper: Actor, now: datetime
) -> None:
    made = operations.collect(actor=keeper, now=now, work_id=law, title="饮水安全", kind="everyone")
    assert collections(cast["audit"], now) == {"饮水安全": [LAW]}
    with pytest.raises(Refused):
        operations.collect(actor=cast["audit"], now=now, work_id=law, title="我的", kind="everyone")
    with pytest.raises((Refused, NotFound)):
        operations.collect(
            actor=cast["audit"], now=now, work_id=law, collection_id=made, article_key="a1"
        )


def test_a_search_stays_inside_a_collection(law: UUID, cast: Any, now: datetime) -> None:
    made = operations.collect(actor=cast["audit"], now=now, work_id=law, title="常用")
    with reading(cast["audit"]):
        found = queries.search(
            actor=cast["audit"],
            now=now,
            today=TODAY,
            text="水井",
            wanted=queries.Wanted(as_of=TODAY, collection=made),
        )
        rows = queries.works(actor=cast["audit"], now=now, as_of=TODAY, collection=made).rows
    assert {h.title for h in found.hits} == {LAW}
    assert [r.title for r in rows] == [LAW]


def test_an_entry_is_taken_out_again(law: UUID, cast: Any, now: datetime) -> None:
    made = operations.collect(actor=cast["audit"], now=now, work_id=law, title="常用")
    with reading(cast["audit"]):
        item = Collection.objects.get().items.get().id
    operations.drop_item(actor=cast["audit"], now=now, collection_id=made, item_id=item)
    assert collections(cast["audit"], now) == {"常用": []}
    with pytest.raises(NotFound):
        operations.drop_item(actor=cast["audit"], now=now, collection_id=made, item_id=item)
    with pytest.raises(NotFound):
        operations.drop_item(actor=cast["finance"], now=now, collection_id=made, item_id=item)


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({"title": ""}, "title", "请选择专题，或填写新专题的名称"),
        ({"title": "甲", "kind": "world"}, "kind", "请选择谁可以看到"),
    ],
)
def test_a_bad_collection_is_refused(
    law: UUID, cast: Any, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as bad:
        operations.collect(actor=cast["audit"], now=now, work_id=law, **more)
    assert bad.value.errors[0].place == place


def test_the_same_entry_stands_once(law: UUID, cast: Any, now: datetime) -> None:
    made = operations.collect(actor=cast["audit"], now=now, work_id=law, title="常用")
    with pytest.raises(Invalid, match="已经有这一条"):
        operations.collect(actor=cast["audit"], now=now, work_id=law, collection_id=made)
    with pytest.raises(NotFound):
        operations.collect(
            actor=cast["audit"], now=now, work_id=law, collection_id=made, article_key="a99"
        )


# -- notes -------------------------------------------------------------------------------------


def notes(actor: Actor, now: datetime, work: UUID, key: str = "a1") -> list[str]:
    version = page(actor, now, work).version.id
    with reading(actor):
        found = queries.article(actor=actor, now=now, version_id=version, key=key, as_of=TODAY)
    return [n.text for n in found.notes]


def test_a_note_is_read_by_the_own_unit(law: UUID, cast: Any, now: datetime) -> None:
    operations.note(actor=cast["audit"], now=now, work_id=law, article_key="a1", text="注意口径")
    assert notes(cast["audit"], now, law) == ["注意口径"]
    for who in ("finance", "inspector", "other_city"):
        assert notes(cast[who], now, law) == [], who
    assert notes(cast["coordinator"], now, law) == ["注意口径"], "oversight of the region"


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({"text": " "}, "text", "请填写笔记内容"),
        ({"text": "字" * 2001}, "text", "不超过 2000 字"),
        ({"text": "甲", "level": 3}, "level", "不能高于本人的知悉级别"),
        ({"text": "甲", "engagement_id": UUID(int=1)}, "engagement_id", "本人参加的巡视任务"),
    ],
)
def test_a_bad_note_is_refused(
    law: UUID, cast: Any, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as bad:
        operations.note(actor=cast["audit"], now=now, work_id=law, article_key="a1", **more)
    assert bad.value.errors[0].place == place


def test_only_its_author_erases_a_note(law: UUID, cast: Any, keeper: Actor, now: datetime) -> None:
    ident = operations.note(
        actor=cast["audit"], now=now, work_id=law, article_key="a1", text="注意"
    )
    with pytest.raises(NotFound):
        operations.erase_note(actor=keeper, now=now, note_id=ident, revision=1)
    with pytest.raises(Stale):
        operations.erase_note(actor=cast["audit"], now=now, note_id=ident, revision=2)
    operations.erase_note(actor=cast["audit"], now=now, note_id=ident, revision=1)
    with reading(keeper):
        assert not ReadingNote.objects.exists()
