from django.urls import path

from lianxun.web.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<uuid:matter_id>/", views.matter, name="matter"),
]
