from django.urls import path

from lianxun.web.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.file_list, name="list"),
    path("<uuid:file_id>/", views.download, name="download"),
]
