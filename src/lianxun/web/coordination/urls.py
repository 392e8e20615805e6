from django.urls import path

from lianxun.web.coordination import decisions, views

app_name = "coordination"
urlpatterns = [
    path("", views.meeting_list, name="meetings"),
    path("new/", views.begin, name="begin"),
    path("inquire/<str:kind>/<uuid:about_id>/", views.inquire, name="inquire"),
    path("decisions/", decisions.decision_list, name="decisions"),
    path("decisions/<uuid:decision_id>/", decisions.detail, name="decision"),
    path("decisions/<uuid:decision_id>/<slug:name>/", decisions.act, name="decision_act"),
    path("<uuid:meeting_id>/", views.detail, name="meeting"),
    path("<uuid:meeting_id>/<slug:name>/", views.act, name="act"),
]
