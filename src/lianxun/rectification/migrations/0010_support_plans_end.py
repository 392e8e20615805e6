import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions

_IN_FORCE, _OVER = ["approved", "ended"], ["ended", "dropped"]


class Migration(migrations.Migration):
    """A plan of help ends when none of its help runs, or is dropped while a draft; money always has an amount."""

    dependencies = [
        ("rectification", "0009_lifting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveConstraint(
            model_name="supportplan", name="support_plan_approved_by_another"
        ),
        migrations.AddField(
            model_name="supportplan",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="supportplan",
            name="ended_on",
            field=models.DateField(blank=True, null=True, verbose_name="办结或撤销日期"),
        ),
        migrations.AddField(
            model_name="supportplan",
            name="outcome",
            field=models.CharField(
                blank=True, default="", max_length=1000, verbose_name="办结小结或撤销理由"
            ),
        ),
        migrations.AlterField(
            model_name="supportplan",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "起草"),
                    ("proposed", "委员会审批中"),
                    ("approved", "已批准"),
                    ("ended", "已办结"),
                    ("dropped", "已撤销"),
                ],
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_by__isnull", False),
                        ("approved_on__isnull", False),
                        ("state__in", _IN_FORCE),
                        models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", _IN_FORCE), _negated=True),
                        ("addressee_unit__isnull", True),
                        ("approved_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="support_plan_approved_by_another",
                violation_error_message="整改协同方案由起草人以外的人批准，批准后送达。",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_by__isnull", False),
                        ("ended_on__isnull", False),
                        ("state__in", _OVER),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", _OVER), _negated=True),
                        ("ended_by__isnull", True),
                        ("ended_on__isnull", True),
                        ("outcome", ""),
                    ),
                    _connector="OR",
                ),
                name="support_plan_over_says_how",
                violation_error_message="办结须写明小结，撤销须写明理由。",
            ),
        ),
        # "amount > 0" alone is unknown, not false, when there is none; an unknown check passes.
        migrations.RemoveConstraint(model_name="support", name="support_of_money_says_how_much"),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("amount__isnull", False), ("kind", "funds")),
                    models.Q(models.Q(("kind", "funds"), _negated=True), ("amount__isnull", True)),
                    _connector="OR",
                ),
                name="support_of_money_says_how_much",
                violation_error_message="资金支援须写明金额，其他支援不写金额。",
            ),
        ),
        migrations.RemoveConstraint(model_name="use", name="use_of_money_has_an_amount"),
        migrations.AddConstraint(
            model_name="use",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("amount__isnull", False), ("kind", "money")),
                    models.Q(models.Q(("kind", "money"), _negated=True), ("amount__isnull", True)),
                    _connector="OR",
                ),
                name="use_of_money_has_an_amount",
                violation_error_message="追缴挽损须填写金额。",
            ),
        ),
        GuardTransitions(
            "rectification_supportplan",
            initial=["draft"],
            moves={
                "draft": ["proposed", "dropped"],
                "proposed": ["approved", "draft"],
                "approved": ["ended"],
            },
        ),
        migrations.RunSQL(sql_of(__file__, "support_plans_end")),
    ]
