"""The spreadsheets of this room: what their columns are."""

from __future__ import annotations

from lianxun.fabric.excel.columns import Column, SheetSpec
from lianxun.organisation.enums import (
    AppointmentKind,
    PoolKind,
    RecusalKind,
    Skill,
    TrainingKind,
    TrainingMethod,
    UnitKind,
)

UNITS = SheetSpec(
    "organisation.units",
    "单位",
    1,
    (
        Column(
            key="code",
            header="单位编码",
            required=True,
            most=40,
            help="全平台唯一。",
            example="YL-SJJ",
        ),
        Column(key="name", header="单位名称", required=True, most=120, example="省数据局"),
        Column(
            key="short_name", header="简称", most=40, help="不填则同单位名称。", example="数据局"
        ),
        Column(
            key="kind",
            header="单位类别",
            kind="choice",
            required=True,
            choices={str(label): value for value, label in UnitKind.choices},
            example="成员单位",
        ),
        Column(
            key="region",
            header="行政区划代码",
            kind="integer",
            required=True,
            low=100000,
            high=999999,
            help="六位，省级后四位为 0，市级后两位为 0。",
            example="970000",
        ),
        Column(
            key="parent", header="上级单位编码", most=40, help="可以是本表内的单位。", example="YL"
        ),
        Column(
            key="valid_from", header="启用日期", kind="date", required=True, example="2026-03-02"
        ),
        Column(key="basis", header="设立依据", required=True, most=200, example="云编〔2026〕1号"),
    ),
)

PEOPLE = SheetSpec(
    "organisation.people",
    "人员",
    1,
    (
        Column(
            key="code",
            header="人员编号",
            required=True,
            most=40,
            help="按编号识别：已有则更新。",
            example="P-0001",
        ),
        Column(key="name", header="姓名", required=True, most=40, example="叶知微"),
        Column(key="unit", header="单位编码", required=True, most=40, example="YL-CZ"),
        Column(key="post", header="职务", required=True, most=60, example="四级调研员"),
        Column(key="phone", header="办公电话", most=30, default="", example="0000-1234"),
        Column(
            key="active",
            header="在岗",
            kind="yesno",
            default=True,
            help="不填为“是”。",
            example="是",
        ),
        Column(
            key="appointment",
            header="任职类别",
            kind="choice",
            default="",
            choices={str(label): value for value, label in AppointmentKind.choices},
            help="联络员、分管领导等在此注明；普通工作人员不填。",
            example="联络员",
        ),
    ),
)

POOL = SheetSpec(
    "organisation.pool",
    "人才库",
    1,
    (
        Column(key="code", header="人员编号", required=True, most=40, example="P-0001"),
        Column(
            key="kind",
            header="类别",
            kind="choice",
            required=True,
            choices={str(label): value for value, label in PoolKind.choices},
            example="专家",
        ),
        Column(
            key="skills",
            header="专长",
            kind="choices",
            required=True,
            choices={str(label): value for value, label in Skill.choices},
            help="多项用顿号分开。",
            example="审计、财务",
        ),
        Column(
            key="senior_title",
            header="高级职称",
            most=40,
            default="",
            help="专家必填。",
            example="正高级审计师",
        ),
        Column(
            key="years", header="从业年限", kind="integer", low=0, high=60, default=0, example="8"
        ),
        Column(
            key="available_from",
            header="可抽调自",
            kind="date",
            required=True,
            example="2026-03-02",
        ),
        Column(key="available_to", header="可抽调至", kind="date", example="2026-12-31"),
    ),
)

_CODE = Column(key="code", header="人员编号", required=True, most=40, example="P-0001")
_UNIT = Column(key="unit", header="单位编码", required=True, most=40, example="YL-CZ")

POSTS = SheetSpec(
    "organisation.posts",
    "职位",
    1,
    (
        _UNIT,
        Column(
            key="title",
            header="职位",
            required=True,
            most=60,
            help="按单位和职位识别：已有则更新。",
            example="处长",
        ),
        Column(
            key="leading",
            header="领导职位",
            kind="yesno",
            default=False,
            help="不填为“否”。",
            example="是",
        ),
        Column(key="seats", header="职数", kind="integer", low=1, high=200, default=1, example="1"),
        Column(
            key="valid_from", header="设立日期", kind="date", required=True, example="2026-03-02"
        ),
    ),
)

APPOINTMENTS = SheetSpec(
    "organisation.appointments",
    "任职",
    1,
    (
        _CODE,
        _UNIT,
        Column(
            key="kind",
            header="任职类别",
            kind="choice",
            required=True,
            choices={str(label): value for value, label in AppointmentKind.choices},
            example="联络员",
        ),
        Column(key="post", header="职位", most=60, default="", example="处长"),
        Column(
            key="valid_from",
            header="自",
            kind="date",
            required=True,
            help="人员、单位、类别和这一天相同的是同一项任职。",
            example="2026-03-02",
        ),
        Column(
            key="valid_to",
            header="至",
            kind="date",
            help="填写即结束这一任职；不填为仍在任。",
            example="2027-03-01",
        ),
        Column(key="basis", header="依据", most=200, default="", example="云联办〔2026〕1号"),
    ),
)

FACTS = SheetSpec(
    "organisation.facts",
    "回避事实",
    1,
    (
        _CODE,
        Column(
            key="kind",
            header="情形",
            kind="choice",
            required=True,
            choices={str(label): value for value, label in RecusalKind.choices},
            example="曾在该单位任职",
        ),
        Column(
            key="unit",
            header="单位编码",
            most=40,
            default="",
            help="已登记的单位。",
            example="YL-DX",
        ),
        Column(
            key="organisation_name",
            header="单位或地方",
            most=120,
            default="",
            help="没有登记的单位在此写名称。",
            example="青松大学",
        ),
        Column(
            key="place",
            header="地方代码",
            kind="integer",
            low=100000,
            high=999999,
            help="籍贯或成长地必填，六位行政区划代码。",
            example="970121",
        ),
        Column(key="relation", header="亲属关系", most=20, default="", example="配偶"),
        Column(key="since", header="起", kind="date", example="2019-03-02"),
        Column(key="until", header="止", kind="date", example="2024-12-31"),
    ),
)

TRAINING = SheetSpec(
    "organisation.training",
    "培训",
    1,
    (
        _CODE,
        Column(
            key="kind",
            header="类别",
            kind="choice",
            required=True,
            choices={str(label): value for value, label in TrainingKind.choices},
            example="年度培训班",
        ),
        Column(key="title", header="培训名称", required=True, most=80, example="联络员年度培训班"),
        Column(key="held_on", header="日期", kind="date", required=True, example="2026-03-02"),
        Column(
            key="hours", header="学时", kind="integer", required=True, low=1, high=200, example="8"
        ),
        Column(
            key="methods",
            header="培训形式",
            kind="choices",
            default=(),
            choices={str(label): value for value, label in TrainingMethod.choices},
            help="多项用顿号分开。",
            example="理论授课、案例研讨",
        ),
    ),
)

# In the order in which they are filled: people stand in units, everything else hangs on people.
BY_KEY = {
    "units": UNITS,
    "posts": POSTS,
    "people": PEOPLE,
    "appointments": APPOINTMENTS,
    "pool": POOL,
    "facts": FACTS,
    "training": TRAINING,
}
