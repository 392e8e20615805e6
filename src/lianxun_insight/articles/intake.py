"""From a read document to split texts: Word, PDF, text as one rule; a workbook as a list of articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lianxun_insight.articles.lines import Source
from lianxun_insight.articles.model import ParsedText, Problem
from lianxun_insight.articles.parse import parse_text
from lianxun_insight.read.model import Document, UnreadableError

#: Column headings understood in a list of articles, each with the names people use.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("法规名称", "文件名称", "名称", "标题", "法规"),
    "number": ("条号", "条款", "条目", "条", "序号"),
    "text": ("条文", "正文", "内容", "条文内容", "条款内容"),
    "note": ("题注", "公布日期", "发布日期", "通过日期", "版本日期"),
    "heading": ("章节", "章", "所属章节"),
}
_REQUIRED: Final = ("title", "text")
_SOURCES: Final = {"docx": Source.DOCX, "pdf": Source.PDF, "ofd": Source.PDF, "image": Source.PDF}


@dataclass(frozen=True, slots=True)
class Intake:
    """The texts of one file and what could not be used, by place (第 n 行, 工作表!B3)."""

    texts: tuple[ParsedText, ...]
    problems: tuple[tuple[str, str], ...]


def from_document(document: Document, *, name: str, kind_hint: str = "") -> Intake:
    """Split what `lianxun_insight.read.safe_open` returned. `name` stands in for a missing title."""
    if document.kind == "xlsx":
        return _from_workbook(document, kind_hint)
    source = _SOURCES.get(document.kind, Source.PASTED)
    parsed = parse_text(document.text, source=source, title=name, kind_hint=kind_hint)
    return Intake((parsed,), tuple((f"第 {p.line} 行", p.reason) for p in parsed.problems))


def from_pasted(text: str, *, name: str = "", kind_hint: str = "") -> Intake:
    """Split text pasted into a form."""
    parsed = parse_text(text, source=Source.PASTED, title=name, kind_hint=kind_hint)
    return Intake((parsed,), tuple((f"第 {p.line} 行", p.reason) for p in parsed.problems))


def _from_workbook(document: Document, kind_hint: str) -> Intake:
    texts: list[ParsedText] = []
    problems: list[tuple[str, str]] = []
    used = False
    for sheet, rows in _sheets(document).items():
        numbers = sorted(rows)
        header = rows[numbers[0]] if numbers else {}
        places = _header(header)
        missing = [COLUMNS[c][0] for c in _REQUIRED if c not in places]
        if missing:
            problems.append(
                (
                    f"{sheet}!第 {numbers[0] if numbers else 1} 行",
                    f"缺少列：{'、'.join(missing)}，本表未导入",
                )
            )
            continue
        used = True
        parsed, found = _from_rows(sheet, {n: rows[n] for n in numbers[1:]}, places, kind_hint)
        texts.extend(parsed)
        problems.extend(found)
    if not used:
        names = "、".join(COLUMNS[c][0] for c in _REQUIRED)
        raise UnreadableError(f"工作簿中没有可用的表，首行须含列：{names}。")
    return Intake(tuple(texts), tuple(problems))


def _sheets(document: Document) -> dict[str, dict[int, dict[str, str]]]:
    """sheet → row number → column letters → value, from the labels of the pieces."""
    out: dict[str, dict[int, dict[str, str]]] = {}
    for piece in document.pieces:
        sheet, _, cell = piece.label.rpartition("!")
        column = cell.rstrip("0123456789")
        row = int(cell[len(column) :])
        out.setdefault(sheet, {}).setdefault(row, {})[column] = document.text[
            piece.start : piece.end
        ].strip()
    return out


def _header(row: Mapping[str, str]) -> dict[str, str]:
    """Meaning → column letters."""
    found: dict[str, str] = {}
    for column, words in row.items():
        for meaning, names in COLUMNS.items():
            if words.replace(" ", "") in names:
                found.setdefault(meaning, column)
    return found


def _from_rows(
    sheet: str, rows: Mapping[int, Mapping[str, str]], places: Mapping[str, str], kind_hint: str
) -> tuple[list[ParsedText], list[tuple[str, str]]]:
    """Rows of one rule are put together as a text and split like any other."""
    groups: dict[str, list[tuple[int, str]]] = {}
    notes: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    title = ""
    for number, row in rows.items():
        cell = {meaning: row.get(column, "") for meaning, column in places.items()}
        title = cell["title"] or title  # merged title cells are filled in the first row only
        if not title or not cell["text"]:
            what = COLUMNS["title" if not title else "text"][0]
            problems.append((f"{sheet}!第 {number} 行", f"{what}为空，本行未导入"))
            continue
        if cell.get("note"):
            notes.setdefault(title, cell["note"])
        lines = groups.setdefault(title, [])
        heading = cell.get("heading", "")
        if heading and heading not in (text for _, text in lines):
            lines.append((number, heading))
        label = _label(cell.get("number", ""))
        starts_itself = not label or cell["text"].startswith(label)
        lines.append((number, cell["text"] if starts_itself else f"{label}　{cell['text']}"))
    texts = []
    for name, lines in groups.items():
        head = [name] + ([f"{notes[name]} 公布"] if name in notes else [])
        parsed = parse_text(
            "\n".join([*head, *(t for _, t in lines)]), source=Source.DOCX, kind_hint=kind_hint
        )
        texts.append(parsed)
        problems.extend(_placed(sheet, parsed.problems, lines, len(head)))
    return texts, problems


def _placed(
    sheet: str, problems: Sequence[Problem], lines: Sequence[tuple[int, str]], head: int
) -> list[tuple[str, str]]:
    out = []
    for problem in problems:
        at = problem.line - head - 1
        row = lines[at][0] if 0 <= at < len(lines) else lines[0][0]
        out.append((f"{sheet}!第 {row} 行", problem.reason))
    return out


def _label(number: str) -> str:
    """第十五条 from 第十五条, 十五, 15 or 15.0."""
    from lianxun_insight.articles.model import ArticleNumber
    from lianxun_insight.articles.numerals import parse_numeral

    plain = number.strip()
    if not plain or plain.startswith("第"):
        return plain
    try:
        return str(ArticleNumber(parse_numeral(plain)))
    except ValueError:
        return plain
