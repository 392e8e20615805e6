"""Works, versions and validity; and the public collection as a whole."""

import os
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from lianxun_insight.articles import Validity, parse_text
from lianxun_insight.articles.library import Library, Version, load_folder, work_key

DATA = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[4] / "shared" / "data")) / "laws"


def _text(title: str, day: str, body: str) -> tuple[str, object]:
    head = f"# {title}\n\n{day} 国务院令第1号公布\n\n<!-- INFO END -->\n\n"
    return f"{title}.md", parse_text(head + body)


@pytest.fixture
def library() -> Library:
    first = _text(
        "甲管理条例", "2010年1月1日", "第一条 旧文。\n\n第二条 本条例自2010年3月1日起施行。"
    )
    second = _text(
        "甲管理条例", "2020年6月1日", "第一条 新文。\n\n第二条 本条例自2020年9月1日起施行。"
    )
    third = _text(
        "乙管理条例",
        "2022年1月1日",
        "第一条 丙。\n\n第二条 本条例自2022年2月1日起施行。《甲管理条例》同时废止。",
    )
    return Library([third, second, first])  # type: ignore[list-item]


def _on(library: Library, key: str, day: date) -> Version | None:
    return library.works[key].as_of(day)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2010, 2, 28), None),
        (date(2010, 3, 1), "旧文。"),
        (date(2020, 8, 31), "旧文。"),
        (date(2020, 9, 1), "新文。"),
        (date(2022, 1, 31), "新文。"),
        (date(2022, 2, 1), None),
    ],
)
def test_the_wording_valid_on_a_day(library: Library, day: date, text: str | None) -> None:
    version = _on(library, "甲管理条例", day)
    article = version.find(1) if version else None
    assert (article.text if article else None) == text


def test_states_of_a_version(library: Library) -> None:
    old, new = library.works["甲管理条例"].versions
    assert old.validity(date(2009, 1, 1)) is Validity.NOT_YET
    assert old.validity(date(2021, 1, 1)) is Validity.SUPERSEDED
    assert new.validity(date(2021, 1, 1)) is Validity.IN_FORCE
    assert new.validity(date(2023, 1, 1)) is Validity.REPEALED


def test_a_code_published_in_books_is_one_version() -> None:
    books = [
        (
            name,
            parse_text(
                f"# 甲法典\n\n# {name}\n\n2020年5月28日 某会议通过\n\n<!-- INFO END -->\n\n{body}"
            ),
        )
        for name, body in (("第二编", "第三条 丙。"), ("第一编", "第一条 甲。\n\n第二条 乙。"))
    ]
    library = Library(books)
    (version,) = library.works["甲法典"].versions
    assert [a.number.number for a in version.articles] == [1, 2, 3]
    assert set(version.sources) == {"第一编", "第二编"}


@pytest.mark.parametrize(
    "title",
    [
        "中华人民共和国甲法",
        "《中华人民共和国甲法》",
        "甲法(2018修正)",
        "甲 法",
        "甲法（2018年修订）",
    ],
)
def test_titles_that_mean_the_same_work(title: str) -> None:
    assert work_key(title) == "甲法"


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲办法\n\n第一条 甲。", "utf-8")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.xyz").write_text("x", "utf-8")
    (tmp_path / "d.md").write_text("---\nx: 1\n---", "utf-8")
    library, report = load_folder(tmp_path)
    assert set(library.works) == {"甲办法"}
    assert report.files == 4
    assert dict(report.skipped).keys() == {"b.md", "c.xyz", "d.md"}


def test_a_folder_as_people_keep_it(tmp_path: Path) -> None:
    """Folders in folders, Word beside text, text from older machines, files that are no rules."""
    inner = tmp_path / "地方" / "2020年"
    inner.mkdir(parents=True)
    (tmp_path / "甲办法.txt").write_bytes("甲办法\n\n第一条 甲。\n第二条 乙。".encode("gb18030"))
    (tmp_path / "乙办法.md").write_bytes("# 乙办法\n\n第一条 甲。".encode("utf-16"))
    word = Document()
    for line in ("丙办法", "第一条 甲。", "第二条 乙。"):
        word.add_paragraph(line)
    word.save(str(inner / "丙办法.docx"))
    (inner / "坏的.docx").write_bytes(b"no zip")
    (inner / "~$丙办法.docx").write_bytes(b"\x05lock")
    (inner / ".DS_Store").write_bytes(b"\0\0")
    library, report = load_folder(tmp_path)
    assert {k: len(w.latest.articles) for k, w in library.works.items()} == {
        "甲办法": 2, "乙办法": 1, "丙办法": 2,
    }  # fmt: skip
    assert report.files == 6
    skipped = dict(report.skipped)
    assert set(skipped) == {
        "地方/2020年/坏的.docx",
        "地方/2020年/~$丙办法.docx",
        "地方/2020年/.DS_Store",
    }
    assert all(reason and "Error" not in reason for reason in skipped.values())


@pytest.mark.public_data
@pytest.mark.skipif(not DATA.exists(), reason="公开法规数据不在 ../shared/data/laws")
def test_the_public_collection_splits_with_every_line_placed() -> None:
    library, report = load_folder(DATA)
    assert report.files == 1517
    # 13 index files carry no rule; everything else is split.
    assert len(report.skipped) == 13
    assert all(name.endswith("_index.md") for name, _ in report.skipped)
    assert len(report.problems) <= 10
    assert sum(len(v.articles) for v in library) > 65_000
    code = library.works["民法典"].latest
    assert code.find(1260) is not None
    assert [a.number.number for a in code.articles if a.key.startswith("a")] == list(range(1, 1261))
