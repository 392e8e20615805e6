from django.urls import path

from lianxun.web.organisation import acts, transfer, views

app_name = "organisation"
urlpatterns = [
    path("", views.units, name="units"),
    path("new/<slug:name>/", acts.room_act, name="new"),
    path("me/", views.me, name="me"),
    path("network/", views.network, name="network"),
    path("people/", views.people, name="people"),
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("people/<uuid:ident>/do/<slug:name>/", acts.person_act, name="person_act"),
    path("appointments/<uuid:ident>/<slug:name>/", acts.appointment_act, name="appointment_act"),
    path("posts/<uuid:ident>/<slug:name>/", acts.post_act, name="post_act"),
    path("pool/", views.pool, name="pool"),
    path("pool/<uuid:ident>/<slug:name>/", acts.pool_act, name="pool_act"),
    path("facts/<uuid:ident>/<slug:name>/", acts.fact_act, name="fact_act"),
    path("training/", views.training, name="training"),
    path("sheets/", transfer.page, name="sheets"),
    path("sheets/<slug:kind>.xlsx", transfer.template, name="template"),
    path("<uuid:unit_id>/", views.unit, name="unit"),
    path("<uuid:ident>/do/<slug:name>/", acts.unit_act, name="unit_act"),
]
