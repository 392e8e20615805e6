"""From a citation to the exact article of the version valid on a day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lianxun_insight.articles.library import Library, Version, Work, work_key
from lianxun_insight.articles.model import Article, ArticleNumber, UnitKind, Validity
from lianxun_insight.citations.aliases import AliasTable, kind_word
from lianxun_insight.citations.model import Citation, Reference, Resolved, Status, Subject
from lianxun_insight.citations.parse import defined_aliases, find_citations

_MAX_RANGE = 200


@dataclass(frozen=True, slots=True)
class Context:
    """Where the text stands: inside a rule (its work), at an article, in one of its 款."""

    work: str = ""
    article: ArticleNumber | None = None
    paragraph: int = 0


class Resolver:
    """Resolves citations against one library. Build once; look-ups are dictionary accesses.

    ``names`` is a table somebody has already made for the works of this library.
    """

    def __init__(
        self,
        library: Library,
        aliases: Mapping[str, str] | None = None,
        *,
        names: AliasTable | None = None,
    ) -> None:
        self._works = library.works
        self._gone = library.repealed_elsewhere
        self.aliases = names or AliasTable(library.works, aliases)
        self._numbers: dict[str, dict[ArticleNumber, Article]] = {}

    # -- whole texts -------------------------------------------------------------------------

    def resolve_text(
        self, text: str, *, as_of: date, context: Context | None = None
    ) -> list[Resolved]:
        """Every reference of every citation in the text, in order, resolved as of the day."""
        local = defined_aliases(text)
        where = context or Context()
        out: list[Resolved] = []
        last = where.work
        for named in find_citations(text):
            keys, citation = self._works_meant(named, local, where, last)
            if not keys and _is_other_document(citation):
                continue
            if citation.subject in (Subject.TITLE, Subject.BARE):
                # An unknown name ends the reach of 该法; it must not fall back to an older one.
                last = keys[0] if len(keys) == 1 else ""
            out.extend(self._resolve(citation, keys, as_of, where))
        return _without_inner_titles(out)

    def resolve(self, text: str, *, as_of: date, context: Context | None = None) -> list[Resolved]:
        """A citation typed into a search field: 监察法第15条第2款 or 《监察法》第十五条."""
        return self.resolve_text(text.strip(), as_of=as_of, context=context)

    def works_cited(
        self, text: str, *, context: Context | None = None
    ) -> list[tuple[Citation, list[str]]]:
        """Every citation of the text with the keys of the works it may mean; looks at no wording.

        An unknown title comes with no key: `work_key` of its title is what it would be called.
        """
        local = defined_aliases(text)
        where = context or Context()
        out, last = [], where.work
        for named in find_citations(text):
            keys, citation = self._works_meant(named, local, where, last)
            if not keys and _is_other_document(citation):
                continue
            if citation.subject in (Subject.TITLE, Subject.BARE):
                last = keys[0] if len(keys) == 1 else ""
            out.append((citation, keys))
        return out

    # -- which work --------------------------------------------------------------------------

    def _works_meant(
        self, citation: Citation, local: Mapping[str, str], where: Context, last: str
    ) -> tuple[list[str], Citation]:
        subject = citation.subject
        if subject is Subject.TITLE:
            return self.aliases.match(citation.title, local), citation
        if subject is Subject.BARE:
            keys, skip = self.aliases.match_bare(citation.title, local)
            start = citation.start + skip
            trimmed = replace(
                citation,
                start=start,
                text=citation.text[skip:],
                title=citation.title[skip:],
            )
            return keys, trimmed
        if subject is Subject.OWN:
            return [where.work] if where.work else self._by_kind(citation.title, last), citation
        if subject is Subject.THAT:
            return self._by_kind(citation.title, last), citation
        own = where.work or last
        return ([own] if own else []), citation

    def _by_kind(self, name: str, last: str) -> list[str]:
        """该条例 means the rule named last if that is a 条例."""
        kind = kind_word(name)
        plain = re.sub(r"[（(][^（）()]*[）)]$", "", last)
        return [last] if last and kind and plain.endswith(kind) else []

    # -- which article -----------------------------------------------------------------------

    def _resolve(
        self, citation: Citation, keys: Sequence[str], as_of: date, where: Context
    ) -> list[Resolved]:
        if len(keys) == 1 and keys[0] in self._works:
            work = self._works[keys[0]]
            return [
                resolved
                for reference in citation.references
                for resolved in self._one(citation, reference, work, as_of, where)
            ]
        status, reason = self._unknown(citation, keys, as_of)
        return [
            Resolved(citation, reference, status, reason, as_of=as_of)
            for reference in citation.references
        ]

    def _unknown(self, citation: Citation, keys: Sequence[str], as_of: date) -> tuple[Status, str]:
        if len(keys) > 1:
            names = "、".join(f"《{k}》" for k in list(keys)[:4])
            return Status.AMBIGUOUS, f"“{citation.title}”可能指{names}，请写全称。"
        if citation.subject in (Subject.OWN, Subject.THAT, Subject.NONE):
            return Status.NO_CONTEXT, f"“{citation.text}”之前没有可以对应的法规名称。"
        gone = self._gone.get(work_key(citation.title))
        if gone and gone[1] <= as_of:
            by, since = gone
            day = f"{since.year}年{since.month}月{since.day}日"
            return (
                Status.REPEALED,
                f"《{citation.title}》已被《{by}》自{day}起废止，请改引现行规定。",
            )
        near = self.aliases.suggest(citation.title)
        hint = f"，是否为《{near}》" if near else ""
        return Status.NO_WORK, f"法规库中没有《{citation.title}》{hint}。"

    def _one(
        self, citation: Citation, reference: Reference, work: Work, as_of: date, where: Context
    ) -> list[Resolved]:
        version = work.as_of(as_of)
        if version is None:
            return [self._out_of_force(citation, reference, work, as_of)]
        number = reference.article
        if number is None:
            relative = self._relative(reference, where)
            if relative is None:
                return [self._whole(citation, reference, version, as_of)]
            reference = relative
            number = reference.article
        if number is None:
            return [self._whole(citation, reference, version, as_of)]
        if reference.through is None:
            return [self._article(citation, reference, version, number, as_of)]
        return self._range(citation, reference, version, as_of=as_of)

    def _relative(self, reference: Reference, where: Context) -> Reference | None:
        """前款, 前条, 本条第二款 in the light of the place where they stand."""
        if where.article is None:
            return None
        if reference.back_articles:
            number = where.article.number - reference.back_articles
            return replace(reference, article=ArticleNumber(number)) if number > 0 else None
        if reference.back_paragraphs:
            paragraph = where.paragraph - reference.back_paragraphs
            if paragraph < 1:
                return None
            return replace(reference, article=where.article, paragraph=paragraph)
        if reference.paragraph or reference.item:
            return replace(reference, article=where.article)
        return None

    def _whole(
        self, citation: Citation, reference: Reference, version: Version, as_of: date
    ) -> Resolved:
        if (
            reference.back_articles
            or reference.back_paragraphs
            or reference.paragraph
            or reference.item
        ):
            reason = f"“{citation.text}”需要知道所在的条款才能定位。"
            return Resolved(citation, reference, Status.NO_CONTEXT, reason, as_of=as_of)
        return Resolved(citation, reference, Status.FOUND, "", version, as_of=as_of)

    def _out_of_force(
        self, citation: Citation, reference: Reference, work: Work, as_of: date
    ) -> Resolved:
        latest = work.latest
        day = f"{as_of.year}年{as_of.month}月{as_of.day}日"
        first = work.versions[0]
        if first.validity(as_of) is Validity.NOT_YET:
            since = first.valid_from
            start = f"，自{since.year}年{since.month}月{since.day}日起施行" if since else ""
            reason = f"《{first.title}》在{day}尚未施行{start}。"
            return Resolved(citation, reference, Status.NOT_YET, reason, first, as_of=as_of)
        end = latest.valid_to
        since_text = f"（自{end.year}年{end.month}月{end.day}日后失效）" if end else ""
        reason = f"《{latest.title}》在{day}已经废止{since_text}，请改引现行规定。"
        number = reference.article
        article = self._find(latest, number) if number else None
        return Resolved(citation, reference, Status.REPEALED, reason, latest, article, as_of=as_of)

    def _article(
        self,
        citation: Citation,
        reference: Reference,
        version: Version,
        number: ArticleNumber,
        as_of: date,
    ) -> Resolved:
        article = self._find(version, number)
        if article is None:
            reason = self._missing(version, number)
            return Resolved(citation, reference, Status.NO_ARTICLE, reason, version, as_of=as_of)
        path = (reference.paragraph, reference.item, reference.subitem)
        if not any(path):
            return Resolved(citation, reference, Status.FOUND, "", version, article, None, as_of)
        clause = article.clause(*path)
        if clause is None and article.kind is UnitKind.ITEM:
            # Amending decisions quote wording; their numbered points have no clauses of their own.
            return Resolved(citation, reference, Status.FOUND, "", version, article, None, as_of)
        if clause is None:
            reason = _missing_clause(version, article, reference)
            return Resolved(
                citation, reference, Status.NO_CLAUSE, reason, version, article, None, as_of
            )
        return Resolved(citation, reference, Status.FOUND, "", version, article, clause, as_of)

    def _range(
        self, citation: Citation, reference: Reference, version: Version, *, as_of: date
    ) -> list[Resolved]:
        """Both ends must exist; everything between them that exists is returned."""
        first, last = reference.article, reference.through
        if first is None or last is None:
            return []
        table = self._table(version)
        if first > last:
            reason = f"引用范围{first}至{last}前后颠倒。"
            return [Resolved(citation, reference, Status.NO_ARTICLE, reason, version, as_of=as_of)]
        ends = [n for n in (first, last) if n not in table]
        if ends:
            return [self._article(citation, reference, version, n, as_of) for n in ends]
        inside = sorted(n for n in table if first <= n <= last)[:_MAX_RANGE]
        return [
            Resolved(citation, reference, Status.FOUND, "", version, table[n], None, as_of)
            for n in inside
        ]

    def _table(self, version: Version) -> dict[ArticleNumber, Article]:
        table = self._numbers.get(version.id)
        if table is None:
            table = {}
            for kind in (UnitKind.ARTICLE, UnitKind.ITEM):
                for article in version.articles:
                    if article.kind is kind and article.part == 0:
                        table.setdefault(article.number, article)
            self._numbers[version.id] = table
        return table

    def _find(self, version: Version, number: ArticleNumber) -> Article | None:
        return self._table(version).get(number)

    def _missing(self, version: Version, number: ArticleNumber) -> str:
        table = self._table(version)
        if not table:
            return f"《{version.title}》不分条，没有{number}。"
        last = max(table)
        if number > last:
            return f"《{version.title}》共到{last}，没有{number}。"
        if number.branch:
            return f"《{version.title}》没有{number}，只有{ArticleNumber(number.number)}。"
        return f"《{version.title}》这一版本中没有{number}。"


def _is_other_document(citation: Citation) -> bool:
    """《立案决定书》, 违法三条: no known rule, and nothing but its form says that it may be one."""
    if citation.subject is Subject.BARE:
        return "第" not in citation.text[len(citation.title) :]
    if citation.subject is not Subject.TITLE or kind_word(citation.title):
        return False
    return all(r.article is None for r in citation.references)


def _without_inner_titles(found: Sequence[Resolved]) -> list[Resolved]:
    """Drops 《民法典》 inside 最高人民法院关于适用《民法典》有关担保制度的解释第七条."""
    spans = [
        (r.citation.start, r.citation.end) for r in found if r.citation.subject is Subject.BARE
    ]
    return [
        r
        for r in found
        if r.citation.subject is not Subject.TITLE
        or not any(a <= r.citation.start and r.citation.end <= b for a, b in spans)
    ]


def _missing_clause(version: Version, article: Article, reference: Reference) -> str:
    paragraphs = max((c.paragraph for c in article.clauses), default=0)
    if reference.paragraph > paragraphs:
        return (
            f"《{version.title}》{article.label}只有{paragraphs}款，没有{reference.clause_label}。"
        )
    items = max(
        (
            c.item
            for c in article.clauses
            if not reference.paragraph or c.paragraph == reference.paragraph
        ),
        default=0,
    )
    if reference.item > items:
        return f"《{version.title}》{article.label}在所引处只有{items}项，没有{reference.clause_label}。"
    return f"《{version.title}》中没有{reference.label}，或者所引的项在多个款中出现，请写明第几款。"
