-- A unit moved: every copy of its path in every room follows in the same transaction (settled.md 17a).
-- The owner obeys forced policies too, so FORCE is lifted table by table and restored at once; the lock
-- that ALTER TABLE takes keeps everybody else out until the move is committed.
create function lx.move_path(old_path text, new_path text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    place record;
    forced boolean;
    moved bigint;
    total bigint := 0;
begin
    if not (lx.has_duty('organisation') or lx.has_role('system_admin')) then
        raise exception 'lx.move_path: not allowed' using errcode = '42501';
    end if;
    if old_path = '' or new_path like old_path || '%' then
        raise exception 'lx.move_path: a unit cannot move below itself' using errcode = 'LX002';
    end if;
    set constraints all immediate;
    for place in
        select c.oid::regclass as tab, a.attname as col, c.relforcerowsecurity as forced
        from pg_catalog.pg_class c
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          and (a.attname in ('unit_path', 'owner_path', 'subject_path', 'addressee_path')
               or (a.attname = 'path' and c.relname = 'organisation_unit'))
          and pg_catalog.pg_get_userbyid(c.relowner) = 'lx_owner'
        order by c.relname, a.attname
    loop
        if place.forced then
            execute format('alter table %s no force row level security', place.tab);
        end if;
        execute format(
            'update %s set %I = $2 || substr(%I, length($1) + 1) where %I >= $1 and %I < $1 || ''~''',
            place.tab, place.col, place.col, place.col, place.col) using old_path, new_path;
        get diagnostics moved = row_count;
        total := total + moved;
        if place.forced then
            execute format('alter table %s force row level security', place.tab);
        end if;
    end loop;
    return total;
end $$;
revoke all on function lx.move_path(text, text) from public;
grant execute on function lx.move_path(text, text) to lx_app;

-- The last part of a unit's path: never given twice, so that a path names one place for ever.
create sequence public.organisation_unit_segment start 1000;
grant usage on sequence public.organisation_unit_segment to lx_app;
