from django.urls import path

from lianxun.web.organisation import views

app_name = "organisation"
urlpatterns = [
    path("", views.units, name="units"),
    path("<uuid:unit_id>/", views.unit, name="unit"),
]
