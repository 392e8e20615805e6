from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions

FROZEN = ["year", "version", "share", "weights", "body", "drafted_by_id"]


class Migration(migrations.Migration):
    """A sheet is the office's and its unit's; a scheme in force and the published list are every unit's."""

    dependencies = [("appraisal", "0001_appraisal"), ("access", "0003_participations")]
    operations = [
        SecureRows("appraisal_scheme", "appraisal", kind="appraisal.scheme"),
        SecureRows("appraisal_period", "appraisal", kind="appraisal.period"),
        SecureRows("appraisal_sheet", "appraisal", kind="appraisal.sheet", served=True),
        SecureRows("appraisal_line", "appraisal", kind="appraisal.line", served=True),
        SecureRows("appraisal_objection", "appraisal", kind="appraisal.objection", served=True),
        SecureRows("appraisal_correction", "appraisal", kind="appraisal.correction", served=True),
        SecureRows("appraisal_outcome", "appraisal", kind="appraisal.outcome", served=True),
        SecureRows("appraisal_ranking", "appraisal", kind="appraisal.ranking"),
        SecureRows("appraisal_quarterreport", "appraisal", kind="appraisal.report"),
        migrations.RunSQL(sql_of(__file__, "audience")),
        GuardTransitions(
            "appraisal_scheme",
            initial=["draft"],
            moves={
                "draft": ["pending"],
                "pending": ["draft", "effective", "refused"],
                "effective": ["superseded"],
            },
        ),
        GuardTransitions(
            "appraisal_period",
            initial=["drafted"],
            moves={
                "drafted": ["shown"],
                "shown": ["decided"],
                "decided": ["signing"],
                "signing": ["decided", "signed"],
                "signed": ["published"],
                "published": ["used"],
            },
        ),
        GuardTransitions(
            "appraisal_sheet",
            initial=["drafted"],
            moves={
                "drafted": ["shown"],
                "shown": ["objected", "decided"],
                "objected": ["decided"],
                "decided": ["signed"],
                "signed": ["published"],
                "published": ["used"],
            },
        ),
        GuardTransitions(
            "appraisal_objection", initial=["filed"], moves={"filed": ["upheld", "rejected"]}
        ),
        GuardTransitions(
            "appraisal_outcome",
            initial=["proposed"],
            moves={
                "proposed": ["submitted", "declined"],
                "submitted": ["proposed", "decided", "declined"],
                "decided": ["done"],
            },
        ),
        KeepColumns("appraisal_scheme", columns=FROZEN),
        KeepColumns("appraisal_period", columns=["scheme_id", "year", "quarter"]),
        KeepColumns("appraisal_sheet", columns=["period_id", "scheme_id", "unit_id"]),
        KeepColumns("appraisal_line", columns=["sheet_id", "code", "weight", "cases"]),
        KeepColumns(
            "appraisal_objection",
            columns=["sheet_id", "line_id", "reason", "cases", "filed_by_id", "calculated_by"],
        ),
        KeepColumns(
            "appraisal_correction", columns=["sheet_id", "objection_id", "code", "before", "after"]
        ),
        KeepColumns(
            "appraisal_outcome",
            columns=["kind", "cause", "unit_id", "facts", "person_name", "proposed_by_id"],
        ),
        KeepColumns("appraisal_ranking", columns=["period_id", "unit_id", "total", "grade"]),
        KeepColumns(
            "appraisal_quarterreport",
            columns=["unit_id", "year", "quarter", "done", "problems", "plans", "reported_on"],
        ),
    ]
