from django.urls import path

from lianxun.web.leads import vault, views

app_name = "leads"
urlpatterns = [
    path("", views.lead_list, name="list"),
    path("new/", views.seal, name="seal"),
    path("new/form/", views.register, name="register"),
    path("handover/", views.handover, name="handover"),
    path("openings/", vault.openings, name="openings"),
    path("openings/key/", vault.custodian_key, name="custodian_key"),
    path("batches/<uuid:batch_id>/", views.batch, name="batch"),
    path("<uuid:lead_id>/", views.detail, name="detail"),
    path("<uuid:lead_id>/<slug:name>/", views.act, name="act"),
]
