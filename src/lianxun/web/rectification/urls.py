from django.urls import path

from lianxun.web.rectification import assessments, supervisions, views

app_name = "rectification"
urlpatterns = [
    path("items/", views.item_list, name="items"),
    path("items/<uuid:item_id>/", views.detail, name="detail"),
    path("items/<uuid:item_id>/<slug:name>/", views.act, name="act"),
    path("assessments/", assessments.assessment_list, name="assessments"),
    path("assessments/new/<uuid:engagement_id>/", assessments.begin, name="assess"),
    path("assessments/<uuid:assessment_id>/", assessments.detail, name="assessment"),
    path("assessments/<uuid:assessment_id>/<slug:name>/", assessments.act, name="assessment_act"),
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
