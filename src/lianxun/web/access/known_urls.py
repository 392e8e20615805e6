from django.urls import path

from lianxun.web.access import known

app_name = "known"
urlpatterns = [
    path("", known.mine, name="mine"),
    path("recusals/new/", known.declare, name="declare"),
    path("recusals/<uuid:recusal_id>/<slug:name>/", known.recusal_act, name="recusal_act"),
    path("shares/<uuid:grant_id>/<slug:name>/", known.share_act, name="share_act"),
    path("of/<str:kind>/<uuid:object_id>/", known.about, name="about"),
    path("of/<str:kind>/<uuid:object_id>/share/", known.share, name="share"),
]
