"""The rule table of need-to-know in Python: what ``explain_access`` evaluates.

The policies in the database (``fabric.rowsecurity``) decide; this table says the same in words a person
can read. The oracle test keeps a third, independent copy and holds all three against each other.
"""

from __future__ import annotations

from lianxun.access.records import Explanation, ObjectLabels, Reason, Subject
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied


def _below(path: str | None, top: str) -> bool:
    return path is not None and path.startswith(top)


OPENINGS = {
    "ACC-P1": "本单位事项，且属于本人职责",
    "ACC-P2": "本人督导区域内的事项，且属于本人职责",
    "ACC-P3": "本人今日是该巡视任务的成员",
    "ACC-P4": "已按用途和期限共享给本人或本单位",
    "ACC-P5": "本人的应急调阅已经第二人同意，尚未到期",
    "ACC-P6": "具名服务身份的固定范围",
    "ACC-P7": "送达本单位，且属于本人职责",
    "ACC-P9": "该类事项按自身的规定向本人开放",
}
"""What opens an object, in words: for the explanation, and for the record of a read."""


def explain(subject: Subject, obj: ObjectLabels) -> Explanation:
    """Evaluate every rule. Deny wins, then one opening rule must hold (platform-decisions.md 7)."""
    has_duty = obj.library in subject.duties
    served = _below(obj.addressee_path, subject.unit_path)
    about_us = _below(obj.subject_path, subject.unit_path) or (
        obj.subject_path is not None and subject.unit_path.startswith(obj.subject_path)
    )
    lo, hi = subject.region
    limits = (
        Reason("ACC-R1", obj.level <= subject.clearance, "事项级别不高于本人知悉级别"),
        Reason("ACC-R2", obj.subject_org not in subject.recused_orgs, "本人对涉及单位没有回避情形"),
        Reason(
            "ACC-R3",
            not about_us or (obj.served and served),
            "事项不涉及本人所在单位及其上下级（送达本单位的除外）",
        ),
        Reason(
            "ACC-R4",
            obj.compartment is None or obj.compartment in subject.compartments,
            "本人在隔离范围的知悉名单内",
        ),
    )
    openings = (
        Reason(
            "ACC-P1",
            _below(obj.owner_path, subject.unit_path) and has_duty,
            OPENINGS["ACC-P1"],
        ),
        Reason("ACC-P2", lo <= obj.region <= hi and has_duty, OPENINGS["ACC-P2"]),
        Reason(
            "ACC-P3",
            obj.engagement is not None and obj.engagement in subject.engagements,
            OPENINGS["ACC-P3"],
        ),
        Reason("ACC-P4", obj.id in subject.shared, OPENINGS["ACC-P4"]),
        Reason("ACC-P5", obj.id in subject.emergency, OPENINGS["ACC-P5"]),
        Reason("ACC-P6", obj.table in subject.service_tables, OPENINGS["ACC-P6"]),
        Reason("ACC-P7", served and has_duty, OPENINGS["ACC-P7"]),
    )
    allowed = all(r.holds for r in limits) and any(r.holds for r in openings)
    return Explanation(allowed, limits + openings)


# What opens a kind beside the rules that all kinds have (the policies of its own room).
OWN_OPENINGS = {
    "inspection.round": "本人今日是该轮次某项巡视任务的成员",
    "appraisal.scheme": "考核指标向同一委员会的成员单位公开",
    "coordination.decision": "本单位参加作出该项决定的会议",
}


def as_it_is(found: Explanation, kind: str, *, visible: bool) -> Explanation:
    """The rules of the table, and what the object's own room adds to them or takes away: ``visible`` is what the
    database says."""
    if found.allowed == visible:
        return found
    if visible:
        words = OWN_OPENINGS.get(kind, OPENINGS["ACC-P9"])
        return Explanation(True, (*found.reasons, Reason("ACC-P9", True, words)))
    words = "该类事项自身另有限制，例如会商所涉的事项本人不能查看"
    return Explanation(False, (*found.reasons, Reason("ACC-R5", False, words)))


def may_manage_accounts(actor: Actor) -> Decision:
    """Accounts are opened by the system administrator; he sees no business data."""
    if actor.has_role("system_admin"):
        return Allowed("ACC-ADMIN-1")
    return Denied("只有系统管理员可以开通、停用账号。", "ACC-ADMIN-1")


def may_set_permissions(actor: Actor) -> Decision:
    """Roles, duties and clearances are set by the security administrator, not by who opens accounts."""
    if actor.has_role("security_admin"):
        return Allowed("ACC-ADMIN-2")
    return Denied("只有安全管理员可以授予角色、职责范围和知悉级别。", "ACC-ADMIN-2")


def may_share(actor: Actor, obj: ObjectLabels) -> Decision:
    """A share leaves from the owning unit only, by somebody with the duty, and never above 敏感."""
    if obj.level >= 3:
        return Denied("核心级事项只问答、不共享；请改用信息核验。", "ACC-SHARE-1")
    if not (actor.in_own_unit(obj.owner_path) and obj.library in actor.duties):
        return Denied("只有事项所属单位的经办人可以共享。", "ACC-SHARE-2")
    return Allowed("ACC-SHARE-2")


def may_second_break_glass(
    actor: Actor, *, asking_unit_path: str, asking_account: object
) -> Decision:
    """The second person of a break-glass opening comes from another unit."""
    if actor.account_id == asking_account:
        return Denied("应急调阅须由另一人同意。", "ACC-P5")
    if actor.unit_path.startswith(asking_unit_path) or asking_unit_path.startswith(actor.unit_path):
        return Denied("应急调阅的第二人须来自其他单位。", "ACC-P5")
    return Allowed("ACC-P5")
