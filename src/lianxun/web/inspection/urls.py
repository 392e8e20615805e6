from django.urls import path

from lianxun.web.inspection import preview, views

app_name = "inspection"
urlpatterns = [
    path("rounds/", views.rounds, name="rounds"),
    path("rounds/new/", views.new_round, name="new_round"),
    path("rounds/<uuid:round_id>/", views.round_page, name="round"),
    path("engagements/", views.engagements, name="engagements"),
    path("engagements/<uuid:engagement_id>/", views.workspace, name="workspace"),
    path("engagements/<uuid:engagement_id>/tab/<slug:tab>/", views.workspace, name="tab"),
    path("engagements/<uuid:engagement_id>/do/<slug:name>/", views.act, name="act"),
    path("engagements/<uuid:engagement_id>/preview/", preview.preview, name="preview"),
    path("papers/<uuid:paper_id>/", views.paper, name="paper"),
]
