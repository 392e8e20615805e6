"""A second, slow and plain implementation of the 11 OCDS indicators, written from their description.

It shares no code with `lianxun_insight.rules.ocds`: whole file in memory, one loop per indicator.
"""

import json
import math
from datetime import datetime
from fractions import Fraction


def parse(data):
    """Decoded releases (objects with a text ocid) of the bytes of a file, in order."""
    found = []
    for line in data.split(b"\n"):
        try:
            text = line.decode("utf-8")
            if not text.strip():
                continue
            value = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("ocid"), str):
            found.append(value)
    return found


def _refuse(name):
    raise ValueError(name)


def get(value, *path):
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text(value, *path):
    found = get(value, *path)
    return found if isinstance(found, str) else None


def array(value, *path):
    found = get(value, *path)
    return found if isinstance(found, list) else None


def ids(organisations):
    return [text(each, "id") for each in organisations or [] if text(each, "id") is not None]


def single(organisations):
    if organisations is not None and len(organisations) == 1:
        return text(organisations[0], "id")
    return None


def amount(bid):
    number = get(bid, "value", "amount")
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    try:
        number = float(number)
    except OverflowError:
        return None
    if not math.isfinite(number) or text(bid, "value", "currency") is None:
        return None
    return number


def submitted(process):
    return [
        bid
        for bid in array(process, "bids", "details") or []
        if text(bid, "status") is not None and bid["status"] not in ("invited", "withdrawn")
    ]


def active(process):
    return [each for each in array(process, "awards") or [] if get(each, "status") == "active"]


def final(process):
    awards = array(process, "awards")
    if awards is None or array(process, "bids", "details") is None:
        return False
    known = ("active", "cancelled", "unsuccessful")
    return all(text(each, "status") is None or each["status"] in known for each in awards)


def sole_winner(process):
    if not final(process) or len(active(process)) != 1:
        return None
    return single(array(active(process)[0], "suppliers"))


def quantile(values, p):
    values, n = sorted(values), len(values)
    if n == 0 or p > 1:
        return math.nan
    h = (n + 1 / 3) * p + 1 / 3
    k = int(h)
    if k <= 0 or p == 0:
        return float(values[0])
    if k >= n or p == 1:
        return float(values[-1])
    return values[k - 1] + (h - k) * (values[k] - values[k - 1])


def fence(values, side):
    q1, q3 = quantile(values, 0.25), quantile(values, 0.75)
    if math.isnan(q1):
        return math.nan, q1
    spread = Fraction(q3 - q1) * Fraction(3, 2)
    return float(Fraction(q1) - spread if side == "low" else Fraction(q3) + spread), q1


