"""Who plays in a scheme, and the rows one event leaves behind.

Schemes and confounders are written as short stories (`schemes/`): pick a body, an official, a
firm; let them tender, contract, pay. `Cast` hands out actors that no other story uses and numbers
that nobody else has; its `tender`, `contract` and `pay` leave exactly the rows an honest event
leaves, so a story differs from the background only where the scheme does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lianxun_insight.generator import names
from lianxun_insight.generator.book import Book
from lianxun_insight.generator.world import END, START, World

WAN = 1_000_000  # 10,000 yuan in fen
GUILTY_SHARE = 0.25
PERSON_ACCOUNTS = 10**12  # account numbers of persons start here; those of organisations are below


def day(text: str) -> np.datetime64:
    """A day from ISO text."""
    return np.datetime64(text, "D")


@dataclass(slots=True)
class Serials:
    """Running numbers; every kind counts on its own."""

    counters: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, kind: str, count: int = 1) -> int:
        """Reserve `count` numbers and return the first."""
        first = self.counters[kind] + 1
        self.counters[kind] += count
        return first


@dataclass(slots=True)
class Tender:
    """What `Cast.tender` made: identifiers for the truth file and for later rows."""

    section_id: str
    project_id: str
    unit: int
    winner: int
    award: int
    award_date: np.datetime64
    method: str
    item_class: str
    open: bool


class Cast:
    """Actors and events for stories."""

    def __init__(self, world: World, book: Book, serials: Serials) -> None:
        self.world = world
        self.book = book
        self.serials = serials
        self.rng = world.rng
        self._firms = list(world.n_units + np.nonzero(world.firm_open)[0])
        self._persons = list(np.nonzero(world.person_open)[0])
        self._units = list(range(world.n_units))
        self._officials = list(range(world.size.officials))
        for pool in (self._firms, self._persons, self._units, self._officials):
            self.rng.shuffle(pool)
        self._next_unit = 0
        self._guilty = self._units[: max(12, round(GUILTY_SHARE * len(self._units)))]
        self._used_officials: set[int] = set()
        self.owned: set[int] = set()
        self._done: set[object] = set()

    # --- actors -----------------------------------------------------------------------------
    def unit(self, kind: str | None = None, *, anywhere: bool = False) -> int:
        """The next body, in turn; `kind` narrows to 行政, 事业 or 国企.

        Schemes play in a part of the bodies (`GUILTY_SHARE`), confounders `anywhere`: most bodies
        of a real province have nothing to hide, and a list must be able to say so.
        """
        for pool in (self._units if anywhere else self._guilty, self._units):
            for _ in range(len(pool)):
                unit = int(pool[self._next_unit % len(pool)])
                self._next_unit += 1
                if kind is None or names.UNIT_KINDS[self.world.unit_kind[unit]][1] == kind:
                    return unit  # a small province may have the kind among the others only
        raise LookupError(f"no body of kind {kind}")

    def official(self, unit: int, *, leader: bool = False) -> int:
        """An official of this body whom no other story uses."""
        staff = np.nonzero(self.world.official_unit == unit)[0]
        if leader:
            staff = staff[self.world.official_leader[staff]]
        free = [int(p) for p in staff if int(p) not in self._used_officials] or [int(staff[0])]
        person = free[int(self.rng.integers(len(free)))]
        self._used_officials.add(person)
        return person

    def person(self) -> int:
        """A person without job, firm or kin so far."""
        return int(self._persons.pop())

    def firm(
        self,
        group: str | None = None,
        *,
        founded: np.datetime64 | None = None,
        quiet: bool = False,
    ) -> int:
        """A firm whose owners are still open; `founded` rewrites its day of foundation.

        A `quiet` firm takes no part in the ordinary market.
        """
        if group is not None:
            for i in range(len(self._firms) - 1, -1, -1):
                industry = self.world.firm_industry[self._firms[i] - self.world.n_units]
                if names.INDUSTRIES[industry][1] == group:
                    self._firms[i], self._firms[-1] = self._firms[-1], self._firms[i]
                    break
        firm = int(self._firms.pop())
        row = int(firm - self.world.n_units)
        if founded is None:
            founded = min(self.world.firm_founded[row], START - 200)
        self.world.firm_founded[row] = founded
        self.world.firm_quiet[row] = quiet
        return firm

    def owner(self, firm: int, holder: int, share: float, **more: Any) -> str:
        """Enter a natural person as holder and return the holder number."""
        return self._holder(firm, share, holder_kind="自然人", holder_token=holder, **more)

    def parent(self, firm: int, parent: int, share: float, **more: Any) -> str:
        """Enter a firm as holder and return the holder number."""
        return self._holder(firm, share, holder_kind="企业", holder_code=parent, **more)

    def _holder(self, firm: int, share: float, **values: Any) -> str:
        row = firm - self.world.n_units
        number = str(self.serials.take(f"holder{firm}"))
        values.setdefault("from_date", self.world.firm_founded[row])
        self.book.row(
            "D30.holder",
            firm_code=firm,
            holder_id=number,
            share=share,
            capital=int(self.world.firm_capital[row] * share),
            **values,
        )
        self.owned.add(firm)
        return number

    def represent(self, firm: int, person: int) -> None:
        """Make `person` the legal representative."""
        self.world.firm_rep[firm - self.world.n_units] = person

    def kin(self, official: int, relative: int, relation: str = "配偶") -> str:
        """Enter a relation the police can confirm; returns the number of the answer."""
        number = f"HY{self.serials.take('kin'):09d}"
        self.book.row(
            "D25",
            query_id=number,
            person_a_token=official,
            person_b_token=relative,
            answer=1,
            relation=relation,
            record_key=f"HJ-{number[2:]}",
            answered_on=END,
        )
        return number

    # --- events -----------------------------------------------------------------------------
    def date(self, low: str = "2023-03-01", high: str = "2025-05-31") -> np.datetime64:
        """A day between the two, uniformly."""
        span = int((day(high) - day(low)).astype(int))
        return day(low) + int(self.rng.integers(span + 1))

    def rivals(self, count: int, group: str, unit: int) -> list[int]:
        """Ordinary firms of a trade that may bid beside an actor."""
        industry = np.array([g for _, g in names.INDUSTRIES])[self.world.firm_industry]
        same = np.nonzero((industry == group) & ~self.world.firm_open)[0]
        local = same[
            self.world.org_county[same + self.world.n_units] == self.world.org_county[unit]
        ]
        pool = local if len(local) >= 4 * count else same
        return [int(i) + self.world.n_units for i in self.rng.choice(pool, count, replace=False)]

    def tender(
        self,
        unit: int,
        bids: Sequence[tuple[int, int]],
        when: np.datetime64,
        *,
        item_class: str = "B08010",
        method: str = "公开招标",
        ceiling: int | None = None,
        winner: int | None = None,
        statuses: Sequence[str] | None = None,
        bid_more: dict[int, dict[str, Any]] | None = None,
        experts: Sequence[tuple[int, int | None]] = (),
        **more: Any,
    ) -> Tender:
        """One procurement: `bids` are (firm, price in fen); the lowest valid one wins.

        `when` is the day of the award. `bid_more` adds or replaces fields of the bid of a firm,
        `more` fields of project and section alike.
        """
        statuses = statuses or ["有效"] * len(bids)
        valid = [b for b, s in zip(bids, statuses, strict=True) if s == "有效"]
        winner, price = (
            min(valid, key=lambda b: b[1])
            if winner is None
            else (winner, next(p for f, p in bids if f == winner))
        )
        ceiling = ceiling or int(max(p for _, p in bids) * self.rng.uniform(1.01, 1.06))
        serial = self.serials.take("project")
        ids = {"project_id": f"CG{serial:08d}", "section_id": f"BD{serial:08d}-1"}
        deadline = (when - 3).astype("datetime64[s]") + np.timedelta64(9, "h")
        shared = {
            "method": method,
            "item_class": item_class,
            "budget": int(ceiling * 1.02),
            "ceiling_price": ceiling,
            "notice_date": when - 3 - int(self.rng.integers(21, 30)),
            "bid_deadline": deadline,
            "opened_at": deadline + np.timedelta64(30, "m"),
            "award_date": when,
            "winner_code": winner,
            "award_price": price,
            "criteria_length": int(self.rng.normal(900, 150)),
            "status": "已成交",
            **more,
        }
        open_way = method not in ("单一来源", "框架协议")
        self.book.row("D14.project", project_id=ids["project_id"], buyer_code=unit, **shared)
        if open_way:
            self._section(
                ids,
                unit,
                shared,
                bids=bids,
                statuses=statuses,
                bid_more=bid_more or {},
                experts=experts,
            )
        return Tender(
            ids["section_id"],
            ids["project_id"],
            unit,
            winner,
            price,
            when,
            method,
            item_class,
            open_way,
        )

    def _section(
        self,
        ids: dict[str, str],
        unit: int,
        shared: dict[str, Any],
        *,
        bids: Sequence[tuple[int, int]],
        statuses: Sequence[str],
        bid_more: dict[int, dict[str, Any]],
        experts: Sequence[tuple[int, int | None]],
    ) -> None:
        kind = (
            "工程"
            if shared["item_class"][0] == "B"
            else "货物"
            if shared["item_class"][0] == "A"
            else "服务"
        )
        self.book.row("D20.section", **ids, tenderer_code=unit, trade_kind=kind, **shared)
        ranked = sorted(range(len(bids)), key=lambda i: (statuses[i] != "有效", bids[i][1]))
        for i, (firm, price) in enumerate(bids):
            values = {
                **self.bid_traces(firm, ids["section_id"]),
                "received_at": shared["bid_deadline"]
                - np.timedelta64(int(self.rng.integers(60, 2000)), "m"),
                "status": statuses[i],
                "rank": ranked.index(i) + 1,
                "is_winner": int(firm == shared["winner_code"]),
                "deposit_amount": int(price * 0.02),
                **bid_more.get(firm, {}),
            }
            self.book.row(
                "D20.bid", section_id=ids["section_id"], bidder_code=firm, bid_price=price, **values
            )
        for person, employer in experts:
            self.book.row(
                "D20.expert",
                section_id=ids["section_id"],
                expert_token=person,
                role="抽取专家",
                employer_code=employer,
            )

    def bid_traces(self, firm: int, section_id: str) -> dict[str, Any]:
        """What the file of an honest bidder shows: its own machine, account and people."""
        row = firm - self.world.n_units
        number = int(section_id[2:10])
        return {
            "deposit_account_token": firm,
            "machine_code": f"MC{firm:08d}",
            "file_code": f"FC{firm:07d}{number:08d}",
            "lock_no": f"LK{firm:08d}",
            "mac_address": f"MA{firm:08d}",
            "ip_address": f"10.{firm // 65536 % 256}.{firm // 256 % 256}.{firm % 256}",
            "contact_token": int(self.world.firm_rep[row]),
            "contact_phone_token": int(self.world.firm_phone[row]),
            "address": str(self.world.firm_address[row]),
        }

    def contract(self, tender: Tender, *, amount: int | None = None, **more: Any) -> str:
        """The contract after an award; returns its number."""
        number = f"HT{self.serials.take('contract'):08d}"
        signed = more.pop("sign_date", tender.award_date + int(self.rng.integers(7, 28)))
        self.book.row(
            "D14.contract",
            **{
                "contract_id": number,
                "project_id": tender.project_id,
                "section_id": tender.section_id if tender.open else None,
                "buyer_code": tender.unit,
                "supplier_code": tender.winner,
                "method": tender.method,
                "item_class": tender.item_class,
                "amount": amount or tender.award,
                "sign_date": signed,
                "start_date": signed + 5,
                "end_date": signed + 200,
                "accepted_on": signed + 120,
                "prepay_share": 0.0,
                **more,
            },
        )
        return number

    def pay(self, unit: int, payee: int, amount: int, when: np.datetime64, **more: Any) -> str:
        """One payment from the treasury; returns the voucher number."""
        number = f"ZF{self.serials.take('voucher'):09d}"
        self.book.row(
            "D13.payment",
            **{
                "voucher_no": number,
                "unit_code": unit,
                "fiscal_year": int(str(when)[:4]),
                "payee_kind": "单位",
                "payee_code": payee,
                "payee_account_token": payee,
                "amount": int(amount),
                "pay_date": min(when, END),
                "pay_kind": "直接支付",
                "econ_class": "30299",
                "budget_item": f"YS{unit:04d}{int(self.rng.integers(1, 9)):02d}",
                "invoice_no": self.invoice_no(),
                **more,
            },
        )
        return number

    def once(self, key: object) -> bool:
        """True the first time this key comes; keeps two stories from writing one row."""
        first = key not in self._done
        self._done.add(key)
        return first

    def experts(self) -> int:
        """An expert of the ordinary pool (see `procurement._write_experts`)."""
        pool = np.arange(self.world.size.officials, self.world.size.persons, 60)
        return int(pool[self.rng.integers(len(pool))])

    def invoice_no(self) -> str:
        """A number no other invoice has."""
        return f"25{self.serials.take('invoice'):018d}"

    def trade(
        self, unit: int, firm: int, when: np.datetime64, price: int, **more: Any
    ) -> tuple[Tender, str]:
        """Open tender against two ordinary rivals, contract and one payment in full."""
        group = more.pop("group", "工程")
        rivals = self.rivals(2, group, unit)
        bids = [(firm, price)] + [(r, int(price * self.rng.uniform(1.02, 1.12))) for r in rivals]
        tender = self.tender(unit, bids, when, **more)
        contract = self.contract(tender)
        self.pay(unit, firm, price, when + 150, contract_id=contract, project_id=tender.project_id)
        return tender, contract
