from django.urls import path

from lianxun.web.organisation import transfer, views

app_name = "organisation"
urlpatterns = [
    path("", views.units, name="units"),
    path("sheets/", transfer.page, name="sheets"),
    path("sheets/<slug:kind>.xlsx", transfer.template, name="template"),
    path("<uuid:unit_id>/", views.unit, name="unit"),
]
