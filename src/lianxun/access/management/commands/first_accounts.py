"""The first three sign-ins of a new, empty installation; afterwards accounts are opened on the screens."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from pypinyin import lazy_pinyin

from lianxun.access.enums import NO_LEVEL, THREE_ADMINS
from lianxun.access.models import Account
from lianxun.access.queries import database_now
from lianxun.fabric.forced import unforced
from lianxun.organisation.enums import Tier, UnitKind
from lianxun.organisation.models import Unit
from lianxun.trace import writer
from lianxun.trace.records import Note


class Command(BaseCommand):
    help = "为新的正式数据目录建立巡视巡察办和三个管理员账号（只能做一次）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", required=True, help="单位名称，如 某省委巡视办")
        parser.add_argument("--code", required=True, help="单位编码")
        parser.add_argument("--region", required=True, type=int, help="行政区划代码（6 位）")
        parser.add_argument("--tier", choices=Tier.values, default=Tier.PROVINCE.value, help="层级")

    def handle(self, *args: Any, **options: Any) -> None:
        """Unit, accounts and their record, or nothing; refused once an administrator exists."""
        region = options["region"]
        if not 110000 <= region <= 999999:
            raise CommandError("--region 应是 6 位行政区划代码，如 110000。")
        accounts = Account.objects.using("owner")
        if accounts.filter(roles__overlap=[role.value for role in THREE_ADMINS]).exists():
            raise CommandError("已有管理员账号；请由系统管理员在页面上开通其他账号。")
        now = database_now()
        passwords = {role: secrets.token_urlsafe(12) for role in THREE_ADMINS}
        with transaction.atomic(using="owner"), unforced("organisation_unit"):
            unit = Unit.objects.using("owner").create(
                created_at=now,
                code=options["code"],
                name=options["unit"],
                short_name=options["unit"][:40],
                pinyin=" ".join(lazy_pinyin(options["unit"])),
                kind=UnitKind.INSPECTION_OFFICE,
                tier=options["tier"],
                region=region,
                path="0001/",
                valid_from=now.date(),
            )
            for role, password in passwords.items():
                accounts.create(
                    username=role.value,
                    password=make_password(password),
                    unit_id=unit.id,
                    display_name=str(role.label),
                    clearance=NO_LEVEL,
                    roles=[role.value],
                    created_at=now,
                )
            with transaction.atomic():
                writer.append(Note("access.first_accounts").body(None, result="allow"))
        self.stdout.write("已建立下列账号。口令只显示这一次，请分别交给三个人，登录后立即修改：")
        for role, password in passwords.items():
            self.stdout.write(f"  {role.label}  {role.value}  {password}")
