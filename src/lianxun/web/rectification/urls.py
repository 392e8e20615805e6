from django.urls import path

from lianxun.web.rectification import assessments, supervisions, supports, views

app_name = "rectification"
urlpatterns = [
    path("items/", views.item_list, name="items"),
    path("items/<uuid:item_id>/", views.detail, name="detail"),
    path("items/<uuid:item_id>/<slug:name>/", views.act, name="act"),
    path("assessments/", assessments.assessment_list, name="assessments"),
    path("assessments/new/<uuid:engagement_id>/", assessments.begin, name="assess"),
    path("assessments/<uuid:assessment_id>/", assessments.detail, name="assessment"),
    path("assessments/<uuid:assessment_id>/<slug:name>/", assessments.act, name="assessment_act"),
    path("support-plans/", supports.plan_list, name="support_plans"),
    path("support-plans/new/<uuid:engagement_id>/", supports.begin, name="support_begin"),
    path("support-plans/<uuid:plan_id>/", supports.plan, name="support_plan"),
    path(
        "support-plans/<uuid:plan_id>/do/<slug:name>/", supports.plan_act, name="support_plan_act"
    ),
    path("supports/<uuid:support_id>/", supports.line, name="support"),
    path("supports/<uuid:support_id>/do/<slug:name>/", supports.line_act, name="support_act"),
    path("supervisions/", supervisions.supervision_list, name="supervisions"),
    path("supervisions/items/", supervisions.supervised_list, name="supervised"),
    path("supervisions/suggested/", supervisions.suggestions, name="suggested"),
    path("supervisions/new/<uuid:engagement_id>/", supervisions.begin, name="supervise"),
    path("supervisions/<uuid:supervision_id>/", supervisions.detail, name="supervision"),
    path(
        "supervisions/<uuid:supervision_id>/<slug:name>/",
        supervisions.act,
        name="supervision_act",
    ),
]
