"""People without need-to-know, who try every address while the inspection goes on."""

from __future__ import annotations

import re

from lianxun.demo.rehearsal.stage import UUID, Stage
from lianxun.demo.rehearsal.visitor import Visitor

STRANGERS = (
    *("neighbour", "neighbour_head", "expired", "other_city", "tax"),
    *("system_admin", "security_admin"),
)
INSPECTED = "contact"
PUSHERS = ("neighbour", INSPECTED)
"""Those who also send forms to addresses they should not know."""
LISTS = (
    *("/", "/engagements/", "/rounds/", "/requests/", "/leads/", "/items/", "/approvals/"),
    *("/documents/", "/duties/", "/boards/unit/", "/search/?q=%E4%BA%91%E5%B2%AD"),
)
ACT = re.compile(r"/(do/)?[a-z_]+/$")
NOWHERE = "00000000-0000-7000-8000-000000000000"
# What a list would betray: the numbers of things, in the forms the platform gives them.
NUMBERS = re.compile(r"(?:巡|线[A-Z0-9-]*|信需)〔20\d\d〕\d+号")


class Strangers:
    """``tried`` counts addresses times people; ``wrong`` are sentences about what they could see."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.tried = 0
        self.served = 0
        self.wrong: list[str] = []
        self._done: set[str] = set()
        self._nothing: dict[tuple[str, str], tuple[int, str]] = {}

    def look(self) -> None:
        """Try what insiders opened since the last look, then read the lists."""
        fresh = sorted(self.known() - self._done)
        self._done |= set(fresh)
        for path in fresh:
            for who in STRANGERS:
                self._try(who, path)
            self._try_inspected(path)
            for who in PUSHERS:
                self._push(who, path)

    def known(self) -> set[str]:
        """Addresses of objects that opened for anybody who belongs here."""
        outside = {*STRANGERS, INSPECTED}
        inside = [v for key, v in self.stage.people.items() if key not in outside]
        found = set().union(*(v.opened for v in inside)) if inside else set()
        return {p for p in found if not p.startswith("/trace/")}

    def _own(self) -> set[str]:
        """What opened for the inspected unit: all of it must have been served on it."""
        person = self.stage.people.get(INSPECTED)
        return person.opened if person else set()

    def _try(self, who: str, path: str) -> None:
        """Status and page are those of something that does not exist (security.md, T19)."""
        self.tried += 1
        person = self.stage[who]
        real = person.get(path)
        if real.status == 200:
            self.wrong.append(f"{who} 打开了 {path}")
            return
        if (real.status, plain(real.text)) != self._nothing_like(person, path):
            self.wrong.append(f"{who} 能从页面分辨 {path} 是否存在（{real.status}）")

    def _nothing_like(self, person: Visitor, path: str) -> tuple[int, str]:
        pattern = re.sub(UUID, NOWHERE, path)
        key = (person.name, pattern)
        if key not in self._nothing:
            page = person.get(pattern)
            self._nothing[key] = (page.status, plain(page.text))
        return self._nothing[key]

    def _try_inspected(self, path: str) -> None:
        """The inspected unit opens an item that was served on it, and nothing else."""
        self.tried += 1
        answer = self.stage[INSPECTED].get(path)
        is_item = path.startswith("/items/")
        if answer.status == 200 and not is_item:
            self.wrong.append(f"被巡视单位打开了没有送达的 {path}")
        self.served += answer.status == 200

    def _push(self, who: str, path: str) -> None:
        """A form sent to the address of an act: nothing may be there for him."""
        if not ACT.search(path) or (who == INSPECTED and path in self._own()):
            return
        self.tried += 1
        answer = self.stage[who].push(path)
        # On an item served on it the inspected unit is told that the act is not there (409).
        served = who == INSPECTED and path.startswith("/items/")
        if answer.status not in (403, 404, 405, *((409,) if served else ())):
            self.wrong.append(f"{who} 向 {path} 提交，答复为 {answer.status}")

    def read_lists(self) -> None:
        """At the end: no list, board or search names anything of the engagement."""
        insiders = ("coordinator", "leader", "team_head")
        own = set(NUMBERS.findall("".join(self._lists_of(INSPECTED))))
        known = {
            n for who in insiders for page in self._lists_of(who) for n in NUMBERS.findall(page)
        }
        for who in (*STRANGERS, INSPECTED):
            allowed = own if who == INSPECTED else set()
            for path, page in zip(LISTS, self._lists_of(who), strict=True):
                self.tried += 1
                seen = (known - allowed) & set(NUMBERS.findall(page))
                if seen:
                    self.wrong.append(f"{who} 在 {path} 看到 {'、'.join(sorted(seen)[:3])}")

    def _lists_of(self, who: str) -> list[str]:
        return [self.stage[who].get(path).text for path in LISTS]


def plain(page: str) -> str:
    """A page without its one-time tokens."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page)
