"""An invented province as rows for COPY: a stream per table, the same for the same seed.

Regions 97xxxx are assigned to nobody. One office, groups, member units and inspected units in each of
1 province, 11 cities and 90 counties; inspections of five years, a tenth of them running today.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
SEED = 20261122
CITIES, COUNTIES = 11, 90
PROVINCE = 970000
PASSWORD = "only-for-benchmarks"
# Sign-in figures exclude password hashing (settled point of the targets): the cheapest hasher there is.
PASSWORD_HASH = "md5$bench$" + hashlib.md5(b"bench" + PASSWORD.encode()).hexdigest()
WORDS = (
    *(
        "工程",
        "招标",
        "采购",
        "资金",
        "专项",
        "补贴",
        "土地",
        "出让",
        "学校",
        "食堂",
        "医院",
        "设备",
    ),
    *(
        "村级",
        "集体",
        "资产",
        "出租",
        "公车",
        "接待",
        "津贴",
        "违规",
        "虚报",
        "截留",
        "挪用",
        "围标",
    ),
    *(
        "串标",
        "转包",
        "监理",
        "验收",
        "拆迁",
        "安置",
        "低保",
        "危房",
        "改造",
        "道路",
        "水库",
        "绿化",
    ),
    *(
        "物业",
        "停车",
        "环评",
        "排污",
        "矿山",
        "砂石",
        "合同",
        "变更",
        "借款",
        "担保",
        "投资",
        "并购",
    ),
)
RARE = ("青瓷", "桥墩", "冷链", "盐井", "雷达", "古桥", "茶厂", "渡口")
LEAD_STATES = (
    *(("done", 55), ("fed_back", 8), ("result", 6), ("prelim", 6), ("inquiry", 5), ("received", 4)),
    *(("closed", 5), ("held", 3), ("forwarded", 3), ("returned", 3), ("registered", 1)),
    *(("screened", 1), ("transferred", 1)),
)


def identifier(chance: random.Random, at: datetime) -> str:
    """A UUIDv7 of that moment, as the platform would have made it."""
    value = int(at.timestamp() * 1000) << 80 | 7 << 76 | chance.getrandbits(12) << 64
    value |= 2 << 62 | chance.getrandbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(slots=True)
class Place:
    """One body of one tier with its units: (id, path) each."""

    tier: str
    region: int
    office: tuple[str, str] = ("", "")
    groups: list[tuple[str, str]] = field(default_factory=list)
    members: list[tuple[str, str]] = field(default_factory=list)
    inspected: list[tuple[str, str]] = field(default_factory=list)
    engagements: list[int] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Task:
    """One engagement as the other tables need it."""

    id: str
    place: Place
    group: tuple[str, str]
    unit: tuple[str, str]
    level: int
    entry: date
    end: date
    title: str


class World:
    """Tables in the order in which they refer to each other; iterate each stream once."""

    def __init__(
        self, today: date, *, leads: int, users: int, engagements: int, duties: int
    ) -> None:
        self.today, self.chance = today, random.Random(SEED)
        self.leads, self.users, self.engagements, self.duties = leads, users, engagements, duties
        self.places: list[Place] = []
        self.tasks: list[Task] = []
        self.accounts: dict[str, list[str]] = {}
        self.people: list[tuple[str, str, tuple[str, str], Place, str]] = []
        self.then = datetime(2021, 10, 1, 1, tzinfo=UTC)

    def tables(self) -> Iterator[tuple[str, Iterator[Row]]]:
        yield "organisation.Unit", iter(list(self._units()))
        yield "organisation.Person", iter(list(self._people()))
        yield "access.Account", self._accounts()
        yield "inspection.Round", iter(list(self._rounds()))
        yield "inspection.Engagement", iter(list(self._engagements()))
        yield "access.Grant", self._grants()
        yield "access.Recusal", self._recusals()
        yield "leads.Lead", self._leads()
        yield "exchange.InfoRequest", self._requests(self.duties // 5)
        yield "rectification.Item", self._items(self.duties * 3 // 10)
        yield "approvals.Matter", self._matters(self.duties // 25)
        yield "duties.Duty", self._duties()

    # ---------------------------------------------------------------- organisation

    def _unit(self, place: Place, name: str, kind: str, parent: tuple[str, str] | None) -> Row:
        number = self._serial = getattr(self, "_serial", 0) + 1
        key = identifier(self.chance, self.then)
        return {
            "id": key, "created_at": self.then, "code": f"BM{number:05d}", "name": name,
            "short_name": name[:12], "pinyin": f"u{number:05d}", "kind": kind, "tier": place.tier,
            "region": place.region, "parent_id": parent[0] if parent else None,
            "path": f"{parent[1] if parent else ''}{number:04d}/", "valid_from": date(2020, 1, 1),
        }  # fmt: skip

    def _units(self) -> Iterator[Row]:
        shape = {"province": (12, 20, 60), "city": (4, 10, 20), "county": (1, 5, 9)}
        roots: dict[int, tuple[str, str]] = {}
        regions = [
            ("province", PROVINCE),
            *(("city", PROVINCE + 100 * c) for c in range(1, CITIES + 1)),
        ]
        regions += [
            ("county", PROVINCE + 100 * (1 + n % CITIES) + 21 + n // CITIES)
            for n in range(COUNTIES)
        ]
        for tier, region in regions:
            place = Place(tier, region)
            self.places.append(place)
            name = f"云岭{region}"
            over = roots.get(region // 100 * 100) if tier == "county" else None
            root = self._unit(place, f"中共{name}委员会", "government", over)
            yield root
            roots[region] = here = (root["id"], root["path"])
            groups, members, inspected = shape[tier]
            for count, what, kind, into in (
                (1, "巡视巡察办", "inspection_office", None),
                (groups, "巡察组", "task_group", place.groups),
                (members, "成员单位", "member_unit", place.members),
                (inspected, "示范单位", "inspected_unit", place.inspected),
            ):
                for n in range(count):
                    parent = place.office if kind == "task_group" else here
                    unit = self._unit(place, f"{name}{what}{n + 1}", kind, parent)
                    yield unit
                    if into is None:
                        place.office = (unit["id"], unit["path"])
                    else:
                        into.append((unit["id"], unit["path"]))

    def _people(self) -> Iterator[Row]:
        each = self.users // len(self.places) + 1
        for place in self.places:
            units = [place.office, *place.groups, *place.members, *place.inspected]
            weights = [
                6,
                *[4] * len(place.groups),
                *[2] * len(place.members),
                *[1] * len(place.inspected),
            ]
            chosen = [place.office, *self.chance.choices(units, weights, k=each - 1)]
            for unit in chosen:
                if len(self.people) == self.users:
                    return
                key = identifier(self.chance, self.then)
                account = identifier(self.chance, self.then)
                role = self._role(place, unit)
                self.people.append((key, account, unit, place, role))
                if role in ("inspector", "clerk"):
                    place.staff.append(account)
                yield {
                    "id": key, "created_at": self.then, "name": f"人员{len(self.people)}",
                    "pinyin": f"p{len(self.people):06d}", "unit_id": unit[0], "unit_path": unit[1],
                    "region": place.region, "post": "工作人员",
                }  # fmt: skip

    def _role(self, place: Place, unit: tuple[str, str]) -> str:
        if unit == place.office:
            return "coordinator" if self.chance.random() < 0.4 else "clerk"
        if unit in place.groups:
            return "inspector"
        return "liaison_officer" if unit in place.members else "contact"

    def _accounts(self) -> Iterator[Row]:
        case = [
            "inspection",
            "exchange",
            "leads",
            "rectification",
            "approvals",
            "duties",
            "documents",
        ]
        member = [d for d in case if d != "inspection"]
        duties = {
            "coordinator": case, "clerk": ["leads", "duties", "documents"], "inspector": ["duties", "documents"],
            "liaison_officer": member, "contact": ["rectification", "exchange", "duties"],
        }  # fmt: skip
        width = {"province": 9999, "city": 99, "county": 0}
        for number, (person, account, unit, place, role) in enumerate(self.people, start=1):
            overseer = role == "coordinator"
            kind = f"{place.tier} {role}"
            self.accounts.setdefault(kind, []).append(account)
            yield {
                "id": account, "username": f"u{number:05d}", "password": PASSWORD_HASH,
                "person_id": person, "unit_id": unit[0], "display_name": f"人员{number}",
                "clearance": 1 if role == "contact" else 2 + (number % 5 == 0), "roles": [role],
                "duties": duties[role], "compartments": [],
                "region_lo": place.region if overseer else None,
                "region_hi": place.region + width[place.tier] if overseer else None,
                "created_at": self.then, "is_active": True,
            }  # fmt: skip

    # ---------------------------------------------------------------- inspections

    def _label(self, place: Place, owner: tuple[str, str], **more: Any) -> Row:
        return {
            "level": self.chance.choices((1, 2, 3), (62, 35, 3))[0], "region": place.region,
            "owner_unit": owner[0], "owner_path": owner[1], **more,
        }  # fmt: skip

    def _rounds(self) -> Iterator[Row]:
        self._round: dict[tuple[int, int], str] = {}
        for place in self.places:
            for half in range(10):
                start = self.today - timedelta(days=1900 - 190 * half)
                at = datetime(start.year, start.month, start.day, 2, tzinfo=UTC)
                key = self._round[place.region, half] = identifier(self.chance, at)
                yield self._label(
                    place, place.office, id=key, created_at=at, name=f"{place.region}第{half + 1}轮",
                    tier=place.tier, year=start.year, focus="政治监督、惠民资金", starts_on=start,
                    ends_on=start + timedelta(days=180), preset="real-practice", state="approved",
                )  # fmt: skip

    def _engagements(self) -> Iterator[Row]:
        weights = [{"province": 24.0, "city": 12.0, "county": 4.0}[p.tier] for p in self.places]
        taken: set[tuple[int, int, str]] = set()
        while len(self.tasks) < self.engagements:
            place = self.chance.choices(self.places, weights)[0]
            half, unit = self.chance.randrange(10), self.chance.choice(place.inspected)
            if (place.region, half, unit[0]) in taken:
                continue
            taken.add((place.region, half, unit[0]))
            entry = self.today - timedelta(days=1900 - 190 * half - self.chance.randrange(120))
            end = entry + timedelta(days=60)
            at = datetime(entry.year, entry.month, entry.day, 3, tzinfo=UTC) - timedelta(days=40)
            key, number = identifier(self.chance, at), len(self.tasks) + 1
            group = self.chance.choice(place.groups)
            state, over = self._stage(entry, end)
            label = self._label(
                place, place.office, engagement=key, subject_org=unit[0], subject_path=unit[1],
                addressee_unit=group[0], addressee_path=group[1],
            )  # fmt: skip
            place.engagements.append(len(self.tasks))
            title = f"{place.region}任务{number}"
            self.tasks.append(Task(key, place, group, unit, label["level"], entry, end, title))
            yield {
                **label, "id": key, "created_at": at, "round_id": self._round[place.region, half],
                "number": f"XS-{number:05d}", "unit_id": unit[0], "kind": "regular", "profile": "regular",
                "entry_on": entry, "on_site_end_on": end, "state": state, "definition_version": 1,
                "feedback_on": end + timedelta(days=60) if over else None,
                "archived_on": end + timedelta(days=400) if state == "archived" else None,
            }  # fmt: skip

    def _stage(self, entry: date, end: date) -> tuple[str, bool]:
        for days, state in (
            (420, "archived"),
            (90, "rectifying"),
            (60, "fed_back"),
            (0, "reporting"),
        ):
            if end + timedelta(days=days) < self.today:
                return state, days >= 60
        return ("on_site" if entry <= self.today else "prepared"), False

    def _grants(self) -> Iterator[Row]:
        for task in self.tasks:
            staff = task.place.staff
            for account in self.chance.sample(staff, min(25, len(staff))):
                at = datetime(task.entry.year, task.entry.month, task.entry.day, 1, tzinfo=UTC)
                yield {
                    "id": identifier(self.chance, at), "created_at": at, "kind": "membership",
                    "account_id": account, "engagement": task.id, "purpose": "参加巡视任务",
                    "granted_by_id": self.people[0][1], "valid_from": task.entry,
                    "valid_to": task.end + timedelta(days=120), "owner_path": task.place.office[1],
                }  # fmt: skip

    def _recusals(self) -> Iterator[Row]:
        for _, account, _, place, role in self.people:
            if role != "contact" and self.chance.random() < 0.3:
                yield {
                    "id": identifier(self.chance, self.then), "created_at": self.then,
                    "account_id": account, "organisation_id": self.chance.choice(place.inspected)[0],
                    "reason_code": "worked", "valid_from": date(2021, 1, 1),
                }  # fmt: skip

    # ---------------------------------------------------------------- matters

    def _task(self) -> Task:
        return self.tasks[self.chance.randrange(len(self.tasks))]

    def _at(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(
            seconds=self.chance.randrange(30_000)
        )

    def _leads(self) -> Iterator[Row]:
        states, weights = [s for s, _ in LEAD_STATES], [w for _, w in LEAD_STATES]
        chance, step = self.chance, timedelta(days=1800) / self.leads
        first = datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC) - timedelta(
            days=1800
        )
        by_day = sorted(self.tasks, key=lambda t: t.entry)
        disciplines = (
            "political",
            "organisational",
            "integrity",
            "masses",
            "work",
            "life",
            "crime",
        )
        for number in range(self.leads):
            at = first + step * number
            # most leads belong to an inspection that runs about then
            spot = int(len(by_day) * number / self.leads) + chance.randrange(-150, 150)
            task = by_day[min(max(spot, 0), len(by_day) - 1)]
            place = task.place
            inside = chance.random() < 0.6
            owner = (
                chance.choice((place.office, task.group))
                if inside
                else chance.choice([place.office, *place.members])
            )
            handed = chance.choice(place.members) if chance.random() < 0.5 else (None, None)
            unit = task.unit if inside else chance.choice(place.inspected)
            words = chance.choices(WORDS, k=5)
            if chance.random() < 0.001:
                words[2] = chance.choice(RARE)
            new = number > self.leads * 0.99
            state = chance.choice(states[-4:]) if new else chance.choices(states, weights)[0]
            yield self._label(
                place, owner, id=identifier(chance, at), created_at=at,
                engagement=task.id if inside else None, subject_org=unit[0], subject_path=unit[1],
                addressee_unit=handed[0], addressee_path=handed[1],
                compartment="special" if chance.random() < 0.001 else None,
                number=f"XS-{at.year}-{number:07d}", source="petition", title="".join(words),
                summary="".join(words) * 4, object_name="", discipline=chance.choice(disciplines),
                state=state, registered_by_id=self.people[0][1], study_minutes="集体研究同意",
                approved_by_id=self.people[1][1], received_by_id=self.people[2][1], received_at=at,
            )  # fmt: skip

    def _requests(self, count: int) -> Iterator[Row]:
        for number in range(count):
            task = self._task()
            provider = self.chance.choice(task.place.members)
            at = self._at(task.entry + timedelta(days=self.chance.randrange(-20, 50)))
            old = at.date() < self.today - timedelta(days=60)
            yield self._label(
                task.place, task.place.office, id=identifier(self.chance, at), created_at=at,
                engagement=task.id, subject_org=task.unit[0], subject_path=task.unit[1],
                addressee_unit=provider[0], addressee_path=provider[1],
                number=f"XQ-{number:06d}", provider_id=provider[0],
                data_class=f"D{self.chance.randrange(1, 41):02d}", fields=["name"],
                purpose="".join(self.chance.choices(WORDS, k=3)) + "核对", basis="巡视工作条例",
                period_from=date(2022, 1, 1), period_to=date(2025, 12, 31),
                state="expired" if old else self.chance.choice(("sent", "accepted", "in_use")),
                drafted_by_id=self.people[0][1], sent_at=at,
            )  # fmt: skip

    def _items(self, count: int) -> Iterator[Row]:
        for number in range(count):
            task = self._task()
            due = task.end + timedelta(days=150 + self.chance.randrange(120))
            closed = due < self.today - timedelta(days=40)
            at = self._at(task.end + timedelta(days=60))
            yield self._label(
                task.place, task.place.office, id=identifier(self.chance, at), created_at=at,
                engagement=task.id, subject_org=task.unit[0], subject_path=task.unit[1],
                addressee_unit=task.unit[0], addressee_path=task.unit[1],
                number=f"ZG-{number:06d}", title="".join(self.chance.choices(WORDS, k=4)) + "问题",
                type="phased", lead_person="负责人", lead_unit="办公室", measures="逐项整改",
                standard="全部完成", due_on=due, state="closed" if closed else "in_progress",
                progress="已完成", submitted_by_id=self.people[0][1], closed_on=due if closed else None,
            )  # fmt: skip

    def _matters(self, count: int) -> Iterator[Row]:
        for number in range(count):
            task = self._task()
            at = self._at(task.entry - timedelta(days=10))
            pending = task.entry > self.today - timedelta(days=15)
            body = task.place.office
            yield self._label(
                task.place, task.group, id=identifier(self.chance, at), created_at=at,
                engagement=task.id, subject_org=task.unit[0], subject_path=task.unit[1],
                addressee_unit=body[0], addressee_path=body[1], code="inspection.plan",
                object_kind="inspection.engagement", object_id=identifier(self.chance, at),
                title=f"{task.title}事项{number}", body_id=body[0], proposed_by_id=self.people[0][1],
                quorum="any", state="pending" if pending else "approved",
                decided_at=None if pending else at,
            )  # fmt: skip

    def _duties(self) -> Iterator[Row]:
        """Half milestones of inspections, the rest clocks of leads, requests and rectification."""
        for number in range(self.duties):
            task = self._task()
            kind, code, title, start, length, owes = self._clock(task, number)
            opened = task.entry + timedelta(days=start + self.chance.randrange(60))
            due = opened + timedelta(days=length)
            late = self.chance.random() < 0.08
            done = (
                due - timedelta(days=self.chance.randrange(length))
                if not late
                else due + timedelta(days=9)
            )
            finished = done < self.today
            at = self._at(opened)
            key = identifier(self.chance, at)
            yield self._label(
                task.place, task.place.office, id=key, created_at=at, engagement=task.id,
                subject_org=task.unit[0], subject_path=task.unit[1], addressee_unit=owes[0],
                addressee_path=owes[1], object_kind=kind, template_code=code, template_version=1,
                preset="common", title=title, phase="during", clause="工作条例",
                object_id=task.id if kind == "inspection.engagement" else key, object_title=task.title,
                responsible_unit=owes[0], responsible_unit_name=f"单位{owes[1]}", anchor="event",
                anchor_date=opened, amount=length, day_kind="calendar", roll="none", opened_on=opened,
                starts_on=opened, due_on=due, notify_from=max(opened, due - timedelta(days=20)),
                warn_from=max(opened, due - timedelta(days=10)), calendar_version=1,
                occurrence=opened + timedelta(days=number % 7), state="fulfilled" if finished else "open",
                done_on=max(done, opened) if finished else None,
                done_by=self.people[0][1] if finished else None,
            )  # fmt: skip

    def _clock(self, task: Task, number: int) -> tuple[str, str, str, int, int, tuple[str, str]]:
        turn = number % 10
        if turn < 5:
            code = f"MS-N{number % 12 + 1}"
            owes = task.group if number % 3 else task.place.office
            return "inspection.engagement", code, f"节点{number % 12 + 1}", -20, 30, owes
        member = self.chance.choice(task.place.members)
        if turn < 7:
            return "leads.lead", "DT-LD-RESULT", "线索办理结果反馈", 10, 90, member
        if turn == 7:
            return "exchange.request", "DT-EX-SUPPLY", "信息提供", 0, 14, member
        return "rectification.item", "DT-RC-ITEM", "整改事项", 120, 120, task.unit
