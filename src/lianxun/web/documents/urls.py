from django.urls import path

from lianxun.web.documents import keeping, printing, rule_texts, views

app_name = "documents"
urlpatterns = [
    path("", views.file_list, name="list"),
    path("rules/", rule_texts.rule_text, name="rules"),
    path("disposals/", keeping.disposal_list, name="disposals"),
    path("disposals/draw/", keeping.draw, name="draw"),
    path("disposals/<uuid:disposal_id>/", keeping.disposal, name="disposal"),
    path("disposals/<uuid:disposal_id>/<slug:name>/", keeping.disposal_act, name="disposal_act"),
    path("holds/", keeping.hold_list, name="holds"),
    path("holds/<uuid:hold_id>/", keeping.hold, name="hold"),
    path("holds/<uuid:hold_id>/<slug:name>/", keeping.hold_act, name="hold_act"),
    path("holds/new/<str:kind>/<uuid:object_id>/", keeping.place, name="place_hold"),
    path("prints/", printing.order_list, name="prints"),
    path("prints/<uuid:order_id>/", printing.order, name="print"),
    path("prints/<uuid:order_id>/<slug:name>/", printing.order_act, name="print_act"),
    path("<uuid:file_id>/", views.download, name="download"),
    path("<uuid:file_id>/about/", views.about, name="file"),
    path("<uuid:file_id>/print/", printing.ask, name="ask_print"),
]
