from django.urls import path

from lianxun.web.access import emergency

app_name = "emergency"
urlpatterns = [
    path("", emergency.listing, name="list"),
    path("new/", emergency.ask, name="ask"),
    path("<uuid:grant_id>/<slug:name>/", emergency.act, name="act"),
]
