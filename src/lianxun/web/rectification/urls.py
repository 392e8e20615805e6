from django.urls import path

from lianxun.web.rectification import assessments, views

app_name = "rectification"
urlpatterns = [
    path("items/", views.item_list, name="items"),
    path("items/<uuid:item_id>/", views.detail, name="detail"),
    path("items/<uuid:item_id>/<slug:name>/", views.act, name="act"),
    path("assessments/", assessments.assessment_list, name="assessments"),
    path("assessments/new/<uuid:engagement_id>/", assessments.begin, name="assess"),
    path("assessments/<uuid:assessment_id>/", assessments.detail, name="assessment"),
    path("assessments/<uuid:assessment_id>/<slug:name>/", assessments.act, name="assessment_act"),
]
