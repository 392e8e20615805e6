from django.urls import path

from lianxun.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("gallery/", views.gallery, name="gallery"),
]
