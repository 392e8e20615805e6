from django.urls import path

from lianxun.web.access import views

app_name = "access"
urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("new/", views.open_account, name="open"),
    path("<uuid:account_id>/", views.permissions, name="permissions"),
    path("<uuid:account_id>/<slug:name>/", views.act, name="act"),
]
