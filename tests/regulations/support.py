"""Invented rules for the tests, and short ways to bring them into the library."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db import transaction

from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.regulations import operations, queries
from lianxun.regulations.records import IntakeRecord, IntakeReport

TODAY = date(2026, 11, 22)

WELL = """# 云岭省水井管理条例

2018年3月1日云岭省人民代表大会常务委员会通过 2018年3月5日公布 自2018年5月1日起施行

<!-- INFO END -->

## 第一章 总则

第一条 为了保护水井，根据《中华人民共和国水井保护法》，制定本条例。

第二条 本省行政区域内水井的开凿、使用和封填，适用本条例。

村民自用的压水机不适用本条例。

## 第二章 开凿

第三条 开凿水井应当具备下列条件：

（一）取得用水许可；

（二）距离污水管道三十米以上；

（三）有合格的施工单位。

第四条 违反本条例第三条第（二）项规定的，责令限期封填，并处一千元以上五千元以下罚款。

第五条 本条例自2018年5月1日起施行。《云岭省凿井暂行办法》同时废止。
"""

WELL_2024 = (
    WELL.replace(
        "2018年3月1日云岭省人民代表大会常务委员会通过 2018年3月5日公布 自2018年5月1日起施行",
        "2018年3月1日云岭省人民代表大会常务委员会通过 2024年6月1日云岭省人民代表大会常务委员会修订 "
        "自2024年9月1日起施行",
    )
    .replace("三十米以上", "五十米以上")
    .replace(
        "第五条 本条例自2018年5月1日起施行。",
        "第五条 鼓励雨水收集。\n\n第六条 本条例自2024年9月1日起施行。",
    )
)

LAW = """# 中华人民共和国水井保护法

2010年1月1日全国人民代表大会常务委员会通过 自2010年3月1日起施行

<!-- INFO END -->

第一条 为了保护水井和饮水安全，制定本法。

第二条 国家建立水井巡查制度。

第三条 任何单位和个人不得污染水井。污染水井的，依照本法第四条处罚。

第四条 污染水井的，处二万元以下罚款。
"""

OLD = """# 云岭省凿井暂行办法

1999年1月1日云岭省人民政府发布 自1999年1月1日起施行

<!-- INFO END -->

第一条 凿井应当报告。

第二条 本办法自1999年1月1日起施行。
"""


def upload(name: str, text: str | bytes, hint: str = "") -> operations.Upload:
    data = text if isinstance(text, bytes) else text.encode()
    return operations.Upload(name, BytesIO(data), hint)


def received(actor: Actor, now: Any, *uploads: operations.Upload, **more: Any) -> UUID:
    """Receive and read; the dry run is ready."""
    intake = operations.receive(
        actor=actor, now=now, title="", uploads=uploads, queue=False, **more
    )
    while operations.read_next(actor=actor, now=now, intake_id=intake):
        pass
    return intake


def seen(actor: Actor, now: Any, intake: UUID) -> IntakeRecord:
    with reading(actor):
        return queries.intake(actor=actor, now=now, intake_id=intake)


def report(actor: Actor, now: Any, intake: UUID) -> IntakeReport:
    with reading(actor):
        return queries.intake_report(actor=actor, now=now, intake_id=intake)


def accepted(actor: Actor, now: Any, intake: UUID, *, replace: bool = False) -> None:
    revision = seen(actor, now, intake).revision
    operations.accept(
        actor=actor, now=now, intake_id=intake, revision=revision, replace=replace, queue=False
    )
    while operations.write_next(actor=actor, now=now, intake_id=intake):
        pass


def shelve(actor: Actor, now: Any, *texts: str, **more: Any) -> UUID:
    """Bring rules into the library; the first line of each names its file."""
    files = [upload(f"{t.splitlines()[0].strip('# ')}.md", t) for t in texts]
    intake = received(actor, now, *files, **more)
    accepted(actor, now, intake)
    return intake


class reading:  # noqa: N801 - reads like a word in the tests
    """A read transaction of an actor, as the middleware opens it."""

    def __init__(self, actor: Actor) -> None:
        self._identity = acting_as(actor.account_id)
        self._atomic = transaction.atomic()

    def __enter__(self) -> None:
        self._identity.__enter__()
        self._atomic.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._atomic.__exit__(*error)
        self._identity.__exit__(*error)


def work_id(actor: Actor, now: Any, title: str) -> UUID:
    with reading(actor):
        rows = queries.works(actor=actor, now=now, as_of=TODAY, words=title).rows
    assert len(rows) == 1, [r.title for r in rows]
    return rows[0].id
