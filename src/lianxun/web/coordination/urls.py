from django.urls import path

from lianxun.web.coordination import decisions, planning, views

app_name = "coordination"
urlpatterns = [
    path("", views.meeting_list, name="meetings"),
    path("new/", views.begin, name="begin"),
    path("inquire/<str:kind>/<uuid:about_id>/", views.inquire, name="inquire"),
    path("decisions/", decisions.decision_list, name="decisions"),
    path("decisions/<uuid:decision_id>/", decisions.detail, name="decision"),
    path("decisions/<uuid:decision_id>/<slug:name>/", decisions.act, name="decision_act"),
    path("plans/", planning.plan_list, name="year_plans"),
    path("plans/new/", planning.new_plan, name="new_plan"),
    path("plans/<uuid:plan_id>/", planning.year, name="year_plan"),
    path("plans/<uuid:plan_id>/do/<slug:name>/", planning.plan_act, name="year_plan_act"),
    path("lines/<uuid:line_id>/", planning.line, name="plan_line"),
    path("lines/<uuid:line_id>/do/<slug:name>/", planning.line_act, name="plan_line_act"),
    path("<uuid:meeting_id>/", views.detail, name="meeting"),
    path("<uuid:meeting_id>/<slug:name>/", views.act, name="act"),
]
