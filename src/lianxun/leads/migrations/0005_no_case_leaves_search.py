from django.db import migrations

from lianxun.fabric.search import function_sql

_GIVEN = {"text": "title", "at": "created_at", "kind": "leads.lead", "served": False}


class Migration(migrations.Migration):
    """What was found to be no case leaves the search on that day (settled.md 28)."""

    dependencies = [("leads", "0004_hand_over")]
    operations = [
        migrations.RunSQL(
            [
                "grant select (no_case_on) on leads_lead to lx_search",
                "grant create on schema lx to lx_search",
                "set local role lx_search",  # its owner
                function_sql("leads_lead", "leads", open="no_case_on is null", **_GIVEN),
                "reset role",
                "revoke create on schema lx from lx_search",
                "revoke select (state) on leads_lead from lx_search",
            ],
            migrations.RunSQL.noop,
        )
    ]
