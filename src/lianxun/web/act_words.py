"""The acts of the trace in words: codes are for machines, a trail is read by people."""

from __future__ import annotations

ROOMS = {
    "access": "账号与权限",
    "advice": "研判建议",
    "appraisal": "考核评价",
    "approvals": "审批",
    "coordination": "协作会商",
    "documents": "文书",
    "duties": "时限",
    "exchange": "信息需求",
    "inspection": "巡视任务",
    "leads": "问题线索",
    "organisation": "组织",
    "rectification": "整改",
    "regulations": "政策法规",
    "trace": "留痕",
    "web": "页面",
}

_WORDS = """
access: sign_in 登录, sign_out 退出登录, ask_break_glass 申请应急调阅, block_account 停用账号,
 block_unreviewed 停用未审查账号, close_lapsed 停用任职到期账号,
 consent_break_glass 同意应急调阅, issue_token 签发系统令牌, open_account 开通账号,
 review_break_glass 复核应急调阅, revoke 收回授权, revoke_token 收回系统令牌,
 set_permissions 变更权限, share 书面共享, consent_share 同意共享, declare_recusal 登记回避,
 end_recusal 终止回避, explain_to 查问他人能否看到, unblock_account 恢复账号
appraisal: draft_scheme 起草考核指标体系, submit_scheme 报批考核指标体系, calculate 核算考核, recount 重新核算,
 show 送单位复核, confirm_sheet 复核无异议, object 提出考核异议, decide_objection 裁定考核异议, close_review 结束复核,
 submit_period 报请审签, publish 公布考核结果, finish 办结结果运用, print_sheet 打印考核表, propose 提出处理建议,
 submit_outcome 报请决定处理建议, drop_outcome 撤下处理建议, decide_talk 决定是否约谈, complete_outcome 登记办理情况,
 report_quarter 报送季度进展
approvals: comment 留言, vote 表决, withdraw 撤回请示
coordination: draft_year_plan 起草年度计划, add_plan_line 增加计划事项, carry_over 结转上年事项,
 submit_year_plan 提请议定年度计划, report_plan_line 报告计划事项完成, strike_plan_line 计划事项销号,
 return_plan_line 退回计划事项, withdraw_plan_line 撤出计划事项, issue_year_plan 印制年度计划,
 convene 召集会议, convene_inquiry 召集联合研判, opine 填写研判意见, invite 增加参会单位, add_item 增加议题, cancel 取消会议, record 登记会议纪要,
 confirm 确认纪要, return_minutes 退回纪要, add_decision 登记议定事项, drop_decision 撤下议定事项,
 report_decision 报告议定事项, check_decision 核验议定事项
documents: export_file 取走文件, issue_rules 印制制度文本, download 取走文件, ask_print 申请打印, release_print 放行打印,
 refuse_print 不予打印, export_print 打印带水印的文件, settle_copies 登记纸质件清退, place_hold 设定法律保全,
 lift_hold 解除法律保全, draw_lists 清理期满材料, review_list 审核销毁清册, return_list 退回销毁清册,
 destroy_list 监销, sweep 清除已销毁文件
duties: acknowledge_letter 签收预警函, confirm_responsibility 确认责任, begin_dispatch 开始日调度, renew_dispatch 更新日调度清单, close_dispatch 办结日调度,
 instruct 安排调度要求, waive_line 标为不需办理, take_instruction 签收调度要求, answer_instruction 回复调度要求, extend 批准延期, import_calendar 导入放假安排,
 issue_bulletin 印制周通报,
 open_standing 开立常设时限, reassign 改派责任人, report_done 报告完成, revise_template 修订时限规则,
 tick 定时推进
exchange: draft_sharing 起草联动共享约定, sign_sharing 签署联动共享约定, countersign_sharing 提供方签署联动共享约定,
 decline_sharing 不同意联动共享约定, withdraw_sharing 撤回联动共享约定, suspend_sharing 暂停联动共享,
 resume_sharing 恢复联动共享, accept_request 同意提供, answer_question 答复核验, appeal_refusal 提请领导小组裁定,
 approve_question 批准核验, ask_correction 要求更正数据, ask_question 提出核验, change_draft 修改需求,
 check_file 检查文件, confirm_key 核对公钥, contest_refusal 不同意不予提供, correct_delivery 更正数据,
 draft_pack 起草资料包, refuse_question 不予答复核验, register_key 登记公钥, revoke_key 停用公钥,
 settle_refusal 登记协商结果, withdraw_question 撤回核验, check_request 合规审核, deliver 提供数据, draft_request 起草需求,
 hand_in 上传大文件, begin_incoming 开始检查文件, take_incoming 检查通过并提供数据,
 refuse_incoming 未接收文件, stop_incoming 停止检查文件,
 end_use 停用并登记销毁, judge_delivery 验收数据, recall_request 撤回提交, object_request 对需求提出异议,
 refusal_receipt 出具拒绝回执, refuse_request 不予提供, settle_objection 登记协商结果,
 submit_request 提交审核, withdraw_request 撤回需求
inspection: take_look_back 列入“回头看”, decline_look_back 不予安排“回头看”, plan_joint_task 安排联合检查任务, assign_joint_task 分派联合检查任务, accept_joint_task 签收联合检查任务,
 record_joint_entry 登记进展或证据, link_joint_request 关联信息需求, submit_joint_task 提交检查结果,
 verify_joint_task 核验检查结果, return_joint_task 退回检查结果, close_joint_task 办结联合检查任务,
 reassign_joint_task 改派联合检查任务, split_joint_task 拆分联合检查任务, add_line 增加清单条目, set_focus 确定协作重点, drop_focus 调出协作重点,
 propose_member_change 提请调整参与单位, lay_out_phases 列出阶段任务, add_phase_task 增加阶段任务, change_round_dates 轮次改期,
 report_phase_task 报告阶段任务完成,
 strike_phase_task 阶段任务销号, return_phase_task 退回阶段任务, withdraw_phase_task 撤销阶段任务,
 issue_preparation_list 印制筹备工作清单, advance 进入下一阶段, answer_corroboration 答复印证,
 ask_corroboration 请求印证, ask_extension 申请延期, ask_pause 申请暂停, carry_forward 转入以往问题,
 close_round 结束轮次, cross_check 交叉核验底稿, confirm_team 确认组员, corroborate 提出印证意见, draft_paper 起草底稿,
 draft_plan 起草协作方案, give_feedback 登记反馈, issue_evaluation 印制评估报告, issue_list 印制协作清单, issue_minutes 印制纪要,
 issue_plan 印制方案, issue_secondment 印制抽调函, object_to_seat 对组员提出异议, open_round 起草轮次, pass_check 通过核对,
 pass_gate 通过关口, plan_engagement 列入任务, propose_seat 提名组员, propose_team 提名班子,
 record_consultation 登记会商, record_look_back 登记回头看, record_obstacle 登记堵点,
 remove_obstacle 打通堵点, replace_seat 替换组员, reschedule 改期, ask_resume 申请恢复,
 return_paper 退回底稿, revise_paper 修改底稿, sign_paper 底稿签字, submit_plan 提请批准方案,
 submit_report 提请听取汇报, submit_round 提请批准轮次
leads: approve 签批移交, ask_identity 申请查看身份, decide_opening 决定身份调阅, dispose 提出处置意见,
 enrol_custodian 登记保管密钥, feed_back 反馈结果, finish 办结, forward 转主管部门, hand_over 周五移交,
 attach 添加材料, attach_sealed 封存原件, ask_recovery 申请恢复密钥, change_passphrase 更换保管口令,
 enrol_escrow 登记托管密钥, copy_keys 复制密钥库, restore_keys 找回密钥,
 check_copy 核验密钥库副本, finish_recovery 恢复密钥, release_pieces 放行托管分片, reseal 重新加封,
 object_transfer 对移交提出异议, open_identity 开启身份, receive 签收, receive_many 批量签收,
 record_result 登记结果, refuse_sealed 不予登记, register 登记, return 退回, screen 甄别,
 shred_identity 销毁身份, study 集体研究, transfer 移交
organisation: add_person 增加人员, appoint 任命, change_person 变更人员, close_unit 撤销单位,
 change_post 变更职位, close_post 撤销职位, create_post 设立职位, create_unit 新设单位,
 declare_fact 申报回避事实, end_appointment 结束任职, export 导出组织数据, import_sheet 导入组织数据,
 leave_pool 移出人才库, move_unit 调整隶属, put_in_pool 列入人才库, record_training 登记培训,
 rename_unit 单位更名, withdraw_fact 撤销回避事实
rectification: draft_support_plan 起草整改协同方案, add_support 增加支援事项, ask_supports 征求支援单位意见,
 agree_support 同意支援, name_helpers 指定支援人员,
 change_support 提出支援事项变更, agree_change 同意支援事项变更, refuse_change 不同意支援事项变更,
 apply_change 执行支援事项变更, decline_support 不同意支援, withdraw_support 撤出支援事项, submit_support_plan 提请审批整改协同方案,
 report_support 报告支援完成, check_support 检查支援事项, issue_support_plan 印制整改协同方案,
 end_support_plan 办结整改协同方案, drop_support_plan 撤销整改协同方案草稿,
 add_evidence 上传佐证, answer_objection 答复评估异议, answer_press 答复督办函,
 bring_extension 办理延期申请, conclude_assessment 确认评估结论, merge_scores 归口评分,
 object_assessment 对评估提出异议, open_assessment 开展整改评估, press 发出督办函,
 print_assessment 印制评估报告, print_close_out 印制销号单, print_plan 印制整改方案,
 record_use 登记成果运用, report_progress 报告整改进展, score 整改评分, ask_extension 申请延期, check 核验, decide_plan 审定方案,
 draft_plan 填写方案, invite 邀请会审, issue_item 下达整改, reopen 重新整改, review_plan 审核方案,
 sign_close_out 签署销号, start 开始整改, submit 报送整改, submit_plan 报送方案
trace: change_clocks 修改停办时限, change_policy 修改见证规则, prove 下载证明, search 查询留痕,
 who_did_what 查看留痕
web: export_list 导出清单
"""


def _read(text: str) -> dict[str, str]:
    found = {}
    for block in text.replace("\n ", " ").strip().splitlines():
        room, _, acts = block.partition(":")
        for pair in acts.split(","):
            verb, _, words = pair.strip().partition(" ")
            found[f"{room}.{verb}"] = words
    return found


WORDS = _read(_WORDS)


def words_of(act: str) -> str:
    """``leads.transfer`` → 移交; a page → 查看 and its room; what is not listed keeps its code."""
    if act in WORDS:
        return WORDS[act]
    room, _, verb = act.partition(".")
    if room == "web" and ":" in verb:
        return f"查看{ROOMS.get(verb.split(':')[0], '页面')}"
    if room == "web":
        return {"home": "查看首页", "search": "搜索"}.get(verb, "查看页面")
    return f"{ROOMS[room]}：{verb}" if room in ROOMS else act
