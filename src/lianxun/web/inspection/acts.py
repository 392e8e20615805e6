"""Acts on an engagement, as data: each is one form on a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from lianxun.exchange import operations as exchange_acts
from lianxun.inspection import operations, queries
from lianxun.inspection.enums import SHARING_STATES, SeatState
from lianxun.inspection.preview import preview_dates
from lianxun.inspection.records import EngagementRecord
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.rectification import operations as rectification_acts
from lianxun.web.acts import Act, Look, Undo, act_page, plain, uuid_or_none
from lianxun.web.exchange.sharing import SharingForm
from lianxun.web.forms import ActForm
from lianxun.web.inspection import forms, paper_forms
from lianxun.web.rectification.forms import IssueForm
from lianxun.web.requests import ActorRequest


def _dates_asked(request: ActorRequest, task: Any, form: ActForm) -> dict[str, Any]:
    """What new dates would move."""
    found = preview_dates(
        actor=request.actor,
        now=request.now,
        engagement_id=task.id,
        entry_on=form.cleaned_data["entry_on"],
        on_site_end_on=form.cleaned_data["on_site_end_on"],
    )
    return {"found": found}


def _extension_asked(request: ActorRequest, task: Any, form: ActForm) -> dict[str, Any]:
    """What a later end on site would move."""
    to = form.cleaned_data["to"]
    if to <= task.on_site_end_on:
        raise Invalid.at("to", f"应晚于现在的驻点结束日 {task.on_site_end_on:%Y-%m-%d}。")
    found = preview_dates(
        actor=request.actor,
        now=request.now,
        engagement_id=task.id,
        entry_on=task.entry_on,
        on_site_end_on=to,
    )
    return {"found": found}


TAKE_BACK = frozenset({"ungate", "unline"})
"""Acts that stand beside what they take back, not among the buttons."""

ACTS: dict[str, Act] = {
    "advance": Act(
        "进入下一阶段",
        "进入下一阶段",
        operations.advance,
        forms.AdvanceForm,
        "关口清单须全部通过；缺什么会逐条说明。",
        "已进入新阶段。",
    ),
    "gate": Act(
        "通过关口条目",
        "通过关口",
        operations.pass_gate,
        forms.GateForm,
        done="条目已通过。",
        undo=Undo("ungate", lambda task, form, _: {"gate_id": form.cleaned_data["gate_id"]}),
    ),
    "ungate": Act(
        "撤回关口条目",
        "撤回",
        operations.withdraw_gate,
        forms.UngateForm,
        "条目恢复为未通过，所写依据一并清除；通过和撤回都留痕。该阶段开始后不能撤回。",
        "已撤回，该条目为未通过。",
        values=lambda request, _: {"gate_id": request.GET.get("gate_id", "")},
    ),
    "consult": Act(
        "登记信息会商纪要",
        "登记会商",
        operations.record_consultation,
        forms.ConsultForm,
        "登记后“信息会商”节点办结。",
        "纪要已登记。",
    ),
    "focus": Act(
        "确定协作重点",
        "确定协作重点",
        operations.set_focus,
        forms.FocusForm,
        "列入任务的协作重点；协作清单、协作方案和问题底稿都对应它，结束后对照成果。",
        "协作重点已列入。",
    ),
    "drop_focus": Act(
        "调出协作重点",
        "调出协作重点",
        operations.drop_focus,
        forms.DropFocusForm,
        "不再作为现行重点，理由和已有的底稿保留在“协作重点”页。",
        "协作重点已调出。",
        values=lambda request, _: {"focus_id": request.GET.get("focus_id", "")},
    ),
    "member": Act(
        "调整参与单位",
        "调整参与单位",
        operations.propose_member_change,
        forms.MemberForm,
        "提请协调对接委员会决定。批准加入的列为联合检查组成员单位；批准退出的，该单位组员席位、"
        "访问和共享随之终止。",
        "已提请委员会决定。",
    ),
    "line": Act(
        "增加协作清单条目",
        "增加清单条目",
        operations.add_line,
        forms.LineForm,
        done="条目已增加。",
        undo=Undo("unline", lambda task, form, made: {"line_id": made}),
    ),
    "unline": Act(
        "删除清单条目",
        "删除",
        operations.drop_line,
        forms.UnlineForm,
        "从协作清单中删除；此前已印制的清单不变，需要时请重新印制。",
        "条目已删除。",
        values=lambda request, _: {"line_id": request.GET.get("line_id", "")},
    ),
    "list": Act(
        "印制巡前协作清单",
        "印制协作清单",
        operations.issue_list,
        happens="按公文格式生成 Word 和 PDF，编文号存档。",
        done="《巡前协作清单》已生成，见“文书”。",
    ),
    "plan": Act(
        "起草协作方案", "起草协作方案", operations.draft_plan, forms.PlanForm, done="方案已起草。"
    ),
    "submit_plan": Act(
        "提请批准协作方案",
        "提请批准方案",
        operations.submit_plan,
        happens="由协调对接委员会审批。",
        done="已提请审批。",
    ),
    "seat": Act(
        "提名组员",
        "提名组员",
        operations.propose_seat,
        forms.SeatForm,
        "系统自动审查回避；须回避的立即关闭其对本单位一切信息的访问，只显示“回避：是”。"
        "本人和所在单位可以在进驻前提出异议。",
        "已提名。",
    ),
    "team": Act(
        "确认组成人员",
        "确认组员",
        operations.confirm_team,
        forms.TeamForm,
        "确认后按日期自动开放和关闭访问，不需人工操作。",
        "已确认。",
    ),
    "reschedule": Act(
        "改期",
        "改期",
        operations.reschedule,
        forms.RescheduleForm,
        "所有节点随之重算；提交前可先点“预览影响”。",
        "已改期。",
        look=Look("预览影响", "inspection/_moves.html", _dates_asked),
    ),
    "extend": Act(
        "申请延期",
        "申请延期",
        operations.ask_extension,
        forms.ExtendForm,
        "由领导小组决定，最多 1 个月，一次。提请前可先点“预览影响”。",
        "已提请审批。",
        look=Look("预览影响", "inspection/_moves.html", _extension_asked),
        values=lambda _, task: {"to": task.on_site_end_on},
    ),
    "pause": Act(
        "申请暂停任务",
        "申请暂停",
        operations.ask_pause,
        forms.PauseForm,
        "任何成员发现政治偏差都可提出；由领导小组决定，暂停期间时限停表。",
        "已提请领导小组决定。",
        danger=True,
    ),
    "resume": Act(
        "提请恢复任务",
        "提请恢复",
        operations.ask_resume,
        forms.ResumeForm,
        "由领导小组过半数同意后恢复，时限顺延；申请暂停的人不参加表决。",
        "已提请领导小组决定。",
    ),
    "joint_task": Act(
        "安排联合检查任务",
        "安排联合检查任务",
        operations.plan_joint_task,
        forms.JointTaskForm,
        "先列入本次巡视的任务，不通知任何单位；随后在任务页选定两名不同单位的牵头人并“分派”，才送达承办单位签收。",
        "任务已列入，尚未送达。请在任务页选定牵头人并分派给承办单位。",
    ),
    "sharing": Act(
        "起草联动共享约定",
        "起草联动共享约定",
        exchange_acts.receipted(exchange_acts.draft_sharing),
        SharingForm,
        "与提供单位一次约定信息类别、用途和期限；双方签署后，其提供的数据校验通过即向联合组开放。",
        "已起草，请另一名同志代表巡视方签署。",
    ),
    "paper": Act(
        "起草问题底稿",
        "起草底稿",
        operations.draft_paper,
        paper_forms.PaperForm,
        "一事一底稿，承办人、副组长、组长三级签字。",
        "底稿已起草。",
    ),
    "report": Act(
        "提请听取汇报",
        "提请听取汇报",
        operations.submit_report,
        forms.ReportForm,
        done="已提请领导小组。",
    ),
    "feedback": Act(
        "登记反馈",
        "登记反馈",
        operations.give_feedback,
        forms.FeedbackForm,
        "从反馈日起计算整改时限。",
        "已登记反馈。",
    ),
    "issue": Act(
        "下达整改事项",
        "下达整改事项",
        rectification_acts.issue_item,
        IssueForm,
        "一个问题一个编号，立即送达被巡视单位。",
        "已下达。",
    ),
    "minutes": Act(
        "印制会商纪要",
        "印制会商纪要",
        operations.issue_minutes,
        forms.MinutesForm,
        "按公文格式生成 Word 和 PDF，编文号存档。",
        "《信息会商纪要》已生成，见“文书”。",
    ),
    "print_plan": Act(
        "印制协作方案",
        "印制协作方案",
        operations.issue_plan,
        happens="印制已批准的最新一版，附组成人员。",
        done="《协作方案》已生成，见“文书”。",
    ),
    "secondment": Act(
        "印制抽调函",
        "印制抽调函",
        operations.issue_secondment,
        happens="向每个派人单位各印一份《抽调函》（信函格式，Word 和 PDF），只列已确认的人员，"
        "不写被巡视单位；送达该单位联络员。",
        done="《抽调函》已生成并送达，见“文书”。",
    ),
    "look_back": Act(
        "登记“回头看”核查",
        "登记核查",
        operations.record_look_back,
        forms.LookBackForm,
        "整改不到位或虚假整改的，该事项立即重新整改，并通知被巡视单位。",
        "核查情况已登记。",
        danger=True,
    ),
    "obstacle": Act(
        "登记堵点", "登记堵点", operations.record_obstacle, forms.ObstacleForm, done="已登记。"
    ),
}


def permitted(task: EngagementRecord) -> frozenset[str]:
    found = set(task.permitted)
    if any(s[0] != "fed_back" for s in task.next_states):
        found.add("advance")
    if "minutes" in found and not task.consultations:
        found.discard("minutes")
    if "print_plan" in found and not any(p.approved_on for p in task.plans):
        found.discard("print_plan")
    if not any(s.state == SeatState.CONFIRMED for s in task.seats):
        found.discard("secondment")
    if not task.is_look_back:
        found.discard("look_back")
    if task.partner_names and task.state in SHARING_STATES and "obstacle" in found:
        found.add("sharing")
    if task.open_pause:
        found.discard("pause")
    if "plan" in found and any(p.approved_on is None for p in task.plans):
        found.add("submit_plan")
    if "gate" in found and forms.retractable(task):
        found.add("ungate")
    if "line" in found and task.list_lines:
        found.add("unline")
    return frozenset(found)


def act(request: ActorRequest, engagement_id: UUID, name: str) -> HttpResponse:
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound

    def load(r: ActorRequest) -> Any:
        task = queries.engagement(actor=r.actor, now=r.now, engagement_id=engagement_id)
        return _Permitting(task, permitted(task))

    return act_page(
        request,
        chosen,
        load=load,
        name=name,
        back=lambda task: reverse("inspection:workspace", args=[task.id]),
        heading=lambda task: f"{task.number} {task.unit_name}",
        given=lambda task, form: _given(name, task, form),
    )


class _Permitting:
    """A record with the acts that depend on more than one of its parts."""

    def __init__(self, record: EngagementRecord, permitted: frozenset[str]) -> None:
        self.record, self.permitted = record, permitted

    def __getattr__(self, name: str) -> Any:
        return getattr(self.record, name)


_WITHOUT_REVISION = frozenset(
    {
        *("joint_task", "sharing"),
        *("consult", "line", "list", "plan", "seat", "pause", "paper", "obstacle", "issue"),
        *(
            "focus",
            "drop_focus",
            "member",
            "minutes",
            "print_plan",
            "secondment",
            "look_back",
            "unline",
        ),
    }
)


_IDS = ("unit_id", "person_id", "consultation_id", "line_id", "focus_id", "source_id")


def _given(name: str, task: Any, form: ActForm) -> dict[str, Any]:
    values = plain(task, form)
    if name in _WITHOUT_REVISION:
        values.pop("revision", None)
    if name in ("gate", "ungate"):
        gate = next(g for g in task.gates if str(g.id) == values["gate_id"])
        evidence = {"evidence": values["evidence"]} if name == "gate" else {}
        return {"gate_id": gate.id, "revision": gate.revision} | evidence
    if name == "submit_plan":
        plan = next(p for p in task.plans if p.approved_on is None)
        return {"plan_id": plan.id, "revision": plan.revision}
    if name == "resume":
        pause = next(p for p in task.pauses if p.state == "active")
        return {"pause_id": pause.id, "revision": pause.revision, "reason": values["reason"]}
    if name == "issue":
        return {
            "engagement_id": task.id,
            "engagement_number": task.number,
            "unit_id": task.unit_id,
            **values,
        }
    if name == "look_back":
        return _look_back_values(task, values)
    if name == "sharing":
        values["classes"] = tuple(values["classes"])
        values |= {"provider_id": UUID(values["provider_id"]), "subject_org": task.unit_id}
    for key in _IDS:
        if key in values:
            values[key] = uuid_or_none(values[key])
    if "units" in values:
        values["units"] = tuple(UUID(u) for u in values["units"])
    return {"engagement_id": task.id, **values}


def _look_back_values(task: Any, values: dict[str, Any]) -> dict[str, Any]:
    item_id, title = values.pop("item_id").split("|", 1)
    return {
        "engagement_id": task.id,
        "item_kind": "rectification.item",
        "item_id": UUID(item_id),
        "item_title": title,
        **values,
    }
