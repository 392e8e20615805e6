from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "lianxun.approvals"
    label = "approvals"
    verbose_name = "审批会签"
