from django.urls import path

from lianxun.web.appraisal import schemes, uses, views

app_name = "appraisal"
urlpatterns = [
    path("", views.period_list, name="periods"),
    path("new/", views.begin, name="begin"),
    path("periods/<uuid:period_id>/", views.period, name="period"),
    path("periods/<uuid:period_id>/<slug:name>/", views.period_act, name="period_act"),
    path("sheets/", views.sheet_list, name="sheets"),
    path("sheets/<uuid:sheet_id>/", views.sheet, name="sheet"),
    path("sheets/<uuid:sheet_id>/lines/<slug:code>/", views.line, name="line"),
    path("sheets/<uuid:sheet_id>/<slug:name>/", views.sheet_act, name="sheet_act"),
    path("objections/<uuid:objection_id>/<slug:name>/", views.objection_act, name="objection_act"),
    path("published/", views.published, name="published"),
    path("schemes/", schemes.scheme_list, name="schemes"),
    path("schemes/new/", schemes.begin, name="scheme_begin"),
    path("schemes/<uuid:scheme_id>/", schemes.scheme, name="scheme"),
    path("schemes/<uuid:scheme_id>/<slug:name>/", schemes.scheme_act, name="scheme_act"),
    path("outcomes/", uses.outcome_list, name="outcomes"),
    path("outcomes/new/", uses.begin_outcome, name="outcome_begin"),
    path("outcomes/<uuid:outcome_id>/", uses.outcome, name="outcome"),
    path("outcomes/<uuid:outcome_id>/<slug:name>/", uses.outcome_act, name="outcome_act"),
    path("reports/", uses.report_list, name="reports"),
    path("reports/new/", uses.begin_report, name="report_begin"),
    path("reports/<uuid:report_id>/", uses.report, name="report"),
]
