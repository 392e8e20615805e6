from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "lianxun.organisation"
    label = "organisation"
    verbose_name = "组织"