class Reference:
    def __init__(self, releases, flat=None, on=None):
        flat = flat or {}
        self.flat = flat
        self.on = on or {f"R{n:03d}" for n in (3, 18, 24, 25, 28, 30, 35, 36, 38, 48, 58)}
        self.result = {}
        excluded = self.words("exclusions.procurement_method_details")
        self.processes = [
            each
            for each in releases
            if text(each, "tender", "status") != "cancelled"
            and text(each, "tender", "procurementMethodDetails") not in excluded
        ]
        self.currency = flat.get("currency")
        self.find_currency()

    def words(self, name, default=""):
        value = self.flat.get(name, default)
        return value.removesuffix("|").split("|") if value else []

    def put(self, group, identifier, code, value):
        if code in self.on:
            self.result.setdefault(group, {}).setdefault(identifier, {})[code] = value

    def priced(self, process):
        details = text(process, "tender", "procurementMethodDetails")
        allow = self.words("price_comparison_procurement_methods")
        if allow:
            return details in allow
        return details not in self.words("no_price_comparison_procurement_methods")

    def comparable(self, process):
        if not self.priced(process) or sole_winner(process) is None:
            return []
        return [
            bid
            for bid in submitted(process)
            if bid["status"] == "valid"
            and amount(bid) is not None
            and single(array(bid, "tenderers")) is not None
        ]

    def rankable(self, process):
        if not self.priced(process) or not active(process):
            return []
        return [bid for bid in submitted(process) if amount(bid) is not None]

    def find_currency(self):
        for process in self.processes:
            if self.currency is not None:
                return
            eligible = self.comparable(process) if self.on & {"R024", "R058"} else []
            eligible = eligible + (self.rankable(process) if "R036" in self.on else [])
            if eligible:
                self.currency = eligible[0]["value"]["currency"]

    def main(self, bids):
        return [bid for bid in bids if bid["value"]["currency"] == self.currency]

    def run(self):
        for name in ("r003", "r018", "prices", "r025", "r028", "r030", "r035", "r036"):
            getattr(self, name)()
        self.r038()
        self.r048()
        return self.result

    def r003(self):
        methods = self.words("R003.procurement_methods")
        by_details = self.flat.get("R003.procurement_method_details", {})
        for process in self.processes:
            if methods and text(process, "tender", "procurementMethod") not in methods:
                continue
            dates = []
            for key in ("startDate", "endDate"):
                given = text(process, "tender", "tenderPeriod", key) or ""
                try:
                    if len(given) < 20 or given[10] not in "Tt " or given[19:20] == ":":
                        raise ValueError
                    dates.append(datetime.fromisoformat(given.upper().replace(" ", "T")))
                    if dates[-1].tzinfo is None:
                        raise ValueError
                except ValueError:
                    break
            if len(dates) < 2:
                continue
            details = text(process, "tender", "procurementMethodDetails")
            limit = by_details.get(details, self.flat.get("R003.threshold", 15))
            if int((dates[1] - dates[0]).total_seconds() / 86400) < limit:
                self.put("OCID", process["ocid"], "R003", 1.0)

    def r018(self):
        methods = self.words("R018.procurement_methods", "open|selective")
        for process in self.processes:
            number = get(process, "tender", "numberOfTenderers")
            if methods and text(process, "tender", "procurementMethod") not in methods:
                continue
            if isinstance(number, int) and not isinstance(number, bool) and number == 1:
                self.put("OCID", process["ocid"], "R018", 1.0)

    def prices(self):
        rows = {}
        for process in self.processes:
            winner, bids = sole_winner(process), self.main(self.comparable(process))
            own = [amount(bid) for bid in bids if bid["tenderers"][0]["id"] == winner]
            others = [bid for bid in bids if bid["tenderers"][0]["id"] != winner]
            if not own or not others or min(own) == 0:
                continue
            second = min(others, key=amount)
            if amount(second) >= min(own):
                difference = (amount(second) - min(own)) / min(own)
                if math.isfinite(difference):
                    rows[process["ocid"]] = (difference, winner, second["tenderers"][0]["id"])
        values = [row[0] for row in rows.values()]
        low, q1 = fence(values, "low")
        if "R024.threshold" in self.flat:
            low, q1 = self.flat["R024.threshold"], 1
        high = self.flat.get("R058.threshold", fence(values, "high")[0])
        for ocid, (difference, winner, other) in rows.items():
            if q1 > 0 and low > 0 and difference <= low:
                self.put("OCID", ocid, "R024", difference)
                self.put("Tenderer", winner, "R024", 0.0)
                self.put("Tenderer", other, "R024", 0.0)
            if high > 0 and difference >= high:
                self.put("OCID", ocid, "R058", difference)
                self.put("Tenderer", winner, "R058", 0.0)

    def r025(self):
        bids, wins = {}, {}
        for process in self.processes:
            winner = sole_winner(process)
            if winner is None:
                continue
            valid = [bid for bid in submitted(process) if bid["status"] == "valid"]
            for tenderer in {single(array(bid, "tenderers")) for bid in valid} - {None}:
                bids[tenderer] = bids.get(tenderer, 0) + 1
                wins[tenderer] = wins.get(tenderer, 0) + (tenderer == winner)
        ratios = {each: wins[each] / bids[each] for each in bids}
        top = quantile(list(bids.values()), self.flat.get("R025.percentile", 75) / 100)
        low, q1 = fence(list(ratios.values()), "low")
        if "R025.threshold" in self.flat:
            low, q1 = self.flat["R025.threshold"], 1
        for each, ratio in ratios.items():
            if q1 > 0 and low > 0 and bids[each] >= top and ratio <= low:
                self.put("Tenderer", each, "R025", ratio)

    def r028(self):
        for process in self.processes:
            seen = {}
            for bid in submitted(process) if self.priced(process) else []:
                who = set(ids(array(bid, "tenderers")))
                if amount(bid) is None or not who:
                    continue
                key = (amount(bid), bid["value"]["currency"])
                if key in seen and seen[key] != who:
                    self.put("OCID", process["ocid"], "R028", 1.0)
                    for each in seen[key] | who:
                        self.put("Tenderer", each, "R028", 1.0)
                seen[key] = who

    def r030(self):
        for process in self.processes:
            end = text(process, "tender", "tenderPeriod", "endDate")
            if end is None or array(process, "awards") is None:
                continue
            winners = {x for award in active(process) for x in ids(array(award, "suppliers"))}
            for bid in submitted(process):
                if bid["status"] == "valid" and (text(bid, "date") or "") > end:
                    for each in winners & set(ids(array(bid, "tenderers"))):
                        self.put("OCID", process["ocid"], "R030", 1.0)
                        self.put("Tenderer", each, "R030", 1.0)

    def r035(self):
        for process in self.processes:
            if not final(process):
                continue
            won = {x for award in active(process) for x in ids(array(award, "suppliers"))}
            by = {
                status: {
                    x
                    for bid in submitted(process)
                    if bid["status"] == status
                    for x in ids(array(bid, "tenderers"))
                }
                for status in ("valid", "disqualified")
            }
            number = len(by["disqualified"] - by["valid"])
            least = max(1, self.flat.get("R035.threshold", 1))
            if len(by["valid"]) == 1 and by["valid"] == won and number >= least:
                self.put("OCID", process["ocid"], "R035", float(number))
                for each in won:
                    self.put("Tenderer", each, "R035", 0.0)

    def r036(self):
        for process in self.processes:
            bids = self.main(self.rankable(process))
            lowest = min(bids, key=amount)["status"] if bids else None
            if lowest == "disqualified" and any(bid["status"] == "valid" for bid in bids):
                self.put("OCID", process["ocid"], "R036", 1.0)

    def r038(self):
        counts = {"Buyer": {}, "ProcuringEntity": {}, "Tenderer": {}}

        def add(group, identifier, failed, number):
            if identifier is not None:
                before = counts[group].get(identifier, (0, 0))
                counts[group][identifier] = (before[0] + failed, before[1] + number)

        for process in self.processes:
            bids = submitted(process)
            failed = sum(bid["status"] == "disqualified" for bid in bids)
            if bids:
                add("Buyer", text(process, "buyer", "id"), failed, len(bids))
                entity = text(process, "tender", "procuringEntity", "id")
                add("ProcuringEntity", entity, failed, len(bids))
            for bid in bids:
                for each in ids(array(bid, "tenderers")):
                    add("Tenderer", each, bid["status"] == "disqualified", 1)
        for group, entries in counts.items():
            name = "minimum_submitted_bids" if group == "Tenderer" else None
            least = self.flat.get(f"R038.{name or 'minimum_contracting_processes'}", 2)
            kept = {each: d / b for each, (d, b) in entries.items() if b >= least}
            high = self.flat.get("R038.threshold", fence(list(kept.values()), "high")[0])
            for each, ratio in kept.items():
                if high > 0 and ratio >= high:
                    self.put(group, each, "R038", ratio)

    def r048(self):
        codes, counts = {}, {}
        for process in self.processes:
            gained = {}
            for award in active(process):
                supplier = single(array(award, "suppliers"))
                for item in array(award, "items") or []:
                    code = text(item, "classification", "id")
                    if supplier is not None and code is not None:
                        gained.setdefault(supplier, set()).add(
                            code[: self.flat.get("R048.digits", 2)]
                        )
            for supplier, new in gained.items():
                codes.setdefault(supplier, set()).update(new)
                counts[supplier] = counts.get(supplier, 0) + 1
        least = self.flat.get("R048.minimum_contracting_processes", 20)
        numbers = {each: len(codes[each]) for each in codes if counts[each] >= least}
        high = self.flat.get("R048.threshold", fence(list(numbers.values()), "high")[0])
        for each, number in numbers.items():
            if number >= high:
                self.put("Tenderer", each, "R048", float(number))
