-- Whether the acting person may read a row: its own policies, asked by a function that runs with other rights. The
-- table must let lx_owner read it. Never granted: it answers about any table named to it.
create function lx.may_read(place regclass, wanted uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare limits text; grounds text; seen boolean;
begin
    select string_agg(format('(%s)', pg_catalog.pg_get_expr(p.polqual, p.polrelid)), ' and ')
               filter (where not p.polpermissive),
           string_agg(format('(%s)', pg_catalog.pg_get_expr(p.polqual, p.polrelid)), ' or ')
               filter (where p.polpermissive)
    into limits, grounds
    from pg_catalog.pg_policy p
    where p.polrelid = place and p.polcmd in ('r', '*') and 'lx_app'::regrole = any (p.polroles);
    if grounds is null then return false; end if;
    execute format('select exists (select 1 from %s where id = $1 and %s and (%s))',
                   place, coalesce(limits, 'true'), grounds) into seen using wanted;
    return seen;
end $$;
revoke all on function lx.may_read(regclass, uuid) from public;
