"""Where every form of the platform is met in the province with a story: form | whoever > from there > over these pages.

``walk.print_table`` writes the rows anew, and the long run holds them against a fresh walk: a new form
needs a row here. An act that nobody in the story may carry out now is tried over a stand-in by itself.
"""

from __future__ import annotations

_ROWS = """
access:act block | system_admin > /admin3/ > access:act block
access:open | system_admin > /admin3/new/
access:permissions | security_admin > /admin3/ > access:permissions
advice:again | coordinator > / > leads:detail
advice:keeper_act train | coordinator > /advice/models/act/train/
appraisal:begin | coordinator > /appraisal/new/
appraisal:outcome_act complete | coordinator > /appraisal/outcomes/ > appraisal:outcome > appraisal:outcome_act complete
appraisal:outcome_begin | coordinator > /appraisal/outcomes/new/
appraisal:outcomes | coordinator > /appraisal/outcomes/
appraisal:periods | coordinator > /appraisal/
appraisal:report_begin | audit > / > appraisal:periods > appraisal:reports > appraisal:report_begin
appraisal:reports | coordinator > /appraisal/reports/
appraisal:scheme_begin | coordinator > /appraisal/schemes/new/
appraisal:schemes | coordinator > /appraisal/schemes/
appraisal:sheets | coordinator > /appraisal/sheets/
approvals:inbox many | leader > /
approvals:inbox one | leader > /
approvals:inbox | coordinator > /approvals/
approvals:matter withdraw | coordinator > /approvals/ > approvals:matter
approvals:matter | coordinator > /approvals/ > approvals:matter
coordination:new_plan | coordinator > /coordination/plans/new/
coordination:plan_line_act report | finance > / > coordination:plan_line > coordination:plan_line_act report
coordination:plan_line_act withdraw | coordinator > /coordination/plans/ > coordination:year_plan > coordination:plan_line > coordination:plan_line_act withdraw
coordination:year_plan_act line | coordinator > /coordination/plans/ > coordination:year_plan > coordination:year_plan_act line
coordination:year_plans | coordinator > /coordination/plans/
coordination:act decision | leader > / > coordination:meetings > coordination:meeting > coordination:act decision
coordination:act record | leader > / > coordination:meetings > coordination:meeting > coordination:act record
coordination:begin | coordinator > /coordination/new/
coordination:decision_act report | finance > / > coordination:decision > coordination:decision_act report
coordination:decisions | coordinator > /coordination/decisions/
coordination:meetings | coordinator > /coordination/
documents:draw | leader > / > documents:list > documents:disposals > documents:draw
documents:list | coordinator > /documents/
documents:place_hold | coordinator > / > leads:detail > documents:place_hold
documents:rules | coordinator > / > documents:list > documents:rules
duties:act reassign | discipline > / > duties:detail > duties:act reassign
duties:act report | clerk > / > duties:detail > duties:act report
duties:bulletin | coordinator > /duties/bulletin/
duties:letters many | coordinator > /duties/letters/
duties:letters | coordinator > /duties/letters/
duties:list | coordinator > /duties/
duties:notices | coordinator > /boards/unit/ > duties:notices
emergency:ask | coordinator > / > emergency:list > emergency:ask
exchange:act accept | finance > / > exchange:act accept
exchange:act ask_correction | team_head > / > exchange:requests > exchange:detail > exchange:act ask_correction
exchange:act correct | finance > / > exchange:detail > exchange:act correct
exchange:act deliver | development > / > exchange:act deliver
exchange:act end_use | leader > / > exchange:detail > exchange:act end_use
exchange:act judge | guide > / > exchange:requests > exchange:detail > exchange:act judge
exchange:act object | finance > / > exchange:act object
exchange:act refuse | finance > / > exchange:detail > exchange:act refuse
exchange:act settle | leader > / > exchange:detail > exchange:act settle
exchange:act withdraw | team_head > / > exchange:requests > exchange:detail > exchange:act withdraw
exchange:ask | coordinator > /catalogue/ > exchange:ask
exchange:draft | coordinator > /requests/new/D14/
exchange:keys | coordinator > /requests/ > exchange:keys
exchange:pack | coordinator > /requests/ > exchange:pack
exchange:requests | coordinator > /requests/
exchange:sharing_act suspend | audit > /sharings/ > exchange:sharing > exchange:sharing_act suspend
exchange:sharings | coordinator > /sharings/
exchange:try | development > / > exchange:detail > exchange:try
inspection:act advance | team_head > / > inspection:workspace > inspection:act advance
inspection:act drop_focus | team_head > / > inspection:workspace > inspection:act drop_focus
inspection:act extend look | team_head > / > inspection:workspace > inspection:act extend
inspection:act extend | team_head > / > inspection:workspace > inspection:act extend
inspection:act focus | team_head > / > inspection:workspace > inspection:act focus
inspection:act gate | team_head > / > inspection:workspace > inspection:act gate
inspection:act joint_task | team_head > / > inspection:workspace > inspection:act joint_task
inspection:act obstacle | team_head > / > inspection:workspace > inspection:act obstacle
inspection:act paper | team_head > / > inspection:workspace > inspection:act paper
inspection:act sharing | team_head > / > inspection:workspace > inspection:act sharing
inspection:act pause | leader > / > inspection:workspace > inspection:act pause
inspection:engagements | coordinator > /engagements/
inspection:joint_task_act entry | finance > /joint-tasks/ > inspection:joint_task > inspection:joint_task_act entry
inspection:joint_task_act link | team_head > /joint-tasks/ > inspection:joint_task > inspection:joint_task_act link
inspection:joint_task_act reassign | team_head > /joint-tasks/ > inspection:joint_task > inspection:joint_task_act reassign
inspection:joint_task_act split | team_head > /joint-tasks/ > inspection:joint_task > inspection:joint_task_act split
inspection:joint_task_act submit | finance > /joint-tasks/ > inspection:joint_task > inspection:joint_task_act submit
inspection:joint_tasks | coordinator > /joint-tasks/
inspection:asks | coordinator > /look-back-asks/
rectification:support_plans | coordinator > /support-plans/
rectification:support_act check | coordinator > /support-plans/ > rectification:support_plan > rectification:support > rectification:support_act check
inspection:new_round | coordinator > /rounds/new/
inspection:paper_act ask | team_head > / > inspection:paper > inspection:paper_act ask
inspection:paper_act return | team_head > / > inspection:paper > inspection:paper_act return
inspection:paper_act revise | team_head > / > inspection:paper > inspection:paper_act revise
inspection:paper_act sign | team_head > / > inspection:paper
inspection:remove_obstacle | team_head > / > inspection:workspace > inspection:remove_obstacle
inspection:seat_act stand_down | team_head > / > inspection:workspace > inspection:tab team > inspection:seat > inspection:seat_act stand_down
known:declare | team_head > / > inspection:workspace > known:about > known:mine > known:declare
known:share | clerk > / > leads:detail > known:about > known:share
leads:act approve | leader > / > leads:detail > leads:act approve
leads:act attach | leader > / > leads:detail > leads:act attach
leads:act attach_sealed | leader > / > leads:detail > leads:act attach_sealed
leads:act dispose | discipline > / > leads:act dispose
leads:act forward | coordinator > / > leads:detail > leads:act forward
leads:act object | personnel > / > leads:act object
leads:act receive | personnel > / > leads:act receive
leads:act result | discipline > / > leads:act result
leads:act return | leader > / > leads:detail > leads:act return
leads:act transfer | coordinator > / > leads:detail > leads:act transfer
leads:batch | personnel > / > leads:detail > leads:batch
leads:custodian_key change | custodian_1 > /leads/openings/key/
leads:custodian_key enrol | custodian_1 > /leads/openings/key/
leads:handover | coordinator > /leads/ > leads:handover
leads:list many | leader > /
leads:list one | leader > /
leads:list | coordinator > /leads/
leads:register save_next | coordinator > /leads/new/form/
leads:register | coordinator > /leads/new/form/
leads:seal | coordinator > /leads/new/
organisation:new person | coordinator > /organisation/new/person/
organisation:new unit | coordinator > /organisation/new/unit/
organisation:people many | coordinator > /organisation/people/
organisation:people | coordinator > /organisation/people/
organisation:person_act appoint | coordinator > /organisation/me/ > organisation:person_act appoint
organisation:person_act change | coordinator > /organisation/me/ > organisation:person_act change
organisation:person_act fact | coordinator > /organisation/me/ > organisation:person_act fact
organisation:person_act pool | coordinator > /organisation/me/ > organisation:person_act pool
organisation:pool | coordinator > /organisation/pool/
organisation:sheets | coordinator > /organisation/sheets/
organisation:unit_act move | system_admin > / > organisation:units > organisation:unit > organisation:unit_act move
organisation:unit_act rename | system_admin > / > organisation:units > organisation:unit > organisation:unit_act rename
rectification:act check | guide > / > rectification:act check
rectification:act evidence | other_contact > / > rectification:act evidence
rectification:act extend | other_contact > / > rectification:detail > rectification:act extend
rectification:act plan | other_contact > / > rectification:act plan
rectification:act print_plan | other_contact > / > rectification:detail > rectification:act print_plan
rectification:act report | other_contact > / > rectification:detail > rectification:act report
rectification:act submit | other_contact > / > rectification:detail > rectification:act submit
rectification:items | coordinator > /items/
coordination:act cancel | leader > / > coordination:meeting > coordination:act cancel
coordination:act invite | leader > / > coordination:meeting > coordination:act invite
coordination:act item | leader > / > coordination:meeting > coordination:act item
duties:answer | discipline_head > / > duties:board province > duties:chain > duties:answer
rectification:supervised | coordinator > /supervisions/items/
rectification:supervision_act reply | other_contact > / > rectification:detail > rectification:supervision > rectification:supervision_act reply
rectification:supervisions | coordinator > /supervisions/
rectification:support_act agree_change | finance > / > rectification:support > rectification:support_act agree_change
rectification:support_act refuse_change | finance > / > rectification:support > rectification:support_act refuse_change
rectification:support_act report | finance > / > rectification:support > rectification:support_act report
regulations:check-new | coordinator > /regulations/checks/new/
regulations:import-new | coordinator > /regulations/imports/new/
regulations:institution-new | coordinator > /regulations/institutions/new/
"""


def rows() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Key of the form → who meets it and the way there: an address, then kinds of pages."""
    found = {}
    for row in _ROWS.strip().splitlines():
        key, _, way = row.partition(" | ")
        who, *steps = way.split(" > ")
        found[key] = (who, tuple(steps))
    return found
