from django.urls import path

from lianxun.web.trace import views

app_name = "trace"
urlpatterns = [
    path("", views.health, name="health"),
    path("records/", views.search, name="search"),
    path("of/<str:kind>/<uuid:object_id>/", views.about, name="about"),
    path("proof/<int:seq>/", views.proof, name="proof"),
]
