from django.urls import path

from lianxun.web.rectification import views

app_name = "rectification"
urlpatterns = [
    path("", views.item_list, name="items"),
    path("<uuid:item_id>/", views.detail, name="detail"),
    path("<uuid:item_id>/<slug:name>/", views.act, name="act"),
]
