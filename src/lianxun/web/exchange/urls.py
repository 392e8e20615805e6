from django.urls import path

from lianxun.web.exchange import views

app_name = "exchange"
urlpatterns = [
    path("requests/", views.request_list, name="requests"),
    path("requests/new/<str:code>/", views.draft, name="draft"),
    path("requests/<uuid:request_id>/", views.detail, name="detail"),
    path("requests/<uuid:request_id>/<slug:name>/", views.act, name="act"),
    path("catalogue/", views.catalogue_page, name="catalogue"),
]
