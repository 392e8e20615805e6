from typing import Any

from django.db import migrations

from lianxun.fabric.rowsecurity import SecureBy
from lianxun.fabric.services import PlatformUnit, ServiceIdentity
from lianxun.fabric.sqlfiles import sql_of

_DUTY = "(select lx.has_duty('organisation'))"
_UNITS = f"({_DUTY} or (select lx.has_role('system_admin')))"
_OWN = "(unit_path >= (select lx.unit_path()) and unit_path < (select lx.unit_path_end()))"
_AREA = f"({_DUTY} and ({_OWN} or (region >= (select lx.region_lo()) and region <= (select lx.region_hi()))))"
# The inspected organisation's contact and the three administrators list no people.
_COLLEAGUE = (
    "(select lx.signed_in() and not lx.has_role('contact') and not lx.has_role('system_admin') "
    "and not lx.has_role('security_admin') and not lx.has_role('audit_admin'))"
)
_SELF = "(select a.person_id from access_account a where a.id = lx.account())"
_PUBLIC = "kind <> 'staff' and (valid_to is null or valid_to >= (select lx.today()))"


def _kept(table: str, *, read: str, write: str) -> Any:
    """Readable to whom ``read`` says and to services, written by whom ``write`` says."""
    service = f"(select lx.service_may('{table}'))"
    return SecureBy(table, read=f"{read} or {service}", insert=write, update=write, delete=write)


class Migration(migrations.Migration):
    """Who reads and keeps units and people; paths and staff numbers; the services' unit."""

    dependencies = [("organisation", "0002_pool"), ("access", "0002_guards")]
    operations = [
        PlatformUnit(),
        migrations.RunSQL(sql_of(__file__, "relabel")),
        migrations.RunSQL(sql_of(__file__, "codes")),
        migrations.RunSQL(
            [
                "alter table organisation_unit enable row level security",
                "alter table organisation_unit force row level security",
                "create policy backup on organisation_unit for select to lx_backup using (true)",
                "create policy acc_read on organisation_unit for select to lx_app "
                "using ((select lx.signed_in()))",
                "create policy acc_write on organisation_unit for all to lx_app "
                f"using {_UNITS} with check {_UNITS}",
                # What the owner's functions ask for whoever calls them.
                "create policy owner_reads on organisation_unit for select to lx_owner using (true)",
                "create policy owner_reads on organisation_person for select to lx_owner using (true)",
            ]
        ),
        _kept("organisation_unitperiod", read="(select lx.signed_in())", write=_UNITS),
        _kept("organisation_post", read=_COLLEAGUE, write=_DUTY),
        # People: one's own unit, the keeper's area, oneself; liaison officers and heads are known to colleagues.
        _kept(
            "organisation_person",
            read=f"({_COLLEAGUE} and ({_OWN} or contact_until >= (select lx.today()))) "
            f"or {_AREA} or id = {_SELF}",
            write=_AREA,
        ),
        _kept(
            "organisation_appointment",
            read=f"({_COLLEAGUE} and ({_OWN} or ({_PUBLIC}))) or {_AREA} or person_id = {_SELF}",
            write=_AREA,
        ),
        _kept("organisation_poolentry", read=f"{_AREA} or person_id = {_SELF}", write=_AREA),
        # Facts for recusal: the person and the keeper of the area. Others learn 是 or 否 through the service.
        _kept(
            "organisation_recusalfact",
            read=f"{_AREA} or person_id = {_SELF}",
            write=f"({_AREA} or person_id = {_SELF})",
        ),
        _kept("organisation_trainingrecord", read=f"{_AREA} or person_id = {_SELF}", write=_AREA),
        _kept(
            "organisation_importbatch",
            read="account = (select lx.account())",
            write=f"(account = (select lx.account()) and {_DUTY})",
        ),
        # Answers 回避：是/否 without showing anybody the facts.
        ServiceIdentity(
            "recusal",
            name="回避核查服务",
            clearance=3,
            tables=["organisation_person", "organisation_recusalfact"],
        ),
    ]
