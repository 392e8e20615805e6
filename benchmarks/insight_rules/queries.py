"""Nine typical indicator queries over payments: once as ibis expressions, once by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
from ibis import _

LIMIT = 50_000_000  # fen
EPOCH = ibis.date(2000, 1, 1)


def split(payment: Any, _payee: Any) -> Any:
    """Three and more payments of half a limit and more, each below it, within 30 days."""
    t = payment.filter(payment.amount >= LIMIT // 200, payment.amount < LIMIT // 100)
    t = t.mutate(day=t.pay_date.delta(EPOCH, unit="day"))
    window = ibis.range_window(
        group_by=["unit", "payee"], order_by="day", preceding=30, following=0
    )
    t = t.mutate(n=t.count().over(window), total=t.amount.sum().over(window))
    t = t.filter(t.n >= 3, t.total > LIMIT * 3 // 200)
    return t.select("unit", "payee").distinct()


def exact_duplicates(payment: Any, _payee: Any) -> Any:
    """The same unit, payee, sum and invoice more than once."""
    t = payment.filter(payment.invoice.notnull())
    return t.group_by("unit", "payee", "amount", "invoice").aggregate(n=t.count()).filter(_.n > 1)


def near_duplicates(payment: Any, _payee: Any) -> Any:
    """The same unit, payee and sum again within ten days."""
    window = ibis.window(group_by=["unit", "payee", "amount"], order_by=["pay_date", "id"])
    t = payment.mutate(before=payment.pay_date.lag().over(window))
    return t.filter(t.pay_date.delta(t.before, unit="day") <= 10)


def concentration(payment: Any, _payee: Any) -> Any:
    """Units and years whose largest payee takes more than a fifth."""
    t = payment.mutate(year=payment.pay_date.year())
    each = t.group_by("unit", "year", "payee").aggregate(s=t.amount.sum())
    whole = each.group_by("unit", "year").aggregate(top=each.s.max(), total=each.s.sum())
    return whole.filter(whole.top > 0.2 * whole.total)


def first_digits(payment: Any, _payee: Any) -> Any:
    """Lines per unit and first two digits."""
    t = payment.filter(payment.amount >= 1000)
    t = t.mutate(digits=t.amount.cast("string").substr(0, 2))
    return t.group_by("unit", "digits").aggregate(n=t.count()).filter(_.n > 12)


def new_company(payment: Any, payee: Any) -> Any:
    """Payments to firms younger than ninety days."""
    t = payment.join(payee, "payee")
    days = t.pay_date.delta(t.founded, unit="day")
    return t.filter(days >= 0, days < 90)


def shared_phone(payment: Any, payee: Any) -> Any:
    """Units that paid two and more payees with one phone."""
    pairs = payment.select("unit", "payee").distinct().join(payee, "payee")
    return pairs.group_by("unit", "phone").aggregate(n=pairs.count()).filter(_.n > 1)


def december(payment: Any, _payee: Any) -> Any:
    """Units and years with more than a tenth of the money in December."""
    t = payment.mutate(year=payment.pay_date.year(), month=payment.pay_date.month())
    late = (t.month == 12).ifelse(t.amount, 0)
    each = t.group_by("unit", "year").aggregate(late=late.sum(), total=t.amount.sum())
    return each.filter(each.late > 0.1 * each.total)


def jump(payment: Any, _payee: Any) -> Any:
    """Payees of a unit whose sum is threefold that of the year before."""
    t = payment.mutate(year=payment.pay_date.year())
    each = t.group_by("unit", "payee", "year").aggregate(s=t.amount.sum())
    window = ibis.window(group_by=["unit", "payee"], order_by="year")
    each = each.mutate(before=each.s.lag().over(window))
    return each.filter(each.s > 3 * each.before)


EXPRESSIONS: dict[str, Callable[[Any, Any], Any]] = {
    "split": split,
    "exact duplicates": exact_duplicates,
    "near duplicates": near_duplicates,
    "concentration": concentration,
    "first digits": first_digits,
    "new company": new_company,
    "shared phone": shared_phone,
    "december": december,
    "jump": jump,
}

BY_HAND = {
    "split": f"""select count(*) from (select distinct unit, payee from (
        select unit, payee, count(*) over w as n, sum(amount) over w as total from payment
        where amount >= {LIMIT // 200} and amount < {LIMIT // 100}
        window w as (partition by unit, payee order by pay_date
          range between interval 30 day preceding and current row))
        where n >= 3 and total > {LIMIT * 3 // 200})""",
    "exact duplicates": """select count(*) from (select 1 from payment where invoice is not null
        group by unit, payee, amount, invoice having count(*) > 1)""",
    "near duplicates": """select count(*) from (select pay_date - lag(pay_date) over (
        partition by unit, payee, amount order by pay_date, id) as days from payment)
        where days <= 10""",
    "concentration": """with e as (select unit, year(pay_date) as y, payee, sum(amount) as s
        from payment group by all)
        select count(*) from (select 1 from e group by unit, y having max(s) > 0.2 * sum(s))""",
    "first digits": """select count(*) from (select 1 from payment where amount >= 1000
        group by unit, left(amount::varchar, 2) having count(*) > 12)""",
    "new company": """select count(*) from payment join payee using (payee)
        where pay_date - founded >= 0 and pay_date - founded < 90""",
    "shared phone": """select count(*) from (select 1 from
        (select distinct unit, payee from payment) join payee using (payee)
        group by unit, phone having count(*) > 1)""",
    "december": """select count(*) from (select 1 from payment group by unit, year(pay_date)
        having sum(amount) filter (month(pay_date) = 12) > 0.1 * sum(amount))""",
    "jump": """with e as (select unit, payee, year(pay_date) as y, sum(amount) as s from payment
        group by all)
        select count(*) from (select s, lag(s) over (partition by unit, payee order by y) as b
        from e) where s > 3 * b""",
}


def timed(
    queries: dict[str, Callable[[], int]], clock: Callable[[], float]
) -> dict[str, dict[str, float]]:
    """Run each query once: its count and seconds."""
    done = {}
    for name, query in queries.items():
        started = clock()
        count = int(query())
        done[name] = {"count": count, "seconds": clock() - started}
    return done
