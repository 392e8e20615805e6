"""Import: dry run, what becomes of every file and line, acceptance, refusals."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.regulations import operations
from lianxun.regulations.models import Article, CitedPlace, Intake, LibraryChange, Version, Work
from tests.insight.read.makers import typeset
from tests.regulations import support
from tests.regulations.support import accepted, received, report, seen, shelve, upload


def outcomes(actor: Actor, now: datetime, intake: Any) -> dict[str, str]:
    return {f.name: f.outcome for f in report(actor, now, intake).files}


def test_the_dry_run_writes_nothing(keeper: Actor, now: datetime) -> None:
    intake = received(keeper, now, upload("水井.md", support.WELL))
    found = seen(keeper, now, intake)
    assert (found.state, found.articles, found.problems) == ("ready", 5, 0)
    assert found.permitted == {"accept", "discard"}
    with support.reading(keeper):
        assert not Work.objects.exists()
        assert not LibraryChange.objects.exists()


def test_every_line_of_a_file_is_accounted_for(keeper: Actor, now: datetime) -> None:
    intake = received(keeper, now, upload("水井.md", support.WELL))
    (file,) = report(keeper, now, intake).files
    assert sum(file.lines.values()) == len(support.WELL.splitlines())
    assert file.lines["条"] == 5
    assert file.lines["项"] == 3
    assert file.works == (("云岭省水井管理条例", "云岭省水井管理条例", "2018-03-01", 5),)


def test_acceptance_writes_versions_articles_and_citations(shelf: None, keeper: Actor) -> None:
    with support.reading(keeper):
        work = Work.objects.get(key="云岭省水井管理条例")
        versions = list(work.versions.order_by("valid_from"))
        assert [(v.valid_from, v.valid_to) for v in versions] == [
            (date(2018, 5, 1), date(2024, 8, 31)),
            (date(2024, 9, 1), None),
        ]
        assert [v.count for v in versions] == [5, 6]
        third = Article.objects.get(version=versions[1], key="a3")
        assert third.headings == ["第二章 开凿"]
        assert "五十米" in third.text
        assert [c[:3] for c in third.clauses] == [[1, 0, 0], [1, 1, 0], [1, 2, 0], [1, 3, 0]]
        cited = CitedPlace.objects.filter(article__version=versions[1])
        assert ("水井保护法", 0) in set(cited.values_list("target", "number"))
        assert ("云岭省水井管理条例", 3) in set(cited.values_list("target", "number"))


def test_a_declared_repeal_ends_the_older_rule(shelf: None, keeper: Actor) -> None:
    with support.reading(keeper):
        old = Work.objects.get(key="云岭省凿井暂行办法")
        assert old.repealed_on == date(2018, 5, 1)
        assert old.repealed_by == "《云岭省水井管理条例》"
        last = old.versions.get()
        assert (last.valid_to, last.repealed) == (date(2018, 4, 30), True)


def test_the_order_of_import_does_not_matter_for_a_repeal(keeper: Actor, now: datetime) -> None:
    shelve(keeper, now, support.WELL)
    shelve(keeper, now, support.OLD)
    with support.reading(keeper):
        assert Version.objects.get(work__key="云岭省凿井暂行办法").repealed


def test_the_same_text_again_is_not_written(shelf: None, keeper: Actor, now: datetime) -> None:
    intake = received(keeper, now, upload("法.md", support.LAW))
    found = seen(keeper, now, intake)
    assert outcomes(keeper, now, intake) == {"法.md": "same"}
    assert found.permitted == {"discard"}
    with pytest.raises(WrongState, match="没有可以入库的法规"):
        operations.accept(
            actor=keeper, now=now, intake_id=intake, revision=found.revision, queue=False
        )


def test_another_text_of_the_same_day_is_kept_out_unless_it_corrects(
    shelf: None, keeper: Actor, now: datetime
) -> None:
    other = support.LAW.replace("二万元", "三万元")
    intake = received(keeper, now, upload("法.md", other))
    assert outcomes(keeper, now, intake) == {"法.md": "conflict"}
    (file,) = report(keeper, now, intake).files
    assert "文字不同" in file.message
    accepted(keeper, now, intake, replace=True)
    with support.reading(keeper):
        (version,) = Version.objects.filter(work__key="水井保护法")
        assert "三万元" in version.articles.get(key="a4").text


def test_unreadable_and_empty_files_are_told_one_by_one(keeper: Actor, now: datetime) -> None:
    intake = received(
        keeper,
        now,
        upload("好.md", support.LAW),
        upload("目录.md", "---\ntitle: 目录\n---\n"),
        upload("程序.exe", b"MZ\x00\x00"),
        upload("空.docx", b""),
        upload("乱码.txt", b"\xff\xfe\x00\xd8\x00"),
    )
    found = {f.name: (f.outcome, f.message) for f in report(keeper, now, intake).files}
    assert found["好.md"][0] == "new_work"
    assert found["目录.md"] == ("no_rule", "没有条文或正文，不是法规文本，未入库。")
    assert found["程序.exe"][0] == "unreadable"
    assert "不是允许的文件类型" in found["程序.exe"][1]
    assert "空文件" in found["空.docx"][1]
    assert found["乱码.txt"][0] in ("unreadable", "no_rule")
    accepted(keeper, now, intake)
    done = report(keeper, now, intake)
    assert done.unaccounted == []
    assert sum(f.written for f in done.files) == 4


def test_gaps_in_the_numbers_are_named_by_line(keeper: Actor, now: datetime) -> None:
    gap = support.LAW.replace("第二条 国家建立水井巡查制度。\n\n", "")
    intake = received(keeper, now, upload("缺.md", gap))
    (file,) = report(keeper, now, intake).files
    ((place, why, words),) = file.problems
    assert place == "第 9 行"
    assert why == "条号不连续：第一条之后是第三条"
    assert words.startswith("第三条 任何单位")


def test_books_of_one_code_become_one_version(keeper: Actor, now: datetime) -> None:
    def book(body: str) -> str:
        return f"# 云岭示范法典\n\n2020年1月1日通过 自2020年1月1日起施行\n\n<!-- INFO END -->\n\n{body}"

    one = book("## 第一编 总则\n\n第一条 甲。\n\n第二条 乙。\n")
    two = book("## 第二编 分则\n\n第三条 丙。\n\n第二条 乙。\n")
    intake = received(keeper, now, upload("一.md", one), upload("二.md", two))
    accepted(keeper, now, intake)
    with support.reading(keeper):
        version = Version.objects.get(work__key="云岭示范法典")
        assert sorted(version.sources) == ["一.md", "二.md"]
        assert list(version.articles.order_by("order").values_list("key", flat=True))[:2] == [
            "a1",
            "a2",
        ]
    done = {f.name: f for f in report(keeper, now, intake).files}
    assert done["一.md"].written + done["二.md"].written == version.count
    assert "只入库一次" in done["二.md"].message or "只入库一次" in done["一.md"].message


def test_pasted_text_is_split_too(keeper: Actor, now: datetime) -> None:
    text = "云岭省桥梁养护办法\n2021年2月3日云岭省人民政府公布\n第一条 桥梁应当养护。\n第二条 自公布之日起施行。\n"
    intake = operations.receive(actor=keeper, now=now, title="", pasted=text, queue=False)
    operations.read_next(actor=keeper, now=now, intake_id=intake)
    (file,) = report(keeper, now, intake).files
    assert (file.outcome, file.articles) == ("new_work", 2)
    assert file.works[0][1] == "云岭省桥梁养护办法"


def test_a_workbook_is_a_list_of_articles(keeper: Actor, now: datetime) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["法规名称", "条号", "条文"])
    sheet.append(["云岭省井盖办法", "1", "井盖应当牢固。"])
    sheet.append(["", "2", "丢失的，一日内补齐。"])
    sheet.append(["云岭省井绳办法", "一", "井绳应当结实。"])
    sheet.append(["云岭省井绳办法", "二", ""])
    data = BytesIO()
    book.save(data)
    intake = received(keeper, now, upload("清单.xlsx", data.getvalue()))
    (file,) = report(keeper, now, intake).files
    assert [(w[1], w[3]) for w in file.works] == [("云岭省井盖办法", 2), ("云岭省井绳办法", 1)]
    assert ("Sheet!第 5 行", "法规名称为空，本行未导入") not in [p[:2] for p in file.problems]
    assert [p[:2] for p in file.problems] == [("Sheet!第 5 行", "条文为空，本行未导入")]
    accepted(keeper, now, intake)
    with support.reading(keeper):
        assert Work.objects.count() == 2


def test_a_word_file_is_read_and_its_places_are_kept(keeper: Actor, now: datetime) -> None:
    from docx import Document

    made = Document()
    for line in support.LAW.replace("# ", "").split("\n\n"):
        if not line.startswith("<!--"):
            made.add_paragraph(line)
    data = BytesIO()
    made.save(data)
    intake = received(keeper, now, upload("水井保护法.docx", data.getvalue()))
    (file,) = report(keeper, now, intake).files
    assert (file.outcome, file.articles, file.format) == ("new_work", 4, "docx")
    with support.reading(keeper):
        row = Intake.objects.get(id=intake).files.get()
        assert row.stored is not None
        assert row.layout["pieces"]


def test_a_pdf_is_read_with_its_pages_and_its_gap_is_named(
    keeper: Actor, now: datetime, tmp_path: Path
) -> None:
    lines = [x for x in support.LAW.replace("# ", "").split("\n\n") if not x.startswith("<!--")]
    whole = typeset(tmp_path / "水井保护法.pdf", lines)
    gap = typeset(tmp_path / "缺条.pdf", [x for x in lines if not x.startswith("第三条")])
    intake = received(
        keeper,
        now,
        upload(whole.name, whole.read_bytes()),
        upload(gap.name, gap.read_bytes()),
    )
    good, bad = sorted(report(keeper, now, intake).files, key=lambda f: -f.articles)
    assert (good.format, good.articles, good.problems) == ("pdf", 4, ())
    assert bad.articles == 3
    place, why, _ = bad.problems[0]
    assert place.startswith("第 ")
    assert "第四条" in why
    with support.reading(keeper):
        row = Intake.objects.get(id=intake).files.get(name=whole.name)
        assert row.layout["pages"], "every word can be shown in place"


def test_a_large_import_goes_in_steps_and_survives_a_break(keeper: Actor, now: datetime) -> None:
    texts = [
        support.LAW.replace("水井", f"水井{n}号").replace("2010年1月1日", f"2010年1月{n}日")
        for n in range(1, 8)
    ]
    files = [upload(f"{n}.md", t) for n, t in enumerate(texts)]
    intake = operations.receive(actor=keeper, now=now, title="七部", uploads=files, queue=False)
    assert operations.read_next(actor=keeper, now=now, intake_id=intake, limit=3) == 4
    assert seen(keeper, now, intake).read == 3
    while operations.read_next(actor=keeper, now=now, intake_id=intake, limit=3):
        pass
    revision = seen(keeper, now, intake).revision
    operations.accept(actor=keeper, now=now, intake_id=intake, revision=revision, queue=False)
    operations.write_next(actor=keeper, now=now, intake_id=intake, limit=2)
    assert seen(keeper, now, intake).written == 2
    while operations.write_next(actor=keeper, now=now, intake_id=intake, limit=2):
        pass
    found = seen(keeper, now, intake)
    assert (found.state, found.articles, found.articles_written) == ("accepted", 28, 28)
    assert operations.write_next(actor=keeper, now=now, intake_id=intake) == 0


def test_a_discarded_import_leaves_the_library_alone(keeper: Actor, now: datetime) -> None:
    intake = received(keeper, now, upload("法.md", support.LAW))
    revision = seen(keeper, now, intake).revision
    operations.discard(actor=keeper, now=now, intake_id=intake, revision=revision)
    found = seen(keeper, now, intake)
    assert (found.state, found.permitted) == ("discarded", frozenset())
    with pytest.raises(WrongState, match="已放弃"):
        operations.accept(
            actor=keeper, now=now, intake_id=intake, revision=found.revision, queue=False
        )
    with pytest.raises(WrongState, match="不能放弃"):
        operations.discard(actor=keeper, now=now, intake_id=intake, revision=found.revision)


def test_a_stale_page_accepts_nothing(keeper: Actor, now: datetime) -> None:
    intake = received(keeper, now, upload("法.md", support.LAW))
    with pytest.raises(Stale):
        operations.accept(actor=keeper, now=now, intake_id=intake, revision=1, queue=False)


@pytest.mark.parametrize("who", ["audit", "inspector", "expired", "system_admin", "contact"])
def test_only_keepers_import(cast: Any, now: datetime, who: str) -> None:
    with pytest.raises(Refused) as refused:
        received(cast[who], now, upload("法.md", support.LAW))
    assert refused.value.rule == "REG-KEEP"


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({}, "uploads", "请选择要导入的文件"),
        ({"pasted": "  \n"}, "uploads", "请选择要导入的文件"),
        ({"pasted": "甲", "level": 2}, "level", "敏感文件请取消全员可见"),
        ({"pasted": "甲", "level": 9}, "level", "只能是“公开”或“内部”"),
    ],
)
def test_bad_input_is_refused_at_its_place(
    keeper: Actor, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as bad:
        operations.receive(actor=keeper, now=now, title="", queue=False, **more)
    assert bad.value.errors[0].place == place


def test_a_level_above_the_own_is_refused(cast: Any, now: datetime) -> None:
    with pytest.raises(Invalid, match="不能高于本人的知悉级别"):
        operations.receive(
            actor=cast["clerk"],
            now=now,
            title="",
            pasted="甲",
            level=3,
            everyone=False,
            queue=False,
        )


def test_a_neighbour_unit_does_not_see_the_import(cast: Any, keeper: Actor, now: datetime) -> None:
    intake = received(keeper, now, upload("法.md", support.LAW), everyone=False, level=2)
    for who in ("other_city", "audit"):
        with pytest.raises(NotFound):
            seen(cast[who], now, intake)


def test_an_import_is_queued_in_its_own_transaction(keeper: Actor, now: datetime) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    intake = operations.receive(
        actor=keeper, now=now, title="", uploads=[upload("法.md", support.LAW)]
    )
    job = ProcrastinateJob.objects.get(task_name="regulations.read")
    assert job.args == {"intake": str(intake), "account": str(keeper.account_id)}


def test_the_jobs_carry_an_import_through(keeper: Actor, now: datetime) -> None:
    from lianxun.jobs import tasks

    intake = operations.receive(
        actor=keeper, now=now, title="", uploads=[upload("法.md", support.LAW)], queue=False
    )
    tasks.regulations_read(intake=str(intake), account=str(keeper.account_id))
    found = seen(keeper, now, intake)
    operations.accept(actor=keeper, now=now, intake_id=intake, revision=found.revision, queue=False)
    tasks.regulations_write(intake=str(intake), account=str(keeper.account_id))
    assert seen(keeper, now, intake).state == "accepted"


def test_a_step_of_reading_ends_in_time_and_the_next_goes_on(
    keeper: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lianxun.regulations.operations import intake as reading_side

    monkeypatch.setattr(reading_side, "READ_SECONDS", -1.0)
    files = [support.upload(f"{c}.md", support.LAW.replace("水井", f"水{c}")) for c in "渠坝塘"]
    ident = operations.receive(actor=keeper, now=now, title="", uploads=files, queue=False)
    left = []
    while not left or left[-1]:
        left.append(operations.read_next(actor=keeper, now=now, intake_id=ident))
        found = support.seen(keeper, now, ident)
        assert found.read == 3 - left[-1], "what a step has read is seen at once"
    assert left == [2, 1, 0]
    assert support.seen(keeper, now, ident).state == "ready"
