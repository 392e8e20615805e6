"""The list of files and official documents."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString

from lianxun.documents.enums import FileRole
from lianxun.documents.records import FileRecord
from lianxun.fabric.models import Level
from lianxun.web import cells
from lianxun.web.lists import Column, Filter, Listing
from lianxun.web.templatetags.lx import level


def _file(f: FileRecord) -> SafeString:
    name = f"{f.title}{f.suffix}"
    return cells.joined(
        cells.link(reverse("documents:download", args=[f.id]), name), level(f.level)
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
