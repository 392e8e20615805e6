"""What a stored file is for, how long it stays, what the scanner said."""

from __future__ import annotations

from django.db import models


class Retention(models.TextChoices):
    """档案保管期限 (国家档案局令第 8 号: 永久、30 年、10 年); ``MATTER`` = until the matter is archived."""

    PERMANENT = "permanent", "永久"
    YEARS_30 = "years_30", "30年"
    YEARS_10 = "years_10", "10年"
    MATTER = "matter", "随事项"


class Scan(models.TextChoices):
    NOT_CONFIGURED = "not_configured", "未配置查毒"
    CLEAN = "clean", "未发现病毒"


class FileRole(models.TextChoices):
    MATERIAL = "material", "材料"
    EVIDENCE = "evidence", "佐证"
    OFFICIAL = "official", "公文"
    DELIVERY = "delivery", "数据"
    EXPORT = "export", "导出"
