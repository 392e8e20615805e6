"""Lists of files, of what ran out, of what is held back, of the print queue."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString

from lianxun.documents.enums import DisposalState, FileRole, HoldState, PrintState
from lianxun.documents.records import FileRecord
from lianxun.fabric.models import Level
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing
from lianxun.web.templatetags.lx import level


def _file(f: FileRecord) -> SafeString:
    name = f"{f.title}{f.suffix}"
    about = cells.link(reverse("documents:file", args=[f.id]), "详情")
    return cells.joined(
        cells.link(reverse("documents:download", args=[f.id]), name), level(f.level), about
    )


LISTING = Listing(
    name="documents",
    title="文书档案",
    columns=(
        Column(
            key="title",
            label="文件",
            value=lambda f: f"{f.title}{f.suffix}",
            html=_file,
            fixed=True,
        ),
        Column(key="role", label="用途", value=lambda f: f.role_label),
        Column(key="number", label="文号", value=lambda f: f.number),
        Column(key="level", label="级别", value=lambda f: str(Level(f.level).label), shown=False),
        Column(key="retention", label="保管期限", value=lambda f: f.retention_label, shown=False),
        Column(key="size", label="大小", value=lambda f: f.size_text, number=True),
        Column(
            key="at",
            label="登记时间",
            value=lambda f: f.created_at,
            html=lambda f: cells.moment(f.created_at),
        ),
        Column(key="by", label="登记人", value=lambda f: f.stored_by_name),
    ),
    filters=(
        Filter(name="role", label="用途", choices=FileRole.choices),
        Filter(name="number", label="文号"),
    ),
    empty="还没有您可以知悉的文件。",
)

DISPOSALS = Listing(
    name="disposals",
    title="销毁清册",
    columns=(
        Column(
            key="name",
            label="清册",
            value=lambda d: d.name,
            html=lambda d: cells.joined(
                cells.link(reverse("documents:disposal", args=[d.id]), d.name), level(d.level)
            ),
            fixed=True,
        ),
        Column(key="noun", label="类别", value=lambda d: d.noun),
        Column(key="owner", label="所属单位", value=lambda d: d.owner_name),
        Column(key="count", label="件数", value=lambda d: d.count, number=True),
        Column(
            key="at",
            label="列出时间",
            value=lambda d: d.drawn_at,
            html=lambda d: cells.moment(d.drawn_at),
        ),
        Column(key="reviewed", label="审核人", value=lambda d: d.reviewed_by),
        Column(key="checked", label="监销人", value=lambda d: d.checked_by),
        Column(
            key="state",
            label="状态",
            value=lambda d: d.state_label,
            html=lambda d: cells.state(d.state, d.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=DisposalState.choices),),
    empty="没有期满待处置的材料。期满前两周，平台自动列入清册。",
)

HOLDS = Listing(
    name="holds",
    title="法律保全",
    columns=(
        Column(
            key="number",
            label="编号",
            value=lambda h: h.number,
            html=lambda h: cells.joined(
                cells.link(reverse("documents:hold", args=[h.id]), h.number), level(h.level)
            ),
            fixed=True,
        ),
        Column(key="basis", label="依据", value=lambda h: h.basis),
        Column(key="reason", label="保全理由", value=lambda h: h.reason),
        Column(key="by", label="设定人", value=lambda h: h.placed_by),
        Column(
            key="at",
            label="设定时间",
            value=lambda h: h.placed_at,
            html=lambda h: cells.moment(h.placed_at),
        ),
        Column(
            key="state",
            label="状态",
            value=lambda h: h.state_label,
            html=lambda h: cells.state(h.state, h.state_label),
        ),
    ),
    filters=(Filter(name="state", label="状态", choices=HoldState.choices),),
    empty="没有法律保全。在线索或文件页面可以设定。",
)

PRINTS = Listing(
    name="prints",
    title="打印登记",
    columns=(
        Column(
            key="title",
            label="文件",
            value=lambda p: p.title,
            html=lambda p: cells.joined(
                cells.link(reverse("documents:print", args=[p.id]), p.title), level(p.level)
            ),
            fixed=True,
        ),
        Column(key="number", label="文号", value=lambda p: p.number),
        Column(key="mark", label="水印编号", value=lambda p: p.mark),
        Column(key="copies", label="份数", value=lambda p: p.copies, number=True),
        Column(key="out", label="未清退", value=lambda p: p.out, number=True),
        Column(key="purpose", label="用途", value=lambda p: p.purpose_label),
        Column(key="by", label="申请人", value=lambda p: p.asked_by),
        Column(
            key="at",
            label="申请时间",
            value=lambda p: p.asked_at,
            html=lambda p: cells.moment(p.asked_at),
        ),
        Column(
            key="state",
            label="状态",
            value=lambda p: p.state_label,
            html=lambda p: cells.state(p.state, p.state_label),
        ),
    ),
    filters=(
        Filter(name="state", label="状态", choices=PrintState.choices),
        Filter(name="mark", label="水印编号"),
    ),
    empty="没有打印任务。在文件详情页可以申请打印。",
)
