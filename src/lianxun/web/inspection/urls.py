from django.urls import path

from lianxun.web.inspection import acts, asks, depth, joint, papers, phases, preview, team, views

app_name = "inspection"
urlpatterns = [
    path("rounds/", views.rounds, name="rounds"),
    path("rounds/new/", views.new_round, name="new_round"),
    path("rounds/<uuid:round_id>/", views.round_page, name="round"),
    path("rounds/<uuid:round_id>/do/<slug:name>/", depth.round_act, name="round_act"),
    path("rounds/<uuid:round_id>/chart/", phases.chart, name="chart"),
    path("phase-tasks/<uuid:task_id>/", phases.task_page, name="phase_task"),
    path("phase-tasks/<uuid:task_id>/do/<slug:name>/", phases.task_act, name="phase_task_act"),
    path("look-back-asks/", asks.ask_list, name="asks"),
    path("look-back-asks/<uuid:ask_id>/", asks.detail, name="ask"),
    path("look-back-asks/<uuid:ask_id>/do/<slug:name>/", asks.act, name="ask_act"),
    path("joint-tasks/", joint.task_list, name="joint_tasks"),
    path("joint-tasks/<uuid:task_id>/", joint.detail, name="joint_task"),
    path("joint-tasks/<uuid:task_id>/do/<slug:name>/", joint.act, name="joint_task_act"),
    path("coverage/", depth.coverage, name="coverage"),
    path("obstacles/", depth.obstacles, name="obstacles"),
    path("engagements/", views.engagements, name="engagements"),
    path("engagements/<uuid:engagement_id>/", views.workspace, name="workspace"),
    path("engagements/<uuid:engagement_id>/tab/<slug:tab>/", views.workspace, name="tab"),
    path("engagements/<uuid:engagement_id>/do/<slug:name>/", acts.act, name="act"),
    path("engagements/<uuid:engagement_id>/preview/", preview.preview, name="preview"),
    path("engagements/<uuid:engagement_id>/propose/", team.propose, name="propose"),
    path("engagements/<uuid:engagement_id>/earlier/", depth.earlier, name="earlier"),
    path(
        "engagements/<uuid:engagement_id>/obstacles/<uuid:obstacle_id>/",
        depth.remove_obstacle,
        name="remove_obstacle",
    ),
    path("seats/<uuid:seat_id>/", team.seat, name="seat"),
    path("seats/<uuid:seat_id>/do/<slug:name>/", team.seat_act, name="seat_act"),
    path("papers/<uuid:paper_id>/", papers.paper, name="paper"),
    path("papers/<uuid:paper_id>/do/<slug:name>/", papers.paper_act, name="paper_act"),
    path("corroborations/", papers.corroborations, name="corroborations"),
    path("corroborations/<uuid:corroboration_id>/", papers.corroboration, name="corroboration"),
    path(
        "corroborations/<uuid:corroboration_id>/do/<slug:name>/",
        papers.corroboration_act,
        name="corroboration_act",
    ),
]
