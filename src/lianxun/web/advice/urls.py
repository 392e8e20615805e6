from django.urls import path

from lianxun.web.advice import views

app_name = "advice"
urlpatterns = [
    path("check/", views.check, name="check"),
    path("leads/<uuid:lead_id>/", views.lead, name="lead"),
    path("leads/<uuid:lead_id>/panel/", views.panel, name="panel"),
    path("leads/<uuid:lead_id>/again/", views.again, name="again"),
    path("leads/<uuid:lead_id>/accept/<slug:facet>/", views.accept, name="accept"),
    path("leads/<uuid:lead_id>/decide/<slug:facet>/", views.decide, name="decide"),
    path("leads/<uuid:lead_id>/element/<slug:element>/", views.element, name="element"),
]
