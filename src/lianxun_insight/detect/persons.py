"""Names of persons, by form and by the words around them.

Recall counts more than precision here: a name that is missed reaches a model, a word too many that
is hidden costs a feature. A name found once in sure company is found everywhere in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lianxun_insight.detect.named_places import place_begun
from lianxun_insight.detect.spans import Span
from lianxun_insight.detect.tokens import Token
from lianxun_insight.detect.words import words

_HAN = "\u4e00-\u9fff"
_END = re.compile(
    r"$|[^\u4e00-\u9fff]|[的在是和与及于到将把被为从以向对其他她也都还又不有任担利收给让等说称通同经因并本负自没非"
    r"所曾已共拿送要找请打骂长期住叫系、]|先后|多次|之|身份|家|一家|同志|实际|实名|名下|开|电话|联系"
)
_ACTS = (
    r"到|给|在|与|和|向|对|从|把|被|又|也|还|经常|多次|私自|伙同|笔试|找|带|让|称|说|拿|收|送|索|任|担任|因|利用|"
    r"的|等|是|曾|于|将|以|为|自|从不|居然|竟|本人|长期|公开|每|上班|下班|打|开着|买|卖|用|要|去"
)
_GIVEN_TAGS = frozenset({"nr", "nz", "nrt", "a", "n"})
_NEVER_GIVEN = frozenset(
    "的了是在和被把将向对给让因为等也都就才不没有任与及于到从以其他她又还收送拿要找请打骂住叫系说称通同经并本负"
    "自非所曾已共上下中里外前后年月日号元万千百个名户亩次人家村镇乡县区市省局厅处科所委院钱款物"
)
_UNIT_ENDS = frozenset("省市县区镇乡村局厅处科所委院")  # 安和县, 石桥乡: a place, no person
_HAN_ONE = re.compile(f"[{_HAN}]")
_MASKED = "某×xX＊*✕○"


@lru_cache(maxsize=1)
def _surname() -> str:
    w = words()
    return f"(?:{'|'.join(sorted(w.compound_surnames))}|[{''.join(sorted(w.surnames))}])"


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    w, surname = words(), _surname()
    before = "|".join([*w.before_person, *w.posts])
    after = "|".join([*w.after_person, *w.post_prefixes, *w.posts])
    return {
        "masked": re.compile(rf"({surname}某[某甲乙丙丁0-9]?|{surname}[×xX＊*✕○]{{1,2}})"),
        "before": re.compile(
            rf"(?:{before})(?:[(（][^()（）]{{1,8}}[)）])?\s*(?:名叫|叫|为|是|系)?\s*[:：、\"“]?\s*"
            rf"({surname}[{_HAN}]{{1,2}})"
        ),
        "listed": re.compile(rf"[、和与及]({surname}[{_HAN}]{{1,2}})(?=等|、|[和与及，。；])"),
        "after": re.compile(rf"(?=({surname}[{_HAN}]{{1,2}}?)(?:{after}))"),
        "gendered": re.compile(rf"({surname}[{_HAN}]{{1,2}})\s*[，,(（]\s*[男女][，,。；)）]"),
        "compound": re.compile(rf"((?:{'|'.join(sorted(w.compound_surnames))})[{_HAN}]{{1,2}})"),
        "clause": re.compile(
            rf"(?:^|(?<=[，。；：、\s:;,.!?！？日月年]))({surname}[{_HAN}]{{1,2}}?)(?={_ACTS})"
        ),
        "minority": re.compile(rf"([{_HAN}]{{2,6}}[·•][{_HAN}]{{2,8}}?)(?:{_END.pattern})"),
        "by-post": re.compile(rf"(?<![{_HAN}])({surname})(?={'|'.join(w.posts)})"),
        "nickname": re.compile(rf"((?:老|小){surname})(?=[，。、；：的说找送要给又也就把在]|同志)"),
    }


def _is_word(name: str) -> bool:
    return name[:2] in words().not_person or (len(name) == 3 and name[1:] in words().posts)


def _trim(
    text: str, start: int, name: str, *, sure: bool, edges: frozenset[int] = frozenset()
) -> str | None:
    """The name with the length its surroundings allow, or None when it is an ordinary word.

    ``edges`` are places where the segmenter sees a word begin.
    """
    if _is_word(name):
        return None
    base = 2 if name[:2] in words().compound_surnames else 1
    for size in range(len(name), base, -1):
        part = name[:size]
        if part[-1] in _UNIT_ENDS:
            return None
        if part[-1] in "的了是在和被把将向对给让因为等也都就才":
            continue
        if _END.match(text, start + size) or _known_follower(text, start + size):
            return part
    for size in range(len(name), base, -1):
        if name[size - 1] in _UNIT_ENDS:
            return None
        if start + size in edges and start in edges and name[size - 1] not in "的了是在和被把将":
            return name[:size]
    return name if sure and name[-1] not in "的了是在和被把将" else None


def _known_follower(text: str, position: int) -> bool:
    w = words()
    return any(text.startswith(f, position) for f in (*w.after_person, *w.posts))


def _sure(text: str, edges: frozenset[int]) -> Iterator[Span]:
    patterns = _patterns()
    for match in patterns["masked"].finditer(text):
        yield Span(match.start(1), match.end(1), "person", match[1], "person-masked", 0.92)
    for match in patterns["minority"].finditer(text):
        yield Span(match.start(1), match.end(1), "person", match[1], "person-dotted", 0.8)
    for rule, confidence in (
        ("before", 0.88),
        ("gendered", 0.9),
        ("compound", 0.81),
        ("clause", 0.66),
        ("listed", 0.7),
        ("after", 0.8),
    ):
        for match in patterns[rule].finditer(text):
            near = edges if rule in {"before", "clause"} else frozenset[int]()
            name = _trim(text, match.start(1), match[1], sure=rule == "gendered", edges=near)
            if name is not None and name[1] not in _MASKED:
                start = match.start(1)
                yield Span(start, start + len(name), "person", name, f"person-{rule}", confidence)


def _tagged(tokens: list[Token]) -> Iterator[Span]:
    surnames, compound = words().surnames, words().compound_surnames
    for i, token in enumerate(tokens):
        if not token.tag.startswith("nr") or _is_word(token.text):
            continue
        if len(token.text) == 1 and token.text in surnames and i + 1 < len(tokens):
            given = tokens[i + 1]
            name = token.text + given.text
            fits = 1 <= len(given.text) <= 2 and given.tag in _GIVEN_TAGS and given.text.isalpha()
            if fits and not _is_word(name):
                yield Span(token.start, given.end, "person", name, "person-tag", 0.55)
        elif 2 <= len(token.text) <= 4 and (
            token.text[0] in surnames or token.text[:2] in compound
        ):
            yield Span(token.start, token.end, "person", token.text, "person-tag", 0.62)


def _broken(tokens: list[Token]) -> Iterator[Span]:
    """A surname and one or two lone characters: what the segmenter makes of a name it never saw."""
    surnames = words().surnames
    for i, token in enumerate(tokens):
        if len(token.text) != 1 or token.text not in surnames:
            continue
        given = []
        for following in tokens[i + 1 : i + 3]:
            if len(following.text) != 1 or not _may_be_given(following):
                break
            given.append(following)
        if given and not _is_word(name := token.text + "".join(g.text for g in given)):
            yield Span(token.start, given[-1].end, "person", name, "person-broken", 0.54)


def _may_be_given(token: Token) -> bool:
    return token.text not in _NEVER_GIVEN and "\u4e00" <= token.text <= "\u9fff"


def _place_instead(text: str, span: Span) -> Span | None:
    """白鹭 in 白鹭区水利局; not after a post (局长白鹭) nor where the form is that of a person alone."""
    if span.source in {"person-masked", "person-gendered", "person-dotted"}:
        return None
    if text[: span.start].endswith(words().posts):
        return None
    end = place_begun(text, span.start, span.end)
    name = text[span.start : end]
    return Span(span.start, end, "place", name, "place-not-person", 0.72) if end else None


def _is_joint(text: str, span: Span) -> bool:
    """和安 in 水利局和安和县教育局: 和 is a surname too, but hardly in the middle of a clause."""
    inside = span.start > 0 and _HAN_ONE.match(text[span.start - 1]) is not None
    return text[span.start] == "和" and inside and span.source != "person-before"


def find_persons(text: str, tokens: list[Token]) -> Iterator[Span]:
    """Names in folded text; surname with a post (张局长) counts as a reference to a person."""
    formed = list(_sure(text, frozenset(token.start for token in tokens)))
    persons = []
    for span in (*formed, *_tagged(tokens), *_broken(tokens)):
        if _is_joint(text, span):
            continue
        place = _place_instead(text, span)
        if place is None:
            persons.append(span)
        yield place or span
    known = {s.norm for s in persons if s.confidence >= 0.8 and len(s.norm) >= 2}
    for name in known:
        for match in re.finditer(re.escape(name), text):
            yield Span(match.start(), match.end(), "person", name, "person-again", 0.83)
    for rule in ("by-post", "nickname"):
        for match in _patterns()[rule].finditer(text):
            yield Span(match.start(1), match.end(1), "person", match[1], f"person-{rule}", 0.6)
