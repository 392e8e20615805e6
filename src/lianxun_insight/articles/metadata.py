"""Dates, issuing body, kind and level of a rule, read from its title and the notes under it."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from lianxun_insight.articles.model import Article, Metadata, Note, RuleKind, Tier, UnitKind
from lianxun_insight.articles.numerals import parse_numeral
from lianxun_insight.articles.regions import region_of

_DATE: Final = re.compile(
    r"([12]\d{3}|[〇○一二三四五六七八九]{4})\s*年\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*"
    r"(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_ACTION: Final = re.compile(
    r"修订通过|第[一二三四五六七八九十\d]+次修[正订]|修[正订改]|通过|公布|发布|印发|批准|施行|实施|生效|废止|公告"
)
_NOTE_ACTION: Final = re.compile(
    r"通过|公布|发布|印发|批准|施行|修[正订改]|废止|公告|令第?\s*\d+\s*号"
)
_NUMBER: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{1,12}[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]\s*第?\s*\d+\s*号"
    r"|[\u4e00-\u9fff、]{2,40}令第?\s*\d+\s*号|(?:第\s*\d+\s*号))"
)
_FILE_DATE: Final = re.compile(r"[\(（]\s*(\d{4})[-.年](\d{1,2})[-.月](\d{1,2})日?\s*[\)）]\s*$")
_EFFECTIVE: Final = re.compile(
    r"(?:本[法条例规定办则细解释决修正案准意见通知补充\w]{0,10}|自)?自\s*("
    + _DATE.pattern.replace("(", "(?:").replace("(?:?:", "(?:")
    + r"|(?:公布|发布|颁布|印发|通过)之日)\s*起(?:施行|实施|生效|执行|试行)"
)
_SENTENCE: Final = re.compile(r"[。；\n]")
_QUOTED: Final = re.compile(r"《([^《》]+)》")
_HINTS: Final = {
    "党内法规": RuleKind.PARTY,
    "司法解释": RuleKind.INTERPRETATION,
    "行政法规": RuleKind.ADMINISTRATIVE,
    "监察法规": RuleKind.SUPERVISION,
    "部门规章": RuleKind.DEPARTMENT,
    "地方性法规": RuleKind.LOCAL,
    "地方政府规章": RuleKind.LOCAL_GOVERNMENT,
    "规范性文件": RuleKind.NORMATIVE,
    "宪法相关法": RuleKind.LAW,
    "法律": RuleKind.LAW,
}
_LAW_FOLDERS: Final = (
    "刑法",
    "民法典",
    "民法商法",
    "社会法",
    "经济法",
    "行政法",
    "诉讼与非诉讼程序法",
)
_PARTY_TITLE: Final = re.compile(r"^(?:中国共产党|中共|关于新形势下党内)|党组|党内|党员|巡视工作")
_PARTY_ISSUER: Final = re.compile(
    r"中共中央|中国共产党中央|中央(?:政治局|纪委|纪律检查|办公厅|组织部|书记处)"
    r"|中共[\u4e00-\u9fff]{2,12}(?:省|市|县|区|州)?(?:委员会|委|办公厅|办公室)"
)
_DEPARTMENT_ISSUER: Final = re.compile(
    r"([\u4e00-\u9fff]{2,20}?(?:部|委员会|总局|署|局|中国人民银行|审计署))令"
)


def strip_file_date(name: str) -> tuple[str, date | None]:
    """("行政复议法", 2023-09-01) from 行政复议法(2023-09-01); the day is None when there is none."""
    found = _FILE_DATE.search(name)
    if not found:
        return name.strip(), None
    return name[: found.start()].strip(), _day(int(found[1]), int(found[2]), int(found[3]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_dates(text: str) -> list[tuple[int, date]]:
    """(character offset, day) of every date in the text, Arabic or Chinese."""
    out = []
    for found in _DATE.finditer(text):
        day = _day(parse_numeral(found[1]), parse_numeral(found[2]), parse_numeral(found[3]))
        if day:
            out.append((found.start(), day))
    return out


def is_note(text: str) -> bool:
    """Whether a line under the title tells history, number or issuer, not the rule itself."""
    if _DATE.search(text) and (_NOTE_ACTION.search(text) or len(text) < 20):
        return True
    if text[0] in "（(" and _DATE.search(text):
        return True
    return bool(_NUMBER.fullmatch(text.strip("（）()"))) or bool(
        re.fullmatch(r"(?:公布|发布)之日(?:起)?施行", text)
    )


def read_notes(lines: Sequence[str]) -> list[Note]:
    """Each date of the notes with what happened then and by whom, in the order of the source."""
    notes: list[Note] = []
    joined = "\n".join(lines)
    dates = read_dates(joined)
    for index, (start, day) in enumerate(dates):
        end = dates[index + 1][0] if index + 1 < len(dates) else len(joined)
        text = joined[start:end].strip(" \n　（）()")
        # 第N次修正 names the law in 《》; look for the act outside the quotation.
        outside = _QUOTED.sub("", _DATE.sub("", text)).strip()
        action = _ACTION.search(outside)
        body = outside[: action.start()] if action else outside
        notes.append(Note(day, action[0] if action else "", body.strip("，、 的自起\n　"), text))
    return notes


def _kind(title: str, notes_text: str, hint: str) -> RuleKind:
    for name, kind in _HINTS.items():
        if name in hint:
            return RuleKind.CONSTITUTION if title.endswith("宪法") else kind
    if any(part in _LAW_FOLDERS for part in re.split(r"[/\\]", hint)):
        return RuleKind.LAW
    return _kind_by_text(title, notes_text)


def _kind_by_text(title: str, notes: str) -> RuleKind:
    region, _ = region_of(title)
    rules = (
        (title in ("中华人民共和国宪法", "宪法"), RuleKind.CONSTITUTION),
        (bool(_PARTY_TITLE.search(title) or _PARTY_ISSUER.search(notes)), RuleKind.PARTY),
        (bool(re.search(r"最高人民(?:法院|检察院)", title + notes)), RuleKind.INTERPRETATION),
        (title == "中华人民共和国监察法实施条例", RuleKind.SUPERVISION),
        (bool(region and "人民代表大会" in notes), RuleKind.LOCAL),
        (
            bool(region and re.search(r"人民政府令|人民政府(?:第|常务)", notes)),
            RuleKind.LOCAL_GOVERNMENT,
        ),
        (bool(region and title.endswith("条例")), RuleKind.LOCAL),
        ("全国人民代表大会" in notes, RuleKind.LAW),
        (
            "国务院令" in notes or "国务院常务会议" in notes or "国务院第" in notes,
            RuleKind.ADMINISTRATIVE,
        ),
        ("国家监察委员会" in notes and "公告" in notes, RuleKind.SUPERVISION),
        (bool(_DEPARTMENT_ISSUER.search(notes)), RuleKind.DEPARTMENT),
        (title.startswith("中华人民共和国") and title.endswith("法"), RuleKind.LAW),
    )
    return next((kind for holds, kind in rules if holds), RuleKind.NORMATIVE)


def _issuer(title: str, notes: Sequence[Note], kind: RuleKind) -> str:
    for note in notes:
        found = re.search(
            r"全国人民代表大会常务委员会|全国人民代表大会|最高人民法院、最高人民检察院|最高人民法院|最高人民检察院"
            r"|国务院、中央军委|国务院|中共中央办公厅|中共中央|中央纪委|国家监察委员会|国家监委"
            r"|[\u4e00-\u9fff]{2,20}(?:人民代表大会常务委员会|人民代表大会|人民政府|委员会|部|总局|局|署)",
            note.body,
        )
        if found:
            return found[0]
    if kind is RuleKind.PARTY:
        return "中共中央" if title.startswith("中国共产党") else ""
    found = re.match(r"(最高人民法院、最高人民检察院|最高人民法院|最高人民检察院|国务院)", title)
    return found[0] if found else ""


def _effective(
    notes: Sequence[Note], articles: Sequence[Article], published: date | None
) -> date | None:
    stated = [n.day for n in notes if n.action in ("施行", "实施", "生效")]
    if stated:
        return max(stated)
    bodies = [a for a in articles if a.part == 0 and a.kind is not UnitKind.APPENDIX][-4:]
    for article in reversed(bodies):
        found = _EFFECTIVE.search(article.text)
        if found:
            days = read_dates(found[0])
            return days[0][1] if days else published
    return None


def _repealed(articles: Sequence[Article]) -> tuple[str, ...]:
    """Titles that the last articles declare repealed (…《X》同时废止)."""
    out: list[str] = []
    for article in [a for a in articles if a.part == 0][-4:]:
        for sentence in _SENTENCE.split(article.text):
            end = sentence.find("废止")
            if end > 0:
                out.extend(_QUOTED.findall(sentence[:end]))
    return tuple(dict.fromkeys(out))


def read_metadata(
    *,
    title: str,
    notes: Sequence[Note],
    note_lines: Sequence[str],
    articles: Sequence[Article],
    kind_hint: str,
    file_day: date | None,
) -> Metadata:
    """Facts about one version. `file_day` (from a file name) wins as the day of the version."""
    text = "\n".join(note_lines)
    kind = _kind(title, text, kind_hint)
    adopted = [n.day for n in notes if "通过" in n.action or n.action == "批准"]
    published = [n.day for n in notes if n.action in ("公布", "发布", "印发", "公告")]
    amended = [n.day for n in notes if "修" in n.action and not _prospective(n)]
    region, tier = region_of(title)
    if not region:
        region, tier = region_of(_issuer(title, notes, kind))
    amended_on = max([*amended, *adopted]) if amended else None
    if file_day and (amended_on is None or file_day != amended_on) and file_day not in adopted:
        amended_on = file_day if amended or adopted or published else None
    number = _NUMBER.search(_DATE.sub(" ", text))
    first_published = max(published, default=None)
    return Metadata(
        kind=kind,
        tier=tier,
        issuer=_issuer(title, notes, kind),
        region=region,
        adopted_on=min(adopted, default=file_day),
        published_on=first_published,
        amended_on=amended_on,
        effective_on=_effective(
            notes, articles, amended_on or first_published or file_day or max(adopted, default=None)
        ),
        document_number=number[0] if number else "",
        repealed_titles=_repealed(articles),
    )


def _prospective(note: Note) -> bool:
    return note.action in ("施行", "实施")


__all__ = ["Tier", "is_note", "read_dates", "read_metadata", "read_notes", "strip_file_date"]
