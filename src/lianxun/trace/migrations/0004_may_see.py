from django.db import migrations

_SQL = """
create or replace function trace.may_see(obj text, id uuid) returns boolean
language plpgsql stable security invoker set search_path = '' as $$
declare wanted regclass; seen boolean;
begin
    if id is null or obj !~ '^[a-z]+[.][a-z_]+$' then return false; end if;
    wanted := to_regclass('public.' || replace(obj, '.', '_'));
    if wanted is null or not exists (
        select 1 from pg_catalog.pg_class c
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'id'
        where c.oid = wanted and c.relrowsecurity and c.relforcerowsecurity
          and a.atttypid = 'uuid'::regtype and not a.attisdropped
          and pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')) then
        return false;
    end if;
    execute format('select exists (select 1 from %s where id = $1)', wanted) into seen using id;
    return seen;
end $$
"""


class Migration(migrations.Migration):
    """A table whose id is no UUID, or which the reader may not select at all, has no trail; no error."""

    dependencies = [("trace", "0003_thin")]
    operations = [migrations.RunSQL(_SQL, migrations.RunSQL.noop)]
