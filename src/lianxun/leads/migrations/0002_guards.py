from django.db import migrations

from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.search import SearchRows
from lianxun.fabric.services import ServiceTables
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """Leads are never served on anybody they are about; identities lie in a schema of their own; nobody destroys
    a lead alone; emergency access asks by number."""

    dependencies = [
        ("leads", "0001_tables"),
        ("documents", "0003_guards"),
        ("duties", "0003_guards"),
        ("exchange", "0003_guards"),
        ("inspection", "0005_guards"),
        ("rectification", "0004_guards"),
    ]
    operations = [
        SecureRows("leads_lead", "leads", kind="leads.lead"),
        SecureRows("leads_transferbatch", "leads", kind="leads.batch"),
        SecureRows("leads_transferline", "leads", kind="leads.line"),
        SecureRows("leads_sealedrefusal", "leads", kind="leads.refusal"),
        # What was found to be no case leaves the search on that day (settled.md 28).
        SearchRows(
            "leads_lead",
            "leads",
            text="title",
            reads=("title", "no_case_on"),
            kind="leads.lead",
            open="no_case_on is null",
        ),
        GuardTransitions(
            "leads_lead",
            initial=["registered"],
            moves={
                "approved": ["transferred"],
                "closed": ["result"],
                "done": ["destroyed"],
                "fed_back": ["done"],
                "forwarded": ["destroyed"],
                "held": ["closed", "inquiry", "prelim"],
                "inquiry": ["prelim", "result"],
                "objected": ["approved", "forwarded", "returned", "transferred"],
                "prelim": ["result"],
                "received": ["closed", "held", "inquiry", "prelim"],
                "registered": ["forwarded", "returned", "screened"],
                "result": ["fed_back"],
                "returned": ["destroyed"],
                "screened": ["forwarded", "returned", "under_group_study"],
                "transferred": ["objected", "received"],
                "under_group_study": ["approved", "returned"],
            },
        ),
        GuardTransitions(
            "leads_transferline", initial=["sent"], moves={"sent": ["objected", "received"]}
        ),
        migrations.RunSQL(sql_of(__file__, "guards")),
        migrations.RunSQL(sql_of(__file__, "vault")),
        migrations.RunSQL(sql_of(__file__, "numbered")),
        ServiceTables(
            "retention", ["leads_lead", "duties_duty", "duties_dutychange", "duties_dutypause"]
        ),
    ]
