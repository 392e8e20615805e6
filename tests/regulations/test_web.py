"""The pages of the library through the browser's eyes: what they show, what they refuse, how many queries."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianxun.kernel.actor import Actor
from lianxun.regulations import checking, operations
from lianxun.regulations.models import (
    CitationCheck,
    Collection,
    Institution,
    Intake,
    ReadingNote,
    Version,
)
from tests.regulations import support
from tests.regulations.support import reading, work_id
from tests.web.test_pages import client_of


@pytest.fixture
def desk(cast: Any) -> Client:
    return client_of("coordinator")


@pytest.fixture
def audit(cast: Any) -> Client:
    return client_of("audit")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def version(shelf: None, keeper: Actor) -> UUID:
    with reading(keeper):
        return Version.objects.get(work__key="云岭省水井管理条例", valid_to__isnull=True).id


def test_a_citation_shows_the_clause_marked(version: UUID, audit: Client) -> None:
    page = text_of(audit.get("/regulations/", {"q": "水井管理条例第三条第二项"}))
    assert "<mark>（二）距离污水管道五十米以上；</mark>" in page
    assert f"/regulations/versions/{version}/a3/" in page


def test_a_question_shows_why_each_hit_ranks(version: UUID, audit: Client) -> None:
    page = text_of(audit.get("/regulations/", {"q": "污染水井怎么处罚"}))
    assert "为什么排在这里" in page
    assert "<mark>污染水井</mark>" in page


def test_nothing_found_says_what_to_do(version: UUID, audit: Client) -> None:
    page = text_of(audit.get("/regulations/", {"q": "航天器", "kind": "宪法"}))
    assert "没有找到相符的条文" in page


def test_a_day_that_is_none_is_named(version: UUID, audit: Client) -> None:
    page = text_of(audit.get("/regulations/", {"q": "水井", "as_of": "去年"}))
    assert "日期没有读懂" in page


def test_an_empty_library_says_who_fills_it(audit: Client, desk: Client) -> None:
    assert "法规文本由各单位自行导入" in text_of(desk.get("/regulations/"))


def test_a_work_reads_with_contents_links_and_versions(version: UUID, audit: Client) -> None:
    page = text_of(audit.get(f"/regulations/versions/{version}/"))
    assert "第二章 开凿" in page
    assert 'id="a3"' in page
    assert "《中华人民共和国水井保护法》</a>" in page
    assert "被引用" not in page
    law = work_of(audit, "水井保护法")
    assert "被引用 1 处" in page_of(audit, law) or "被引用 2 处" in page_of(audit, law)


def work_of(client: Client, title: str) -> str:
    page = text_of(client.get("/regulations/works/", {"words": title}))
    start = page.index("/regulations/works/", page.index("<tbody>"))
    return page[start : page.index("?", start)]


def page_of(client: Client, url: str, **query: str) -> str:
    return text_of(client.get(url, query))


def test_an_old_day_shows_the_old_wording_and_says_so(version: UUID, audit: Client) -> None:
    page = page_of(audit, work_of(audit, "水井管理条例"), as_of="2020-01-01")
    assert "三十米" in page
    assert "现行有效" in page


def test_a_repealed_rule_warns(version: UUID, audit: Client) -> None:
    page = page_of(audit, work_of(audit, "凿井暂行办法"))
    assert "已经废止（依据 《云岭省水井管理条例》" in page


def test_two_days_side_by_side(version: UUID, audit: Client) -> None:
    url = work_of(audit, "水井管理条例") + "compare/"
    page = page_of(audit, url, **{"from": "2020-01-01", "to": "2026-01-01"})
    assert "<del>三</del>" in page
    assert "<ins>五</ins>" in page
    assert "新增" in page
    same = page_of(audit, url, **{"from": "2025-01-01", "to": "2026-01-01"})
    assert "没有变化" in same


def test_a_permalink_shows_every_wording_of_the_article(version: UUID, audit: Client) -> None:
    page = text_of(audit.get(f"/regulations/versions/{version}/a3/"))
    assert "各版本的这一条" in page
    assert "三十米" in page
    assert "五十米" in page
    assert audit.get(f"/regulations/versions/{version}/a99/").status_code == 404


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/regulations/?q=水井管理条例第三条", 40),
        ("/regulations/?q=污染水井怎么处罚", 40),
        ("/regulations/works/", 30),
    ],
)
def test_the_number_of_queries_does_not_grow(
    version: UUID,
    audit: Client,
    url: str,
    most: int,
    django_assert_max_num_queries: Any,
) -> None:
    audit.get(url)
    with django_assert_max_num_queries(most):
        audit.get(url)


@pytest.mark.parametrize("who", ["contact", "system_admin", "expired"])
def test_without_the_duty_there_is_no_library(shelf: None, cast: Any, who: str) -> None:
    client = client_of(who)
    for url in ("/regulations/", "/regulations/works/", "/regulations/checks/"):
        answer = client.get(url)
        assert answer.status_code == 403
        assert "水井" not in text_of(answer)


# -- importing through the pages -----------------------------------------------------------------


def sent(client: Client, url: str, **fields: Any) -> Any:
    return client.post(url, {"submission_key": str(uuid4()), **fields})


def test_an_import_from_upload_to_library(cast: Any, desk: Client, now: datetime) -> None:
    from lianxun.jobs import tasks

    answer = sent(
        desk,
        "/regulations/imports/new/",
        uploads=[
            SimpleUploadedFile("法.md", support.LAW.encode()),
            SimpleUploadedFile("条例.md", support.WELL.encode()),
        ],
        level="0",
        everyone="yes",
    )
    assert answer.status_code == 302
    url = answer["Location"]
    assert "正在读取" in text_of(desk.get(url))
    with reading(cast["coordinator"]):
        intake = Intake.objects.get()
    who = str(cast["coordinator"].account_id)
    tasks.regulations_read(intake=str(intake.id), account=who)
    page = text_of(desk.get(url))
    assert "新法规 2" in page
    assert "拆分出 9 条" in page
    revision = 2
    done = sent(desk, f"{url}do/accept/", revision=revision)
    assert done.status_code == 302
    tasks.regulations_write(intake=str(intake.id), account=who)
    page = text_of(desk.get(url))
    assert "已入库 9 条" in page
    report = desk.get(f"{url}report/").json()
    assert (report["files"], report["written"], report["unaccounted"]) == (2, 9, [])
    with reading(cast["coordinator"]):
        file = intake.files.first()
    words = text_of(desk.get(f"{url}files/{file.id}/1/"))
    assert "国家建立水井巡查制度" in words


def test_an_empty_import_keeps_what_was_typed(desk: Client) -> None:
    answer = sent(
        desk, "/regulations/imports/new/", title="某批次", level="0", everyone="yes", pasted=""
    )
    assert answer.status_code == 422
    page = text_of(answer)
    assert "请选择要导入的文件，或粘贴法规全文" in page
    assert "某批次" in page


def test_a_second_click_imports_once(cast: Any, desk: Client) -> None:
    key = str(uuid4())
    fields = {"submission_key": key, "pasted": support.LAW, "level": "0", "everyone": "yes"}
    for _ in range(2):
        assert desk.post("/regulations/imports/new/", fields).status_code == 302
    with reading(cast["coordinator"]):
        assert Intake.objects.count() == 1


# -- checking --------------------------------------------------------------------------------------


def test_a_check_from_form_to_marked_page(version: UUID, cast: Any, audit: Client) -> None:
    answer = sent(
        audit,
        "/regulations/checks/new/",
        text="违反《云岭省水井管理条例》第四十条。",
        as_of="2026-11-22",
        level="1",
    )
    assert answer.status_code == 302
    page = text_of(audit.get(answer["Location"]))
    assert "1 处需要更正" in page
    assert "共到第六条，没有第四十条" in page
    with reading(cast["audit"]):
        found = CitationCheck.objects.get().id
    marked = text_of(audit.get(f"/regulations/checks/{found}/pages/1/"))
    assert "<mark>第四十条</mark>" in marked


def test_an_uploaded_file_is_checked_by_the_job(
    version: UUID, cast: Any, audit: Client, now: datetime
) -> None:
    from docx import Document

    made = Document()
    made.add_paragraph("依照《云岭省水井管理条例》第四条处罚。")
    data = BytesIO()
    made.save(data)
    answer = sent(
        audit,
        "/regulations/checks/new/",
        file=SimpleUploadedFile("意见.docx", data.getvalue()),
        as_of="2026-11-22",
        level="1",
    )
    assert answer.status_code == 302
    waiting = text_of(audit.get(answer["Location"]))
    assert "等待读取" in waiting
    assert "在原文中查看" not in waiting
    assert "等待读取" in text_of(audit.get("/regulations/checks/"))
    check = UUID(answer["Location"].rstrip("/").rsplit("/", 1)[1])
    assert audit.get(f"/regulations/checks/{check}/pages/1/").status_code == 404
    checking.read(actor=cast["audit"], check_id=check, clock=lambda: now)
    assert "引用全部有效" in text_of(audit.get(answer["Location"]))


def test_a_file_that_cannot_be_read_says_why_on_the_page(
    version: UUID, cast: Any, audit: Client, now: datetime
) -> None:
    answer = sent(
        audit,
        "/regulations/checks/new/",
        file=SimpleUploadedFile("坏.pdf", b"%PDF-1.4 nonsense"),
        as_of="2026-11-22",
        level="1",
    )
    check = UUID(answer["Location"].rstrip("/").rsplit("/", 1)[1])
    checking.read(actor=cast["audit"], check_id=check, clock=lambda: now)
    page = text_of(audit.get(answer["Location"]))
    assert "PDF 文件已损坏" in page
    assert "换一份文件重新核查" in page


def test_a_check_of_nothing_says_so(audit: Client) -> None:
    answer = sent(audit, "/regulations/checks/new/", text="", as_of="", level="1")
    assert answer.status_code == 422
    assert "有 1 处需要修改" in text_of(answer)
    answer = sent(audit, "/regulations/checks/new/", text="", as_of="2026-01-01", level="1")
    assert "请粘贴要核查的文字，或选择文件" in text_of(answer)


# -- keeping ---------------------------------------------------------------------------------------


def test_a_rule_is_collected_noted_and_corrected(
    version: UUID, cast: Any, desk: Client, audit: Client, now: datetime
) -> None:
    work = work_id(cast["audit"], now, "水井管理条例")
    url = f"/regulations/works/{work}/do/collect/"
    read = audit.get(url).context["form"]["revision"].value()
    done = sent(audit, url, title="常用", kind="personal", revision=read)
    assert done.status_code == 302
    assert "常用" in text_of(audit.get("/regulations/collections/"))
    done = sent(audit, f"/regulations/versions/{version}/a1/do/note/", text="注意口径", level="1")
    assert done.status_code == 302
    assert "注意口径" in text_of(audit.get(f"/regulations/versions/{version}/a1/"))
    assert audit.get(f"/regulations/works/{work}/do/correct/").status_code == 404
    page = text_of(desk.get(f"/regulations/works/{work}/do/correct/"))
    assert "2024-09-01" in page
    with reading(cast["audit"]):
        row = Collection.objects.get()
        item = row.items.get().id
    drop = f"/regulations/collections/{row.id}/{item}/do/drop/"
    assert drop in audit.get("/regulations/collections/").content.decode()
    assert "专题“常用”" in text_of(audit.get(drop))
    assert client_of("finance").get(drop).status_code == 404
    assert client_of("finance").post(drop, {}).status_code == 404
    assert sent(audit, drop).status_code == 302
    assert audit.get(drop).status_code == 404
    with reading(cast["audit"]):
        assert not row.items.exists()


def test_a_note_is_removed_by_its_author_on_a_page_of_its_own(
    version: UUID, cast: Any, audit: Client
) -> None:
    article = f"/regulations/versions/{version}/a1/"
    assert sent(audit, f"{article}do/note/", text="注意口径", level="1").status_code == 302
    with reading(cast["audit"]):
        note = ReadingNote.objects.get()
    erase = f"/regulations/notes/{note.id}/do/erase/"
    assert erase in audit.get(article).content.decode()
    assert "删除后不能恢复" in text_of(audit.get(erase))
    for stranger in ("finance", "coordinator"):
        assert client_of(stranger).get(erase).status_code == 404
        assert client_of(stranger).post(erase, {"revision": 1}).status_code == 404
    stale = sent(audit, erase, revision="7")
    assert stale.status_code == 422
    assert "刚被他人修改" in text_of(stale)
    assert audit.get(f"/regulations/notes/{note.id}/do/nonsense/").status_code == 404
    done = sent(audit, erase, revision="1")
    assert done["Location"].endswith("/latest/a1/")
    assert "注意口径" not in text_of(audit.get(article))
    assert audit.get(erase).status_code == 404


def test_a_stale_correction_keeps_the_form(
    version: UUID, cast: Any, desk: Client, now: datetime
) -> None:
    work = work_id(cast["audit"], now, "水井管理条例")
    answer = sent(
        desk,
        f"/regulations/works/{work}/do/correct/",
        valid_from="2024-10-01",
        kind="法律",
        tier="中央",
        basis="公布文本",
        revision=77,
    )
    assert answer.status_code == 422
    assert "此事项刚被他人修改" in text_of(answer)
    assert "公布文本" in text_of(answer)


# -- institution documents -------------------------------------------------------------------------


def test_a_document_goes_its_way_through_the_pages(cast: Any, desk: Client, audit: Client) -> None:
    answer = sent(
        desk, "/regulations/institutions/new/", template="R03-整改协同工作规程", level="1"
    )
    assert answer.status_code == 302
    url = answer["Location"]
    assert "送审" in text_of(desk.get(url))
    assert audit.get(url).status_code == 404
    assert sent(desk, f"{url}do/submit/", revision=1).status_code == 302
    assert desk.get(f"{url}do/publish/").status_code == 404
    leader = client_of("leader")
    done = sent(
        leader,
        f"{url}do/publish/",
        revision=2,
        decided_by="领导小组第二次会议",
        effective_on="2026-12-01",
        everyone="yes",
    )
    assert done.status_code == 302
    page = text_of(desk.get(url))
    assert "制度季度微调" in page
    assert "在法规库中查看" in page
    assert "整改协同工作规程" in text_of(audit.get("/regulations/works/"))


def test_what_an_institution_says_is_kept_as_it_was_written(desk: Any) -> None:
    """Broken bytes come as a sign that stands for them: refused, and nothing is drafted."""
    answer = sent(
        desk,
        "/regulations/institutions/new/",
        title="协同办法",
        text="第一条 坏\ufffd字",
        level="1",
    )
    assert answer.status_code == 422
    assert "含有不能保存的字符" in text_of(answer)
    assert "协同办法" not in text_of(desk.get("/regulations/institutions/"))


def test_a_bad_draft_names_its_fields(desk: Client) -> None:
    answer = sent(desk, "/regulations/institutions/new/", template="", level="1")
    assert answer.status_code == 422
    assert "请填写制度名称，或选择模板" in text_of(answer)


def test_only_the_office_drafts(audit: Client) -> None:
    assert audit.get("/regulations/institutions/new/").status_code == 403
    assert "起草制度" not in text_of(audit.get("/regulations/institutions/"))


def test_an_unknown_act_is_not_there(cast: Any, desk: Client, now: datetime) -> None:
    operations.draft(actor=cast["coordinator"], now=now, template="R01-工作办法")
    with reading(cast["coordinator"]):
        found = Institution.objects.get().id
    assert desk.get(f"/regulations/institutions/{found}/do/burn/").status_code == 404


def test_the_chosen_day_goes_along_through_the_room(version: UUID, audit: Client) -> None:
    day = "as_of=2020-01-01"
    page = text_of(audit.get("/regulations/", {"q": "污染水井", "as_of": "2020-01-01"}))
    assert f"/regulations/works/?{day}" in page
    assert page.count(day) >= 3, "tabs and hits"
    page = page_of(audit, work_of(audit, "水井管理条例"), as_of="2020-01-01")
    assert f'/regulations/?{day}"' in page
    assert 'name="as_of" value="2020-01-01"' in page
    plain = page_of(audit, work_of(audit, "水井管理条例"))
    assert "/regulations/?as_of" not in plain, "no day was chosen"


def test_a_search_inside_one_rule_says_so_and_leads_out_again(version: UUID, audit: Client) -> None:
    work = work_of(audit, "水井管理条例").rstrip("/").rpartition("/")[2]
    page = text_of(audit.get("/regulations/", {"q": "罚款", "within": work}))
    assert "云岭省水井管理条例》</a>中检索" in page
    assert f'name="within" value="{work}"' in page
    assert 'href="?q=%E7%BD%9A%E6%AC%BE">改为全库检索' in page
    assert "中华人民共和国水井保护法" not in page
    own = text_of(audit.get("/regulations/", {"q": "本条例第三条第二项", "within": work}))
    assert "<mark>（二）距离污水管道五十米以上；</mark>" in own


def test_the_order_may_rest_on_the_words_alone(version: UUID, audit: Client) -> None:
    page = text_of(audit.get("/regulations/", {"q": "污染水井怎么处罚"}))
    assert "没有训练材料" in page
    assert "order=words" in page
    plain = text_of(audit.get("/regulations/", {"q": "污染水井怎么处罚", "order": "words"}))
    assert "只按字词相符的程度排列" in plain
    assert "由问题联想到的法条用语" not in plain
