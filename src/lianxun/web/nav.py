"""The map: the same short list for everybody, less what somebody has no business in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from lianxun.kernel.actor import Actor
from lianxun.web.help_topics import topic_of


@dataclass(frozen=True, slots=True)
class Entry:
    """``duties``/``roles``: any of them opens the entry; none named = everybody with business."""

    label: str
    url: str
    duties: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    business: bool = True
    members: bool = False  # open to members of an engagement, whatever their duties
    group: str = ""  # the heading it stands under; entries of one group stand together


_ADMINS = frozenset({"system_admin", "security_admin", "audit_admin"})

_ROUND, _WORK, _SHELF, _HOUSE = "巡视", "协作", "资料", "平台"

ENTRIES = (
    Entry("我的工作", "home", business=False),
    Entry("审批", "approvals:inbox", frozenset({"approvals"})),
    Entry("提醒", "duties:notices", business=False),
    Entry(
        "巡视任务",
        "inspection:engagements",
        frozenset({"inspection"}),
        members=True,
        group=_ROUND,
    ),
    Entry("巡视覆盖", "inspection:coverage", frozenset({"inspection"}), group=_ROUND),
    Entry("时限与进度", "duties:boards", frozenset({"duties"}), group=_ROUND),
    Entry(
        "协作度量",
        "measures:first",
        roles=frozenset({"leader", "coordinator", "liaison_officer"}),
        group=_WORK,
    ),
    Entry("信息需求", "exchange:requests", frozenset({"exchange"}), members=True, group=_WORK),
    Entry("问题线索", "leads:list", frozenset({"leads"}), members=True, group=_WORK),
    Entry("研判建议", "advice:home", frozenset({"advice"}), group=_WORK),
    Entry(
        "整改台账",
        "rectification:items",
        frozenset({"rectification"}),
        members=True,
        group=_WORK,
    ),
    Entry("协作会商", "coordination:meetings", frozenset({"coordination"}), group=_WORK),
    Entry("考核评价", "appraisal:periods", frozenset({"appraisal"}), group=_WORK),
    Entry("印证函", "inspection:corroborations", roles=frozenset({"liaison_officer"}), group=_WORK),
    Entry(
        "应急调阅",
        "emergency:list",
        frozenset({"leads", "exchange"}),
        frozenset({"security_admin"}),
        group=_WORK,
    ),
    Entry("政策法规", "regulations:search", frozenset({"regulations"}), group=_SHELF),
    Entry("数据目录", "exchange:catalogue", frozenset({"exchange"}), group=_SHELF),
    Entry("文书档案", "documents:list", frozenset({"documents"}), group=_SHELF),
    Entry(
        "组织",
        "organisation:units",
        frozenset({"organisation"}),
        frozenset({"system_admin"}),
        business=False,
        group=_HOUSE,
    ),
    Entry("留痕", "trace:health", roles=_ADMINS, business=False, group=_HOUSE),
    Entry("三员管理", "access:accounts", roles=_ADMINS, business=False, group=_HOUSE),
    Entry("帮助", "help", business=False, group=_HOUSE),
)


def _open(entry: Entry, actor: Actor) -> bool:
    if not entry.duties and not entry.roles:
        return not entry.business or not actor.has_role(*_ADMINS)
    if entry.members and actor.engagements:
        return True
    return bool(entry.duties & actor.duties) or bool(entry.roles & actor.roles)


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the entries this actor may open, and which one he is in."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return {"nav": (), "actor": None, "demo": settings.LIANXUN_DEMO}
    found = []
    for entry in ENTRIES:
        if not _open(entry, actor):
            continue
        try:
            url = reverse(entry.url)
        except NoReverseMatch:
            continue  # a room that is not installed has no entry
        here = request.path == url or (url != "/" and request.path.startswith(url))
        found.append({"label": entry.label, "url": url, "here": here, "group": entry.group})
    view = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "nav": found,
        "actor": actor,
        "demo": settings.LIANXUN_DEMO,
        "help_here": reverse("help_topic", args=[topic_of(view)]),
    }
