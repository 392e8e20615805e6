from django.db import migrations

_SQL = """
create or replace function lx.field(n int) returns text
language plpgsql stable parallel safe security definer set search_path = '' as $$
declare
    ctx text := nullif(current_setting('lx.ctx', true), '');
    cut int;
begin
    if ctx is null then return null; end if;
    cut := length(ctx) - 65;
    if cut < 1 then return null; end if;
    if substr(ctx, cut + 2) is distinct from lx.mac('ctx', substr(ctx, 1, cut)) then return null; end if;
    return split_part(ctx, '|', n);
end $$;
"""


class Migration(migrations.Migration):
    """A context too short to carry a signature is no identity, not an error."""

    dependencies = [("access", "0008_break_glass")]
    operations = [migrations.RunSQL(_SQL, migrations.RunSQL.noop)]
