from django.urls import path

from lianxun.web.advice import model_views, views

app_name = "advice"
urlpatterns = [
    path("check/", views.check, name="check"),
    path("leads/<uuid:lead_id>/", views.lead, name="lead"),
    path("leads/<uuid:lead_id>/panel/", views.panel, name="panel"),
    path("leads/<uuid:lead_id>/again/", views.again, name="again"),
    path("leads/<uuid:lead_id>/similar/", views.ask_similar, name="ask_similar"),
    path("leads/<uuid:lead_id>/accept/<slug:facet>/", views.accept, name="accept"),
    path("leads/<uuid:lead_id>/decide/<slug:facet>/", views.decide, name="decide"),
    path("leads/<uuid:lead_id>/element/<slug:element>/", views.element, name="element"),
    path("", model_views.home, name="home"),
    path("desk/", model_views.desk, name="desk"),
    path("queue/", model_views.queue, name="queue"),
    path("bias/", model_views.bias, name="bias"),
    path("models/", model_views.models, name="models"),
    path("models/act/<slug:name>/", model_views.keeper_act, name="keeper_act"),
    path("models/<slug:name>/", model_views.model, name="model"),
    path("trainings/<uuid:training_id>/", model_views.training, name="training"),
    path("trainings/<uuid:training_id>/progress/", model_views.progress, name="training-progress"),
    path(
        "trainings/<uuid:training_id>/<slug:name>/", model_views.training_act, name="training_act"
    ),
    path("releases/<uuid:release_id>/<slug:name>/", model_views.release_act, name="release_act"),
]
